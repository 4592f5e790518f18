// Closings: verdicts that take a game out of the expected set without its rows.
//
// A game is played, or it is not, and one answer of a host or one look at a schedule shows neither. So each verdict has
// a ground, and each ground its evidence: how often it was seen, on which days. Some grounds are somebody's word (the
// schedule says cancelled, a person waived it), others are inferred from silence; those are loud once, and asked about
// again. Why each rule is as it is: docs/adr/0092-closings.md.
// Threads: plain values and pure functions.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nba {

struct planned_game;

// Why a game is, or may be, out of the expected set.
enum class closing_ground {
  refused,     // the host has no documents of it, and has others
  absent,      // the schedule does not list it any more
  postponed,   // the schedule says so, and has no new date
  cancelled,   // the schedule says so
  undecided,   // the season is over and its teams were never decided
  not_needed,  // its playoff series was decided without it
  waived,      // a person gave it up
};
// As in `ingest_games.closing_ground`.
std::string_view to_string(closing_ground value);
std::optional<closing_ground> parse_closing_ground(std::string_view name);
// Concluded from what is missing, not from what somebody says: an alarm, and asked about again.
bool is_inferred(closing_ground value);
// Off its date: nobody expects it to be played on it.
bool is_off_date(closing_ground value);

// What speaks for closing a game, part of its ledger row. Without `closed_at` it is a suspicion.
struct closing_evidence {
  closing_ground ground = closing_ground::refused;
  std::string text;   // one sentence: what was seen, or who decided
  int occasions = 1;  // on how many ET days it was seen
  utc_time first_seen_at{};
  utc_time last_seen_at{};  // the last one that counted
  std::optional<utc_time> closed_at = {};
  int checks = 0;  // how often it was asked about since

  bool operator==(const closing_evidence&) const = default;
};

// Absence and a "PPD" count from this many occasions on; refusals have a setting
// (disposition_settings::unavailable_confirmations).
inline constexpr int off_date_occasions = 2;
// An inferred closing is asked about again so many days after it was made.
inline constexpr std::array<int, 4> check_after_days{1, 3, 7, 30};

// The evidence after one more sight. An occasion is an ET day: a second sight on the same day, or less than `spacing`
// after the last one that counted, adds nothing and changes nothing. Another ground begins anew, except that absence
// and "PPD" are the same news told in two ways. A closing that was made is returned as it is.
closing_evidence seen_again(const std::optional<closing_evidence>& known, closing_ground ground, std::string text,
                            utc_time now, std::chrono::milliseconds spacing = {});
// The evidence of a verdict that needs one occasion (somebody's word), or has its occasions: closed at `now`.
closing_evidence closed_by(closing_ground ground, std::string text, utc_time now,
                           const std::optional<closing_evidence>& known = std::nullopt);

// The ET date from which on an inferred closing is to be asked about again; nullopt for one that is not, or has been
// often enough.
std::optional<et_date> next_check(const closing_evidence& evidence);
bool is_check_due(const closing_evidence& evidence, et_date today);

// Whether `game` belongs to a playoff series that, by the results in `games` (one season, any order), one team has won:
// the rest of it was not needed. False where the ids do not tell the series (other types; playoffs of old seasons).
bool is_series_decided(const game_id& game, std::span<const planned_game> games);
// Wins that decide a series: four; three in first rounds up to 2001-02.
int wins_needed(const game_id& game);

}  // namespace nba
