#include "cli/secrets.hpp"
#include "storage/store.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/mistyped_urls.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace nba::fuzz {
namespace {

void require_usable(const nba::database_url& url) {
  require(!url.description.empty() || !url.kind().is_file, "a file has a name");
  require(url.path.empty() == (!url.kind().is_file), "only a file has a path");
  require(url.connection.empty() == url.kind().is_file, "only a server has a connection");
  if (!url.kind().is_file) return;
  const auto again = parse_database_url(url.redacted);
  require(again.has_value() && again->path == url.path, "what is printed of an SQLite URL is the URL");
}

// `input` surrounds a password; nothing that people see may show it. The password goes on with what the input has
// before its first line feed: '@', '/', '?' and '%' as a hasty writer would leave them.
void require_secret(std::string_view input) {
  constexpr std::string_view secret = "xqzhunterxqz";
  if (input.find(secret) != std::string_view::npos) return;
  const auto cut = std::min(input.find('\n'), input.size());
  const auto password = std::string(secret) + std::string(input.substr(0, cut));
  const auto place = cut < input.size() ? input.substr(cut + 1) : std::string_view{"host/nba"};
  const auto text = "postgresql://nba:" + password + "@" + std::string(place);
  const auto url = parse_database_url(text);
  const auto hidden = [&](std::string_view shown) { return shown.find(secret) == std::string_view::npos; };
  if (!url) {
    require(hidden(url.error().message), "a failure does not show the password");
    return;
  }
  require(hidden(url->redacted) && hidden(url->description), "what is printed of a URL does not show the password");
}

// The input as the odd characters of a password, between letters that no message has, in every mistyped form.
void require_secret_when_mistyped(std::string_view input) {
  constexpr std::string_view letters = "QZXJKW";
  constexpr std::size_t odd_bytes_max = 12;
  std::string password = "QZXJ";
  for (const char odd : input.substr(0, odd_bytes_max)) {
    if (odd >= 0x20 && odd < 0x7f && std::isalnum(static_cast<unsigned char>(odd)) == 0) password += odd;
    password += letters[static_cast<unsigned char>(odd) % letters.size()];
  }
  for (const auto& url : test::mistyped_urls(password + "KWQZ", "host:1")) {
    const auto parsed = parse_database_url(url);
    const auto said = parsed ? parsed->redacted + ' ' + parsed->description : parsed.error().message;
    for (const auto& shown : {said, cli::shown_database(url), cli::shown_argument(url)})
      require(test::shown_part(shown, password, letters).empty(), "no part of a mistyped URL's password is shown");
  }
}

}  // namespace

bool database_url(std::string_view input) {
  require_secret(input);
  require_secret_when_mistyped(input);
  const auto url = parse_database_url(input);
  if (url) require_usable(*url);
  if (!url) require(url.error().kind == failure_class::configuration, "a bad URL is a matter of configuration");
  return url.has_value();
}

}  // namespace nba::fuzz
