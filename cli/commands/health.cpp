#include "cli/commands/health.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/documents/health_document.hpp"
#include "cli/secrets.hpp"
#include "cli/watch/watch_facts.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace nba::cli {
namespace {

constexpr int container_unhealthy = 1;

int code_of(health_level level, bool container) {
  if (!container) return static_cast<int>(level);
  return level >= health_level::trouble ? container_unhealthy : exit_success;
}

}  // namespace

int run_health(const context& with, const health_options& options) {
  const auto facts = make_watch_reader(with.settings)->read({}, nullptr);
  const auto& verdict = facts->health;
  if (options.json)
    with.print_json(health_document(verdict, shown_database(with.settings.database), facts->at));
  else
    with.out << health_line(verdict) << '\n';
  return code_of(verdict.level, options.container);
}

void add_health_command(command_syntax& app, chosen_command& chosen) {
  auto* health = app.add_subcommand("health", "is all well? one line, and an exit code for monitors");
  health->group(group_inspect);
  health->footer(
      "Trouble is: the daily date is behind in a season that has games, or ahead; a\n"
      "lane is held or a host blocked for too long; the last run of a job failed or\n"
      "was killed; the database cannot be written, its disk is nearly full; alerts\n"
      "cannot be delivered. Attention is what waits for a person while games go on to\n"
      "come.\n"
      "A summer without games is well. It answers within seconds, also when the\n"
      "database does not. Limits: [health] in the configuration file.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper health\n"
      "  nba-scraper health --json\n"
      "  HEALTHCHECK CMD nba-scraper health --container\n"
      "\n"
      "Exit codes, as Nagios takes them: 0 well, 1 attention, 2 trouble, 3 cannot tell\n"
      "(no database, bad settings). With --container: 0 well or attention, else 1.\n");
  auto options = std::make_shared<health_options>();
  add_json_option(*health, options->json);
  health->add_flag("--container", options->container, "exit code 0 or 1, for the health check of a container");
  health->callback([&chosen, options] {
    chosen = {[options](const context& with) { return run_health(with, *options); },
              signals_by::system,
              {},
              code_of(health_level::unknown, options->container)};
  });
}

}  // namespace nba::cli
