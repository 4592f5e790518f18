#include "cli/documents/season_documents.hpp"

#include "cli/left_out_text.hpp"
#include "pipeline/plan/schedule.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace nba::cli {

using nlohmann::ordered_json;

namespace {

std::string teams_among(const std::unordered_map<game_id, std::string>& teams, const game_id& id) {
  const auto found = teams.find(id);
  return found == teams.end() ? std::string{} : found->second;
}

ordered_json closed_game_json(const closed_game& game, const std::string& teams) {
  ordered_json document{{"game_id", game.id.str()},
                        {"game_date", format_date(game.date)},
                        {"game_type", to_string(game.id.type())},
                        {"teams", teams},
                        {"state", to_string(game.state)},
                        {"reason", game.reason},
                        {"ground", nullptr},
                        {"inferred", false},
                        {"occasions", 0},
                        {"first_seen_at", nullptr},
                        {"last_seen_at", nullptr},
                        {"closed_at", nullptr},
                        {"checks", 0},
                        {"next_check", nullptr}};
  if (const auto& evidence = game.evidence) {
    document["ground"] = to_string(evidence->ground);
    document["inferred"] = is_inferred(evidence->ground);
    document["occasions"] = evidence->occasions;
    document["first_seen_at"] = format_timestamp(evidence->first_seen_at);
    document["last_seen_at"] = format_timestamp(evidence->last_seen_at);
    if (evidence->closed_at) document["closed_at"] = format_timestamp(*evidence->closed_at);
    document["checks"] = evidence->checks;
  }
  if (game.next_check) document["next_check"] = format_date(*game.next_check);
  return document;
}

}  // namespace

std::unordered_map<game_id, std::string> matchups(const std::vector<planned_game>& plan) {
  std::unordered_map<game_id, std::string> teams;
  for (const auto& game : plan)
    if (!game.home_tricode.empty() && !game.away_tricode.empty())
      teams.emplace(game.id, fmt::format("{} at {}", game.away_tricode, game.home_tricode));
  return teams;
}

ordered_json gaps_document(const season_report& report) {
  const auto teams = matchups(report.plan);
  ordered_json document{{"season", to_string(report.season)}, {"planned", report.planned()},
                        {"terminal", report.terminal()},      {"done", report.done()},
                        {"closed", report.closed()},          {"gaps", ordered_json::array()}};
  for (const auto& gap : find_gaps(report.ledger, report.reasons))
    document["gaps"].push_back({{"game_id", gap.id.str()},
                                {"game_date", format_date(gap.date)},
                                {"game_type", to_string(gap.id.type())},
                                {"teams", teams_among(teams, gap.id)},
                                {"state", to_string(gap.state)},
                                {"attempts", gap.attempts},
                                {"reason", gap.reason}});
  document["left_out"] = cli::to_json(report.reading ? report.reading->left_out : std::vector<left_out_entry>{});
  document["left_out_count"] = report.reading ? report.reading->left_out_count : 0;
  return document;
}

ordered_json closed_document(const season_report& report) {
  const auto teams = matchups(report.plan);
  ordered_json document{{"season", to_string(report.season)},
                        {"planned", report.planned()},
                        {"done", report.done()},
                        {"closed", ordered_json::array()}};
  for (const auto& game : find_closed(report.ledger))
    document["closed"].push_back(closed_game_json(game, teams_among(teams, game.id)));
  return document;
}

ordered_json lanes_document(const watch_facts& facts) {
  auto document = ordered_json::array();
  for (const auto& report : facts.status.seasons)
    for (const auto& lane : report.lanes) {
      ordered_json one{{"season", to_string(report.season)}};
      one.update(json_of(lane));
      document.push_back(std::move(one));
    }
  return document;
}

ordered_json letters_document(const std::vector<dead_letter>& letters) {
  auto document = ordered_json::array();
  for (const auto& letter : letters) document.push_back(letter_document(letter, false));
  return document;
}

ordered_json letter_document(const dead_letter& letter, bool whole) {
  ordered_json document{{"dead_letter_id", letter.dead_letter_id},
                        {"game_id", letter.game_id.str()},
                        {"stage", letter.stage},
                        {"error_class", to_string(letter.error_class)},
                        {"error", letter.error},
                        {"attempts", letter.attempts},
                        {"payload_sha256", letter.payload_sha256},
                        {"first_failed_at", format_timestamp(letter.first_failed_at)},
                        {"last_failed_at", format_timestamp(letter.last_failed_at)},
                        {"resolved_at", nullptr},
                        {"resolution", letter.resolution},
                        {"reason", letter.reason},
                        {"last_error", letter.last_error}};
  if (letter.resolved_at) document["resolved_at"] = format_timestamp(*letter.resolved_at);
  if (whole) document["payload_bytes_compressed"] = letter.payload.size();
  return document;
}

ordered_json config_document(const settings& values) {
  auto document = ordered_json::array();
  for (const auto& setting : list_settings(values))
    document.push_back({{"key", setting.key()}, {"value", setting.value}, {"origin", to_string(setting.origin)}});
  return document;
}

}  // namespace nba::cli
