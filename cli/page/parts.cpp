#include "cli/page/parts.hpp"

#include "cli/page/words.hpp"

#include <fmt/format.h>

namespace nba::cli {
namespace {

// FNV-1a: it need not withstand anybody, only tell two versions of a part apart.
std::string digest_of_part(std::string_view text) {
  std::uint64_t sum = 1469598103934665603ULL;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{:016x}", sum);
}

// A shape for each tone, drawn in 24 by 24: nobody has to see its colour.
markup tone_shape(page_tone tone) {
  markup inside;
  const auto path = [](std::string_view d, std::string_view kind) { return tag("path", {{"class", kind}, {"d", d}}); };
  switch (tone) {
    case page_tone::well:
      inside = markup::of({tag("circle", {{"class", "solid"}, {"cx", "12"}, {"cy", "12"}, {"r", "11"}}),
                           path("M6.5 12.5l3.8 3.8 7.2-8", "cut")});
      break;
    case page_tone::busy:
      inside = markup::of({tag("circle", {{"class", "line"}, {"cx", "12"}, {"cy", "12"}, {"r", "10"}}),
                           path("M12 2a10 10 0 0 1 0 20z", "solid")});
      break;
    case page_tone::attention:
      inside = markup::of({path("M12 1.5L23.5 22H.5z", "solid"), path("M12 9v6M12 18v1.5", "cut")});
      break;
    case page_tone::trouble:
      inside =
          markup::of({path("M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z", "solid"), path("M8 8l8 8M16 8l-8 8", "cut")});
      break;
    case page_tone::unknown:
      inside = markup::of({tag("circle", {{"class", "line"}, {"cx", "12"}, {"cy", "12"}, {"r", "10"}}),
                           path("M8.5 9.5a3.5 3.5 0 1 1 5 3.1c-1 .6-1.5 1.2-1.5 2.4M12 17.5v1.5", "line")});
      break;
    case page_tone::empty:
      inside = tag("circle", {{"class", "line dashed"}, {"cx", "12"}, {"cy", "12"}, {"r", "10"}});
      break;
  }
  return tag("svg", {{"class", "shape"}, {"viewBox", "0 0 24 24"}, {"aria-hidden", "true"}}, inside);
}

markup reason_items(const headline& words) {
  markup items;
  // What the sentence says already is named again only where it has a command of its own.
  const auto said = words.tone == page_tone::busy ? 0 : reasons_in_sentence;
  for (std::size_t i = 0; i < words.reasons.size(); ++i) {
    const auto& reason = words.reasons[i];
    if (i < said && (reason.help.empty() || reason.help == words.command)) continue;
    const bool trouble = reason.level == health_level::trouble;
    markup help;
    if (!reason.help.empty() && reason.help != words.command) help = command_markup(reason.help);
    items += tag("li", {},
                 {state_badge(trouble ? "trouble" : "attention", trouble ? "Trouble" : "Needs you"), " ",
                  tag("span", {}, reason.text), " ", help});
  }
  return items;
}

}  // namespace

page_part make_part(std::string id, markup content) {
  auto digest = digest_of_part(content.html());
  return {std::move(id), std::move(content), std::move(digest)};
}

markup part_element(std::string_view element, std::string_view kind, const page_part& part) {
  return tag(element, {attribute::when(!kind.empty(), "class", kind), {"id", part.id}, {"data-digest", part.digest}},
             part.content);
}

games_by_id index_games(const watch_facts& facts) {
  games_by_id games;
  for (const auto& season : facts.status.seasons)
    for (const auto& game : season.plan) games.emplace(game.id.str(), &game);
  return games;
}

markup state_badge(std::string_view kind, std::string_view word) {
  return tag("span", {{"class", fmt::format("state {}", kind)}}, word);
}

markup id_markup(std::string_view id) { return tag("code", {{"class", "id"}}, id); }

markup teams_markup(const planned_game* game) {
  if (!game || (game->away_tricode.empty() && game->home_tricode.empty()))
    return tag("span", {{"class", "muted"}}, "teams not known");
  const auto team = [](const std::string& name) { return tag("bdi", {}, name.empty() ? "?" : name); };
  return markup::of({team(game->away_tricode), " at ", team(game->home_tricode)});
}

markup empty_sentence(const markup& sentence) { return tag("p", {{"class", "empty"}}, sentence); }

void page_table::add_row(std::string_view key, std::initializer_list<cell> cells) {
  markup row;
  std::size_t column = 0;
  for (const auto& one : cells) {
    const auto label = column < columns_.size() ? columns_[column] : std::string_view{};
    // Roles are said: a style that makes blocks of the cells would take them away.
    row += column++ == 0
               ? tag("th", {{"scope", "row"}, {"role", "rowheader"}}, one.content)
               : tag("td",
                     {{"role", "cell"}, attribute::when(!one.kind.empty(), "class", one.kind), {"data-label", label}},
                     one.content);
  }
  rows_ += tag("tr", {{"role", "row"}, {"data-key", key}}, row);
}

markup page_table::html() const {
  markup heads;
  for (const auto column : columns_) heads += tag("th", {{"scope", "col"}, {"role", "columnheader"}}, column);
  return tag(
      "div", {{"class", "scroll"}},
      tag("table", {{"role", "table"}},
          {tag("caption", {}, caption_), tag("thead", {{"role", "rowgroup"}}, tag("tr", {{"role", "row"}}, heads)),
           tag("tbody", {{"role", "rowgroup"}}, rows_)}));
}

markup verdict_content(const watch_facts& facts, const headline& words) {
  markup when;
  if (const auto success = last_success(facts))
    when += markup::of({tag("span", {}, {"Last success: ", instant_markup(*success)}), " "});
  if (const auto next = next_daily_run(facts); next && !facts.trouble) {
    const auto late = *next < facts.at;
    when += tag("span", {}, {late ? "The next daily run was due: " : "Next daily run: about ", instant_markup(*next)});
  }
  markup more;
  if (const auto items = reason_items(words); !items.empty()) more = tag("ul", {{"class", "reasons"}}, items);
  markup age;
  if (facts.trouble) age = tag("p", {{"class", "why"}}, *facts.trouble);
  if (facts.trouble && facts.was_read())
    age += tag("p", {{"class", "muted"}},
               {"What is below was read at ", instant_markup(facts.read_at, instant_detail::second),
                "; since then nobody knows."});
  markup inside =
      tag("div", {{"class", "sentence"}}, {tone_shape(words.tone), tag("p", {{"class", "say"}}, words.sentence)});
  if (!words.command.empty())
    inside += markup::of({tag("p", {{"class", "todo"}}, words.tone == page_tone::empty ? "To begin:" : "What helps:"),
                          command_markup(words.command)});
  inside += markup::of({age, more});
  if (!when.empty()) inside += tag("p", {{"class", "when"}}, when);
  return tag("div", {{"class", fmt::format("verdict {}", to_string(words.tone))}}, inside);
}

}  // namespace nba::cli
