// Who may read: the token for machines, sessions for people.
//
// A machine sends `Authorization: Bearer TOKEN`. A person types the token into the sign-in form once and gets a cookie
// with the number of a session: random, not the token, gone when it is over or the server ends. Neither the token nor a
// session's number is kept: only their digests are, and those are compared in constant time.
// Threads: belongs to the serving thread. Errors: none; a failure is a verdict.
#pragma once

#include "cli/http/web_message.hpp"
#include "pipeline/sha256.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

inline constexpr std::size_t token_bytes_min = 20;  // what nobody finds by trying
inline constexpr std::size_t sessions_max = 64;     // then the oldest one ends
inline constexpr std::chrono::hours session_life{12};
inline constexpr int sign_in_tries_max = 10;         // wrong ones of one address in a minute
inline constexpr int sign_in_tries_of_all_max = 60;  // and of all addresses
inline constexpr const char* session_cookie = "nba_scraper_session";

class access_control {
 public:
  using clock = std::chrono::steady_clock;
  // No token: everything is open. `random` makes a session's number; tests put something else here.
  explicit access_control(std::optional<std::string> token, std::function<std::string()> random = random_session);

  bool asks_for_token() const noexcept { return token_.has_value(); }

  enum class verdict {
    allowed,
    missing,   // neither header nor cookie
    wrong,     // there is one, and it is not good (any more)
    too_many,  // sign-in only: so many wrong ones that this one was not looked at
  };
  verdict judge(const web_request& request, clock::time_point now);

  // What a person typed. `session` is set when it was the token.
  struct sign_in_result {
    verdict answer = verdict::wrong;
    std::string session = {};
  };
  sign_in_result sign_in(std::string_view typed, const std::string& remote, clock::time_point now);

  std::size_t sessions() const noexcept { return sessions_.size(); }
  // 32 random bytes in hexadecimal. Throws std::system_error when the kernel has none.
  static std::string random_session();

 private:
  bool is_token(std::string_view given) const;
  void forget_old(clock::time_point now);

  std::optional<sha256_digest> token_;
  std::function<std::string()> random_;
  std::map<sha256_digest, clock::time_point> sessions_;  // by digest; when each ends
  struct failed_try {
    clock::time_point at;
    std::string remote;
  };
  std::deque<failed_try> failed_;  // of the last minute, at most sign_in_tries_of_all_max
};

// The Set-Cookie header of a session. `secure`: the browser came by https.
std::string session_cookie_header(const std::string& session, bool secure);

}  // namespace nba::cli
