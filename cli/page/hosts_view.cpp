// Hosts: pace, requests, pauses; of the runs under way, and what the database keeps of earlier ones.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nba::cli {
namespace {

markup pause_cell(const std::optional<host_pause>& pause) {
  if (!pause) return tag("span", {{"class", "muted"}}, "none");
  markup text =
      markup::of({state_badge(pause->given_up ? "trouble" : "attention", pause->given_up ? "given up" : "paused"),
                  " until ", instant_markup(pause->until, instant_detail::second)});
  if (const auto why = describe_details(*pause); !why.empty()) text += markup::of({": ", why});
  return text;
}

std::string_view state_in_words(host_state value) {
  switch (value) {
    case host_state::open:
      return "open";
    case host_state::throttled:
      return "asked for a slower pace";
    case host_state::blocked:
      return "refuses everything";
    case host_state::half_open:
      return "being probed";
    case host_state::given_up:
      return "given up in this run";
  }
  return {};
}

void add_host_row(page_table& table, const host_status& host, const stage_status* budget,
                  const std::optional<host_pause>& stored) {
  markup answers = "-";
  if (budget) {
    auto text = fmt::format("{} in all", with_thousands(static_cast<long long>(budget->out)));
    if (budget->failed > 0)
      text += fmt::format(", {} of them bad", with_thousands(static_cast<long long>(budget->failed)));
    answers = text;
  }
  const auto state = state_in_words(host.state);
  table.add_row(host.host, {tag("bdi", {}, host.host),
                            host.state == host_state::open ? markup{state} : state_badge("attention", state),
                            {fmt::format("{} of {}", host.in_flight, host.window), "number"},
                            {std::to_string(host.waiting), "number"},
                            {answers, "number"},
                            {pause_cell(host.pause ? host.pause : stored), "words"}});
}

}  // namespace

markup hosts_content(const watch_facts& facts) {
  const auto stored_pause_of = [&](const std::string& host) -> std::optional<host_pause> {
    for (const auto& pause : facts.status.pauses)
      if (pause.host == host) return pause;
    return std::nullopt;
  };
  std::set<std::string> seen;
  page_table table("Hosts, as the runs under way see them, and the pauses that are kept for the next run",
                   {"Host", "State", "In flight", "Waiting", "Requests of this run", "Pause, and why"});
  for (const auto& run : facts.runs) {
    if (run.state != watched_run::phase::under_way || !run.snapshot) continue;
    for (const auto& host : run.snapshot->hosts)
      if (seen.insert(host.host).second)
        add_host_row(table, host, run.snapshot->stage("budget:" + host.host), stored_pause_of(host.host));
  }
  for (const auto& pause : facts.status.pauses)
    if (seen.insert(pause.host).second)
      table.add_row(pause.host,
                    {tag("bdi", {}, pause.host), "not asked now", "-", "-", "-", {pause_cell(pause), "words"}});
  if (table.empty()) return empty_sentence("No host is asked at the moment, and none asked for a pause.");
  return table.html();
}

}  // namespace nba::cli
