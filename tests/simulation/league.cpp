#include "tests/simulation/league.hpp"

#include "pipeline/transform/transform.hpp"
#include "tests/support/model_http.hpp"

#include <algorithm>

namespace nba::simulation {

using namespace nba::test;

namespace {

constexpr int final_points_home[] = {4, 8, 10, 14, 2}, final_points_away[] = {3, 9, 15};

std::optional<game_id> game_of(const std::string& url) {
  const auto digits = url.find("_0");
  return digits == std::string::npos ? std::nullopt : game_id::parse(url.substr(digits + 1, 10));
}

// Of a schedule's address; of a season without games the host serves a schedule without games. What lies on
// cdn.nba.com is the current one.
season season_of(const std::string& url) {
  return url.find(to_string(season_before)) != std::string::npos ? season_before : the_season;
}

bool is_schedule_of_cdn(const std::string& url) { return url.find("scheduleLeague") != std::string::npos; }

}  // namespace

league::league(std::uint64_t seed, trace& log) : dice_(seed), log_(log), schedule_weather_(dice_.next()) {
  const int count = dice_.between(10, 36), weeks = dice_.between(1, 5);
  et_date last{};
  for (auto& planned : small_season(count, weeks)) {
    game one;
    one.planned = std::move(planned);
    if (dice_.chance(150)) one.late_days = dice_.between(1, 6);
    one.documents_first = dice_.chance(500);
    last = std::max(last, one.planned.date);
    games_.push_back(std::move(one));
  }
  if (dice_.chance(400))
    for (int i = 0, before = dice_.between(3, 8); i < before; ++i) {
      game one;
      one.planned = i % 3 == 2 ? small_game(i, 170 + 9 * i, game_type::playoffs, season_before)
                               : small_game(i + 1, 160 + 7 * (i * 5 % before), game_type::regular, season_before);
      games_.push_back(std::move(one));
    }
  // Anything from the second day of the season to some days after its end.
  today_ = *parse_date("2024-10-23") + date::days{dice_.between(0, 7 * weeks + 3)};
  refresh_payloads();
}

utc_time league::now() const {
  const auto noon = date::sys_days{today_.time_since_epoch()} + std::chrono::hours{17};
  return utc_time{noon} + std::chrono::minutes{passes_};
}

bool league::is_over(const game& one) const {
  return !one.postponed && !one.cancelled && one.planned.date + date::days{one.late_days} < today_;
}

bool league::is_played(const game& one) const {
  if (one.postponed || one.cancelled) return false;
  return one.planned.date + date::days{one.documents_first ? 0 : one.late_days} < today_;
}

void league::pass_days() {
  ++passes_;
  // A day as a rule; now and then a week or a month in which nobody runs anything.
  static const std::vector<int> days{0, 0, 0, 1, 1, 1, 1, 2, 3, 7, 30};
  today_ += date::days{dice_.chance(300) ? dice_.between(1, 9) : dice_.pick(days)};
  for (auto& one : games_) {
    const bool ahead = one.planned.date >= today_;
    if (one.cancelled) continue;
    if (one.postponed) {
      if (!dice_.chance(400)) continue;
      one.postponed = false;
      one.planned.date = today_ + date::days{dice_.between(0, 10)};
      log_.happened("game " + one.planned.id.str() + " has a new date");
    } else if (ahead && dice_.chance(50)) {
      one.postponed = true;
      log_.happened("game " + one.planned.id.str() + " is postponed");
    } else if (ahead && dice_.chance(50)) {
      one.planned.date += date::days{dice_.between(1, 10)};
      log_.happened("game " + one.planned.id.str() + " moves to " + format_date(one.planned.date));
    } else if (ahead && dice_.chance(15)) {
      one.cancelled = true;
      log_.happened("game " + one.planned.id.str() + " is cancelled");
    } else if (!ahead && !is_played(one) && dice_.chance(100)) {
      one.postponed = true;
      log_.happened("game " + one.planned.id.str() + " is postponed late");
    } else if (!ahead && !is_played(one) && dice_.chance(150)) {
      // Was never played on its day, and only now the league says so: games after it are done and counted on it.
      one.planned.date = today_ + date::days{dice_.between(0, 10)};
      log_.happened("game " + one.planned.id.str() + " moves late to " + format_date(one.planned.date));
    } else if (is_over(one) && dice_.chance(60)) {
      one.payload.home_points = final_points_home[dice_.below(std::size(final_points_home))];
      one.payload.away_points = final_points_away[dice_.below(std::size(final_points_away))];
      log_.happened("game " + one.planned.id.str() + " is corrected");
    }
  }
}

void league::refresh_payloads() {
  host_.payloads.clear();
  for (auto& one : games_) {
    const auto& id = one.planned.id;
    const bool over = is_played(one);
    auto& payload = host_.payloads[id];
    one.payload.date = one.planned.date;
    payload = one.payload;
    payload.status = over && !late_.contains(id) ? 3 : 2;
    payload.ended = over;
    // Of a game that is ahead some hosts have nothing, others a page without events.
    if (!over && std::stoul(id.str()) % 3 == 0) host_.missing.insert(id);
    payload.stale_box = stale_until_.contains(id) || (!over && std::stoul(id.str()) % 3 == 1);
    if (refused_until_.contains(id)) host_.missing.insert(id);
    if (wrong_.contains(id)) payload.home_points += 1;  // odd: the events add up to another score
    one.planned.home_score = one.payload.home_points;
    one.planned.away_score = one.payload.away_points;
  }
}

// Games of the last days, and now and then any.
void league::begin_spell(std::map<game_id, et_date>& spells, int games_max) {
  static const std::vector<int> lasting{0, 1, 2, 3, 5, 9, 20, 60};
  for (int i = 0, count = dice_.between(1, games_max); i < count; ++i) {
    const auto& one = dice_.pick(games_);
    const bool recent = one.planned.date < today_ && one.planned.date + date::days{8} > today_;
    if (recent || dice_.chance(300)) spells[one.planned.id] = today_ + date::days{dice_.pick(lasting)};
  }
}

void league::change_weather() {
  static const std::vector<int> fault_rates{0, 20, 80, 250};
  fault_per_mille_ = dice_.pick(fault_rates);
  schedule_fault_per_mille_ = dice_.chance(200) ? 300 : 0;
  host_.missing.clear();
  host_.broken.clear();
  late_.clear();
  wrong_.clear();
  for (auto* spells : {&refused_until_, &stale_until_})
    std::erase_if(*spells, [&](const auto& spell) { return spell.second < today_; });
  if (dice_.chance(300)) begin_spell(refused_until_, 8);
  if (dice_.chance(250)) begin_spell(stale_until_, 6);
  std::vector<planned_game> planned;
  for (const auto& one : games_) planned.push_back(one.planned);
  // Where the schedule is wrong, documents may be, too.
  const auto lied_about = schedule_weather_.change(planned, today_);
  if (dice_.chance(500))
    for (const auto& id : lied_about) stale_until_[id] = today_ + date::days{dice_.between(1, 12)};
  for (const auto& one : games_) {
    const auto& id = one.planned.id;
    if (dice_.chance(30)) host_.missing.insert(id);
    if (dice_.chance(30)) host_.broken.insert(id);
    if (dice_.chance(30)) late_.insert(id);
    if (dice_.chance(30)) wrong_.insert(id);
  }
  if (dice_.chance(50)) host_.missing.insert(*game_id::parse(canary_digits));
  answers_ = blocked_from_ = blocked_to_ = 0;
  if (dice_.chance(150)) {
    blocked_from_ = dice_.below(60);
    blocked_to_ = blocked_from_ + 1 + dice_.below(dice_.chance(300) ? 10'000 : 12);
    static const std::vector<trouble> troubles{trouble::refuses, trouble::shows_a_page, trouble::is_gone,
                                               trouble::mixes_up, trouble::changes};
    trouble_ = dice_.pick(troubles);
  }
  refresh_payloads();
  log_.note("weather: " + std::to_string(fault_per_mille_) + " faults in 1000 answers, " +
            std::to_string(host_.missing.size()) + " games missing, " + std::to_string(host_.broken.size()) +
            " broken, " + std::to_string(late_.size()) + " late, " + std::to_string(stale_until_.size()) + " stale, " +
            std::to_string(wrong_.size()) + " wrong, the schedule lies about " +
            std::to_string(schedule_weather_.lies()) + ", host in trouble for answers " +
            std::to_string(blocked_from_) + " to " + std::to_string(blocked_to_));
}

void league::calm(bool season_over) {
  fault_per_mille_ = schedule_fault_per_mille_ = 0;
  host_.missing.clear();
  host_.broken.clear();
  late_.clear();
  wrong_.clear();
  refused_until_.clear();
  stale_until_.clear();
  schedule_weather_.calm();
  answers_ = blocked_from_ = blocked_to_ = 0;
  et_date last = today_;
  for (auto& one : games_) {
    if (one.postponed) one.planned.date = today_;
    one.postponed = false;
    last = std::max(last, one.planned.date + date::days{one.late_days});
  }
  today_ = last + date::days{season_over ? 30 : 1};
  pass_calm_days(0);
}

void league::pass_calm_days(int days) {
  today_ += date::days{days};
  ++passes_;
  refresh_payloads();
}

std::vector<season> league::seasons() const {
  std::set<season> out;
  for (const auto& one : games_) out.insert(one.planned.id.in_season());
  return {out.begin(), out.end()};
}

listing league::truth_of(const game& one) const {
  if (one.cancelled) return listing::cancelled;
  if (one.postponed) return listing::postponed;
  if (is_over(one)) return listing::final;
  return one.planned.date < today_ ? listing::live : listing::scheduled;
}

std::string league::schedule_json(season of) {
  schedule_page page(of);
  for (const auto& one : games_) {
    const auto& id = one.planned.id;
    if (id.in_season() != of) continue;
    if (const auto says = schedule_weather_.listing_of(id, truth_of(one)))
      page.list(one.planned, *says, schedule_weather_.form_of(id));
  }
  for (int i = 1; i <= schedule_weather_.new_kinds(); ++i) page.list_new_kind(i);
  served_[of] = page.said();
  return page.json();
}

const served_schedule* league::served(season of) const {
  const auto found = served_.find(of);
  return found == served_.end() ? nullptr : &found->second;
}

http_response league::answer(const http_request& request) {
  const bool of_cdn = is_schedule_of_cdn(request.url);
  const bool schedule = of_cdn || request.url.find("scheduleleague") != std::string::npos;
  if (schedule && (of_cdn ? schedule_weather_.cdn_refuses() : schedule_weather_.stats_refuses()))
    return status_answer(403, "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>");
  if (dice_.chance(schedule ? schedule_fault_per_mille_ : fault_per_mille_)) return fault(request);
  if (schedule) return ok_answer(schedule_json(season_of(request.url)));
  const auto number = answers_++;
  const bool in_trouble = number >= blocked_from_ && number < blocked_to_;
  host_.blocked = in_trouble && trouble_ == trouble::refuses;
  if (in_trouble && trouble_ == trouble::shows_a_page) return ok_answer("<html><title>Please wait</title></html>");
  if (in_trouble && trouble_ == trouble::is_gone) return error_answer(http_error::connect);
  if (in_trouble && trouble_ == trouble::mixes_up) return mixed_up(request);
  auto answer = host_.answer(request);
  if (in_trouble && trouble_ == trouble::changes && answer.body) {  // of every box score a key has another name
    std::string text{answer.body->view()};
    for (auto at = text.find(R"("players":)"); at != std::string::npos; at = text.find(R"("players":)", at))
      text.replace(at, 9, R"("roster")");
    answer.body = std::make_shared<const padded_body>(std::move(text));
  }
  return answer;
}

// A cache that has one game's documents for everybody; that game gets another one's.
http_response league::mixed_up(http_request request) {
  const auto asked = game_of(request.url);
  const auto& first = games_.front().planned.id;
  const auto& other = asked == first ? games_.back().planned.id : first;
  if (asked) request.url.replace(request.url.find("_0") + 1, other.str().size(), other.str());
  return host_.answer(request);
}

http_response league::fault(const http_request& request) {
  log_.note("fault for " + request.url);
  const auto id = game_of(request.url);
  switch (dice_.below(18)) {
    case 0:
      return status_answer(429);
    case 1:
      return status_answer(429, "", std::chrono::seconds{dice_.between(0, 5)});
    case 2:
      return status_answer(503, "");
    case 3:
      return status_answer(503, "", std::chrono::seconds{dice_.between(1, 5)});
    case 4:
      return status_answer(500, "");
    case 5:
      return status_answer(502, "<html><title>Bad Gateway</title></html>");
    case 6:
      return error_answer(http_error::reset);
    case 7:
      return error_answer(http_error::timeout);
    case 8:
      return error_answer(http_error::stalled);
    case 9:
      return error_answer(http_error::truncated);
    case 10:
      return error_answer(http_error::dns);
    case 11:
      return ok_answer(R"({"game":{"gameId":"00)");  // breaks off
    case 12:
      return ok_answer("");
    case 13:
      return ok_answer("<html><title>Please wait</title></html>");
    case 14:
      return ok_answer(R"({"game":{"gameId":7}})");
    case 15:
      return status_answer(403, "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>");
    case 16:
      return status_answer(404, "");
    default:  // all keys, no rows
      return ok_answer(R"({"game":{"gameId":")" + (id ? id->str() : "") + R"(","actions":[]}})");
  }
}

std::map<game_id, et_date> league::dates_played() const {
  std::map<game_id, et_date> out;
  for (const auto& one : games_)
    if (is_over(one)) out[one.planned.id] = one.planned.date;
  return out;
}

std::map<game_id, std::string> league::playable() const {
  std::map<game_id, std::string> out;
  for (const auto& one : games_) {
    if (one.cancelled) continue;
    const auto& payload = host_.payloads.at(one.planned.id);
    game_payloads documents;
    documents.bodies[endpoint::boxscore] = std::make_shared<padded_body>(boxscore_json(one.planned.id, payload));
    documents.bodies[endpoint::playbyplay] = std::make_shared<padded_body>(playbyplay_json(one.planned.id, payload));
    out[one.planned.id] = payload_digest(documents);
  }
  return out;
}

}  // namespace nba::simulation
