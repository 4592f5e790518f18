// A receiver of alerts on loopback that checks what comes as the real services do: Slack, Sentry, healthchecks.io, and
// whoever verifies Standard Webhooks. Which one it plays is a matter of the path.
//
// Threads: requests are answered on threads of the server's; every member may be called from the test's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nba::test {

class alert_receiver {
 public:
  struct request {
    std::string path;  // with its query
    std::string body;
    std::map<std::string, std::string> headers;  // names in small letters
    int answered = 0;
  };

  alert_receiver();
  ~alert_receiver();
  alert_receiver(const alert_receiver&) = delete;
  alert_receiver& operator=(const alert_receiver&) = delete;

  int port() const;
  // Addresses with secrets in them, as users have them.
  std::string slack_url() const;
  std::string dsn() const;
  std::string ping_url() const;
  std::string webhook_url() const;
  static std::string webhook_secret();
  // Of all these addresses what nobody else may see.
  static std::vector<std::string> secrets();

  // From now on this instead of playing: status, body, headers. Status 0: play again; -1: accept and never answer.
  void answer_with(int status, std::string body = {}, std::map<std::string, std::string> headers = {});

  std::vector<request> requests() const;
  // Those whose path has this in it.
  std::vector<request> requests_to(const std::string& part) const;
  // What the real services would have refused, each with why.
  std::vector<std::string> complaints() const;
  void forget();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace nba::test
