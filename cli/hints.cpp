#include "cli/hints.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <cctype>

namespace nba::cli {
namespace {

constexpr std::string_view program = "nba-scraper ";

bool is_plain(unsigned char letter) {
  return std::isalnum(letter) || std::string_view{"_@%+=:,./-"}.find(static_cast<char>(letter)) != std::string::npos;
}

std::string for_shell(const std::string& value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) return value;
  std::string out = "'";
  for (const char letter : value) out += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
  return out + "'";
}

bool takes_options(std::string_view command) {
  if (!command.starts_with(program)) return false;
  const auto has = [&](std::string_view word) { return command.find(word) != std::string_view::npos; };
  return !has(" --help") && !has(" --version") && !has(" --database ") && !has(" --source ") && !has(" --config ");
}

}  // namespace

std::string options_to_repeat(const settings& values) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (origin_of(values, name).kind == origin_kind::flag) out += " --" + name + ' ' + for_shell(redact_secrets(value));
  };
  add("config", values.config_file);
  add("source", values.source);
  add("database", values.database);
  return out;
}

std::string repeat_options(std::string_view text, std::string_view options) {
  if (options.empty()) return std::string{text};
  if (text.find_first_of("`\n") == std::string_view::npos)
    return std::string{text} + std::string{takes_options(text) ? options : std::string_view{}};
  std::string out;
  while (!text.empty()) {
    const auto begin = text.find('`');
    const auto end = begin == std::string_view::npos ? begin : text.find('`', begin + 1);
    if (end == std::string_view::npos) break;
    const auto command = text.substr(begin + 1, end - begin - 1);
    out += text.substr(0, end);
    if (takes_options(command)) out += options;
    out += '`';
    text.remove_prefix(end + 1);
  }
  return out + std::string{text};
}

}  // namespace nba::cli
