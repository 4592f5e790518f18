#include "pipeline/derive/overrides.hpp"

#include "pipeline/csv.hpp"
#include "pipeline/derive/overrides_csv.hpp"
#include "pipeline/events.hpp"
#include "pipeline/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace nba {
namespace {

constexpr std::string_view header = "game_id,rule,detail,record,reason,source";
constexpr std::array<override_rule, 2> all_rules{override_rule::substitution, override_rule::free_throw_foul};

[[noreturn]] void refuse(std::string_view what, std::string_view line) {
  throw std::logic_error("overrides.csv: " + std::string(what) + ": " + std::string(line));
}

std::int64_t number(std::string_view text, std::string_view line) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) refuse("not a number", line);
  return value;
}

recorded_event read_event(std::string_view text, std::string_view line) {
  recorded_event event;
  event.order_number = number(take(text, '/'), line);
  event.period = static_cast<int>(number(take(text, '/'), line));
  const auto clock = parse_clock_hundredths(take(text, '/'));
  if (!clock) refuse("not a clock", line);
  event.clock_hundredths = *clock;
  event.action_type = take(text, '/');
  event.sub_type = take(text, '/');
  event.player_id = number(text, line);
  return event;
}

std::vector<recorded_event> read_record(std::string_view text, std::string_view line) {
  std::vector<recorded_event> record;
  while (!text.empty()) {
    record.push_back(read_event(take(text, ';'), line));
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
  return record;
}

// Why the record is not the one that the event was taken from; empty when it is.
std::string difference(const game_rows& rows, const recorded_event& expected) {
  const auto found = std::find_if(rows.events.begin(), rows.events.end(), [&](const pbp_event_row& event) {
    return event.order_number == expected.order_number;
  });
  if (found == rows.events.end()) return fmt::format("event {} is not in the record", expected.order_number);
  const auto described = [](int period, int clock, std::string_view type, std::string_view sub_type,
                            std::int64_t player) {
    return fmt::format("{} {} of player {} at {}:{:02}.{:02} of period {}", type, sub_type, player, clock / 6000,
                       clock / 100 % 60, clock % 100, period);
  };
  const auto was = described(expected.period, expected.clock_hundredths, expected.action_type, expected.sub_type,
                             expected.player_id);
  const auto is = described(found->period, found->clock_hundredths, found->action_type, found->sub_type,
                            found->player_id.value_or(0));
  if (was == is) return {};
  return fmt::format("event {} was {}, it is {}", expected.order_number, was, is);
}

game_override read_line(std::string_view line) {
  auto rest = line;
  game_override correction;
  const auto id = game_id::parse(take(rest, ','));
  if (!id) refuse("not a game id", line);
  correction.game_id = *id;
  const auto rule_name = take(rest, ',');
  const auto rule = std::find_if(all_rules.begin(), all_rules.end(),
                                 [&](override_rule candidate) { return to_string(candidate) == rule_name; });
  if (rule == all_rules.end()) refuse("unknown rule", line);
  correction.rule = *rule;
  auto detail = take(rest, ',');
  correction.order_number = number(take(detail, ' '), line);
  correction.value = number(detail, line);
  correction.record = read_record(take(rest, ','), line);
  if (correction.record.empty() || correction.record.front().order_number != correction.order_number)
    refuse("the record does not begin with the corrected event", line);
  correction.reason = take(rest, ',');
  correction.source = rest;
  if (correction.reason.empty() || correction.source.empty()) refuse("no reason or no source", line);
  if (correction.source.find(',') != std::string::npos) refuse("not six cells", line);
  return correction;
}

}  // namespace

std::string_view to_string(override_rule rule) {
  switch (rule) {
    case override_rule::substitution:
      return "substitution";
    case override_rule::free_throw_foul:
      return "free_throw_foul";
  }
  return "";
}

std::string describe(const game_override& correction) {
  return correction.game_id.str() + ' ' + std::string(to_string(correction.rule)) + ' ' +
         std::to_string(correction.order_number) + ' ' + std::to_string(correction.value);
}

std::vector<game_override> read_overrides(std::string_view csv) {
  std::vector<game_override> corrections;
  const auto lines = csv_lines(csv, header);
  if (!lines) refuse("unexpected header", lines.error().message);
  for (const auto& line : *lines) corrections.push_back(read_line(line.text));
  std::stable_sort(corrections.begin(), corrections.end(),
                   [](const auto& a, const auto& b) { return a.game_id < b.game_id; });
  return corrections;
}

std::span<const game_override> overrides() {
  static const std::vector<game_override> table = read_overrides(overrides_csv);
  return table;
}

std::span<const game_override> overrides_of(const game_id& id) {
  const auto all = overrides();
  const auto first =
      std::partition_point(all.begin(), all.end(), [&](const auto& entry) { return entry.game_id < id; });
  const auto last = std::find_if(first, all.end(), [&](const auto& entry) { return entry.game_id != id; });
  return {first, last};
}

override_choice choose_overrides(const game_rows& rows, std::span<const game_override> corrections) {
  constexpr std::string_view synthetic_source = "sim";
  override_choice choice;
  if (rows.origin.source == synthetic_source) return choice;
  for (const auto& correction : corrections) {
    std::string reason;
    for (const auto& expected : correction.record)
      if (reason = difference(rows, expected); !reason.empty()) break;
    if (reason.empty())
      choice.applied.push_back(correction);
    else
      choice.skipped.push_back({&correction, std::move(reason)});
  }
  return choice;
}

override_choice choose_overrides(const game_rows& rows) {
  return choose_overrides(rows, overrides_of(rows.game.game_id));
}

log_event skipped_override_event(const skipped_override& skipped) {
  const auto& correction = *skipped.correction;
  return events::override_skipped(
      correction.game_id, correction.rule, correction.order_number,
      "the record is not the one that the correction by hand was made for: " + skipped.reason);
}

const game_override* find_override(std::span<const game_override> corrections, override_rule rule,
                                   std::int64_t order_number) {
  for (const auto& correction : corrections)
    if (correction.rule == rule && correction.order_number == order_number) return &correction;
  return nullptr;
}

}  // namespace nba
