#include "tests/crash/observer.hpp"

#include <array>
#include <filesystem>
#include <stdexcept>

namespace nba::test {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t rows_max = 100'000;
constexpr std::string_view sqlite_prefix = "sqlite:///";

// Each finds rows that must not exist; the first column says what is wrong.
constexpr std::array<std::string_view, 7> forbidden{
    "SELECT 'the watermark ' || m.key || ' = ' || m.value || ' has passed ' || g.game_id || ', ' || g.state "
    "FROM ingest_watermarks m JOIN ingest_games g ON m.stage = 'backfill' AND g.game_id <= m.value AND "
    "m.key = g.season || CASE g.game_type WHEN 'regular' THEN '' ELSE '/' || g.game_type END "
    "WHERE g.state NOT IN ('done', 'waived', 'cancelled', 'unavailable')",
    "SELECT g.game_id || ' is done without derived rows' FROM ingest_games g WHERE g.state = 'done' AND "
    "(NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.game_id = g.game_id) OR "
    "NOT EXISTS (SELECT 1 FROM team_game_factors t WHERE t.game_id = g.game_id))",
    "SELECT g.game_id || ' is ' || g.state || ' without core rows' FROM ingest_games g "
    "WHERE g.state IN ('loaded', 'done') AND (NOT EXISTS (SELECT 1 FROM games r WHERE r.game_id = g.game_id) OR "
    "NOT EXISTS (SELECT 1 FROM pbp_events e WHERE e.game_id = g.game_id))",
    "SELECT r.game_id || ' has core rows and no ledger row that says so' FROM games r LEFT JOIN ingest_games g "
    "ON g.game_id = r.game_id AND g.state IN ('loaded', 'done') WHERE g.game_id IS NULL",
    "SELECT o.game_id || ' has derived rows and is not done' FROM outcomes o LEFT JOIN ingest_games g "
    "ON g.game_id = o.game_id AND g.state = 'done' WHERE g.game_id IS NULL",
    "SELECT s.game_id || ' is planned and not in the ledger' FROM schedule_games s LEFT JOIN ingest_games g "
    "ON g.game_id = s.game_id WHERE g.game_id IS NULL",
    "SELECT g.game_id || ' is parked without a dead letter' FROM ingest_games g LEFT JOIN dead_letters d "
    "ON d.game_id = g.game_id AND d.resolved_at IS NULL WHERE g.state = 'parked' AND d.game_id IS NULL",
};

// Where to look; empty when there is nothing to see yet.
std::string place_to_look(const scene& world, const std::string& database) {
  if (!database.starts_with(sqlite_prefix)) return database;
  const fs::path file = database.substr(sqlite_prefix.size());
  if (!fs::exists(file) || fs::file_size(file) == 0) return {};
  const auto copy = world.folder().path() / "observed.db";
  for (const auto* part : {"-wal", "-shm"}) fs::remove(copy.string() + part);
  fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
  if (const auto wal = file.string() + "-wal"; fs::exists(wal)) fs::copy_file(wal, copy.string() + "-wal");
  return std::string{sqlite_prefix} + copy.string();
}

std::vector<std::vector<std::string>> rows_of(store& from, const std::string& sql) {
  auto found = from.query_text(sql, rows_max);
  if (!found) throw std::runtime_error(describe(found.error()));
  found->erase(found->begin());
  return *std::move(found);
}

}  // namespace

observation observe(const scene& world, const std::string& database, bool corrections) {
  observation seen;
  const auto place = place_to_look(world, database);
  if (place.empty()) return seen;
  const auto from = open(place);
  const auto steps = from->check_schema();
  if (!steps) {
    seen.broken = describe(steps.error());
    return seen;
  }
  for (const auto& step : *steps)
    if (!step.applied) return seen;
  for (const auto& row : rows_of(*from, "SELECT game_id FROM ingest_games WHERE state = 'done'"))
    seen.done.insert(row.at(0));
  for (const auto& row : rows_of(*from, "SELECT stage || ' ' || key, value FROM ingest_watermarks"))
    seen.watermarks[row.at(0)] = row.at(1);
  for (std::size_t i = corrections ? 1 : 0; i < forbidden.size() && seen.broken.empty(); ++i)
    if (const auto wrong = rows_of(*from, std::string{forbidden.at(i)}); !wrong.empty()) seen.broken = wrong[0].at(0);
  return seen;
}

std::string lost_between(const observation& before, const observation& after, bool corrections) {
  if (!after.broken.empty()) return after.broken;
  if (!corrections)
    for (const auto& id : before.done)
      if (!after.done.contains(id)) return id + " was done and is not any more";
  for (const auto& [name, value] : before.watermarks) {
    const auto now = after.watermarks.find(name);
    if (now == after.watermarks.end()) return "the watermark " + name + " is gone";
    if (now->second < value) return "the watermark " + name + " went back from " + value + " to " + now->second;
  }
  return {};
}

std::map<std::string, std::uint64_t> requests_for(scene& world, const std::set<std::string>& games) {
  std::map<std::string, std::uint64_t> out;
  const auto counters = world.server().counters();
  for (const auto& id : games)
    if (const auto found = counters.by_game.find(id); found != counters.by_game.end()) out[id] = found->second;
  return out;
}

}  // namespace nba::test
