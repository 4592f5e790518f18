// The newest message for everybody who listens, and how far each listener is with it.
//
// One message is made for all; a listener holds at most the one that it is being sent, and then goes on with the
// newest: who is slow misses messages, and costs no memory. Threads: belongs to the serving thread.
#pragma once

#include "cli/http/web_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

using stream_message = std::shared_ptr<const std::string>;

struct newest_message {
  std::uint64_t number = 0;  // grows by one with each
  stream_message text;       // null before the first one
};

class stream_cursor {
 public:
  using clock = std::chrono::steady_clock;
  // `hello`: the first thing to say, in place of the newest message that there was when the stream began; empty: none.
  stream_cursor(const web_limits& limits, const newest_message& newest, const std::string& hello,
                clock::time_point now);

  // Writes what is due into `to`: the rest of a message, the newest one if it is new, a sign of life. Answers how many
  // bytes; 0: nothing is due now.
  std::size_t read(const newest_message& newest, const std::function<stream_message()>& beat, char* to,
                   std::size_t room, clock::time_point now);
  // Whether read() would have something to say.
  bool has_more(const newest_message& newest, clock::time_point now) const;
  // Whether something was handed out and its client has not taken it for too long.
  bool is_blocked(clock::time_point now) const { return is_sending_ && now - handed_out_at_ > blocked_max_; }

 private:
  const std::chrono::milliseconds blocked_max_, beat_interval_;
  stream_message current_;  // being sent; null when there is none
  std::size_t offset_ = 0;
  std::uint64_t seen_ = 0;
  bool is_sending_ = false;  // the last read handed something out
  clock::time_point handed_out_at_;
};

}  // namespace nba::cli
