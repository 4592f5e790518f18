// `dlq retry`, `dlq waive` and `dlq reopen` are jobs, so that locks, ledger and watermarks work as for any other run.
#include "actors/stored_payload_client.hpp"
#include "cli/commands/dlq.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "cli/run_summary.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "pipeline/plan/disposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>

namespace nba::cli {
namespace {

// Exactly these games of their seasons, under the locks of every run that could write them.
job_definition definition_of(const context& with, const char* name, const std::set<game_id>& games) {
  job_definition job;
  job.name = name;
  job.arguments = with.command_line;
  job.stored_schedule = true;
  job.seasons = scopes_of(games);
  for (const auto& one : job.seasons) job.further_locks.emplace_back("backfill", to_string(one.season));
  job.further_locks.emplace_back("schedule", "daily");
  std::tie(job.stage, job.key) = job.further_locks.front();
  job.further_locks.erase(job.further_locks.begin());
  job.announced = {{"games", static_cast<std::int64_t>(games.size())}};
  return job;
}

std::set<game_id> games_of(const std::vector<dead_letter>& letters) {
  std::set<game_id> out;
  for (const auto& letter : letters) out.insert(letter.game_id);
  return out;
}

// The unresolved letters that the options choose; nullopt (and a message) for an id that names none.
std::optional<std::vector<dead_letter>> choose_letters(const context& with, std::vector<dead_letter> unresolved,
                                                       const dlq_retry_options& options) {
  std::vector<dead_letter> chosen;
  std::set<std::string> named(options.ids.begin(), options.ids.end());
  for (auto& letter : unresolved) {
    const auto by_number = named.erase(std::to_string(letter.dead_letter_id));
    const auto by_game = named.erase(letter.game_id.str());
    if (!options.ids.empty() && by_number + by_game == 0) continue;
    if (!options.season.empty() && to_string(letter.game_id.in_season()) != options.season) continue;
    if (!options.error_class.empty() && to_string(letter.error_class) != options.error_class) continue;
    chosen.push_back(std::move(letter));
  }
  if (named.empty()) return chosen;
  with.fail(exit_usage, fmt::format("there is no unresolved dead letter '{}'; `nba-scraper dlq list --all` shows "
                                    "all. Nothing was tried",
                                    *named.begin()));
  return std::nullopt;
}

// The letters that a retry starts from, by game: their payloads are there and can be read. One is in memory at a time.
std::map<game_id, std::int64_t> readable_payloads(letter_store& database, const std::vector<dead_letter>& letters,
                                                  const dlq_retry_options& options) {
  std::map<game_id, std::int64_t> out;
  if (options.refetch) return out;
  for (const auto& letter : letters)
    if (starts_from_payload(letter) && read_stored_payloads(database, letter.dead_letter_id))
      out.emplace(letter.game_id, letter.dead_letter_id);
  return out;
}

// Why games of the choice are not tried now, as the run would find it.
result<std::map<game_id, std::string>> reasons_not_to_try(ledger_store& database, const std::set<game_id>& games) {
  job_plan plan;
  std::map<game_id, std::string> out;
  for (auto& [of, limits] : scopes_of(games)) {
    auto planned = database.read_plan(of);
    if (!planned) return planned.error();
    auto listed = schedule_of_plan(of, std::move(*planned));
    if (!listed) {
      for (const auto& id : *limits.only) out.emplace(id, listed.error().message);
      continue;
    }
    auto ledger = database.read_ledger(of);
    if (!ledger) return ledger.error();
    plan.seasons.push_back({of, std::move(limits), std::move(*listed), std::move(*ledger), {}});
  }
  if (auto done = plan_chunks(plan, et_date_of(utc_now()), job_definition{}.chunk_days); !done) return done.error();
  for (const auto& one : plan.seasons)
    for (const auto& game : one.work.not_ready) out.emplace(game.id, game.reason);
  for (const auto& game : named_for_nothing(plan)) out.emplace(game.id, game.reason);
  return out;
}

int print_choice(const context& with, nba::store& database, const std::vector<dead_letter>& letters,
                 const dlq_retry_options& options) {
  const auto reasons = reasons_not_to_try(database, games_of(letters));
  if (!reasons) return with.fail(reasons.error());
  const auto stored = readable_payloads(database, letters, options);
  with.out << "Dry run: nothing is written.\n";
  text_table table{{{"ID", align::right}, {"GAME"}, {"STAGE"}, {"FROM"}, {"ERROR"}}};
  for (const auto& letter : letters) {
    std::string from = stored.contains(letter.game_id) ? "stored payload" : "the host";
    if (reasons->contains(letter.game_id)) from = "not tried";
    table.add_row({std::to_string(letter.dead_letter_id), letter.game_id.str(), letter.stage, from, letter.error});
  }
  table.print(with.out);
  for (const auto& [id, reason] : *reasons) with.out << fmt::format("Game {} is not tried: {}\n", id.str(), reason);
  return exit_success;
}

}  // namespace

result<std::optional<game_id>> game_of(letter_store& database, const std::string& id) {
  if (const auto game = game_id::parse(id)) return std::optional{*game};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return std::optional<game_id>{};
  const auto letter = database.read_dead_letter(number);
  if (!letter) return letter.error();
  return *letter ? std::optional{(*letter)->game_id} : std::nullopt;
}

int run_dlq_retry(const context& with, const dlq_retry_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  auto unresolved = database.store->read_dead_letters(false);
  if (!unresolved) return with.fail(unresolved.error());
  const auto letters = choose_letters(with, std::move(*unresolved), options);
  if (!letters) return exit_usage;
  if (letters->empty()) {
    if (!with.settings.quiet) with.out << "Nothing to retry: no unresolved dead letter fits.\n";
    return exit_success;
  }
  if (options.dry_run) return print_choice(with, *database.store, *letters, options);
  const auto games = games_of(*letters);
  const auto stored = readable_payloads(*database.store, *letters, options);
  // Every one of them that is not terminal: what a later run made of a game (unavailable once, not final, postponed)
  // leaves its dead letter open.
  const auto job = definition_of(with, "dlq", games);
  database.store.reset();  // the job opens its own
  const auto use_payloads = [&](job_environment& environment) -> result<void> {
    if (stored.empty()) return {};
    auto reading = environment.database_options;
    reading.create = false;
    auto reader = open_store(environment.database, reading);
    if (!reader) return reader.error();
    // A pace is for hosts; where none is asked there is nothing to wait for. And none is asked then, come what may.
    const bool asks_hosts = stored.size() < games.size();
    environment.engine.asks_hosts = asks_hosts;
    if (!asks_hosts)
      for (auto& [host, budget] : environment.engine.budgets) budget.requests_per_minute = 0;
    auto shared = std::make_shared<std::unique_ptr<nba::store>>(std::move(*reader));
    environment.make_client = [shared, stored, asks_hosts, urls = environment.urls](std::size_t requests_max) {
      auto network = asks_hosts ? make_curl_client(requests_max) : nullptr;
      return make_stored_payload_client(std::move(network), std::move(*shared), urls, stored);
    };
    return {};
  };
  return run_job_on_screen(with, job, use_payloads);
}

namespace {

// The ledger rows of the games that the ids name; an exit code (and a message) when one names none.
struct named_games {
  std::map<game_id, ledger_entry> entries;
  int exit_code = exit_success;
};
named_games find_games(const context& with, nba::store& database, const std::vector<std::string>& ids,
                       std::string_view nothing_was) {
  named_games out;
  for (const auto& id : ids) {
    const auto game = game_of(database, id);
    if (!game) return {{}, with.fail(game.error())};
    if (*game) {
      const auto ledger = database.read_ledger((*game)->in_season());
      if (!ledger) return {{}, with.fail(ledger.error())};
      const auto entry =
          std::find_if(ledger->begin(), ledger->end(), [&](const auto& each) { return each.id == **game; });
      if (entry != ledger->end()) out.entries.emplace(**game, *entry);
    }
    if (!*game || !out.entries.contains(**game))
      return {{},
              with.fail(exit_usage, fmt::format("'{}' is neither a dead letter nor a game this database knows; "
                                                "`nba-scraper gaps --season S` lists what is open. Nothing "
                                                "was {}",
                                                id, nothing_was))};
  }
  return out;
}

// A run that changes the ledger by decree, under the locks of every run that could write these games, and touches
// nothing else.
int run_decree(const context& with, const char* name, const std::map<game_id, ledger_entry>& games,
               const std::function<result<void>(nba::store&, const std::string& run_id)>& decree,
               const std::function<void(const job_outcome&)>& tell) {
  auto setup = prepare_job(with);
  if (!setup) return with.fail(setup.error());
  std::set<game_id> ids;
  for (const auto& [id, entry] : games) ids.insert(id);
  auto job = definition_of(with, name, ids);
  for (auto& one : job.seasons) one.limits.only.emplace();  // the run itself touches nothing
  job.prepare = [&](nba::store& db) { return decree(db, setup->environment.run_id); };
  stop_control stop;
  setup->environment.stop = &stop;
  const auto outcome = [&] {
    const stop_on_signals signals{stop, with.settings.engine.drain_deadline};
    return run_job(setup->environment, job);
  }();
  if (const auto* error = std::get_if<job_error>(&outcome)) {
    fail_job(with, *error);
    return exit_code_of(*error, &stop);
  }
  const auto& done = std::get<job_outcome>(outcome);
  if (!with.settings.quiet) {
    tell(done);
    summary_options summary;
    summary.unavailable_confirmations = with.settings.engine.dispositions.unavailable_confirmations;
    print_watermarks(with.out, done, summary, et_date_of(utc_now()));
  }
  return exit_code_of(done, &stop);
}

}  // namespace

int run_dlq_waive(const context& with, const dlq_waive_options& options) {
  if (options.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return with.fail(exit_usage, "--reason is empty; say why the game is given up, for whoever asks later");
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto games = find_games(with, *database.store, options.ids, "waived");
  if (games.exit_code != exit_success) return games.exit_code;
  for (const auto& [id, entry] : games.entries)
    if (is_terminal(entry.state))
      return with.fail(exit_usage, fmt::format("game {} is {}: it holds no watermark. Nothing was waived", id.str(),
                                               to_string(entry.state)));
  database.store.reset();

  const auto decree = [&](nba::store& db, const std::string& run_id) -> result<void> {
    for (const auto& [id, entry] : games.entries) {
      const auto resolved = db.resolve_dead_letter(id, "waived", options.reason);
      if (!resolved) return resolved.error();
      if (!*resolved) {
        state_change change{id, game_state::waived, entry.attempts, entry.error_class, options.reason};
        change.closing = closed_by(closing_ground::waived, options.reason, utc_now());
        if (auto written = db.write_states({&change, 1}, run_id); !written) return written;
      }
      with.events.write(events::game_waived(id, redact_secrets(options.reason)));
    }
    return {};
  };
  return run_decree(with, "waive", games.entries, decree, [&](const job_outcome&) {
    for (const auto& [id, entry] : games.entries) with.out << fmt::format("Waived {}: {}\n", id.str(), options.reason);
  });
}

int run_dlq_reopen(const context& with, const dlq_reopen_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto games = find_games(with, *database.store, options.ids, "opened");
  if (games.exit_code != exit_success) return games.exit_code;
  for (const auto& [id, entry] : games.entries)
    if (!is_closed(entry.state))
      return with.fail(exit_usage,
                       fmt::format("game {} is {}, not closed: there is nothing to open. `nba-scraper gaps --season {} "
                                   "--closed` lists closed games. Nothing was opened",
                                   id.str(), to_string(entry.state), to_string(id.in_season())));
  database.store.reset();

  const auto decree = [&](nba::store& db, const std::string& run_id) -> result<void> {
    std::vector<state_change> changes;
    for (const auto& [id, entry] : games.entries) {
      state_change change;
      change.game_id = id;
      change.reopens = true;
      changes.push_back(std::move(change));
    }
    if (auto written = db.write_states(changes, run_id); !written) return written;
    for (const auto& [id, entry] : games.entries)
      with.events.write(
          events::game_reopened(id, std::nullopt, std::nullopt, std::nullopt, std::nullopt, entry.state, "by hand"));
    return {};
  };
  return run_decree(with, "reopen", games.entries, decree, [&](const job_outcome&) {
    for (const auto& [id, entry] : games.entries)
      with.out << fmt::format(
          "Opened {} again (was {}). To ask the host now: nba-scraper schedule backfill --season {} --game {}\n",
          id.str(), to_string(entry.state), to_string(id.in_season()), id.str());
  });
}

}  // namespace nba::cli
