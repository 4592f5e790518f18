#include "pipeline/alerts/webhook.hpp"

#include "pipeline/alerts/identifiers.hpp"

#include <fmt/format.h>

namespace nba {
namespace {

std::string signing_key_of(const std::string& secret) {
  constexpr std::string_view prefix = "whsec_";
  if (!secret.starts_with(prefix)) return secret;
  return from_base64(std::string_view{secret}.substr(prefix.size())).value_or(secret);
}

}  // namespace

std::string webhook_signature(const std::string& secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body) {
  const auto digest = hmac_sha256(signing_key_of(secret), fmt::format("{}.{}.{}", id, timestamp, body));
  return "v1," + to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

alert_request webhook_request(const std::string& url, const std::string& secret, const std::string& id,
                              const std::string& body, utc_time sent_at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(sent_at).time_since_epoch().count();
  alert_request out{
      url,
      {{"Content-Type", "application/json"}, {"webhook-id", id}, {"webhook-timestamp", std::to_string(seconds)}},
      body};
  if (!secret.empty()) out.headers.emplace_back("webhook-signature", webhook_signature(secret, id, seconds, body));
  return out;
}

}  // namespace nba
