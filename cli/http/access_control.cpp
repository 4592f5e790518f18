#include "cli/http/access_control.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace nba::cli {
namespace {

constexpr std::chrono::minutes tries_window{1};

// Takes as long for digests that differ in the first byte as for those that differ in the last.
bool equal_in_constant_time(const sha256_digest& one, const sha256_digest& other) {
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | static_cast<std::uint8_t>(one[i] ^ other[i]));
  return difference == 0;
}

std::optional<std::string_view> bearer_of(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() < scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(header[i])) != scheme[i]) return std::nullopt;
  header.remove_prefix(scheme.size());
  while (header.starts_with(' ')) header.remove_prefix(1);
  return header;
}

}  // namespace

access_control::access_control(std::optional<std::string> token, std::function<std::string()> random)
    : random_(std::move(random)) {
  if (token) token_ = sha256(*token);
}

bool access_control::is_token(std::string_view given) const {
  return token_ && equal_in_constant_time(sha256(given), *token_);
}

void access_control::forget_old(clock::time_point now) {
  std::erase_if(sessions_, [&](const auto& session) { return session.second <= now; });
  while (!failed_.empty() && now - failed_.front().at >= tries_window) failed_.pop_front();
}

access_control::verdict access_control::judge(const web_request& request, clock::time_point now) {
  if (!token_) return verdict::allowed;
  const auto authorization = request.header("authorization");
  // A token that nobody guesses needs no bound of tries, and a bound would let a stranger shut out the scraper that
  // comes by the same proxy.
  if (const auto bearer = bearer_of(authorization)) return is_token(*bearer) ? verdict::allowed : verdict::wrong;
  if (!authorization.empty()) return verdict::wrong;
  const auto cookie = cookie_value(request.header("cookie"), session_cookie);
  if (!cookie) return verdict::missing;
  const auto session = sessions_.find(sha256(*cookie));
  return session != sessions_.end() && now < session->second ? verdict::allowed : verdict::wrong;
}

access_control::sign_in_result access_control::sign_in(std::string_view typed, const std::string& remote,
                                                       clock::time_point now) {
  forget_old(now);
  const auto of_this =
      std::count_if(failed_.begin(), failed_.end(), [&](const auto& one) { return one.remote == remote; });
  if (of_this >= sign_in_tries_max || failed_.size() >= sign_in_tries_of_all_max) return {verdict::too_many};
  if (!is_token(typed)) {
    failed_.push_back({now, remote});
    return {verdict::wrong};
  }
  if (sessions_.size() >= sessions_max)
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto& one, const auto& other) { return one.second < other.second; }));
  auto session = random_();
  sessions_[sha256(session)] = now + session_life;
  return {verdict::allowed, std::move(session)};
}

std::string access_control::random_session() {
  std::array<unsigned char, 32> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    filled += static_cast<std::size_t>(got);
  }
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string session_cookie_header(const std::string& session, bool secure) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(session_life).count();
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", session_cookie, session, seconds,
                     secure ? "; Secure" : "");
}

}  // namespace nba::cli
