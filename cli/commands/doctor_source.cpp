// The checks of `doctor` that ask the NBA's hosts (or the synthetic league): one schedule, one finished game.
#include "actors/run/schedule_finder.hpp"
#include "cli/commands/doctor.hpp"
#include "cli/left_out_text.hpp"
#include "cli/source_session.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/classify.hpp"
#include "pipeline/source/http_client.hpp"
#include "pipeline/source/source_kind.hpp"
#include "storage/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>

namespace nba::cli {
namespace {

constexpr std::size_t requests_max = 4;

// Waits for the answer; the client ends every request by its own finite timeout.
http_response ask(http_client& client, http_request request) {
  auto answer = std::make_shared<std::promise<http_response>>();
  auto future = answer->get_future();
  client.submit(std::move(request), [answer](http_response response) { answer->set_value(std::move(response)); });
  return future.get();
}

std::string milliseconds(const http_response& response) {
  return fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(response.elapsed).count());
}

std::string advice(const failure& why, const std::string& variable) {
  switch (why.kind) {
    case failure_class::transient:
      return fmt::format("check the network and proxy settings; another host: {}", variable);
    case failure_class::throttled:
    case failure_class::edge_blocked:
    case failure_class::unavailable:
      return fmt::format(
          "the host refuses this network (data centers often are); try later, from another network, or "
          "through a mirror: {}",
          variable);
    default:
      return fmt::format("the host answers something else than the NBA does; is {} right?", variable);
  }
}

check_result failed_request(std::string name, const std::string& url, const failure& why, const std::string& variable) {
  return {std::move(name), check_status::fail, fmt::format("{}: {}", redact_secrets(url), why.message),
          advice(why, variable)};
}

// A run would end with 120.
check_result wrong_kind(const failure& why) {
  return {"source", check_status::fail, why.message,
          "name the source that is meant: --source, and the base URLs above"};
}

// The newest game of the schedule that is over; nullopt when none is.
const planned_game* newest_final(const schedule& season) {
  const planned_game* newest = nullptr;
  for (const auto& game : season.games) {
    const bool counts = game.id.type() == game_type::regular || game.id.type() == game_type::playoffs;
    if (!counts || game.status != game_status::final) continue;
    if (newest == nullptr || game.date > newest->date) newest = &game;
  }
  return newest;
}

check_result check_game(http_client& client, const game_source& games, const schedule& season) {
  const auto* game = newest_final(season);
  if (game == nullptr)
    return {"one game", check_status::skipped, fmt::format("no game of {} is over yet", to_string(season.season)),
            "ask for an earlier season: --season"};
  std::size_t bytes = 0;
  std::chrono::microseconds elapsed{0};
  for (const auto& [what, url] : games.documents_of(game->id)) {
    const auto response = ask(client, make_request(what, url));
    const auto verdict_of = classify(what, response, game->id);
    if (verdict_of.what != verdict::ok) return failed_request("one game", url, verdict_of.why, "NBA_CDN_URL");
    bytes += response.body->size();
    elapsed += response.elapsed;
  }
  return {"one game", check_status::ok,
          fmt::format("{} of {} ({} at {}): {} in {} ms", game->id.str(), format_date(game->date), game->away_tricode,
                      game->home_tricode, format_bytes(bytes),
                      std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count())};
}

// One way to a schedule, tried.
struct tried_way {
  std::string url;
  std::optional<schedule> found;
  failure why;  // when nothing was found
  std::string elapsed;
};

tried_way try_way(http_client& client, endpoint what, const std::string& url, season of) {
  tried_way way;
  way.url = url;
  const auto response = ask(client, make_request(what, url));
  way.elapsed = milliseconds(response);
  const auto verdict_of = classify(what, response);
  way.why = verdict_of.why;
  if (verdict_of.what != verdict::ok) return way;
  auto parsed = parse_schedule(response.body->view(), of);
  if (parsed)
    way.found = *std::move(parsed);
  else
    way.why = std::move(parsed).error();
  return way;
}

// cdn.nba.com's copy; nullopt where it has no part: another season, or the synthetic league.
std::optional<tried_way> try_second_way(const context& with, http_client& client, const source_urls& urls, season of) {
  if (with.settings.source == "sim" || !tz_available() || !may_be_current(of, et_date_of(utc_now())))
    return std::nullopt;
  std::optional<tried_way> way;
  for (const auto& url : current_schedule_urls(urls)) {
    way = try_way(client, endpoint::current_schedule, url, of);
    if (way->found) break;
  }
  return way;
}

std::string summary_of(const tried_way& way, const context& with) {
  return fmt::format("{}: {}, {} to {} ({}{})", to_string(way.found->season),
                     counted(static_cast<long long>(way.found->games.size()), "game", "games"),
                     format_date(way.found->first_date), format_date(way.found->last_date), way.elapsed,
                     with.settings.source == "sim" ? ", synthetic league" : "");
}

check_result check_first_way(const context& with, const tried_way& first, const std::optional<tried_way>& second) {
  if (first.found) return {"schedule", check_status::ok, summary_of(first, with)};
  if (!second || !second->found || !calls_for_second_way(first.why))
    return failed_request("schedule", first.url, first.why, "NBA_STATS_URL");
  return {"schedule", check_status::warn, fmt::format("{}: {}", redact_secrets(first.url), first.why.message),
          fmt::format("the current season's schedule comes the second way; other seasons need this one: {}",
                      advice(first.why, "NBA_STATS_URL"))};
}

check_result check_second_way(const context& with, const tried_way& second) {
  if (second.found)
    return {"second way", check_status::ok,
            fmt::format("the schedule at {}: {}", host_of(second.url), summary_of(second, with))};
  return {"second way", check_status::warn, fmt::format("{}: {}", redact_secrets(second.url), second.why.message),
          "without it a run needs the schedule of NBA_STATS_URL"};
}

}  // namespace

std::optional<check_result> check_left_out(const std::string& season, std::size_t count,
                                           const std::vector<left_out_entry>& entries) {
  constexpr std::size_t listed_max = 5;
  if (count == 0) return std::nullopt;
  auto detail = fmt::format(
      "{} in the schedule of {} {} no game of the plan:", counted(static_cast<long long>(count), "entry", "entries"),
      season, count == 1 ? "is" : "are");
  for (std::size_t i = 0; i < std::min(entries.size(), listed_max); ++i)
    detail += fmt::format("{} {}", i == 0 ? "" : ";", describe(entries[i]));
  if (count > listed_max) detail += fmt::format("; and {} more", count - listed_max);
  return check_result{"left out", check_status::warn, std::move(detail),
                      fmt::format("see `nba-scraper gaps --season {}`; a newer version may know them", season)};
}

source_checks check_source(const context& with, const std::string& season_text) {
  const auto source = open_source(with.settings);
  if (!source)
    return {{{"schedule", check_status::fail, source.error().message, "use --source cdn, or free a loopback port"}},
            {}};
  const auto season = *parse_season(season_text);
  const auto& urls = (*source)->urls();
  source_guard client{make_curl_client(requests_max), kind_of_source(with.settings.source) == data_kind::synthetic,
                      nullptr};
  const auto first = try_way(client, endpoint::schedule, schedule_url(urls, season), season);
  if (const auto wrong = client.wrong()) return {{wrong_kind(*wrong)}, {}};
  const auto second = try_second_way(with, client, urls, season);
  source_checks checks;
  auto& results = checks.results;
  results.push_back(check_first_way(with, first, second));
  if (second) results.push_back(check_second_way(with, *second));
  if (const auto wrong = client.wrong()) return {{wrong_kind(*wrong)}, {}};
  const auto& found = first.found || !second ? first.found : second->found;
  if (!found || results.front().status == check_status::fail) return checks;
  checks.read = season;
  if (auto left_out = check_left_out(season_text, found->left_out_count, found->left_out))
    results.push_back(*std::move(left_out));
  results.push_back(check_game(client, *(*source)->games(), *found));
  if (const auto wrong = client.wrong()) results.back() = wrong_kind(*wrong);
  return checks;
}

}  // namespace nba::cli
