#include "bench/fake_nba/league.hpp"

#include "bench/fake_nba/calendar.hpp"
#include "bench/fake_nba/documents.hpp"
#include "bench/fake_nba/fixtures.hpp"
#include "bench/fake_nba/numbering.hpp"
#include "bench/fake_nba/rosters.hpp"
#include "bench/fake_nba/simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <unordered_map>

namespace nba {
namespace {

using namespace fake;

constexpr double strength_deviation = 0.010;  // in chance of making a shot
constexpr int last_misread_season = 2024;     // see official_hundredths()
constexpr int live_periods = 3;               // a game in progress has finished so many

}  // namespace

class league::content {
 public:
  explicit content(league_settings settings)
      : settings_(std::move(settings)),
        calendar_(calendar_of(settings_.season)),
        teams_(make_franchises(static_cast<std::size_t>(settings_.teams))),
        officials_(make_officials(settings_.seed)) {
    random_stream form(settings_.seed, "strength");
    for (std::size_t i = 0; i < teams_.size(); ++i) {
      rosters_.push_back(make_roster(settings_.seed, i));
      strengths_.push_back(strength_deviation * form.bell());
    }
    play_season();
  }

  const league_settings& settings() const { return settings_; }
  bool knows(const game_id& id) const { return position_.count(id) != 0; }

  std::vector<planned_game> games(std::optional<et_date> today) const;
  std::string schedule_json(std::optional<et_date> today) const;

  using writer = std::string (*)(const game_sheet&);
  std::optional<std::string> document(const game_id& id, std::optional<et_date> today, writer write) const {
    const auto found = position_.find(id);
    if (found == position_.end()) return std::nullopt;
    const auto& game = fixtures_[found->second];
    const auto listed = list_as_of(game, today, settings_.live_today);
    if (!listed || !game.is_played || listed->status == game_status::scheduled) return std::nullopt;
    const auto match = match_of(game);
    auto log = play(game, match, listed->status == game_status::live);
    number_events(log, match.quirks, random_stream(settings_.seed + 2, game.id.str()));
    return write({game, match, log, officials_, instant_of_et(game.date, game.tipoff_minutes)});
  }

 private:
  void play_season();
  void keep_records();

  matchup match_of(const fixture& game) const {
    random_stream random(settings_.seed + 1, game.id.str());
    matchup match;
    match.quirks = draw_quirks(settings_.seed, game.id.str());
    for (const side which : {home_side, away_side}) {
      const auto team = static_cast<std::size_t>(which == home_side ? game.home : game.away);
      match.squads[at(which)] = draw_squad(random, teams_[team], rosters_[team], strengths_[team]);
    }
    match.officials = draw_officials(random, match.quirks.fourth_official);
    match.is_neutral = game.is_neutral;
    match.misread_tenths = settings_.season.start_year <= last_misread_season;
    match.overtime_rate = settings_.overtime_rate;
    return match;
  }

  game_log play(const fixture& game, const matchup& match, bool live) const {
    simulator one_game(match, random_stream(settings_.seed, game.id.str()));
    return std::move(one_game).run(live ? std::optional<int>{live_periods} : std::nullopt);
  }

  game_result result_of(const fixture& game, bool live) const {
    const auto log = play(game, match_of(game), live);
    game_result out;
    out.score = log.score;
    out.periods = log.periods;
    for (const side which : {home_side, away_side})
      for (std::size_t i = 0; i < roster_size; ++i)
        if (const int points = log.players[at(which)][i].points; points > out.leader_points) {
          out.leader_points = points;
          out.leader_side = which;
          out.leader = static_cast<player_index>(i);
        }
    return out;
  }

  league_settings settings_;
  season_calendar calendar_;
  std::vector<franchise> teams_;
  std::vector<std::vector<player>> rosters_;
  std::vector<double> strengths_;
  std::vector<person> officials_;
  std::vector<fixture> fixtures_;     // by id
  std::vector<game_result> results_;  // of each fixture; empty results for games that are never played
  std::unordered_map<game_id, std::size_t> position_;
};

void league::content::play_season() {
  const league_frame frame{settings_, calendar_, teams_};
  std::unordered_map<game_id, game_result> played;
  const referee decide = [&](const fixture& game) {
    const auto result = played.emplace(game.id, result_of(game, false)).first->second;
    return result.score[0] > result.score[1] ? game.home : game.away;
  };
  if (settings_.preseason) fixtures_ = plan_preseason(frame);
  const auto append = [&](const std::vector<fixture>& more) {
    fixtures_.insert(fixtures_.end(), more.begin(), more.end());
  };
  append(plan_regular_season(frame, decide));
  std::vector<int> wins(teams_.size());
  for (const auto& game : fixtures_) {
    if (!game.is_played) continue;
    const auto found = played.find(game.id);
    const auto winner = found == played.end()                             ? decide(game)
                        : found->second.score[0] > found->second.score[1] ? game.home
                                                                          : game.away;
    if (game.id.type() == game_type::regular) ++wins[static_cast<std::size_t>(winner)];
  }
  append(plan_postseason(frame, wins, decide));
  std::sort(fixtures_.begin(), fixtures_.end(), [](const fixture& a, const fixture& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < fixtures_.size(); ++i) {
    position_.emplace(fixtures_[i].id, i);
    results_.push_back(played[fixtures_[i].id]);
  }
  keep_records();
}

// Wins and losses after each game, in the order of play.
void league::content::keep_records() {
  std::vector<std::size_t> order(fixtures_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) { return std::pair(fixtures_[i].date, fixtures_[i].tipoff_minutes); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::map<std::pair<std::string, team_index>, std::array<int, 2>> records;  // won, lost
  for (const auto i : order) {
    const auto& game = fixtures_[i];
    if (!game.is_played) continue;
    // A playoff series has a record of its own: everything in its id but the last digit.
    const auto digits = game.id.str().substr(0, game.series_game > 0 ? 9 : 3);
    auto& result = results_[i];
    const bool home_won = result.score[0] > result.score[1];
    for (const side which : {home_side, away_side}) {
      auto& record = records[{digits, which == home_side ? game.home : game.away}];
      ++record[(which == home_side) == home_won ? 0 : 1];
      result.wins[at(which)] = record[0];
      result.losses[at(which)] = record[1];
    }
  }
}

std::vector<planned_game> league::content::games(std::optional<et_date> today) const {
  std::vector<planned_game> out;
  for (std::size_t i = 0; i < fixtures_.size(); ++i) {
    const auto& game = fixtures_[i];
    const auto listed = list_as_of(game, today, settings_.live_today);
    if (!listed) continue;
    planned_game plan;
    plan.id = game.id;
    plan.date = listed->date;
    plan.status = listed->status;
    plan.postponed = listed->is_postponed;
    plan.if_necessary = game.if_necessary;
    if (listed->home != undecided && listed->away != undecided)
      plan.tipoff_utc = instant_of_et(listed->date, game.tipoff_minutes);
    if (listed->home != undecided) {
      plan.home_team_id = teams_[static_cast<std::size_t>(listed->home)].team_id;
      plan.home_tricode = teams_[static_cast<std::size_t>(listed->home)].tricode;
    }
    if (listed->away != undecided) {
      plan.away_team_id = teams_[static_cast<std::size_t>(listed->away)].team_id;
      plan.away_tricode = teams_[static_cast<std::size_t>(listed->away)].tricode;
    }
    if (listed->status == game_status::final) {
      plan.home_score = results_[i].score[0];
      plan.away_score = results_[i].score[1];
    }
    plan.arena_name = game.where->name;
    plan.arena_city = game.where->city;
    plan.arena_state = game.where->state;
    plan.is_neutral = game.is_neutral;
    out.push_back(std::move(plan));
  }
  return out;
}

std::string league::content::schedule_json(std::optional<et_date> today) const {
  schedule_sheet sheet{settings_.season, settings_.seed, calendar_.opening, teams_, rosters_, {}};
  std::map<std::size_t, game_result> live;
  for (std::size_t i = 0; i < fixtures_.size(); ++i) {
    const auto listed = list_as_of(fixtures_[i], today, settings_.live_today);
    if (!listed) continue;
    const game_result* result = nullptr;
    if (listed->status == game_status::final) result = &results_[i];
    if (listed->status == game_status::live) result = &live.emplace(i, result_of(fixtures_[i], true)).first->second;
    sheet.entries.push_back({fixtures_[i], *listed, result});
  }
  return write_schedule(sheet);
}

league::league(std::unique_ptr<const content> made) : content_(std::move(made)) {}
league::~league() = default;

result<std::shared_ptr<const league>> league::create(const league_settings& settings) {
  auto usable = checked(settings);
  if (!usable) return usable.error();
  try {
    auto made = std::make_unique<const content>(std::move(*usable));
    return std::shared_ptr<const league>(new league(std::move(made)));
  } catch (const std::runtime_error& error) {  // what the date library throws without its data
    return failure{failure_class::configuration,
                   fmt::format("cannot tell the time in New York: {}; install the package tzdata", error.what()),
                   "tzdata"};
  }
}

const league_settings& league::settings() const noexcept { return content_->settings(); }
std::vector<planned_game> league::games(std::optional<et_date> today) const { return content_->games(today); }
std::string league::schedule_json(std::optional<et_date> today) const { return content_->schedule_json(today); }
bool league::knows(const game_id& id) const { return content_->knows(id); }

std::optional<std::string> league::boxscore_json(const game_id& id, std::optional<et_date> today) const {
  return content_->document(id, today, write_boxscore);
}
std::optional<std::string> league::playbyplay_json(const game_id& id, std::optional<et_date> today) const {
  return content_->document(id, today, write_playbyplay);
}

}  // namespace nba
