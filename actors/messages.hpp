// The messages of the engine, in the order a game meets them.
//
// Threads: messages travel between actors; everything they share is immutable behind a shared_ptr, so a message costs a
// reference count, never a copy of a payload. They never leave the process (CAF_ALLOW_UNSAFE_MESSAGE_TYPE: no
// serialisation).
#pragma once

#include "actors/run_report.hpp"
#include "actors/run_snapshot.hpp"
#include "actors/stage_counters.hpp"
#include "pipeline/derive/tables.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/plan/derive_target.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/rows.hpp"
#include "pipeline/source/answer_tally.hpp"
#include "pipeline/source/document.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/http_client.hpp"
#include "pipeline/transform/transform.hpp"
#include "storage/store.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace nba {

// What the run knows about a game when it enters the pipeline.
struct game_job {
  planned_game game;
  int chunk = 0;
  ledger_entry known;       // its ledger row at the start of the run; after load, its state is what load wrote
  bool recover = false;     // derive from the database, do not fetch: found `loaded`, or to be derived again
  std::uint64_t place = 0;  // how many games of the run were admitted before it
  std::optional<derive_target> again = {};  // of the latter: what is derived of it
};
using game_job_ptr = std::shared_ptr<const game_job>;

// ---- the way of a game -------------------------------------------------------------------------------------------

// What a game costs on the link into fetch: its documents at their largest, because their size is not known yet.
inline constexpr std::size_t game_fetch_bytes = game_bytes_max;

// job -> fetch. Costs game_fetch_bytes on the link.
struct fetch_game {
  game_job_ptr job;
};
// fetch -> transform. Costs the bodies' bytes.
struct fetched_game {
  game_job_ptr job;
  std::shared_ptr<const game_payloads> payloads;
  std::size_t bytes = 0;
};
// transform -> load. Costs the rows' bytes.
struct transformed_game {
  game_job_ptr job;
  std::shared_ptr<const game_rows> rows;
  std::string payload_sha256;
  std::size_t bytes = 0;
};
// job -> load: read a loaded game back instead of fetching it.
struct recover_game {
  game_job_ptr job;
};
// load -> derive: core rows are committed.
struct loaded_game {
  game_job_ptr job;
  std::shared_ptr<const game_rows> rows;
  write_outcome outcome = write_outcome::inserted;
  std::size_t bytes = 0;
};
// derive -> load: the derived rows, to be committed together with the ledger's `done`.
struct derived_game {
  game_job_ptr job;
  std::shared_ptr<const game_rows> rows;
  std::shared_ptr<const derived_rows> derived;
  write_outcome core_outcome = write_outcome::inserted;
  std::size_t bytes = 0;
};
// load (or transform, for an unchanged game) -> job: committed.
struct game_done {
  game_job_ptr job;
  write_outcome outcome = write_outcome::inserted;
  std::size_t rows_written = 0;
};
// any stage -> job: the game cannot go on in this run. It has left the stage.
struct game_failed {
  game_job_ptr job;
  std::string stage;
  failure why;
  // What was fetched, for the dead letter; null when nothing was.
  std::shared_ptr<const game_payloads> payloads;
  int tries = 1;
  // Given up because the run is stopping, not because anything is wrong with the game or its host.
  bool interrupted = false;
  // Of a game that failed in fetch: `payloads`, and the answer that was no document in the document's place. Kept for
  // people; no retry starts from it. Null when there is nothing more than `payloads`.
  std::shared_ptr<const game_payloads> answers = {};
};
// transform -> job: the documents of a game are as they should be, or as they are known. Before the game is anywhere
// else. It speaks for the documents of others (pipeline/plan/common_trouble.hpp).
struct documents_accepted {
  game_job_ptr job;
};
// documents -> fetch -> job: the game waits for a retry / goes on. It keeps its slot in fetch, its chunk need not keep
// its own.
struct game_sleeping {
  game_id id;
  bool sleeping = true;
};

// job -> load: write what became of a game that is not done. A control message: it needs no credit, there is at most
// one per game in flight.
struct record_outcome {
  game_id id;
  std::variant<state_change, dead_letter> what;
  // Kept (compressed) with a dead letter; null when nothing was fetched.
  std::shared_ptr<const game_payloads> payloads;
};
// load -> job: the record is committed.
struct outcome_recorded {
  game_id id;
};
// job -> watermark: committed and terminal.
struct game_terminal {
  game_id id;
};

// ---- credit ------------------------------------------------------------------------------------------------------

// The links of the pipeline; each carries credit the other way.
enum class link { fetch, transform, load, recover, derive, finish };

// receiver -> sender: one item left the receiver's stage.
struct credit_return {
  nba::link link = nba::link::fetch;
  std::size_t bytes = 0;
};

// ---- documents and budget ----------------------------------------------------------------------------------------

// fetch (or the engine) -> documents: document_request. documents -> whoever asked: document_reply, one for each
// document (pipeline/source/document.hpp).

// engine -> documents: games that are known to exist. Before the first game of a run.
struct known_games {
  std::vector<game_id> best_first;
};

// documents -> budget: may I send? Answered by permit_granted or permit_denied with the same ticket.
struct permit_request {
  std::uint64_t ticket = 0;
  bool urgent = false;  // the canary: goes before everything that waits
};
struct permit_granted {
  std::uint64_t ticket = 0;
  bool probe = false;  // the one request that decides whether the host is open again
};
// The host was given up for this run.
struct permit_denied {
  std::uint64_t ticket = 0;
  std::string reason = {};  // why, in short; empty when it is not known
};
// documents -> budget: the request is over; how it went.
struct permit_return {
  budget_signal signal = budget_signal::success;
  std::optional<std::chrono::seconds> retry_after;
  std::string reason = {};                 // of a bad answer, in short
  std::optional<host_answer> answer = {};  // empty: there was none
};
struct budget_tick {};

// curl thread -> documents.
struct http_done {
  std::uint64_t ticket = 0;
  http_response response;
};
struct retry_due {
  std::uint64_t ticket = 0;
};

// ---- workers -----------------------------------------------------------------------------------------------------

// transform -> its worker, and back.
struct transform_task {
  fetched_game item;
};
struct transform_result {
  std::size_t worker = 0;
  fetched_game item;
  std::string payload_sha256;
  // Null: the payloads are the ones the ledger knows, nothing to do.
  result<std::shared_ptr<const game_rows>> value = failure{};
  work_time spent;
};
// derive -> its worker, and back.
struct derive_task {
  loaded_game item;
};
struct derive_result {
  std::size_t worker = 0;
  loaded_game item;
  result<std::shared_ptr<const derived_rows>> value = failure{};
  work_time spent;
};
// load -> its worker: one transaction's worth of work.
using load_item = std::variant<transformed_game, recover_game, derived_game, record_outcome>;
struct load_task {
  std::vector<load_item> items;
};
struct load_item_result {
  load_item item;
  result<write_outcome> outcome = failure{};
  std::shared_ptr<const game_rows> recovered;  // for recover_game
};
struct load_result {
  std::size_t worker = 0;
  std::vector<load_item_result> items;
  // Set when the database is gone: nothing of the batch is written and the run must end.
  std::optional<failure> storage_down;
  work_time spent;
};
// watermark -> its writer, and back.
struct checkpoint_task {
  std::vector<watermark_row> rows;
};
struct checkpoint_result {
  std::vector<watermark_row> stored;
  std::optional<failure> why;
};

// ---- control -----------------------------------------------------------------------------------------------------

// To job: stop admitting, finish what is in load and derive. Number 2 and above abort; number 1 again changes nothing.
struct stop_request {
  int number = 1;
};
// To fetch, and from there to documents: drop everything that is not fetched yet. Each such document is answered, and
// each such game reported, as failed and `interrupted`; and so is all that comes later.
struct drop_unfetched {};
struct drain_deadline {};
// load -> job: the database is gone.
struct storage_down {
  failure why;
};
// To watermark: answer when everything it holds is durable.
struct flush_watermarks {};
struct watermarks_flushed {
  std::vector<watermark_row> rows;
  std::optional<failure> why;
};
// To watermark: raise a checkpoint that is no lane (the daily date, a custom job's value, a host's pause). An empty
// value removes it. Answered by watermarks_flushed when it is durable.
struct advance_checkpoint {
  watermark_row row;
};
// To every long-lived actor: how are you? Answered by stage_status.
struct status_query {};
// To job, to budget, to watermark: the same, of what they know. Answered by job_status, host_status, lanes_status.
struct job_query {};
struct host_query {};
struct lanes_query {};
// watermark -> itself, metrics -> itself.
struct tick {};
// job -> engine: the answer to start_run (actors/interfaces.hpp).
struct run_finished {
  std::shared_ptr<const run_report> report;
};

}  // namespace nba

#define NBA_MESSAGE(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nba::name)
NBA_MESSAGE(fetch_game)
NBA_MESSAGE(fetched_game)
NBA_MESSAGE(transformed_game)
NBA_MESSAGE(recover_game)
NBA_MESSAGE(loaded_game)
NBA_MESSAGE(derived_game)
NBA_MESSAGE(game_done)
NBA_MESSAGE(game_failed)
NBA_MESSAGE(game_sleeping)
NBA_MESSAGE(documents_accepted)
NBA_MESSAGE(record_outcome)
NBA_MESSAGE(outcome_recorded)
NBA_MESSAGE(game_terminal)
NBA_MESSAGE(credit_return)
NBA_MESSAGE(known_games)
NBA_MESSAGE(permit_request)
NBA_MESSAGE(permit_granted)
NBA_MESSAGE(permit_denied)
NBA_MESSAGE(permit_return)
NBA_MESSAGE(budget_tick)
NBA_MESSAGE(http_done)
NBA_MESSAGE(retry_due)
NBA_MESSAGE(document_request)
NBA_MESSAGE(document_reply)
NBA_MESSAGE(transform_task)
NBA_MESSAGE(transform_result)
NBA_MESSAGE(derive_task)
NBA_MESSAGE(derive_result)
NBA_MESSAGE(load_task)
NBA_MESSAGE(load_result)
NBA_MESSAGE(checkpoint_task)
NBA_MESSAGE(checkpoint_result)
NBA_MESSAGE(stop_request)
NBA_MESSAGE(drop_unfetched)
NBA_MESSAGE(drain_deadline)
NBA_MESSAGE(storage_down)
NBA_MESSAGE(flush_watermarks)
NBA_MESSAGE(watermarks_flushed)
NBA_MESSAGE(advance_checkpoint)
NBA_MESSAGE(status_query)
NBA_MESSAGE(stage_status)
NBA_MESSAGE(job_query)
NBA_MESSAGE(job_status)
NBA_MESSAGE(host_query)
NBA_MESSAGE(host_status)
NBA_MESSAGE(lanes_query)
NBA_MESSAGE(lanes_status)
NBA_MESSAGE(tick)
NBA_MESSAGE(run_finished)
#undef NBA_MESSAGE
