#include "cli/documents/health_document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace nba::cli {

using nlohmann::ordered_json;

ordered_json json_of(const health_verdict& verdict) {
  ordered_json document{{"level", to_string(verdict.level)},
                        {"code", static_cast<int>(verdict.level)},
                        {"reasons", ordered_json::array()},
                        {"hint", verdict.hint.empty() ? ordered_json() : ordered_json(verdict.hint)}};
  for (const auto& reason : verdict.reasons)
    document["reasons"].push_back({{"level", to_string(reason.level)},
                                   {"kind", reason.kind},
                                   {"subject", reason.subject},
                                   {"text", reason.text},
                                   {"help", reason.help}});
  return document;
}

ordered_json health_document(const health_verdict& verdict, const std::string& database, utc_time at) {
  auto document = json_of(verdict);
  document["database"] = database;
  document["at"] = format_timestamp(at);
  return document;
}

std::string health_line(const health_verdict& verdict) {
  std::string line{to_string(verdict.level)};
  std::transform(line.begin(), line.end(), line.begin(), [](unsigned char c) { return std::toupper(c); });
  if (verdict.reasons.empty())
    return verdict.hint.empty() ? line + ": nothing to complain of" : line + ": " + verdict.hint;
  const auto& worst = verdict.reasons.front();
  line += ": " + worst.text;
  if (const auto more = verdict.reasons.size() - 1; more > 0) line += fmt::format(" (and {} more)", more);
  if (!worst.help.empty()) line += "; what helps: " + worst.help;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace nba::cli
