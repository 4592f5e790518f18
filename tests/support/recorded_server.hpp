// Serves an unpacked recorded season over loopback HTTP, as the NBA's hosts do.
//
// Threads: start and stop belong to the test's thread; the server answers on threads of its own. Counters may be read
// from any thread.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

namespace nba::test {

class recorded_server {
 public:
  // `docroot`: as unpacked_season() answers. Throws std::runtime_error when no port can be bound.
  explicit recorded_server(const std::filesystem::path& docroot);
  ~recorded_server();
  recorded_server(const recorded_server&) = delete;
  recorded_server& operator=(const recorded_server&) = delete;

  std::string cdn_url() const;
  std::string stats_url() const;
  // Game documents asked for so far, missing ones included.
  int games_asked() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace nba::test
