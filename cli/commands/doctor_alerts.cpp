// What `doctor` says of the channels of alerts.
#include "cli/alerts/alert_desk.hpp"
#include "cli/commands/doctor.hpp"
#include "cli/database.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

namespace nba::cli {

std::vector<check_result> check_alert_channels(const context& with) {
  std::vector<check_result> out;
  if (with.settings.alerts.channels.empty()) return out;
  const auto setup = make_alert_setup(with.settings, with.environment);
  for (const auto& one : setup->unusable)
    out.push_back({"alerts", check_status::fail, setup->hide(one.why), "see docs/alerts.md"});
  std::vector<alert_record> alerts;
  const alert_desk desk{parse_database_url(with.settings.database), store_options_of(with.settings)};
  if (auto read = desk.read(*setup)) alerts = std::move(*read);
  for (const auto& one : find_broken({alerts}, setup->rules))
    out.push_back({"alerts", check_status::fail, fmt::format("{} refuses: {}", one.name, setup->hide(one.why)),
                   fmt::format("put its address right, then: nba-scraper alerts test --channel {}", one.name)});
  if (!out.empty()) return out;
  std::vector<std::string> names;
  for (const auto& channel : setup->channels) names.push_back(channel.name);
  out.push_back({"alerts", check_status::ok,
                 fmt::format("{} set up; to see that they arrive: nba-scraper alerts test", join_words(names))});
  return out;
}

}  // namespace nba::cli
