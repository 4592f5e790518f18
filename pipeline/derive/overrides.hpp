// Corrections by hand of games whose record is wrong (pipeline/derive/overrides.csv, compiled in, each with its
// reason).
//
// Threads: the table is read once and constant. Errors: a broken line is a bug and ends in std::logic_error at the
// first look-up. An override is for a record that contradicts itself and whose payload shows what happened. It is never
// made to fit a number without such a reason (docs/adr/0083-overrides.md). It names the record that it was made for,
// and is applied to no other (docs/adr/0098-overrides-name-what-they-correct.md).
#pragma once

#include "pipeline/event_log.hpp"
#include "pipeline/plan/game_id.hpp"
#include "pipeline/rows.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

enum class override_rule {
  substitution,     // the `substitution` event with this order number is of player `value`
  free_throw_foul,  // the free throw with this order number belongs to the event with the order number `value`
};
// "substitution", "free_throw_foul": the text of the column `rule`.
std::string_view to_string(override_rule rule);

// An event as the record had it when an override was made.
struct recorded_event {
  std::int64_t order_number = 0;
  int period = 0;
  int clock_hundredths = 0;
  std::string action_type, sub_type;
  std::int64_t player_id = 0;  // 0: nobody
};

struct game_override {
  nba::game_id game_id;
  override_rule rule = override_rule::substitution;
  // The column `detail`: "ORDER_NUMBER VALUE".
  std::int64_t order_number = 0;
  std::int64_t value = 0;
  std::vector<recorded_event> record;  // the corrected event first, then those that show what happened
  std::string reason, source;
};

// "0022400061 substitution 4950000 1628436": names an override in a message.
std::string describe(const game_override& correction);

// Every override, ordered by game.
std::span<const game_override> overrides();
// Those of one game, nearly always none.
std::span<const game_override> overrides_of(const game_id& id);

struct skipped_override {
  const game_override* correction = nullptr;
  std::string reason;  // "event 4485000 is not in the record"
};
struct override_choice {
  std::vector<game_override> applied;
  std::vector<skipped_override> skipped;  // each worth one warning
};
// Which of `corrections` (those of the game) are made for this record. None is for rows of the synthetic league, which
// uses real ids; those are no news either.
override_choice choose_overrides(const game_rows& rows, std::span<const game_override> corrections);
// The same of the compiled table.
override_choice choose_overrides(const game_rows& rows);

// "override.skipped", a warning.
log_event skipped_override_event(const skipped_override& skipped);

// The override of an event, or null. `corrections` are those of one game.
const game_override* find_override(std::span<const game_override> corrections, override_rule rule,
                                   std::int64_t order_number);

// Reads such a file. Throws std::logic_error with the line that is broken.
std::vector<game_override> read_overrides(std::string_view csv);

}  // namespace nba
