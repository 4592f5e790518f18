// The season: weeks as columns, a summary, a legend, and the games of one day.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
namespace {

constexpr std::size_t days_of_week = 7;
// How far a day is, in eighths: its class says how high its colour stands.
constexpr std::size_t day_fill_steps = 8;

markup day_cell(season of, et_date date, const calendar_day& day) {
  auto kind = fmt::format("day {}", name_of(day.state));
  const auto eighths = day.games > 0 ? day.terminal() * day_fill_steps / day.games : 0;
  if (day.state == day_state::under_way || day.state == day_state::missing) kind += fmt::format(" f{}", eighths);
  return tag("a", {{"class", kind},
                   {"href", to_string(page_query{of, date}) + "#day"},
                   {"data-day", format_date(date)},
                   {"aria-label", describe(date, day)}});
}

struct shown_state {
  std::string_view kind;
  std::string word;
};
shown_state show_state(const ledger_entry& entry, et_date today) {
  switch (entry.state) {
    case game_state::done:
      return {"done", "done"};
    case game_state::loaded:
      return {"missing", "stored, its derived rows are to come"};
    case game_state::parked:
      return {"aside", "set aside"};
    case game_state::waived:
    case game_state::unavailable:
    case game_state::cancelled:
      return {"closed", "closed: " + std::string{to_string(entry.state)}};
    case game_state::postponed:
      return {"ahead", "postponed"};
    case game_state::not_final:
      return {"early", "not final yet"};
    case game_state::planned:
      break;
  }
  return entry.date < today ? shown_state{"missing", "not here yet"} : shown_state{"ahead", "to come"};
}

markup score_of(const planned_game* game) {
  if (!game) return {};
  if (game->away_score && game->home_score) return fmt::format("{}-{}", *game->away_score, *game->home_score);
  if (game->tipoff_utc) return instant_markup(*game->tipoff_utc);
  return tag("span", {{"class", "muted"}}, "time not known");
}

markup digest_of_documents(const ledger_entry& entry) {
  if (entry.payload_sha256.empty()) return tag("span", {{"class", "muted"}}, "none yet");
  return tag("code", {{"title", "SHA-256 of box score and play-by-play: " + entry.payload_sha256}},
             entry.payload_sha256.substr(0, 8));
}

void add_day_row(page_table& table, const ledger_entry& entry, const planned_game* game, const season_report& report) {
  const auto [kind, word] = show_state(entry, report.reasons.today);
  markup reason;
  if (entry.state != game_state::done) reason = explain(entry, report.reasons);
  table.add_row(entry.id.str(), {id_markup(entry.id.str()),
                                 {teams_markup(game), "number"},
                                 {score_of(game), "number"},
                                 state_badge(kind, word),
                                 {reason, "words"},
                                 {std::to_string(entry.attempts), "number"},
                                 digest_of_documents(entry)});
}

}  // namespace

markup week_content(season of, et_date monday, const std::map<et_date, calendar_day>& days) {
  markup items;
  for (std::size_t i = 0; i < days_of_week; ++i) {
    const auto date = monday + date::days{static_cast<int>(i)};
    const auto day = days.find(date);
    items += tag("li", {}, day == days.end() ? tag("span", {{"class", "day none"}}) : day_cell(of, date, day->second));
  }
  return items;
}

markup season_summary_content(const season_report& report) {
  std::size_t aside = 0;
  for (const auto& entry : report.ledger) aside += entry.state == game_state::parked ? 1 : 0;
  auto text = fmt::format("{} of {} here", with_thousands(static_cast<long long>(report.done())),
                          counted(static_cast<long long>(report.planned()), "game", "games"));
  if (aside > 0) text += fmt::format(", {} set aside", with_thousands(static_cast<long long>(aside)));
  if (report.closed() > 0) text += fmt::format(", {} closed", with_thousands(static_cast<long long>(report.closed())));
  if (report.planned() == 0) text = only_other_types(report);
  markup through;
  if (report.through_date) through = markup::of({" Complete through ", day_markup(*report.through_date), "."});
  return markup::of({text + ".", through});
}

markup legend_markup() {
  markup items;
  for (const auto state : all_day_states())
    items += tag(
        "li", {},
        {tag("span", {{"class", fmt::format("day {}{}", name_of(state), state == day_state::under_way ? " f4" : "")},
                      {"aria-hidden", "true"}}),
         tag("span", {{"title", explain(state)}}, describe(state))});
  items += tag("li", {}, {tag("span", {{"class", "day none"}, {"aria-hidden", "true"}}), tag("span", {}, "no games")});
  return tag("ul", {{"class", "legend"}, {"aria-label", "What the marks mean"}}, items);
}

markup day_content(const season_report* report, et_date day) {
  page_table table(markup::of({"Games of ", day_in_full(day)}),
                   {"Game", "Teams", "Score", "State", "Reason", "Tries", "Documents"});
  if (report) {
    games_by_id games;
    for (const auto& game : report->plan)
      if (game.date == day) games.emplace(game.id.str(), &game);
    for (const auto& entry : report->ledger) {
      if (entry.date != day) continue;
      const auto game = games.find(entry.id.str());
      add_day_row(table, entry, game == games.end() ? nullptr : game->second, *report);
    }
  }
  if (table.empty()) return empty_sentence("No games on " + day_in_full(day) + ".");
  return table.html();
}

}  // namespace nba::cli
