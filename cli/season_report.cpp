#include "cli/season_report.hpp"

#include <algorithm>

#include "pipeline/plan/daily.hpp"

#include "cli/text.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

namespace nba::cli {
namespace {

// Which command brings the holder on.
std::string release_command(const lane_summary& summary, const report_context& reasons) {
  if (!summary.holder) return {};
  const auto& holder = *summary.holder;
  const auto season = to_string(holder.id.in_season());
  if (holder.state == game_state::parked) return fmt::format("nba-scraper dlq retry {}", holder.id.str());
  if (holder.state == game_state::loaded)
    return fmt::format("nba-scraper derive --season {} --game {}", season, holder.id.str());
  if (release_ways(summary, reasons).empty()) return {};
  const auto type = holder.id.type();
  const bool is_extra = type == game_type::preseason || type == game_type::all_star;
  return fmt::format("nba-scraper schedule backfill --season {}{}", season,
                     is_extra ? fmt::format(" --game-types {}", to_string(type)) : std::string{});
}

result<report_context> read_reasons(letter_store& database, et_date today, int unavailable_confirmations) {
  report_context reasons{today, unavailable_confirmations, {}};
  const auto letters = database.read_dead_letters(false);
  if (!letters) return letters.error();
  for (const auto& letter : *letters) reasons.parked_stages.emplace(letter.game_id, letter.stage);
  return reasons;
}

}  // namespace

std::size_t season_report::planned() const { return ledger.size(); }

std::size_t season_report::terminal() const {
  return std::accumulate(lanes.begin(), lanes.end(), std::size_t{0},
                         [](std::size_t sum, const lane_report& lane) { return sum + lane.summary.terminal; });
}

std::size_t season_report::done() const {
  return std::accumulate(lanes.begin(), lanes.end(), std::size_t{0},
                         [](std::size_t sum, const lane_report& lane) { return sum + lane.summary.done; });
}

std::size_t season_report::closed() const { return terminal() - done(); }

result<season_report> read_season_report(nba::store& database, nba::season season, const std::set<game_type>& types,
                                         et_date today, int unavailable_confirmations) {
  season_report report;
  report.season = season;
  auto plan = database.read_plan(season);
  if (!plan) return std::move(plan).error();
  report.plan = std::move(plan).value();
  auto reading = database.read_reading(season);
  if (!reading) return std::move(reading).error();
  report.reading = std::move(reading).value();
  const auto rows = database.read_ledger(season);
  if (!rows) return rows.error();
  auto reasons = read_reasons(database, today, unavailable_confirmations);
  if (!reasons) return std::move(reasons).error();
  report.reasons = std::move(reasons).value();

  const auto everything = complete_ledger(report.plan, *rows);
  for (const auto& entry : everything)
    if (types.contains(entry.id.type())) report.ledger.push_back(entry);
  report.through_date = through_date(report.ledger);
  const auto derived = database.read_derived_states(season);
  if (!derived) return derived.error();
  report.derived_by_older_rules =
      static_cast<std::size_t>(std::count_if(derived->begin(), derived->end(), [](const derived_state& game) {
        return game.state == game_state::done && game.current != derived_table_set::all();
      }));
  for (auto& summary : summarize_lanes(everything, report.reasons)) {
    if (!types.contains(summary.lane.type)) {
      report.left_out.push_back(std::move(summary));
      continue;
    }
    auto stored = database.read_watermark("backfill", watermark_key(summary.lane));
    if (!stored) return std::move(stored).error();
    lane_report lane{std::move(summary), std::nullopt, {}};
    if (*stored) lane.stored_watermark = (*stored)->value;
    lane.release = release_command(lane.summary, report.reasons);
    report.lanes.push_back(std::move(lane));
  }
  return report;
}

std::string only_other_types(const season_report& report) {
  if (!report.ledger.empty() || report.left_out.empty()) return {};
  std::vector<std::string> games;
  std::string types;
  for (const auto& lane : report.left_out) {
    const std::string type{to_string(lane.lane.type)};
    games.push_back(counted(static_cast<long long>(lane.planned), type + " game", type + " games"));
    types += (types.empty() ? "" : ",") + type;
  }
  return fmt::format("{} has no game of the types asked for, but {}; to see them: --game-types {}",
                     to_string(report.season), join_words(games), types);
}

std::optional<et_date> today_in_new_york(const context& with) {
  if (tz_available()) return et_date_of(utc_now());
  with.fail(exit_configuration,
            "there is no time zone data, so dates in New York are unknown; install it: "
            "apt-get install tzdata");
  return std::nullopt;
}

}  // namespace nba::cli
