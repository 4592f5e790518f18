// Every actor of the engine and what it understands. Start reading here; docs/architecture.md has the picture.
//
// Fire-and-forget handlers return nothing (CAF answers even a plain send when a handler returns a value). Every actor
// leaves on an exit message from its owner. Every long-lived stage answers status_query.
#pragma once

#include "actors/messages.hpp"

#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace nba {

// Grants permission to send requests to one host; the only place that does.
using budget_actor =
    caf::typed_actor<caf::reacts_to<permit_request>, caf::reacts_to<permit_return>, caf::reacts_to<budget_tick>,
                     caf::replies_to<host_query>::with<host_status>, caf::replies_to<status_query>::with<stage_status>>;

// Whoever wants documents. A message as any other, since CAF 0.17 never answers a promise whose actor died: whoever
// waits watches the document actor instead.
using document_client = caf::typed_actor<caf::reacts_to<document_reply>,
                                         // Of a game: all that is left of it sleeps, or does so no longer.
                                         caf::reacts_to<game_sleeping>>;

// Gets documents from hosts, within their budgets; retries inside.
using document_actor = caf::typed_actor<
    // Documents that are wanted. Answered by one document_reply each.
    caf::reacts_to<document_request>,
    // What to compare the games of the run with.
    caf::reacts_to<known_games>,
    // Budget's answers.
    caf::reacts_to<permit_granted>, caf::reacts_to<permit_denied>,
    // The client's answer.
    caf::reacts_to<http_done>,
    // A back-off is over.
    caf::reacts_to<retry_due>,
    // Give up what did not come yet.
    caf::reacts_to<drop_unfetched>, caf::replies_to<status_query>::with<stage_status>>;

// Assembles games from their documents.
using fetch_actor = caf::typed_actor<
    // A game to fetch.
    caf::reacts_to<fetch_game>,
    // As a document_client.
    caf::reacts_to<document_reply>, caf::reacts_to<game_sleeping>,
    // Transform has room again.
    caf::reacts_to<credit_return>,
    // Give up what is not fetched yet.
    caf::reacts_to<drop_unfetched>, caf::replies_to<status_query>::with<stage_status>>;

// Bounded queue in front of the transform workers.
using transform_actor =
    caf::typed_actor<caf::reacts_to<fetched_game>, caf::reacts_to<transform_result>, caf::reacts_to<credit_return>,
                     caf::replies_to<status_query>::with<stage_status>>;
// Parses one game at a time; on the scheduler.
using transform_worker = caf::typed_actor<caf::reacts_to<transform_task>>;

// Bounded queue in front of the load workers; batches what waits into transactions.
using load_actor =
    caf::typed_actor<caf::reacts_to<transformed_game>, caf::reacts_to<recover_game>, caf::reacts_to<derived_game>,
                     caf::reacts_to<record_outcome>, caf::reacts_to<load_result>, caf::reacts_to<credit_return>,
                     caf::replies_to<status_query>::with<stage_status>>;
// Owns one database connection; detached.
using load_worker = caf::typed_actor<caf::reacts_to<load_task>>;

// Bounded queue in front of the derive workers.
using derive_actor = caf::typed_actor<caf::reacts_to<loaded_game>, caf::reacts_to<derive_result>,
                                      caf::reacts_to<credit_return>, caf::replies_to<status_query>::with<stage_status>>;
using derive_worker = caf::typed_actor<caf::reacts_to<derive_task>>;

// The only writer of checkpoints: one tracker per lane, one write in flight, the rest coalesced.
using watermark_actor =
    caf::typed_actor<caf::reacts_to<game_terminal>, caf::reacts_to<checkpoint_result>, caf::reacts_to<tick>,
                     caf::replies_to<flush_watermarks>::with<watermarks_flushed>,
                     caf::replies_to<advance_checkpoint>::with<watermarks_flushed>,
                     caf::replies_to<lanes_query>::with<lanes_status>,
                     caf::replies_to<status_query>::with<stage_status>>;
// Owns the watermark's database connection; detached.
using checkpoint_writer = caf::typed_actor<caf::reacts_to<checkpoint_task>>;

// What a job works with. The engine makes them after the job, whose handle they need.
struct job_children {
  fetch_actor fetch;
  transform_actor transform;
  load_actor load;
  derive_actor derive;
  watermark_actor watermark;
};
// To job from the engine: begin.
struct start_run {
  job_children children;
};

// Owns the plan of a run: admits games into fetch, follows each to its end, decides what becomes of failures.
using job_actor = caf::typed_actor<
    // Begin; the promise is answered when the run is over.
    caf::replies_to<start_run>::with<run_finished>,
    // A game has left fetch (or recovery): one more may enter.
    caf::reacts_to<credit_return>,
    // A game's rows and its `done` are committed.
    caf::reacts_to<game_done>,
    // A game cannot go on in this run.
    caf::reacts_to<game_failed>,
    // A game's documents are as they should be.
    caf::reacts_to<documents_accepted>,
    // A game began or ended waiting for a retry.
    caf::reacts_to<game_sleeping>,
    // What became of a failed game is in the ledger.
    caf::reacts_to<outcome_recorded>,
    // The database is gone: drain and end.
    caf::reacts_to<storage_down>,
    // Stop admitting and drain; the second one aborts.
    caf::reacts_to<stop_request>,
    // The drain took too long: abort.
    caf::reacts_to<drain_deadline>, caf::replies_to<job_query>::with<job_status>>;

// Asks everybody for their status, publishes it as one snapshot, and logs it.
using metrics_actor = caf::typed_actor<caf::reacts_to<tick>>;

}  // namespace nba

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nba::start_run)
