#include "cli/left_out_text.hpp"

#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nba::cli {

std::string describe(const left_out_entry& entry) {
  auto text = entry.id.empty() ? std::string{"without an id"} : entry.id;
  if (entry.date) text += ", " + format_date(*entry.date);
  if (const auto teams = teams_of(entry); !teams.empty()) text += ", " + teams;
  return text + ": " + entry.detail;
}

void print_left_out(std::ostream& out, const std::string& season, std::size_t count,
                    const std::vector<left_out_entry>& entries, std::size_t listed_max) {
  if (count == 0) return;
  out << fmt::format("\nLeft out: {} in the schedule of {} {} no {} that can be fetched:\n",
                     counted(static_cast<long long>(count), "entry", "entries"), season, count == 1 ? "is" : "are",
                     count == 1 ? "game" : "games");
  const auto listed = std::min(entries.size(), listed_max);
  for (std::size_t i = 0; i < listed; ++i) {
    bool first = true;
    for (const auto& line : wrap(describe(entries[i]), 76)) {
      out << (first ? "  " : "    ") << line << '\n';
      first = false;
    }
  }
  if (count > listed) out << fmt::format("  ... and {} more\n", count - listed);
}

nlohmann::ordered_json to_json(const std::vector<left_out_entry>& entries) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& entry : entries)
    list.push_back(
        {{"id", entry.id},
         {"reason", to_string(entry.reason)},
         {"detail", entry.detail},
         {"game_date", entry.date ? nlohmann::ordered_json(format_date(*entry.date)) : nlohmann::ordered_json()},
         {"teams", teams_of(entry)}});
  return list;
}

}  // namespace nba::cli
