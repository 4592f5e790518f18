// The connections of the server: how many, of whom, and how long each has been at what.
//
// A connection that is late, or that must make room, is shut down; the library then sees its end and removes it.
// Threads: belongs to the serving thread.
#pragma once

#include "cli/http/web_limits.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

namespace nba::cli {

struct web_connection {
  using clock = std::chrono::steady_clock;
  enum class phase {
    reading,    // a request, or nothing at all
    answering,  // the answer is being made or sent
    streaming,  // events: its cursor keeps the time
  };
  int descriptor = -1;
  std::string remote;  // address of the peer, without its port
  phase doing = phase::reading;
  clock::time_point since;
  bool is_shut = false;
  std::list<web_connection>::iterator place = {};

  void now_in(phase next, clock::time_point at) {
    doing = next;
    since = at;
  }
};

class web_connections {
 public:
  using clock = web_connection::clock;
  explicit web_connections(const web_limits& limits) : limits_(limits) {}

  // Whether one more of this address may come. When all are taken, the one that has been silent longest is shut down
  // for it; nobody comes in where all are busy.
  bool admit(const std::string& remote);
  web_connection* add(int descriptor, std::string remote, clock::time_point now);
  void remove(web_connection* gone);
  // Shuts down whoever takes longer than the limits say.
  void close_late(clock::time_point now);
  std::size_t size() const noexcept { return all_.size(); }

 private:
  bool make_room();

  const web_limits limits_;
  std::list<web_connection> all_;
  std::unordered_map<std::string, std::size_t> of_address_;
  std::size_t shut_ = 0;  // of them, and not yet removed
};

}  // namespace nba::cli
