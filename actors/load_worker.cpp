// One database connection: turns a batch into transactions, with bounded retries for what is the database's fault.
#include "actors/actor_support.hpp"
#include "actors/load_actor.hpp"
#include "pipeline/events.hpp"
#include "pipeline/packed_payloads.hpp"
#include "pipeline/transform/acceptance.hpp"
#include "pipeline/transform/document_age.hpp"

#include <thread>

namespace nba {
namespace {

// Calls `work` until it succeeds, fails for a reason that is not the database's, or store_tries_max is reached.
template <class Work>
auto with_retries(load_worker_state& s, Work work) -> decltype(work()) {
  auto pause = s.options.store_backoff_first;
  std::string first_reason;  // the later ones may only say that the connection is gone
  for (int tries = 1;; ++tries) {
    auto outcome = work();
    if (outcome || outcome.error().kind != failure_class::storage || is_lock_lost(outcome.error())) return outcome;
    if (first_reason.empty()) first_reason = outcome.error().message;
    if (tries >= s.options.store_tries_max) {
      auto& last = outcome.error().message;
      if (last != first_reason) last = first_reason + "; after " + std::to_string(tries) + " tries: " + last;
      return outcome;
    }
    std::this_thread::sleep_for(pause);
    pause *= 2;
    // Whatever the reason was, a fresh connection is a known state; should it fail, the next try says why.
    (void)s.store->reconnect();
  }
}

bool is_storage(const failure& why) { return why.kind == failure_class::storage; }

// A corrected game whose documents are older than what is stored (another edge's copy, a stored payload): what is
// stored stays and is derived again. Only corrections are looked at: they are few, and their rows are read back for it.
std::optional<failure> keep_newer(load_worker_state& s, std::vector<load_item_result>& items) {
  if (s.options.allow_older) return std::nullopt;
  for (auto& one : items) {
    auto* core = std::get_if<transformed_game>(&one.item);
    if (!core) continue;
    const auto& known = core->job->known;
    const bool is_stored = known.state == game_state::done || known.state == game_state::loaded;
    if (!is_stored || known.payload_sha256.empty() || known.payload_sha256 == core->payload_sha256) continue;
    auto stored = with_retries(s, [&] { return s.store->read_game(known.id); });
    if (!stored && is_storage(stored.error())) return stored.error();
    if (!stored) continue;  // nothing there that could be newer
    const auto older = why_older(*core->rows, *stored);
    if (!older) continue;
    if (s.options.log)
      s.options.log->write(events::game_older_document(known.id, *older,
                                                       "what is stored stays; --allow-older replaces it all the same"));
    core->rows = std::make_shared<const game_rows>(std::move(*stored));
    core->payload_sha256 = known.payload_sha256;
  }
  return std::nullopt;
}

derived_write write_of(const derived_game& item, int rules_version) {
  derived_write out{item.job->game.id, item.derived, rules_version, item.rows->origin};
  if (!item.job->again) return out;
  out.tables = item.job->again->tables;
  out.rules_version = item.job->again->rules_version;
  out.origin.ingested_at = utc_now();
  return out;
}

// What others may know of the run, in a transaction of its own: whatever becomes of it, the batch is stored. Nobody
// else is likely to hold the lock that the batch has just let go.
void write_news(load_worker_state& s) {
  if (!s.options.news) return;
  if (const auto note = s.options.news->take())
    (void)s.store->write_snapshot(s.options.run_id, note->snapshot, note->at);
}

// Writes core and derived rows of the batch in one transaction. When the database refuses the content of one of them,
// the others must not suffer: each is then written alone.
std::optional<failure> write_rows(load_worker_state& s, std::vector<load_item_result>& items) {
  std::vector<game_write> writes;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const auto* core = std::get_if<transformed_game>(&items[i].item))
      writes.emplace_back(core_write{core->rows, core->payload_sha256});
    else if (const auto* derived = std::get_if<derived_game>(&items[i].item))
      writes.emplace_back(write_of(*derived, s.options.rules_version));
    else
      continue;
    places.push_back(i);
  }
  if (writes.empty()) return std::nullopt;
  auto outcomes = with_retries(s, [&] { return s.store->write_games(writes, s.options.run_id); });
  if (outcomes) {
    for (std::size_t i = 0; i < places.size(); ++i) items[places[i]].outcome = outcomes->at(i);
    write_news(s);
    return std::nullopt;
  }
  if (is_storage(outcomes.error())) return outcomes.error();
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto alone = writes.size() == 1 ? std::move(outcomes) : with_retries(s, [&] {
      return s.store->write_games({&writes[i], 1}, s.options.run_id);
    });
    if (alone)
      items[places[i]].outcome = alone->at(0);
    else if (is_storage(alone.error()))
      return alone.error();
    else
      items[places[i]].outcome = alone.error();
  }
  return std::nullopt;
}

std::optional<failure> read_back(load_worker_state& s, std::vector<load_item_result>& items) {
  for (auto& one : items) {
    const auto* wanted = std::get_if<recover_game>(&one.item);
    if (!wanted) continue;
    auto rows = with_retries(s, [&] { return s.store->read_game(wanted->job->game.id); });
    if (rows) {
      // Stored by an earlier run, perhaps by older rules and under an older schedule. What is done was accepted.
      result<void> accepted;
      if (wanted->job->known.state != game_state::done) accepted = accept_schedule(*rows, wanted->job->game);
      if (accepted && wanted->job->known.state != game_state::done) accepted = accept(*rows);
      if (!accepted) {
        one.outcome = accepted.error();
        continue;
      }
      one.recovered = std::make_shared<game_rows>(std::move(*rows));
      one.outcome = write_outcome::unchanged;
    } else if (is_storage(rows.error())) {
      return rows.error();
    } else {
      one.outcome = rows.error();
    }
  }
  return std::nullopt;
}

std::optional<failure> write_records(load_worker_state& s, std::vector<load_item_result>& items) {
  for (auto& one : items) {
    const auto* record = std::get_if<record_outcome>(&one.item);
    if (!record) continue;
    result<void> written;
    if (const auto* parked = std::get_if<dead_letter>(&record->what)) {
      auto letter = *parked;
      if (record->payloads) letter.payload = pack_payloads(*record->payloads);
      written = with_retries(s, [&] { return s.store->park(letter, s.options.run_id); });
    } else {
      const auto& change = std::get<state_change>(record->what);
      written = with_retries(s, [&] { return s.store->write_states({&change, 1}, s.options.run_id); });
    }
    if (written)
      one.outcome = write_outcome::replaced;
    else if (is_storage(written.error()))
      return written.error();
    else
      one.outcome = written.error();
  }
  return std::nullopt;
}

}  // namespace

load_worker::behavior_type make_load_worker(load_worker::stateful_pointer<load_worker_state> self, std::size_t index,
                                            load_options options, std::shared_ptr<store> connection) {
  install_handlers(self);
  self->state.options = std::move(options);
  self->state.store = std::move(connection);
  return {[self, index](const load_task& task) {
    work_timer timer;
    load_result out;
    out.worker = index;
    for (const auto& item : task.items) out.items.push_back(load_item_result{item, failure{}, nullptr});
    out.storage_down = keep_newer(self->state, out.items);
    if (!out.storage_down) out.storage_down = write_rows(self->state, out.items);
    if (!out.storage_down) out.storage_down = read_back(self->state, out.items);
    if (!out.storage_down) out.storage_down = write_records(self->state, out.items);
    out.spent = timer.spent();
    self->send(caf::actor_cast<load_actor>(self->current_sender()), std::move(out));
  }};
}

}  // namespace nba
