#include "cli/commands/doctor.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/documents/season_documents.hpp"
#include "cli/hints.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/work.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nba::cli {
namespace {

std::string current_season() { return to_string(seasons_of(yesterday_in_new_york(utc_now())).back()); }

std::vector<check_result> run_checks(const context& with, const doctor_options& options) {
  std::vector<check_result> checks;
  checks.push_back(check_time_zone());
  const bool has_time_zone = checks.back().status == check_status::ok;
  checks.push_back(check_database(with));
  checks.push_back(check_disk(with));
  for (auto& check : check_alert_channels(with)) checks.push_back(std::move(check));
  source_checks source;
  if (!options.offline && options.season.empty() && !has_time_zone)
    source.results.push_back({"schedule", check_status::skipped, "the current season is unknown without time zone data",
                              "name one: --season 2024-25"});
  else if (!options.offline)
    source = check_source(with, options.season.empty() ? current_season() : options.season);
  if (has_time_zone)
    for (auto& check : check_stored_plan(with, source.read)) checks.push_back(std::move(check));
  for (auto& check : source.results) checks.push_back(std::move(check));
  // What to do, as it can be copied.
  const auto repeated = options_to_repeat(with.settings);
  for (auto& check : checks) {
    check.detail = repeat_options(check.detail, repeated);
    check.fix = repeat_options(check.fix, repeated);
  }
  return checks;
}

void print_json(const context& with, const std::vector<check_result>& checks, int failed) {
  nlohmann::ordered_json document{{"ok", failed == 0}};
  document["checks"] = nlohmann::ordered_json::array();
  for (const auto& check : checks)
    document["checks"].push_back(
        {{"name", check.name}, {"status", to_string(check.status)}, {"detail", check.detail}, {"fix", check.fix}});
  document["settings"] = config_document(with.settings);
  with.print_json(document);
}

// Of the terminal; wide ones are not filled to their edge, narrow ones hold no table.
std::size_t width_of(const context& with) {
  constexpr int columns_min = 60, columns_max = 120;
  return static_cast<std::size_t>(std::clamp(with.screen.width(), columns_min, columns_max));
}

// As a configuration file, so that a line can be copied into one; the origin stands after it.
void print_settings(const context& with) {
  constexpr std::size_t comment_column = 44;
  const auto width = width_of(with);
  const auto& file = with.settings.config_file;
  for (const auto& piece : wrap("Settings in effect. Configuration file: " + (file.empty() ? "none" : file), width - 2))
    with.out << "# " << piece << '\n';
  std::string table;
  for (const auto& setting : list_settings(with.settings)) {
    if (setting.table != table) with.out << fmt::format("\n[{}]\n", setting.table);
    table = setting.table;
    const auto line = fmt::format("{} = {}", setting.name, setting.value);
    const auto note = setting.note.empty() ? std::string{} : fmt::format(": {}", setting.note);
    const auto comment = to_string(setting.origin) + note;
    const auto room = width - comment_column - 3;
    const auto pieces = wrap(comment, room);
    const auto fits = [room](const std::string& piece) { return display_width(piece) <= room; };
    if (display_width(line) <= comment_column && std::all_of(pieces.begin(), pieces.end(), fits)) {
      // What is too much goes on below, as a comment, too.
      auto before = line;
      for (const auto& piece : pieces)
        with.out << fmt::format("{:<{}} # {}\n", std::exchange(before, ""), comment_column, piece);
    } else if (display_width(line) + 3 + display_width(comment) <= width) {
      with.out << fmt::format("{} # {}\n", line, comment);
    } else {
      for (const auto& piece : wrap(comment, width - 2)) with.out << fmt::format("# {}\n", piece);
      with.out << line << '\n';
    }
  }
}

// A command between backticks stays in one line where there is room for it: it is to be copied.
std::vector<std::string> wrap_with_commands(const std::string& text, std::size_t columns) {
  constexpr char joined = '\x01';  // stands for a space that is no place to break at
  std::string one = text;
  bool within = false;
  for (std::size_t at = 0; at < one.size(); ++at) {
    if (one[at] == '`') {
      const auto end = one.find('`', at + 1);
      within = !within && end != std::string::npos && end - at < columns;
    } else if (within && one[at] == ' ') {
      one[at] = joined;
    }
  }
  auto lines = wrap(one, columns);
  for (auto& line : lines) std::replace(line.begin(), line.end(), joined, ' ');
  return lines;
}

void print_checks(const context& with, const std::vector<check_result>& checks) {
  const auto width = width_of(with);
  for (const auto& check : checks) {
    const auto lines = wrap_with_commands(check.detail, width - 20);
    for (std::size_t i = 0; i < lines.size(); ++i)
      with.out << fmt::format("{:<7} {:<11} {}\n", i == 0 ? to_string(check.status) : "", i == 0 ? check.name : "",
                              lines[i]);
    bool first = true;
    for (const auto& line : wrap_with_commands(check.fix, width - 25)) {
      with.out << fmt::format("{:<20}{} {}\n", "", first ? "fix:" : "    ", line);
      first = false;
    }
  }
}

}  // namespace

std::string_view to_string(check_status value) {
  switch (value) {
    case check_status::ok:
      return "ok";
    case check_status::warn:
      return "warn";
    case check_status::fail:
      return "FAIL";
    case check_status::skipped:
      return "skipped";
  }
  return "";
}

int run_doctor(const context& with, const doctor_options& options) {
  const auto checks = run_checks(with, options);
  const auto count = [&](check_status status) {
    return static_cast<int>(
        std::count_if(checks.begin(), checks.end(), [&](const check_result& check) { return check.status == status; }));
  };
  const int failed = count(check_status::fail);
  if (options.json) {
    print_json(with, checks, failed);
    return failures_exit_code(failed);
  }
  print_settings(with);
  with.out << '\n';
  print_checks(with, checks);
  if (failed > 0)
    with.out << fmt::format("\n{} to fix.\n", counted(failed, "thing", "things"));
  else if (count(check_status::warn) > 0)
    with.out << "\nNothing stands in the way; see the warnings.\n";
  else
    with.out << "\nEverything works.\n";
  return failures_exit_code(failed);
}

void add_doctor_command(command_syntax& app, chosen_command& chosen) {
  auto* doctor = app.add_subcommand("doctor", "check settings, database, time zones and the NBA's hosts");
  doctor->group(group_maintain);
  doctor->footer(
      "Prints every setting with its origin, then what works and what to fix. It asks\n"
      "the hosts for one schedule and one game.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper doctor\n"
      "  nba-scraper doctor --offline\n"
      "  nba-scraper doctor --season 2024-25 --json\n"
      "\n"
      "Exit code: the number of failed checks; 120 when the settings cannot be read.\n");
  auto options = std::make_shared<doctor_options>();
  add_season_option(*doctor, options->season, season_need::optional, "season to ask for (default: the current one)");
  doctor->add_flag("--offline", options->offline, "send no request");
  add_json_option(*doctor, options->json);
  on_selected(*doctor, chosen, options, &run_doctor);
}

}  // namespace nba::cli
