#include "cli/metrics/metrics_text.hpp"

#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using namespace std::chrono_literals;

namespace {

const utc_time noon = *parse_timestamp("2025-01-10T12:00:00Z");

run_snapshot busy_snapshot() {
  run_snapshot out;
  out.number = 7;
  out.at = noon;
  out.job.games_total = 100;
  out.job.games_done = 40;
  out.job.games_failed = 3;
  out.job.games_not_ready = 2;
  out.job.inserted = 30;
  out.job.replaced = 4;
  out.job.unchanged = 5;
  out.job.recovered = 1;
  out.job.parked = 2;
  out.job.closed = 1;
  out.job.left = 1;
  out.job.chunks_total = 10;
  out.job.chunks_ended = 3;
  out.job.chunks = {open_chunk{}, open_chunk{}};
  out.job.rows_written = 123'456;
  stage_status fetch;
  fetch.name = "fetch";
  fetch.depth = 5;
  fetch.bound = 16;
  fetch.depth_max = 9;
  fetch.bytes = 100;
  fetch.bytes_bound = 1'000;
  fetch.credit = 11;
  fetch.in = 50;
  fetch.out = 45;
  fetch.failed = 2;
  fetch.bytes_total = 987'654;
  fetch.workers = 1;
  fetch.busy = 1500ms;
  fetch.recent.busy_pct = 98;
  fetch.service.record(100us);
  fetch.service.record(3ms);
  stage_status budget;
  budget.name = "budget:cdn.nba.com";
  out.stages = {fetch, budget};
  host_status host;
  host.host = "cdn.nba.com";
  host.state = host_state::throttled;
  host.window = 4;
  host.in_flight = 3;
  host.waiting = 12;
  host.tokens = 2.5;
  host.requests_per_minute = 240;
  host.failed_probes = 1;
  for (int i = 0; i < 90; ++i) host.answers.count({});
  host.answers.count({failure_class::throttled});
  host.pause = host_pause{"cdn.nba.com", noon + 60s};
  out.hosts = {host};
  out.limit.stage = "budget:cdn.nba.com";
  return out;
}

watched_run run_of(std::string id, std::string job, watched_run::phase state) {
  watched_run out;
  out.row.run_id = std::move(id);
  out.row.job = std::move(job);
  out.row.started_at = noon - 1h;
  out.state = state;
  return out;
}

watched_run ended_run(std::string id, std::string job, int exit_code) {
  auto out = run_of(std::move(id), std::move(job), watched_run::phase::ended);
  out.row.started_at = noon - 25h;
  out.row.ended_at = noon - 24h;
  out.row.exit_code = exit_code;
  out.row.games = 12;
  out.row.failures = exit_code;
  return out;
}

// Everything that there can be at once.
watch_facts full_facts() {
  watch_facts out;
  out.at = out.read_at = noon;
  out.status.daily = "2025-01-08";
  out.status.daily_state = judge_daily_mark(out.status.daily, *parse_date("2025-01-09"));
  lane_report lane;
  lane.summary.lane = lane_of(*game_id::parse("0022400001"));
  lane.summary.planned = 1230;
  lane.summary.lag = 600;
  lane.summary.by_state = {{game_state::done, 629}, {game_state::parked, 1}, {game_state::planned, 600}};
  lane.summary.through_date = *parse_date("2025-07-04");
  season_report season;
  season.season = lane.summary.lane.season;
  season.lanes = {lane};
  ledger_entry closed{*game_id::parse("0022400002")};
  closed.state = game_state::unavailable;
  closed.closing = closing_evidence{closing_ground::refused, "answered 403", 1, {}, {}, {}, 0};
  season.ledger = {closed};
  out.status.seasons.push_back(season);
  out.status.pauses = {{"stats.nba.com", noon + 10min}, {"over.test", noon - 1s}};
  out.successes = {{"daily", noon - 24h}, {"backfill", noon - 500h}};
  dead_letter letter;
  letter.error_class = failure_class::contract_drift;
  out.letters = {letter};
  out.disk = health_facts::disk_space{"/data", 5'000'000'000, 100'000'000'000};
  out.health.level = health_level::trouble;
  out.health.reasons = {{health_level::trouble, "lane_held", "2024-25", "…", ""},
                        {health_level::attention, "host_blocked", "cdn.nba.com", "…", ""},
                        {health_level::attention, "disk_low", "/data", "…", ""}};
  auto live = run_of("r3", "backfill", watched_run::phase::under_way);
  live.snapshot = busy_snapshot();
  live.heard_at = noon - 1s;
  out.runs = {live, run_of("r2", "dlq", watched_run::phase::died), ended_run("r1", "daily", 3),
              ended_run("r0", "backfill", 0)};
  return out;
}

std::vector<prometheus::MetricFamily> families_of(const watch_facts& facts, metrics_scope scope = {"serve"}) {
  return facts_collector{[&] { return std::make_shared<const watch_facts>(facts); }, std::move(scope)}.Collect();
}

// "a complete name": a sentence of what is wrong with the name, or nothing.
std::string wrong_with_name(const metric_kind& kind) {
  static const std::regex form("nba_scraper(_[a-z]+)+");
  static const std::set<std::string> units{"seconds", "bytes",    "ratio", "info",   "games",    "requests", "rows",
                                           "chunks",  "second",   "state", "code",   "problems", "letters",  "way",
                                           "tokens",  "readable", "stage", "probes", "workers",  "draining"};
  const std::string name{kind.name};
  if (!std::regex_match(name, form)) return "is not nba_scraper_<words>";
  const bool is_total = name.ends_with("_total");
  if (is_total != (kind.type == metric_type::counter)) return "_total is the end of counters, and of nothing else";
  const auto bare = is_total ? name.substr(0, name.size() - 6) : name;
  if (!units.contains(bare.substr(bare.rfind('_') + 1))) return "ends in no unit";
  for (const auto* word : {"_age", "_days", "_hours", "_minutes", "_ms", "_count", "_percent", "_milliseconds"})
    if ((name + "_").find(std::string{word} + "_") != std::string::npos) return "no base unit, or an age";
  if (kind.help.empty() || kind.help.back() != '.') return "its help is no sentence";
  return {};
}

std::set<std::string> words_of(std::string_view labels) {
  std::set<std::string> out;
  std::istringstream in{std::string{labels}};
  for (std::string word; std::getline(in >> std::ws, word, ',');) out.insert(word);
  return out;
}

bool has(const std::string& text, const std::string& line) {
  const bool found = text.find("\n" + line + "\n") != std::string::npos;
  if (!found) MESSAGE(line);
  return found;
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("every name has the form of the contract, every label is one of it, no name is there twice") {
    const std::set<std::string> allowed{"stage", "host", "lane", "class", "state", "version", "revision"};
    std::set<std::string_view> seen;
    for (const auto& kind : metrics::all) {
      CAPTURE(kind.name);
      CHECK(wrong_with_name(kind) == "");
      CHECK(seen.insert(kind.name).second);
      for (const auto& label : words_of(kind.labels)) CHECK_MESSAGE(allowed.contains(label), label);
    }
  }

  TEST_CASE("every metric has a series when there is something to say, with its own labels and the task") {
    const auto facts = full_facts();
    std::set<std::string> found;
    for (const auto& family : families_of(facts)) {
      found.insert(family.name);
      const auto kind = std::find_if(metrics::all.begin(), metrics::all.end(),
                                     [&](const auto& one) { return one.name == family.name; });
      REQUIRE(kind != metrics::all.end());
      const auto labels = words_of(kind->labels);
      std::set<std::vector<prometheus::ClientMetric::Label>> series;
      for (const auto& one : family.metric) {
        CAPTURE(family.name);
        CHECK(series.insert(one.label).second);
        CHECK(one.timestamp_ms == 0);
        CHECK(one.label.back().name == "task");
        for (std::size_t i = 0; i + 1 < one.label.size(); ++i)
          CHECK_MESSAGE(labels.contains(one.label[i].name), one.label[i].name);
      }
    }
    for (const auto& kind : metrics::all) CHECK_MESSAGE(found.contains(std::string{kind.name}), kind.name);
  }

  TEST_CASE("what the database holds is in the text, in base units") {
    const auto text = metrics_text(full_facts(), "serve");
    CHECK(has(text, R"(nba_scraper_database_readable{task="serve"} 1)"));
    // Midnight in New York is at 5:00 UTC in winter, at 4:00 in summer.
    CHECK(has(text, R"(nba_scraper_daily_through_timestamp_seconds{task="serve"} 1736398800)"));
    CHECK(has(text, R"(nba_scraper_lane_through_timestamp_seconds{lane="2024-25",task="serve"} 1751688000)"));
    CHECK(has(text, R"(nba_scraper_lane_lag_games{lane="2024-25",task="serve"} 600)"));
    CHECK(has(text, R"(nba_scraper_lane_games{lane="2024-25",state="parked",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_closed_games{class="refused",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_closed_games{class="waived",task="serve"} 0)"));
    CHECK(has(text, R"(nba_scraper_dead_letters{class="contract_drift",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_dead_letters{class="rejected",task="serve"} 0)"));
    CHECK(has(text, R"(nba_scraper_health_state{state="trouble",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_health_state{state="well",task="serve"} 0)"));
    CHECK(has(text, R"(nba_scraper_health_problems{class="lane_held",lane="2024-25",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_health_problems{class="host_blocked",host="cdn.nba.com",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_health_problems{class="disk_low",task="serve"} 1)"));
    CHECK(has(text, R"(nba_scraper_last_success_timestamp_seconds{task="daily"} 1736424000)"));
    CHECK(has(text, R"(nba_scraper_disk_free_bytes{task="serve"} 5000000000)"));
  }

  TEST_CASE("a run under way is in the text: games by outcome, credit, the histogram, its host") {
    const auto text = metrics_text(full_facts(), "serve");
    CHECK(has(text, R"(nba_scraper_run_state{state="under_way",task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_run_state{state="died",task="backfill"} 0)"));
    CHECK(has(text, R"(nba_scraper_run_state{state="died",task="dlq"} 1)"));
    CHECK(has(text, R"(nba_scraper_runs_under_way{task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_runs_under_way{task="daily"} 0)"));
    CHECK(has(text, R"(nba_scraper_run_heard_timestamp_seconds{task="backfill"} 1736510399)"));
    CHECK(has(text, R"(nba_scraper_last_run_exit_code{task="daily"} 3)"));
    CHECK(has(text, R"(nba_scraper_last_run_exit_code{task="backfill"} 0)"));
    CHECK(has(text, R"(nba_scraper_last_run_duration_seconds{task="daily"} 3600)"));
    CHECK(has(text, R"(nba_scraper_run_games_total{class="inserted",task="backfill"} 30)"));
    CHECK(has(text, R"(nba_scraper_run_games_total{class="closed",task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_run_games_total{class="not_ready",task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_run_chunks{state="to_come",task="backfill"} 5)"));
    CHECK(has(text, R"(nba_scraper_run_rows_total{task="backfill"} 123456)"));
    CHECK(has(text, R"(nba_scraper_mailbox_bound_games{stage="fetch",task="backfill"} 16)"));
    CHECK(has(text, R"(nba_scraper_credit_outstanding_bytes{stage="fetch",task="backfill"} 900)"));
    CHECK(has(text, R"(nba_scraper_stage_busy_ratio{stage="fetch",task="backfill"} 0.98)"));
    CHECK(has(text, R"(nba_scraper_stage_busy_seconds_total{stage="fetch",task="backfill"} 1.5)"));
    CHECK(has(text, R"(nba_scraper_stage_service_seconds_bucket{stage="fetch",task="backfill",le="6.4e-05"} 0)"));
    CHECK(has(text, R"(nba_scraper_stage_service_seconds_bucket{stage="fetch",task="backfill",le="0.000256"} 1)"));
    CHECK(has(text, R"(nba_scraper_stage_service_seconds_bucket{stage="fetch",task="backfill",le="+Inf"} 2)"));
    CHECK(has(text, R"(nba_scraper_requests_total{host="cdn.nba.com",class="ok",task="backfill"} 90)"));
    CHECK(has(text, R"(nba_scraper_requests_total{host="cdn.nba.com",class="throttled",task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_host_state{host="cdn.nba.com",state="throttled",task="backfill"} 1)"));
    CHECK(has(text, R"(nba_scraper_budget_tokens{host="cdn.nba.com",task="backfill"} 2.5)"));
    CHECK(has(text, R"(nba_scraper_budget_pace_requests_per_second{host="cdn.nba.com",task="backfill"} 4)"));
    CHECK(has(text, R"(nba_scraper_run_limiting_stage{stage="budget",host="cdn.nba.com",task="backfill"} 1)"));
  }

  TEST_CASE("a pause that is over, a lane that is gone, a run that has ended leave no series") {
    auto facts = full_facts();
    const auto before = metrics_text(facts, "serve");
    CHECK(contains(before, R"(pause_until_timestamp_seconds{host="cdn.nba.com",task="backfill"})"));
    CHECK(contains(before, R"(pause_until_timestamp_seconds{host="stats.nba.com",task="serve"})"));
    CHECK_FALSE(contains(before, "over.test"));

    facts.runs.front().snapshot->hosts.front().pause.reset();
    facts.status.pauses.clear();
    CHECK_FALSE(contains(metrics_text(facts, "serve"), "pause_until"));
    facts.runs.front().state = watched_run::phase::ended;
    facts.status.seasons = {};
    facts.letters.clear();
    const auto after = metrics_text(facts, "serve");
    CHECK_FALSE(contains(after, "lane=\"2024-25\"} "));
    CHECK_FALSE(contains(after, "nba_scraper_lane_"));
    for (const auto* gone :
         {"mailbox", "credit", "stage_", "budget", "requests", "host_state", "run_games", "run_rows"})
      CHECK_MESSAGE(!contains(after, "nba_scraper_" + std::string{gone}), gone);
    CHECK(has(after, R"(nba_scraper_dead_letters{class="contract_drift",task="serve"} 0)"));
    CHECK(has(after, R"(nba_scraper_runs_under_way{task="backfill"} 0)"));
  }

  TEST_CASE("a host that the run is asking again is not at rest, whatever the database still says") {
    auto facts = full_facts();
    facts.status.pauses = {{"cdn.nba.com", noon + 10min}};
    facts.runs.front().snapshot->hosts.front().pause.reset();
    CHECK_FALSE(contains(metrics_text(facts, "serve"), "pause_until"));
    facts.runs.clear();
    CHECK(contains(metrics_text(facts, "serve"), R"(pause_until_timestamp_seconds{host="cdn.nba.com",task="serve"})"));
  }

  TEST_CASE("files of two tasks hold no series in common, and the same words of help") {
    const auto facts = full_facts();
    std::set<std::string> series;
    std::map<std::string, std::string> help;
    for (const auto* task : {"daily", "backfill"}) {
      const auto text = metrics_text(facts, metrics_scope{task, false});
      CHECK(text.ends_with("\n"));
      for (const auto& line : lines_of(text)) {
        CAPTURE(line);
        if (!line.starts_with("#")) {
          CHECK(series.insert(line.substr(0, line.rfind(' '))).second);
          CHECK(contains(line, "task=\"" + std::string{task} + "\""));
        } else if (line.starts_with("# HELP ")) {
          const auto end = line.find(' ', 7);
          const auto [known, is_new] = help.emplace(line.substr(7, end - 7), line.substr(end));
          CHECK(known->second == line.substr(end));
        }
      }
    }
  }

  TEST_CASE("of two runs of a task the newest that goes on is shown, or the one that writes") {
    auto facts = full_facts();
    auto second = facts.runs.front();
    second.row.run_id = "r9";
    second.snapshot->job.rows_written = 9;
    facts.runs.insert(facts.runs.begin(), second);
    CHECK(has(metrics_text(facts, "serve"), R"(nba_scraper_runs_under_way{task="backfill"} 2)"));
    CHECK(has(metrics_text(facts, "serve"), R"(nba_scraper_run_rows_total{task="backfill"} 9)"));
    CHECK(has(metrics_text(facts, metrics_scope{"backfill", false, "r3"}),
              R"(nba_scraper_run_rows_total{task="backfill"} 123456)"));
  }

  TEST_CASE("a database that cannot be read is said, and nothing is made up") {
    watch_facts facts;
    facts.at = noon;
    facts.trouble = "connection refused";
    facts.health.level = health_level::unknown;
    const auto text = metrics_text(facts, metrics_scope{"daily", false});
    CHECK(has(text, R"(nba_scraper_database_readable{task="daily"} 0)"));
    CHECK(has(text, R"(nba_scraper_health_state{state="unknown",task="daily"} 1)"));
    for (const auto* none : {"dead_letters", "closed_games", "read_timestamp", "last_success", "disk"})
      CHECK_MESSAGE(!contains(text, none), none);
  }

  TEST_CASE("of several jobs that failed there is one series, since no label tells them apart") {
    watch_facts facts;
    facts.at = facts.read_at = utc_now();
    for (const auto* job : {"daily", "backfill 1996-97", "backfill 2024-25"})
      facts.health.reasons.push_back({health_level::trouble, "run_failed", job, "it failed", ""});
    const auto text = metrics_text(facts, "serve");
    const std::string name = "nba_scraper_health_problems{";
    CHECK(has(text, R"(nba_scraper_health_problems{class="run_failed",task="serve"} 3)"));
    CHECK(text.find(name) == text.rfind(name));
  }

  TEST_CASE("names that others chose do not break the text") {
    auto facts = full_facts();
    facts.status.pauses = {{"a\"b\\c\nd\xff", noon + 10min}};
    const auto text = metrics_text(facts, "serve");
    CHECK(contains(text, R"(host="a\"b\\c\\nd\\xff")"));
  }

  TEST_CASE("docs/metrics.md is what the catalogue says") {
    const auto path = std::string{NBA_SOURCE_DIR} + "/docs/metrics.md";
    std::ifstream in(path);
    std::string page{std::istreambuf_iterator<char>(in), {}};
    const auto begin = page.find("| metric | type |");
    const auto end = page.find("\n\n", begin);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    const auto wanted = metrics_documentation();
    if (std::getenv("NBA_RENEW_DOCS") != nullptr) {
      page.replace(begin, end + 1 - begin, wanted);
      std::ofstream(path) << page;
      return;
    }
    CHECK_MESSAGE(page.substr(begin, end + 1 - begin) == wanted,
                  "to renew it: NBA_RENEW_DOCS=1 build/dev/cli_tests -tc='docs/metrics*'");
  }
}
