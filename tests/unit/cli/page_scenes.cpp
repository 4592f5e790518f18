#include "tests/unit/cli/page_scenes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace nba::cli::test {
namespace {

constexpr std::array<const char*, 30> tricodes{"ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW",
                                               "HOU", "IND", "LAC", "LAL", "MEM", "MIA", "MIL", "MIN", "NOP", "NYK",
                                               "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS"};
constexpr std::size_t regular_games = 1230;

utc_time moment(std::string_view text) { return parse_timestamp(text).value(); }

planned_game scene_game(int start_year, game_type type, std::size_t number, et_date day) {
  planned_game game;
  game.id = *game_id::parse(fmt::format("00{}{:02}{:05}", static_cast<int>(type), start_year % 100, number));
  game.date = day;
  game.tipoff_utc = utc_time{day.time_since_epoch() + std::chrono::hours{24}};
  game.home_tricode = tricodes[number * 7 % tricodes.size()];
  game.away_tricode = tricodes[(number * 7 + 11) % tricodes.size()];
  return game;
}

// Six to eight games a day, none on Thanksgiving, on Christmas Eve and in the week of the All-Star game.
std::vector<planned_game> scene_plan(int start_year) {
  std::vector<planned_game> plan;
  et_date day = date::local_days{date::year{start_year} / 10 / 22};
  const et_date cup_final = date::local_days{date::year{start_year} / 12 / 17};
  const auto rests = [&](et_date at) {
    const auto date = date::year_month_day{at};
    const auto month = unsigned{date.month()}, of_month = unsigned{date.day()};
    return (month == 11 && of_month == 28) || (month == 12 && of_month == 24) ||
           (month == 2 && of_month > 13 && of_month < 19);
  };
  for (std::size_t number = 1; number <= regular_games; day += date::days{1}) {
    if (rests(day)) continue;
    if (day == cup_final) plan.push_back(scene_game(start_year, game_type::cup, 1, day));
    const std::size_t games = std::array{8, 5, 11, 4, 9, 7, 8}[date::weekday{day}.c_encoding()];
    for (std::size_t i = 0; i < games && number <= regular_games; ++i)
      plan.push_back(scene_game(start_year, game_type::regular, number++, day));
  }
  for (std::size_t i = 0; i < 6; ++i)
    plan.push_back(scene_game(start_year, game_type::play_in, i + 1, day + date::days{1 + static_cast<int>(i) / 2}));
  for (std::size_t i = 0; i < 84; ++i)
    plan.push_back(
        scene_game(start_year, game_type::playoffs, 101 + i, day + date::days{5 + static_cast<int>(i * 60 / 84)}));
  std::sort(plan.begin(), plan.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return plan;
}

void set_done(planned_game& game, ledger_entry& entry) {
  const auto number = std::stoi(entry.id.str().substr(5));
  entry.state = game_state::done;
  entry.payload_sha256 = fmt::format("{:08x}a1b2c3d4", static_cast<unsigned>(number) * 2654435761U);
  game.status = game_status::final;
  game.home_score = 96 + number * 13 % 41;
  game.away_score = 95 + number * 29 % 43;
}

stage_status scene_stage(std::string name, std::size_t depth, std::size_t bound, double busy, double p50, double p99,
                         std::uint64_t out) {
  stage_status stage;
  stage.name = std::move(name);
  stage.depth = depth, stage.bound = bound, stage.out = out, stage.in = out + depth;
  stage.recent = {busy, p50, p99, 40, 38, 0};
  return stage;
}

}  // namespace

page_scene::page_scene(std::string_view now) {
  facts_.at = facts_.read_at = moment(now);
  facts_.status.description = "/var/lib/nba-scraper/nba.db";
  facts_.status.backend = "sqlite";
}

page_scene& page_scene::season_through(std::string_view date, int start_year) {
  if (has_season_) finish();
  report_ = {};
  has_season_ = true;
  report_.season = season{start_year};
  report_.plan = scene_plan(start_year);
  report_.reasons.today = et_date_of(facts_.at);
  report_.ledger = complete_ledger(report_.plan, {});
  const auto last = parse_date(date);
  for (std::size_t i = 0; i < report_.plan.size(); ++i)
    if (last && report_.plan[i].date <= *last) set_done(report_.plan[i], report_.ledger[i]);
  return *this;
}

page_scene& page_scene::done_games(std::size_t games, std::size_t ahead) {
  for (std::size_t i = 0; i < games; ++i) set_done(report_.plan[i], report_.ledger[i]);
  for (std::size_t i = 0; i < ahead; ++i)
    set_done(report_.plan[games + 2 + i * 3 / 2], report_.ledger[games + 2 + i * 3 / 2]);
  return *this;
}

page_scene& page_scene::set_aside(std::size_t position, std::string_view rule, std::string_view error) {
  auto& entry = report_.ledger.at(position);
  entry.state = game_state::parked;
  entry.attempts = 2;
  entry.error_class = failure_class::rejected;
  entry.error = fmt::format("rejected: {} ({})", error, rule);
  entry.updated_at = facts_.at - std::chrono::hours{30};
  dead_letter letter;
  letter.dead_letter_id = static_cast<std::int64_t>(facts_.letters.size()) + 7;
  letter.game_id = entry.id;
  letter.stage = "transform";
  letter.error_class = failure_class::rejected;
  letter.error = entry.error;
  letter.attempts = 2;
  letter.first_failed_at = facts_.at - std::chrono::hours{54};
  letter.last_failed_at = facts_.at - std::chrono::hours{30};
  facts_.letters.push_back(std::move(letter));
  report_.reasons.parked_stages[entry.id] = "transform";
  return *this;
}

page_scene& page_scene::close(std::size_t position, game_state state, std::string_view why) {
  auto& entry = report_.ledger.at(position);
  entry.state = state;
  entry.payload_sha256.clear();
  entry.closing = closing_evidence{};
  entry.closing->ground = closing_ground::waived;
  entry.closing->text = std::string{why};
  entry.closing->closed_at = facts_.at;
  return *this;
}

page_scene& page_scene::not_final(std::size_t position) {
  auto& entry = report_.ledger.at(position);
  entry.state = game_state::not_final;
  entry.attempts = 1;
  return *this;
}

page_scene& page_scene::rename(std::size_t position, std::string home, std::string away) {
  report_.plan.at(position).home_tricode = std::move(home);
  report_.plan.at(position).away_tricode = std::move(away);
  return *this;
}

page_scene& page_scene::ended_run(std::string_view job, std::string_view began, int minutes, int exit_code, int games,
                                  int failures) {
  watched_run run;
  run.row.run_id = fmt::format("{}-{}", began, facts_.runs.size());
  run.row.job = std::string{job};
  run.row.arguments = "schedule " + run.row.job;
  run.row.started_at = moment(began);
  run.row.ended_at = run.row.started_at + std::chrono::minutes{minutes} + std::chrono::seconds{12};
  run.row.exit_code = exit_code;
  run.row.games = games;
  run.row.failures = failures;
  run.row.host = "scraper-1";
  run.row.pid = 4100 + static_cast<int>(facts_.runs.size());
  if (failures > 0) run.row.reason = "2 games were set aside";
  run.row.report =
      fmt::format(R"({{"inserted":{},"rows_written":{},"bytes_fetched":{},"parked":{{"games":{},"named":[]}}}})", games,
                  games * 612, games * 450'000, failures);
  facts_.runs.push_back(std::move(run));
  return *this;
}

page_scene& page_scene::run_under_way(std::size_t done, std::size_t total, std::size_t chunks) {
  watched_run run;
  run.state = watched_run::phase::under_way;
  run.row.run_id = "20241129T140000Z-run";
  run.row.job = "backfill";
  run.row.arguments = "schedule backfill --season 2024-25";
  run.row.started_at = facts_.at - std::chrono::minutes{4};
  run.row.host = "scraper-1";
  run.row.pid = 4242;
  run.heard_at = facts_.at;
  run_snapshot snapshot;
  snapshot.number = done + 1;
  snapshot.at = facts_.at;
  auto& job = snapshot.job;
  job.games_total = static_cast<std::int64_t>(total), job.games_done = static_cast<std::int64_t>(done);
  job.chunks_total = 25, job.chunks_ended = 11;
  job.rows_written = static_cast<std::int64_t>(done) * 612;
  job.elapsed = std::chrono::minutes{4};
  for (std::size_t i = 0; i < chunks; ++i) {
    const auto first = report_.plan.at(std::min(done + i * 50, report_.plan.size() - 1)).date;
    job.chunks.push_back(
        {static_cast<int>(12 + i), {first, first + date::days{6}}, 52, 52 - i * 9, 44 - i * 12, i == 3 ? 2U : 0U});
  }
  snapshot.stages = {scene_stage("fetch", 14, 16, 71, 212, 640, done + 31),
                     scene_stage("transform", 2, 8, 12, 3.1, 9, done + 17),
                     scene_stage("load", 15, 16, 98, 38, 190, done + 2), scene_stage("derive", 1, 8, 9, 2.2, 6, done),
                     scene_stage("budget:cdn.nba.com", 8, 8, 0, 0, 0, done * 2 + 40)};
  snapshot.hosts = {{"cdn.nba.com", host_state::open, 8, 8, 21, {}}, {"stats.nba.com", host_state::open, 1, 0, 0, {}}};
  snapshot.lanes = {{"2024-25", fmt::format("002240{:04}", done), total - done}, {"2024-25/cup", "0062400001", 0}};
  snapshot.rates = {38.2, 17e6, 78};
  snapshot.limit_of_run = {"load", "load was busy 98 % of the time", "with PostgreSQL, engine.load_connections"};
  run.snapshot = std::move(snapshot);
  facts_.runs.insert(facts_.runs.begin(), std::move(run));
  return *this;
}

page_scene& page_scene::pause(std::string_view host, std::string_view until, std::string_view reason) {
  host_pause pause{std::string{host}, moment(until), std::string{reason}, 2, 5, false};
  facts_.status.pauses.push_back(pause);
  for (auto& run : facts_.runs) {
    if (!run.snapshot) continue;
    for (auto& one : run.snapshot->hosts)
      if (one.host == host) one.state = host_state::blocked, one.pause = pause, one.in_flight = 0;
    run.snapshot->limit_of_run = {"budget:" + std::string{host}, "the host asked for a pause", ""};
    run.snapshot->rates.games_per_second = 0;
  }
  return *this;
}

page_scene& page_scene::reason(health_level level, std::string kind, std::string text, std::string help) {
  facts_.health.level = std::max(facts_.health.level, level);
  facts_.health.reasons.push_back({level, std::move(kind), {}, std::move(text), std::move(help)});
  return *this;
}

page_scene& page_scene::gone(std::string_view why) {
  facts_.trouble = std::string{why};
  facts_.at += std::chrono::minutes{3};
  return *this;
}

std::shared_ptr<const watch_facts> page_scene::finish() {
  if (has_season_) {
    for (const auto& summary : summarize_lanes(report_.ledger, report_.reasons)) {
      lane_report lane;
      lane.summary = summary;
      if (summary.watermark) lane.stored_watermark = summary.watermark->str();
      if (summary.holder && summary.holder->state == game_state::parked)
        lane.release = "nba-scraper dlq retry " + summary.holder->id.str();
      report_.lanes.push_back(std::move(lane));
    }
    for (const auto& entry : report_.ledger)
      if (entry.state == game_state::done && (!report_.through_date || entry.date > *report_.through_date))
        report_.through_date = entry.date;
    facts_.status.seasons.push_back(report_);
    has_season_ = false;
  }
  return std::make_shared<const watch_facts>(facts_);
}

namespace {

page_scene good_morning() {
  page_scene scene{"2024-11-29T14:05:00Z"};
  scene.season_through("2024-11-27");
  for (int day = 29; day > 17; --day)
    scene.ended_run("daily", fmt::format("2024-11-{}T06:05:00Z", day), day % 3, 0, 5 + day % 7);
  scene.ended_run("backfill", "2024-11-17T15:00:00Z", 34, 0, 166)
      .ended_run("backfill", "2024-11-17T14:40:00Z", 4, 130, 21);
  return scene;
}

named_scene half_time() {
  named_scene scene{"half-time", {}};
  for (std::size_t step = 0; step < 40; ++step) {
    page_scene moment_of{fmt::format("2025-07-01T14:0{}:{:02}.000Z", step * 4 / 60, step * 4 % 60)};
    moment_of.season_through("2024-01-01").done_games(571 + step, 24);
    moment_of.run_under_way(595 + step, 1321);
    moment_of.facts().runs[0].row.started_at = moment("2025-07-01T13:58:30Z");
    moment_of.facts().runs[0].snapshot->rates.games_per_second =
        34 + 6 * std::sin(static_cast<double>(step) / 4) + static_cast<double>(step % 3);
    scene.facts.push_back(moment_of.finish());
  }
  return scene;
}

}  // namespace

std::vector<named_scene> all_page_scenes() {
  std::vector<named_scene> scenes;
  scenes.push_back({"well", {good_morning().finish()}});
  scenes.push_back(half_time());
  auto paused = page_scene{"2025-07-01T14:05:00Z"};
  paused.season_through("2024-01-01")
      .done_games(594, 24)
      .run_under_way(618, 1321)
      .pause("cdn.nba.com", "2025-07-01T14:09:00Z", "Access Denied");
  paused.reason(health_level::attention, "host_blocked",
                "cdn.nba.com refuses everything since 14:01 UTC; the run asks again at 14:09 UTC");
  scenes.push_back({"paused", {paused.finish()}});
  auto aside = good_morning();
  aside.set_aside(210, "team_points_reconcile", "home team 110, sum of its periods 108");
  aside.set_aside(223, "five_starters", "away team has 4 starters, expected 5");
  aside.set_aside(224, "game.homeTeam.players[3].statistics.points", "expected an integer, found \"n/a\"");
  aside.close(100, game_state::cancelled, "the schedule says so: Cancelled")
      .close(151, game_state::waived, "never played, see the league's notice")
      .not_final(238);
  aside.reason(health_level::attention, "games_set_aside", "3 games are set aside", "nba-scraper dlq retry");
  aside.reason(health_level::attention, "lane_held", "the watermark of 2024-25 waits at " + aside.id(209).str(),
               "nba-scraper dlq retry " + aside.id(210).str());
  scenes.push_back({"set-aside", {aside.finish()}});
  scenes.push_back({"empty", {page_scene{"2024-11-29T14:05:00Z"}.finish()}});
  auto summer = page_scene{"2025-08-03T09:00:00Z"};
  summer.season_through("2024-07-30", 2023).season_through("2025-07-30");
  for (int day = 3; day > 0; --day) summer.ended_run("daily", fmt::format("2025-08-0{}T06:05:00Z", day), 0, 0, 0);
  scenes.push_back({"summer", {summer.finish()}});
  auto gone = good_morning();
  gone.finish();
  gone.gone("could not connect to server: Connection refused, 127.0.0.1:5432");
  gone.facts().status.description = "nba@127.0.0.1:5432/nba";
  gone.facts().status.backend = "postgresql";
  scenes.push_back({"gone", {gone.finish()}});
  auto trouble = good_morning();
  trouble.reason(health_level::trouble, "run_died", "the daily run of 29 November died without a word",
                 "nba-scraper schedule daily");
  trouble.reason(health_level::trouble, "disk_low", "3 % of the disk of /var/lib/nba-scraper is free",
                 "df -h /var/lib/nba-scraper");
  trouble.reason(health_level::attention, "games_set_aside", "1 game is set aside", "nba-scraper dlq retry");
  scenes.push_back({"trouble", {trouble.finish()}});
  return scenes;
}

page_frame scene_frame() { return {"0.1.0 (1a2b3c4)", "serve", moment("2024-11-20T08:00:00Z")}; }

}  // namespace nba::cli::test
