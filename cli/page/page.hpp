// The page: one HTML document that holds everything there is to see, and the small differences that follow it.
//
// Purpose: `/` is answered by render_page; what changes afterwards goes to every reader as one server-sent event that
// is rendered once. What a part shows comes from watch_facts alone. The parts are in the order of docs/page.md.
//
// What a server of it has to do:
//   GET /          render_page(parse_page_query(query string)), text/html; charset=utf-8, page_security_policy
//   GET /events    text/event-stream: render_hello() first, then each text that render_update() answers with, and
//                  render_beat() whenever page_beat_interval has passed without another one. A reader that is too slow
//                  for one may miss it: it sees the gap in the numbers and asks for the page.
//   GET /assets/…  asset_for(path) (cli/page/assets.hpp)
//
// Threads: live_page may be used from any thread; nothing in it waits for anything but its own lock. Errors: none.
#pragma once

#include "cli/page/page_query.hpp"
#include "cli/watch/watch_facts.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

// Nothing inline, nothing from elsewhere.
inline constexpr std::string_view page_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";
inline constexpr std::string_view page_events_path = "/events";
// The page says "no answer" after 12 seconds of silence.
inline constexpr std::chrono::seconds page_beat_interval{4};

// What the page says of whoever serves it.
struct page_frame {
  std::string version;    // "0.1.0 (1a2b3c4)"
  std::string server;     // "serve", "schedule backfill": the command that answers
  utc_time started_at{};  // of that process
};

class live_page {
 public:
  explicit live_page(page_frame frame);
  ~live_page();
  live_page(const live_page&) = delete;
  live_page& operator=(const live_page&) = delete;

  // Newer facts, at most about once a second. The event for all who listen, or nullptr when nothing that is shown has
  // changed.
  std::shared_ptr<const std::string> render_update(std::shared_ptr<const watch_facts> facts);
  // The first event of a stream: what the newest version of each part is.
  std::string render_hello() const;
  // "I am still here, and this is the number of the last event."
  std::string render_beat() const;
  // The whole page; before the first facts one that says that they are being read.
  std::string render_page(const page_query& query) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

// Where a token is asked for: the form posts the field `token` to `action`. `refused`: the last one was wrong.
std::string render_sign_in(std::string_view action, bool refused);
// A page that holds one sentence: for refusals and what is not there.
std::string render_notice(std::string_view title, std::string_view sentence);

}  // namespace nba::cli
