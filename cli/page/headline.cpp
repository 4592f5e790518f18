#include "cli/page/headline.hpp"

#include "cli/page/words.hpp"
#include "cli/text.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/health/first_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace nba::cli {
namespace {

constexpr std::chrono::hours longest_guess{99};
// What a server says of itself can be long: then it stands below the sentence.
constexpr std::size_t trouble_in_sentence_max = 120;
// A day without games ahead of it for so long is no gap in the season but a summer.
constexpr date::days season_break{30};

std::string grouped(std::int64_t value) { return with_thousands(value); }

// "The watermark waits" -> "the watermark waits"; names and abbreviations stay.
std::string inside_a_sentence(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  const auto letter = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0; };
  const auto word_end = text.find(' ');
  const auto word = text.substr(0, word_end);
  if (std::isupper(letter(0)) && (std::islower(letter(1)) || letter(1) == ' ') &&
      word.find_first_of(".0123456789") == std::string::npos && word != "PostgreSQL")
    text[0] = static_cast<char>(std::tolower(letter(0)));
  return text;
}

std::string joined_reasons(const std::vector<health_reason>& reasons) {
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons.size(), reasons_in_sentence); ++i)
    text += (i > 0 ? "; " : "") + inside_a_sentence(reasons[i].text);
  if (const auto more = reasons.size() - std::min(reasons.size(), reasons_in_sentence); more > 0)
    text += fmt::format("; and {} more", more);
  return text;
}

std::string first_help(const std::vector<health_reason>& reasons) {
  for (const auto& one : reasons)
    if (!one.help.empty()) return one.help;
  return {};
}

// What the day of the reader's facts is in New York; without time zone data the UTC day must do.
et_date today_of(const watch_facts& facts) {
  if (tz_available()) return et_date_of(facts.at);
  return et_date{date::floor<date::days>(facts.at).time_since_epoch()};
}

// The first part of a sentence about a run: "2024-25, 611 of 1,320 games, about 4 minutes".
std::string describe_under_way(const watched_run& run) {
  std::vector<std::string> parts;
  std::string what;
  if (run.snapshot)
    for (const auto one : seasons_under_way(*run.snapshot)) what += (what.empty() ? "" : " and ") + to_string(one);
  parts.push_back(what.empty() ? run.row.job : what);
  if (!run.snapshot || run.snapshot->job.games_total == 0) return parts.front() + ", reading the schedule";
  const auto& job = run.snapshot->job;
  auto text = fmt::format("{}, {} of {} games", parts.front(), grouped(job.games_ended()), grouped(job.games_total));
  if (job.draining) return text + ", stopping";
  for (const auto& host : run.snapshot->hosts)
    if (host.pause) return text + ", waiting for " + host.host;
  if (const auto left = time_left(job)) text += ", " + about(*left);
  return text;
}

// "Every game up to 28 November is here."
std::string how_far(const watch_facts& facts) {
  const auto today = today_of(facts);
  const auto* report = season_in_focus(facts);
  std::optional<et_date> next_game, last_done;
  std::size_t open_before = 0;
  for (const auto& season : facts.status.seasons)
    for (const auto& entry : season.ledger) {
      if (entry.date >= today && !is_terminal(entry.state) && (!next_game || entry.date < *next_game))
        next_game = entry.date;
      if (&season != report) continue;
      if (is_terminal(entry.state) && (!last_done || entry.date > *last_done)) last_done = entry.date;
      if (entry.date < today && !is_terminal(entry.state)) ++open_before;
    }
  const auto dated = [&](et_date day) {
    const bool this_year = date::year_month_day{day}.year() == date::year_month_day{today}.year();
    return this_year ? day_and_month(day)
                     : day_and_month(day) + " " + std::to_string(int{date::year_month_day{day}.year()});
  };
  if (!report || !last_done)
    return next_game ? "The first game is on " + dated(*next_game) + "." : "No game was played yet.";
  if (open_before > 0)
    return fmt::format("{} of {} {} not here yet.", counted(static_cast<long long>(open_before), "game", "games"),
                       to_string(report->season), open_before == 1 ? "is" : "are");
  if (next_game && *next_game - today <= season_break) return "Every game up to " + dated(*last_done) + " is here.";
  auto text = fmt::format("Every game of {} is here; ", to_string(report->season));
  return text + (next_game ? "the next one is on " + dated(*next_game) + "." : "no new season is planned yet.");
}

headline of_trouble(const watch_facts& facts) {
  headline out;
  out.tone = page_tone::unknown;
  // What was there before and is silent now is described below the sentence, where numbers may change.
  const auto why = inside_a_sentence(*facts.trouble);
  const bool is_told =
      !facts.was_read() && why.size() <= trouble_in_sentence_max && why.find('\n') == std::string::npos;
  out.sentence = fmt::format("Cannot tell: {}.", is_told ? why : "the database does not answer");
  out.command = facts.trouble_help.empty() ? "nba-scraper doctor" : facts.trouble_help;
  out.title = "? Cannot tell";
  return out;
}

headline of_run(const watch_facts& facts, const watched_run& run) {
  headline out;
  out.tone = page_tone::busy;
  out.sentence = "Under way: " + describe_under_way(run) + ".";
  out.reasons = facts.health.reasons;
  out.title = "● " + run.row.job;
  if (run.snapshot && run.snapshot->job.games_total > 0)
    out.title =
        fmt::format("● {}/{}", grouped(run.snapshot->job.games_ended()), grouped(run.snapshot->job.games_total));
  return out;
}

}  // namespace

std::string_view to_string(page_tone value) {
  constexpr std::array<std::string_view, 6> names{"well", "busy", "attention", "trouble", "unknown", "empty"};
  return names.at(static_cast<std::size_t>(value));
}

std::string_view word_for(page_tone value) {
  constexpr std::array<std::string_view, 6> words{"All well", "Under way",   "Needs you",
                                                  "Trouble",  "Cannot tell", "Nothing here yet"};
  return words.at(static_cast<std::size_t>(value));
}

std::optional<std::chrono::seconds> time_left(const job_status& job) {
  const auto seconds = std::chrono::duration<double>(job.elapsed).count();
  const auto left = job.games_total - job.games_ended();
  if (seconds <= 0 || job.games_ended() <= 0 || left <= 0) return std::nullopt;
  const auto needed = seconds * static_cast<double>(left) / static_cast<double>(job.games_ended());
  const std::chrono::duration<double> guess{needed};
  if (guess > longest_guess) return std::nullopt;
  return std::chrono::seconds{static_cast<long>(std::ceil(needed))};
}

std::set<season> seasons_under_way(const run_snapshot& run) {
  std::set<season> seasons;
  for (const auto& one : run.lanes)
    if (const auto lane = parse_watermark_key(one.lane)) seasons.insert(lane->season);
  return seasons;
}

std::optional<utc_time> last_success(const watch_facts& facts) {
  std::optional<utc_time> newest;
  for (const auto& [job, at] : facts.successes) newest = std::max(newest, std::optional{at});
  for (const auto& run : facts.runs)
    if (run.state == watched_run::phase::ended && run.row.exit_code == exit_success)
      newest = std::max(newest, run.row.ended_at);
  return newest;
}

std::optional<utc_time> next_daily_run(const watch_facts& facts) {
  for (const auto& run : facts.runs)
    if (run.row.job == "daily") return run.row.started_at + std::chrono::hours{24};
  return std::nullopt;
}

std::vector<const season_report*> newest_first(const watch_facts& facts) {
  std::vector<const season_report*> seasons;
  for (const auto& report : facts.status.seasons) seasons.insert(seasons.begin(), &report);
  return seasons;
}

const season_report* season_in_focus(const watch_facts& facts) {
  const auto seasons = newest_first(facts);
  if (const auto* run = facts.under_way(); run && run->snapshot) {
    const auto moved = seasons_under_way(*run->snapshot);
    for (const auto* report : seasons)
      if (moved.contains(report->season)) return report;
  }
  const auto today = today_of(facts);
  const season_report* newest = nullptr;
  for (const auto* report : seasons) {
    if (report->ledger.empty()) continue;
    if (!newest) newest = report;
    const auto begun = std::any_of(report->ledger.begin(), report->ledger.end(), [&](const ledger_entry& entry) {
      return entry.date <= today || is_terminal(entry.state);
    });
    if (begun) return report;
  }
  return newest;
}

headline make_headline(const watch_facts& facts) {
  if (facts.trouble) return of_trouble(facts);
  headline out;
  const auto level = facts.health.level;
  const auto* run = facts.under_way();
  if (level == health_level::trouble || level == health_level::unknown) {
    out.tone = level == health_level::trouble ? page_tone::trouble : page_tone::unknown;
    out.sentence = fmt::format("{}: {}.", word_for(out.tone), joined_reasons(facts.health.reasons));
    out.title = level == health_level::trouble ? "■ Trouble" : "? Cannot tell";
  } else if (run) {
    out = of_run(facts, *run);
  } else if (level == health_level::attention) {
    out.tone = page_tone::attention;
    out.sentence = fmt::format("Needs you: {}.", joined_reasons(facts.health.reasons));
    out.title = "▲ Needs you";
  } else if (!season_in_focus(facts)) {
    out.tone = page_tone::empty;
    out.sentence = "Nothing here yet: no games are planned.";
    out.command = first_run_command(facts.at);
    out.title = "○ Nothing here yet";
    return out;
  } else {
    out.sentence = "All well. " + how_far(facts);
    out.title = "✓ All well";
  }
  out.reasons = facts.health.reasons;
  out.command = first_help(out.reasons);
  return out;
}

}  // namespace nba::cli
