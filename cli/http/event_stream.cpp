#include "cli/http/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
stream_cursor::stream_cursor(const web_limits& limits, const newest_message& newest, const std::string& hello,
                             clock::time_point now)
    : blocked_max_(limits.stream_blocked_max),
      beat_interval_(limits.beat_interval),
      current_(
          std::make_shared<const std::string>(fmt::format("retry: {}\n\n{}", limits.reconnect_after.count(), hello))),
      seen_(hello.empty() ? 0 : newest.number),
      handed_out_at_(now) {}

bool stream_cursor::has_more(const newest_message& newest, clock::time_point now) const {
  return current_ || (newest.text && newest.number != seen_) || now - handed_out_at_ >= beat_interval_;
}

std::size_t stream_cursor::read(const newest_message& newest, const std::function<stream_message()>& beat, char* to,
                                std::size_t room, clock::time_point now) {
  if (!has_more(newest, now)) {
    is_sending_ = false;
    return 0;
  }
  if (!current_) {
    const bool is_new = newest.text && newest.number != seen_;
    current_ = is_new ? newest.text : beat();
    if (is_new) seen_ = newest.number;
    offset_ = 0;
  }
  const auto size = std::min(room, current_->size() - offset_);
  std::copy_n(current_->data() + offset_, size, to);
  offset_ += size;
  if (offset_ == current_->size()) current_ = nullptr;
  is_sending_ = true;
  handed_out_at_ = now;
  return size;
}

}  // namespace nba::cli
