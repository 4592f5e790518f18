// An nginx of the test's own on 127.0.0.1: TLS with a fresh self-signed certificate, HTTP/2 on one port, HTTP/1.1 on
// another. For what neither cpp-httplib nor a raw socket can play.
//
// Threads: belongs to the test's thread. The destructor stops the child process and removes its folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nba::test {

class tls_server {
 public:
  // Serves `body` at /game.json. Null when nginx or openssl is not installed; throws std::runtime_error when they are
  // but do not start.
  static std::unique_ptr<tls_server> start(std::string_view body);
  ~tls_server();
  tls_server(const tls_server&) = delete;
  tls_server& operator=(const tls_server&) = delete;

  std::string http2_url() const;
  std::string http1_url() const;
  // Redirects to the same host and port without TLS.
  std::string down_url() const;
  std::string ca_file() const;

  struct served {
    std::string connection;  // number of the connection
    std::string protocol;    // "HTTP/2.0"
  };
  // What the access log has so far; a line may come a moment after the answer.
  std::vector<served> log() const;

 private:
  explicit tls_server(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void write_files(std::string_view body);
  void launch();

  std::filesystem::path folder_;
  int http2_port_ = 0;
  int http1_port_ = 0;
  pid_t child_ = -1;
};

}  // namespace nba::test

#define NBA_SKIP_WITHOUT_NGINX(server)                                                      \
  do {                                                                                      \
    if (!(server)) {                                                                        \
      MESSAGE("SKIPPED: no nginx or no openssl program (apt install nginx-light openssl)"); \
      return;                                                                               \
    }                                                                                       \
  } while (false)
