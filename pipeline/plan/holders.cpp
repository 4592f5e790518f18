#include "pipeline/plan/holders.hpp"

#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/tracker.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace nba {
namespace {

std::string attempts_text(int attempts) { return " (attempts " + std::to_string(attempts) + ")"; }

// "rejected: ..."; the ledger's error may be a described failure already, which begins with the class.
std::string error_text(const ledger_entry& entry) {
  std::string name{entry.error_class ? to_string(*entry.error_class) : ""};
  if (entry.error.empty()) return name;
  if (name.empty() || entry.error.starts_with(name + ":")) return entry.error;
  return name + ": " + entry.error;
}

std::string explain_parked(const ledger_entry& entry, const report_context& context) {
  std::string text = "parked";
  if (const auto stage = context.parked_stages.find(entry.id); stage != context.parked_stages.end())
    text += " in " + stage->second;
  if (const auto error = error_text(entry); !error.empty()) text += ": " + error;
  return text + attempts_text(entry.attempts);
}

std::string explain_open(const ledger_entry& entry, const report_context& context) {
  const auto on_date = format_date(entry.date);
  if (entry.closing && entry.closing->ground == closing_ground::refused)
    return "the host has no data for it (" + std::to_string(entry.closing->occasions) + " of " +
           std::to_string(context.unavailable_confirmations) + " confirmations)";
  if (entry.closing && is_off_date(entry.closing->ground))
    return entry.closing->text + " (seen on " + std::to_string(entry.closing->occasions) + " of " +
           std::to_string(off_date_occasions) + " days)";
  if (entry.error_class == failure_class::unavailable)
    return "the host did not have it when last asked" + attempts_text(entry.attempts);
  if (entry.date >= context.today) return "not played yet: scheduled for " + on_date;
  if (entry.state == game_state::not_final) return "no final score when last tried" + attempts_text(entry.attempts);
  if (entry.attempts == 0) return "never tried";
  const auto error = error_text(entry);
  return "tried without success" + (error.empty() ? "" : ": " + error) + attempts_text(entry.attempts);
}

bool is_open(const ledger_entry& entry) { return !is_terminal(entry.state); }

// Rows that were closed by an older version have no evidence but their error.
std::string evidence_text(const ledger_entry& entry) {
  if (entry.closing && !entry.closing->text.empty()) return entry.closing->text;
  return entry.error.empty() ? "no evidence was kept" : entry.error;
}

lane_summary summarize(const lane& of, const std::vector<ledger_entry>& entries, const report_context& context) {
  lane_summary summary;
  summary.lane = of;
  std::vector<game_id> plan, terminal;
  for (const auto& entry : entries) {
    ++summary.by_state[entry.state];
    plan.push_back(entry.id);
    if (is_terminal(entry.state)) terminal.push_back(entry.id);
  }
  const contiguous_tracker tracker(std::move(plan), terminal);
  summary.planned = tracker.planned();
  summary.terminal = tracker.resolved();
  const auto done = summary.by_state.find(game_state::done);
  summary.done = done == summary.by_state.end() ? 0 : done->second;
  summary.watermark = tracker.watermark();
  summary.lag = tracker.lag();
  summary.terminal_above_holder = tracker.resolved() - (tracker.planned() - tracker.lag());
  summary.through_date = through_date(entries);
  if (const auto holder = tracker.holder()) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.id == *holder; });
    summary.holder = *found;
    summary.holder_reason = explain(*found, context);
  }
  return summary;
}

}  // namespace

std::vector<ledger_entry> complete_ledger(std::span<const planned_game> plan, std::span<const ledger_entry> ledger) {
  std::map<game_id, ledger_entry> rows;
  for (const auto& game : plan) {
    ledger_entry entry;
    entry.id = game.id;
    entry.date = game.date;
    rows.emplace(game.id, std::move(entry));
  }
  for (const auto& entry : ledger) rows.insert_or_assign(entry.id, entry);
  std::vector<ledger_entry> complete;
  complete.reserve(rows.size());
  for (auto& [id, entry] : rows) complete.push_back(std::move(entry));
  return complete;
}

std::string explain(const ledger_entry& entry, const report_context& context) {
  switch (entry.state) {
    case game_state::done:
      return std::string{to_string(entry.state)};
    case game_state::waived:
    case game_state::unavailable:
    case game_state::cancelled:
      return std::string{to_string(entry.state)} + ": " + evidence_text(entry);
    case game_state::loaded:
      return "loaded, but its derived rows are not written yet";
    case game_state::parked:
      return explain_parked(entry, context);
    case game_state::postponed:
      if (entry.error.empty()) return "postponed from " + format_date(entry.date) + ", no new date yet";
      return entry.error.starts_with("postponed") ? entry.error : "postponed: " + entry.error;
    case game_state::planned:
    case game_state::not_final:
      return explain_open(entry, context);
  }
  return std::string{to_string(entry.state)};
}

std::vector<lane_summary> summarize_lanes(std::span<const ledger_entry> ledger, const report_context& context) {
  std::map<lane, std::vector<ledger_entry>> lanes;
  for (const auto& entry : ledger) lanes[lane_of(entry.id)].push_back(entry);
  std::vector<lane_summary> summaries;
  summaries.reserve(lanes.size());
  for (const auto& [of, entries] : lanes) summaries.push_back(summarize(of, entries, context));
  return summaries;
}

std::vector<gap> find_gaps(std::span<const ledger_entry> ledger, const report_context& context) {
  std::vector<gap> gaps;
  for (const auto& entry : ledger)
    if (is_open(entry)) gaps.push_back({entry.id, entry.date, entry.state, entry.attempts, explain(entry, context)});
  std::sort(gaps.begin(), gaps.end(),
            [](const gap& a, const gap& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); });
  return gaps;
}

std::vector<closed_game> find_closed(std::span<const ledger_entry> ledger) {
  std::vector<closed_game> closed;
  for (const auto& entry : ledger) {
    if (!is_closed(entry.state)) continue;
    closed_game one{entry.id, entry.date, entry.state, entry.closing, evidence_text(entry), {}};
    if (entry.closing) one.next_check = next_check(*entry.closing);
    closed.push_back(std::move(one));
  }
  std::sort(closed.begin(), closed.end(),
            [](const auto& a, const auto& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); });
  return closed;
}

std::vector<release_way> release_ways(const lane_summary& summary, const report_context& context,
                                      const std::optional<game_id>& since) {
  if (!summary.holder) return {};
  const auto& holder = *summary.holder;
  const auto id = holder.id.str();
  const release_way waive{"give it up", "nba-scraper dlq waive " + id + " --reason TEXT"};
  auto backfill = "nba-scraper schedule backfill --season " + to_string(holder.id.in_season());
  // These two are not among the types that a backfill takes by default.
  if (const auto type = holder.id.type(); type == game_type::preseason || type == game_type::all_star)
    backfill += " --game-types " + std::string{to_string(type)};
  if (since && lane_of(*since) == summary.lane && holder.id <= *since)
    return {{"run a backfill without --since", backfill}, waive};
  if (holder.state == game_state::parked) return {{"try it again", "nba-scraper dlq retry " + id}, waive};
  const bool only_time_helps = holder.date >= context.today && holder.state != game_state::loaded;
  if (only_time_helps || holder.state == game_state::postponed) return {};
  return {{"run a backfill", backfill}};
}

}  // namespace nba
