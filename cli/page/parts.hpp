// The parts of the page, each made from the facts alone. What changes by itself is a part of its own: it is sent again
// when its digest has changed, and nothing else is.
//
// Threads: pure functions and plain values.
#pragma once

#include "cli/page/calendar.hpp"
#include "cli/page/headline.hpp"
#include "cli/page/markup.hpp"
#include "cli/page/page_query.hpp"
#include "cli/page/rate_history.hpp"
#include "cli/watch/watch_facts.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nba::cli {

struct page_part {
  std::string id;      // of its element
  markup content;      // what is inside of it
  std::string digest;  // of the content
};
page_part make_part(std::string id, markup content);
// The element in the page.
markup part_element(std::string_view element, std::string_view kind, const page_part& part);

// Of very long lists so many lines are shown; the rest is counted, with the command that lists all.
inline constexpr std::size_t letters_shown_max = 50;
inline constexpr std::size_t closed_shown_max = 50;
inline constexpr std::size_t runs_under_way_shown_max = 4;
inline constexpr std::size_t chunks_shown_max = 12;
inline constexpr std::size_t report_games_shown_max = 12;
// A bar of a lane has at most so many pieces.
inline constexpr std::size_t lane_bins_max = 240;

// The planned games of all seasons by their id.
using games_by_id = std::unordered_map<std::string_view, const planned_game*>;
games_by_id index_games(const watch_facts& facts);

markup verdict_content(const watch_facts& facts, const headline& words);
// One week of a calendar: seven list items.
markup week_content(season of, et_date monday, const std::map<et_date, calendar_day>& days);
// "1,197 of 1,320 games are here, 3 set aside, 2 closed."
markup season_summary_content(const season_report& report);
markup legend_markup();
markup day_content(const season_report* report, et_date day);
markup lanes_content(const season_report& report);
markup run_content(const watch_facts& facts, const rate_histories& rates);
markup letters_content(const watch_facts& facts, const games_by_id& games);
markup closed_content(const watch_facts& facts, const games_by_id& games);
markup hosts_content(const watch_facts& facts);
markup runs_content(const watch_facts& facts);

// Small things that several parts show.
markup state_badge(std::string_view kind, std::string_view word);
markup id_markup(std::string_view id);          // of a game: never broken into two lines
markup teams_markup(const planned_game* game);  // "NYK at BOS"; "teams not known" for null
markup empty_sentence(const markup& sentence);

// A table with a caption. On a phone each row becomes a block, and each cell says what it is.
class page_table {
 public:
  page_table(markup caption, std::initializer_list<std::string_view> columns)
      : caption_(std::move(caption)), columns_(columns) {}
  // One cell a column; the first one is the head of the row. `key`: keeps the row apart from its neighbours.
  struct cell {
    cell(markup inside, std::string_view of_kind = {}) : content(std::move(inside)), kind(of_kind) {}
    cell(const char* text) : content(text) {}
    cell(const std::string& text) : content(text) {}
    markup content;
    std::string_view kind;  // "number": on one line, "words": long text, "wide": a bar
  };
  void add_row(std::string_view key, std::initializer_list<cell> cells);
  bool empty() const noexcept { return rows_.empty(); }
  markup html() const;

 private:
  markup caption_;
  std::vector<std::string_view> columns_;
  markup rows_;
};

}  // namespace nba::cli
