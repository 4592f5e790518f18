// The HTTP server as `serve` and a run with --http have it: server, site and watcher put together from the settings.
//
// Threads: two of its own (serving thread, watcher). Belongs to the thread that made it; `address` from any.
// Ownership: holds all three; what it is given lives as long as it does. Errors: class configuration, with the setting
// and the fix, but for an address that cannot be had: that is for the caller to judge.
#pragma once

#include "cli/http/web_site.hpp"
#include "cli/settings.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

struct web_service_settings {
  web_address listen;
  site_settings site;
  web_limits limits;
  std::shared_ptr<const site_content> content;
  std::function<facts_ptr()> read;    // on the watcher
  facts_listener on_facts = nullptr;  // told of each new reading, on the watcher
  std::chrono::milliseconds unasked_interval{0};
  std::function<void()> on_tick = nullptr;  // on the serving thread, at least every second
  std::shared_ptr<event_sink> log;          // may be null
};

class web_service {
 public:
  // `unavailable` is set when the address cannot be had, and the failure says why.
  static result<std::unique_ptr<web_service>> start(web_service_settings with, bool& unavailable);
  ~web_service();
  web_service(const web_service&) = delete;
  web_service& operator=(const web_service&) = delete;

  const web_address& address() const { return server_->address(); }

 private:
  web_service() = default;

  std::unique_ptr<watch_desk> desk_;
  std::unique_ptr<web_site> site_;
  std::unique_ptr<web_server> server_;  // goes first: it uses the others
};

// Address, names and token as the settings have them. Off loopback a token is demanded (the failure names the fix).
// `descriptors_beside`: files that the rest of the process may open; where the limit leaves too few for all
// connections, there are fewer.
result<web_service_settings> web_settings_of(const settings& values, const web_address& listen,
                                             const std::string& credentials, std::size_t descriptors_beside);

}  // namespace nba::cli
