#include "pipeline/plan/ledger_row.hpp"

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/time.hpp"

#include <fmt/format.h>

namespace nba {
namespace {

bool is_date_of(season of, std::string_view text) {
  const auto date = parse_date(text);
  if (!date) return false;
  const auto written = format_date(*date);
  return written >= fmt::format("{:04}-07-01", of.start_year) &&
         written <= fmt::format("{:04}-12-31", of.start_year + 1);
}

}  // namespace

ledger_verdict judge_ledger_row(const ledger_texts& row) {
  ledger_verdict verdict;
  verdict.id = game_id::parse(row.game_id);
  if (!verdict.id) {
    verdict.problems.push_back("game_id: it is none");
    return verdict;
  }
  const auto tell = [&verdict](bool& part, std::string problem) {
    part = false;
    verdict.problems.push_back(std::move(problem));
  };
  const auto season = verdict.id->in_season();
  if (row.season != to_string(season))
    tell(verdict.season, fmt::format("season: '{}', but the id is of {}", row.season, to_string(season)));
  if (row.game_type != to_string(verdict.id->type()))
    tell(verdict.type,
         fmt::format("game_type: '{}', but the id is of {}", row.game_type, to_string(verdict.id->type())));
  if (!row.game_date.empty() && !is_date_of(season, row.game_date))
    tell(verdict.date, fmt::format("game_date: '{}' is no date of {}", row.game_date, to_string(season)));
  if (!parse_game_state(row.state)) tell(verdict.state, fmt::format("state: '{}' is none", row.state));
  return verdict;
}

}  // namespace nba
