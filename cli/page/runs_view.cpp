// The last runs: how each ended, in words, and its report.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"
#include "pipeline/exit_codes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nba::cli {
namespace {

struct ending_words {
  std::string_view kind;  // the class of the badge
  std::string word;
};

ending_words words_for_exit_code(int code) {
  if (code == exit_success) return {"done", "well"};
  if (code <= exit_failures_max)
    return {"attention", (code == exit_failures_max ? "99 or more failures" : counted(code, "failure", "failures"))};
  switch (code) {
    case exit_output:
      return {"trouble", "its answer could not be written"};
    case exit_configuration:
      return {"trouble", "a setting was wrong"};
    case exit_database:
      return {"trouble", "no database"};
    case exit_lock_held:
      return {"ahead", "another run was at it"};
    case exit_no_schedule:
      return {"trouble", "no schedule to be had"};
    case exit_internal:
      return {"trouble", "a bug"};
    case exit_interrupted:
    case exit_terminated:
      return {"closed", "stopped"};
    default:
      return code < 115 ? ending_words{"trouble", "wrong usage"} : ending_words{"trouble", "failed"};
  }
}

ending_words words_for_ending(const watched_run& run) {
  switch (run.state) {
    case watched_run::phase::under_way:
      return {"busy", "under way"};
    case watched_run::phase::silent:
      return {"attention", "silent"};
    case watched_run::phase::died:
      return {"trouble", "died without a word"};
    case watched_run::phase::ended:
      break;
  }
  return run.row.exit_code ? words_for_exit_code(*run.row.exit_code)
                           : ending_words{"attention", "ended, nobody knows how"};
}

std::chrono::milliseconds time_taken(const watched_run& run, utc_time now) {
  if (run.row.ended_at) return *run.row.ended_at - run.row.started_at;
  if (run.state == watched_run::phase::under_way) return now - run.row.started_at;
  return run.heard_at ? *run.heard_at - run.row.started_at : std::chrono::milliseconds{0};
}

markup report_line(std::string_view name, const markup& value) {
  return tag("div", {}, {tag("dt", {}, name), tag("dd", {}, value)});
}

std::string text_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}
std::optional<long long> number_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<long long>();
}

// Games that the report names: {"games": 3, "named": [{"game_id", "stage", "reason"}]}.
markup named_games(const nlohmann::json& report, const char* member, std::string_view title) {
  const auto found = report.find(member);
  if (found == report.end() || !found->is_object()) return {};
  const auto all = number_in(*found, "games").value_or(0);
  if (all == 0) return {};
  markup items;
  std::size_t shown = 0;
  if (const auto named = found->find("named"); named != found->end() && named->is_array())
    for (const auto& game : *named) {
      if (!game.is_object() || shown == report_games_shown_max) continue;
      ++shown;
      items += tag("li", {}, {tag("code", {}, text_in(game, "game_id")), " ", text_in(game, "reason")});
    }
  if (all > static_cast<long long>(shown))
    items += tag("li", {{"class", "muted"}}, fmt::format("and {} more", all - static_cast<long long>(shown)));
  return report_line(title, tag("ul", {}, items));
}

markup report_lines(const std::string& text) {
  const auto report = nlohmann::json::parse(text, nullptr, false);
  if (!report.is_object()) return {};
  markup lines;
  const auto count = [&](const char* member, std::string_view title) {
    if (const auto value = number_in(report, member); value && *value > 0)
      lines += report_line(title, with_thousands(*value));
  };
  count("inserted", "New games");
  count("replaced", "Corrected games");
  count("unchanged", "Unchanged games");
  count("recovered", "Recovered games");
  count("rows_written", "Rows written");
  if (const auto bytes = number_in(report, "bytes_fetched"); bytes && *bytes > 0)
    lines += report_line("Fetched", format_bytes(static_cast<unsigned long long>(*bytes)));
  if (const auto limit = report.find("limit");
      limit != report.end() && limit->is_object() && !text_in(*limit, "stage").empty())
    lines += report_line("Limited by", markup::of({text_in(*limit, "stage"), ": ", text_in(*limit, "reason")}));
  lines += named_games(report, "parked", "Set aside");
  lines += named_games(report, "failed", "Failed");
  lines += named_games(report, "closed", "Closed");
  lines += named_games(report, "reopened", "Opened again");
  lines += named_games(report, "not_ready", "Not final yet");
  return lines;
}

markup report_of(const watched_run& run) {
  const auto& row = run.row;
  markup lines;
  if (!row.reason.empty()) lines += report_line("Why", markup::lines(row.reason));
  lines += report_lines(row.report);
  lines += report_line("Command", tag("code", {}, row.arguments.empty() ? row.job : row.arguments));
  lines += report_line("Where", markup::of({tag("bdi", {}, row.host), fmt::format(", pid {}", row.pid)}));
  if (row.exit_code) lines += report_line("Exit code", std::to_string(*row.exit_code));
  if (!row.error_class.empty()) lines += report_line("Error class", row.error_class);
  lines += report_line("Run", tag("code", {}, row.run_id));
  return tag("dl", {{"class", "report"}}, lines);
}

}  // namespace

markup runs_content(const watch_facts& facts) {
  if (facts.runs.empty()) return empty_sentence("No run yet.");
  auto longest = std::chrono::milliseconds{1};
  const auto shown = std::min(facts.runs.size(), runs_watched_max);
  for (std::size_t i = 0; i < shown; ++i)
    if (facts.runs[i].row.ended_at) longest = std::max(longest, time_taken(facts.runs[i], facts.at));
  page_table table("The last runs, the newest first; each opens to its report",
                   {"Job", "Began", "Took", "Games", "Failures", "How it ended"});
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& run = facts.runs[i];
    const auto [kind, word] = words_for_ending(run);
    const auto length = time_taken(run, facts.at);
    // What has no end has no length and no count yet: numbers that change every second are shown where the run is.
    const auto count = [&](std::int64_t value) { return run.row.ended_at ? with_thousands(value) : std::string{"-"}; };
    markup bar = "-";
    if (run.row.ended_at)
      bar = markup::of({bar_markup(static_cast<double>(length.count()), static_cast<double>(longest.count()), "share",
                                   "took " + duration_words(length)),
                        tag("span", {}, duration_words(length))});
    table.add_row(run.row.run_id, {run.row.job,
                                   instant_markup(run.row.started_at),
                                   {bar, "wide"},
                                   {count(run.row.games), "number"},
                                   {count(run.row.failures), "number"},
                                   {tag("details", {{"data-key", "report-" + run.row.run_id}},
                                        {tag("summary", {}, state_badge(kind, word)), report_of(run)}),
                                    "words"}});
  }
  return table.html();
}

}  // namespace nba::cli
