// Entries of the schedule that are no games of the plan, and why.
//
// A schedule may list what this program cannot take: a kind of game that did not exist before (the Cup final came so),
// an id that is none, an entry that cannot be read. None of it is dropped without a word: it is kept here, said in the
// log, stored with the plan (table `schedule_left_out`) and named by `gaps` and `doctor`.
// Threads: values and pure functions.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

enum class left_out_reason {
  unknown_kind,   // ten digits, but of a league or kind of game that is not known
  other_season,   // a game id of another season than the schedule's
  malformed_id,   // no game id, and not one that only lost its leading zeros
  unreadable,     // an essential field (id, status, teams, date) is missing or of another type
  contradiction,  // another entry has the same id, but other teams or another result
};
// Stable names, as stored: "unknown_kind", ...
std::string_view to_string(left_out_reason value);
std::optional<left_out_reason> parse_left_out_reason(std::string_view name);

struct left_out_entry {
  std::string id;  // as sent, printable and cut to a readable length; may be empty
  left_out_reason reason = left_out_reason::malformed_id;
  std::string detail;  // one sentence for a person
  std::optional<et_date> date = {};
  std::string home_tricode = {}, away_tricode = {};

  bool operator==(const left_out_entry&) const = default;
};
// "NYK at BOS"; empty while a team is not decided.
std::string teams_of(const left_out_entry& entry);

// A field that does not matter for the plan and had a value of another type: it counts as absent.
struct odd_schedule_value {
  std::string field;  // "arenaName"
  std::size_t count = 0;
  std::string example;  // path, and what was found: of the first one
};

// What the id of an entry says. At most one of `id`, `reason` is set; neither: an id of another league, which is
// rightly none of our business.
struct judged_id {
  std::optional<game_id> id;
  bool repaired = false;  // it had lost its zeros, or had white space around it
  std::optional<left_out_reason> reason;
  std::string detail;
};
// An id of ten digits begins with its league: 00 is the NBA. 10 (WNBA), 20 (G League) and 13 to 16 (summer leagues) are
// other leagues. An NBA id always lost exactly two zeros when something read it as a number (its third digit is never
// zero), so eight or nine digits have one meaning only.
judged_id judge_id(std::string_view text, season of);

}  // namespace nba
