// Games that are set aside, and games that are closed without rows.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
namespace {

// The rule or the place in the document stands in brackets at the end of a described failure.
std::string rule_of(std::string_view error) {
  if (!error.ends_with(')')) return {};
  const auto open = error.rfind('(');
  if (open == std::string_view::npos || open + 2 >= error.size()) return {};
  auto rule = error.substr(open + 1, error.size() - open - 2);
  // An address is no rule.
  const bool is_name = rule.find(' ') == std::string_view::npos && rule.find("://") == std::string_view::npos;
  return is_name ? std::string{rule} : std::string{};
}

markup first_line_of(std::string_view text) { return markup{clip(text.substr(0, text.find('\n')), 160)}; }

markup letter_details(const dead_letter& letter) {
  const auto& last = letter.last_error.empty() ? letter.error : letter.last_error;
  markup whole = tag("pre", {}, markup::lines(letter.error));
  if (last != letter.error)
    whole += markup::of({tag("p", {{"class", "muted"}}, "At the last try:"), tag("pre", {}, markup::lines(last))});
  whole +=
      markup::of({tag("p", {{"class", "todo"}}, "Try it again, look at its documents, or give it up:"),
                  command_markup("nba-scraper dlq retry " + letter.game_id.str()),
                  command_markup("nba-scraper dlq show " + std::to_string(letter.dead_letter_id)),
                  command_markup(fmt::format("nba-scraper dlq waive {} --reason \"WHY\"", letter.dead_letter_id))});
  return tag("details", {{"data-key", "why-" + letter.game_id.str()}},
             {tag("summary", {}, first_line_of(letter.error)), whole});
}

void add_letter_row(page_table& table, const dead_letter& letter, const planned_game* game) {
  const auto rule = rule_of(letter.error);
  const auto name = rule.empty() ? std::string{to_string(letter.error_class)} : rule;
  table.add_row(letter.game_id.str(), {id_markup(letter.game_id.str()),
                                       game ? day_markup(game->date) : markup{"-"},
                                       {teams_markup(game), "number"},
                                       letter.stage,
                                       tag("code", {{"title", traits_of(letter.error_class).meaning}}, name),
                                       {letter_details(letter), "words"},
                                       {std::to_string(letter.attempts), "number"},
                                       instant_markup(letter.first_failed_at),
                                       instant_markup(letter.last_failed_at)});
}

const planned_game* game_of(const games_by_id& games, const game_id& id) {
  const auto found = games.find(id.str());
  return found == games.end() ? nullptr : found->second;
}

markup and_more(std::size_t all, std::size_t shown, std::string_view command) {
  if (all <= shown) return {};
  return tag(
      "div", {{"class", "more"}},
      {tag("p", {}, fmt::format("And {} more. All of them:", with_thousands(static_cast<long long>(all - shown)))),
       command_markup(command)});
}

}  // namespace

markup letters_content(const watch_facts& facts, const games_by_id& games) {
  if (facts.letters.empty()) return empty_sentence("Nothing is set aside: no game waits for a person.");
  const auto shown = std::min(facts.letters.size(), letters_shown_max);
  page_table table(fmt::format("{} set aside, the newest first",
                               counted(static_cast<long long>(facts.letters.size()), "game", "games")),
                   {"Game", "Date", "Teams", "Stage", "Rule or class", "What was wrong", "Tries", "First", "Last"});
  for (std::size_t i = 0; i < shown; ++i)
    add_letter_row(table, facts.letters[i], game_of(games, facts.letters[i].game_id));
  return markup::of({tag("p", {}, "When the cause is mended, all of them again:"),
                     command_markup("nba-scraper dlq retry"), table.html(),
                     and_more(facts.letters.size(), shown, "nba-scraper dlq list")});
}

markup closed_content(const watch_facts& facts, const games_by_id& games) {
  page_table table("Games that are closed without rows", {"Game", "Date", "Teams", "State", "Why", "Asked again"});
  std::size_t all = 0;
  std::string rest_in;  // the season of the first one that is not shown
  for (const auto* season : newest_first(facts))
    for (const auto& game : find_closed(season->ledger)) {
      if (++all > closed_shown_max) {
        if (rest_in.empty()) rest_in = to_string(season->season);
        continue;
      }
      table.add_row(game.id.str(), {id_markup(game.id.str()),
                                    day_markup(game.date),
                                    {teams_markup(game_of(games, game.id)), "number"},
                                    state_badge("closed", to_string(game.state)),
                                    {game.reason, "words"},
                                    game.next_check ? day_markup(*game.next_check) : markup{"-"}});
    }
  if (all == 0) return empty_sentence("Nothing is closed: every planned game is here or expected.");
  return tag("details", {{"data-key", "closed"}},
             {tag("summary", {},
                  fmt::format("{} closed: cancelled, waived, or without data anywhere",
                              counted(static_cast<long long>(all), "game is", "games are"))),
              table.html(),
              and_more(all, std::min(all, closed_shown_max), "nba-scraper gaps --season " + rest_in + " --closed")});
}

}  // namespace nba::cli
