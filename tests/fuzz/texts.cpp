#include "cli/printable.hpp"
#include "cli/text.hpp"
#include "storage/sql/clean_text.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace nba::fuzz {
namespace {

bool repaired(std::string_view input) {
  std::string scratch, second;
  const auto clean = sql::clean_text(input, scratch);
  require(is_clean_text(clean), "repaired text can be stored");
  require(sql::clean_text(clean, second).data() == clean.data(), "clean text is not copied");
  require((clean == input) == is_clean_text(input), "only what is broken is changed");
  return clean.data() == input.data();
}

void cut(std::string_view input) {
  const std::size_t columns = input.empty() ? 0 : static_cast<unsigned char>(input.front()) % 20;
  require(cli::display_width(cli::clip(input, columns)) <= columns, "clipped text fits");
  for (const auto& line : cli::wrap(input, columns))
    require(cli::display_width(line) <= columns || line.find(' ') == std::string::npos,
            "a wrapped line fits or is one word");
}

// Whatever stands before it: a password in a sentence is not shown.
void redacted(std::string_view input) {
  constexpr std::string_view secret = "xqzhunterxqz";
  if (input.find(secret) != std::string_view::npos) return;
  const auto require_hidden = [&](const std::string& text) {
    require(cli::redact_secrets(std::string(input) + text).find(secret) == std::string::npos,
            "a password is not shown");
  };
  // What a password holds beside letters, before and after them.
  for (const std::string odd : {"", "#", "?", "'", "\"", "/", "@", " ", ":", "&", "://"})
    require_hidden(" postgresql://nba:" + odd + std::string(secret) + odd + "@host/nba");
  for (const auto* place : {" password=", " PassWord = ", " sslpassword=", " token='a b\\' ", " https://"})
    require_hidden(place + std::string(secret) + "@host/nba");
}

void made_printable(std::string_view input) {
  const auto shown = cli::printable(input);
  require(cli::is_printable(shown), "nothing that a terminal obeys is shown");
  require((shown == input) == cli::is_printable(input), "printable text is shown as it is");
  require(cli::printable(shown) == shown, "once is enough");
}

}  // namespace

bool texts(std::string_view input) {
  cut(input);
  redacted(input);
  made_printable(input);
  return repaired(input);
}

}  // namespace nba::fuzz
