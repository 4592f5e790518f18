// Whether the daily date that is stored can be believed.
//
// It moves by itself, up to yesterday in New York at most. One that lies later was set by a slip of the hand, or by a
// run whose clock was ahead; every daily run would find nothing to do until then.
// Threads: values and pure functions.
#pragma once

#include "pipeline/time.hpp"

#include <optional>
#include <string>

namespace nba {

struct daily_mark {
  enum class kind {
    none,        // not set yet
    good,        //
    unreadable,  // no date
    ahead,       // later than yesterday
  } what = kind::none;
  std::optional<et_date> date = {};  // of good and ahead
  // A sentence that says what is wrong; empty for none and good.
  std::string problem = {};
  // The command that mends it; empty for none and good.
  std::string fix = {};

  bool usable() const noexcept { return what == kind::none || what == kind::good; }
};

// `stored`: the value of the row ("schedule", "daily"). `yesterday`: the last ET date that is over.
daily_mark judge_daily_mark(const std::optional<std::string>& stored, et_date yesterday);

// Why `value` cannot be a daily date, as a sentence; nullopt when it can.
std::optional<std::string> why_not_daily_date(et_date value, et_date yesterday);

}  // namespace nba
