#include "actors/jobs/decree_jobs.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace nba {

result<std::optional<game_id>> game_of(letter_store& database, const std::string& id) {
  if (const auto game = game_id::parse(id)) return std::optional{*game};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return std::optional<game_id>{};
  const auto letter = database.read_dead_letter(number);
  if (!letter) return letter.error();
  return *letter ? std::optional{(*letter)->game_id} : std::nullopt;
}

job_error decree_job::unknown(const std::string& id) const {
  return refuse(exit_usage,
                fmt::format("'{}' is neither a dead letter nor a game this database knows; `nba-scraper gaps --season "
                            "S` lists what is open. Nothing was {}",
                            id, participle()));
}

job_step<std::vector<lock_name>> decree_job::locks(const job_site& site) {
  std::set<season> seasons;
  for (const auto& id : ids_) {
    auto game = game_of(*site.database, id);
    if (!game) return database_error(std::move(game).error());
    if (!*game) return unknown(id);
    named_.emplace(**game, id);
    seasons.insert((*game)->in_season());
  }
  return locks_of(seasons);
}

job_step<job_request> decree_job::prepare(const job_site& site) {
  std::set<game_id> games;
  for (const auto& [id, word] : named_) {
    auto ledger = site.database->read_ledger(id.in_season());
    if (!ledger) return database_error(std::move(ledger).error());
    const auto entry = std::find_if(ledger->begin(), ledger->end(), [&](const auto& each) { return each.id == id; });
    if (entry == ledger->end()) return unknown(word);
    if (const auto why = why_not(*entry); !why.empty())
      return refuse(exit_usage, fmt::format("{}. Nothing was {}", why, participle()));
    games_.emplace(id, *entry);
    games.insert(id);
  }
  auto asked = request_of(games);
  for (auto& one : asked.seasons) one.limits.only.emplace();  // the run itself touches nothing
  return asked;
}

std::string waive_job::why_not(const ledger_entry& game) const {
  if (!is_terminal(game.state)) return {};
  return fmt::format("game {} is {}: it holds no watermark", game.id.str(), to_string(game.state));
}

result<void> waive_job::decree(const job_site& site) {
  for (const auto& [id, entry] : games()) {
    const auto resolved = site.database->resolve_dead_letter(id, "waived", reason_);
    if (!resolved) return resolved.error();
    if (!*resolved) {
      state_change change{id, game_state::waived, entry.attempts, entry.error_class, reason_};
      change.closing = closed_by(closing_ground::waived, reason_, site.now);
      if (auto written = site.database->write_states({&change, 1}, site.run_id); !written) return written;
    }
    site.tell(events::game_waived(id, reason_));
  }
  return {};
}

std::string reopen_job::why_not(const ledger_entry& game) const {
  if (is_closed(game.state)) return {};
  return fmt::format(
      "game {} is {}, not closed: there is nothing to open. `nba-scraper gaps --season {} --closed` lists closed games",
      game.id.str(), to_string(game.state), to_string(game.id.in_season()));
}

result<void> reopen_job::decree(const job_site& site) {
  std::vector<state_change> changes;
  for (const auto& [id, entry] : games()) {
    state_change change;
    change.game_id = id;
    change.reopens = true;
    changes.push_back(std::move(change));
  }
  if (auto written = site.database->write_states(changes, site.run_id); !written) return written;
  for (const auto& [id, entry] : games())
    site.tell(
        events::game_reopened(id, std::nullopt, std::nullopt, std::nullopt, std::nullopt, entry.state, "by hand"));
  return {};
}

}  // namespace nba
