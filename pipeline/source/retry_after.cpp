#include "pipeline/source/retry_after.hpp"
#include "pipeline/white_space.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <string>

namespace nba {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view digits = "0123456789";
// More of them are beyond retry_after_longest, and beyond an integer.
constexpr std::size_t whole_digits_max = 9;

// "120", "1.5"; nullopt for anything else. A fraction of zeros adds nothing.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  const auto point = text.find('.');
  auto whole = text.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (whole.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  if (fraction.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > whole_digits_max) return retry_after_longest;
  long seconds = 0;
  for (const char digit : whole) seconds = seconds * 10 + (digit - '0');
  if (fraction.find_first_not_of('0') != std::string_view::npos) ++seconds;
  return std::min(std::chrono::seconds{seconds}, retry_after_longest);
}

}  // namespace

std::optional<utc_time> parse_http_date(std::string_view value) {
  // libcurl also reads texts that are no dates of HTTP ("1"): one has a name of a day and a time.
  const auto text = trimmed(value);
  if (text.empty() || text.find(':') == std::string_view::npos) return std::nullopt;
  const auto seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return utc_time{std::chrono::seconds{seconds}};
}

std::chrono::seconds parse_retry_after(std::string_view value, utc_time answered) {
  const auto text = trimmed(value);
  if (const auto seconds = parse_seconds(text)) return *seconds;
  const auto date = parse_http_date(text);
  if (!date || *date <= answered) return 0s;
  return std::min(std::chrono::ceil<std::chrono::seconds>(*date - answered), retry_after_longest);
}

}  // namespace nba
