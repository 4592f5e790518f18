// Every log event there is: one line of docs/log-events.md each.
//
// A new event is one entry here: `log->write(events::game_parked(id, date, stage, kind, reason, tries))` makes it, one
// value a field in the order of its fields. The list at the end and the page are compared by a test, which also says
// how to renew the page. What others rely on is a name and its fields: they may grow, they do not change.
#pragma once

#include "pipeline/event_log.hpp"

#include <array>

namespace nba::events {

// ---- runs --------------------------------------------------------------------------------------------------------

inline constexpr event_kind job_start{
    "job.start",
    event_level::info,
    {"job"},
    "A run has its locks and begins. Further fields are the job's own: what it was asked for."};
inline constexpr event_kind job_end{"job.end",
                                    event_level::info,
                                    {"job", "failures", "games", "exit_code", "class", "reason"},
                                    "A run is over, however it ended: exactly one for each command that changes the "
                                    "database. INFO after success and after a drain that "
                                    "somebody asked for, WARN below exit code 100 without failures, else ERROR; "
                                    "`class` and `reason` unless the code is 0."};
inline constexpr event_kind job_end_not_noted{"job.end_not_noted",
                                              event_level::warn,
                                              {"job", "reason"},
                                              "The end of the run could not be written to `ingest_runs`."};
inline constexpr event_kind job_no_games{
    "job.no_games",
    event_level::info,
    {"job", "reason"},
    "Nothing to do; `reason` says why. Where the job itself asked for nothing, with the fields of its job.start."};
inline constexpr event_kind job_lock_held{
    "job.lock_held",
    event_level::error,
    {"job", "stage", "key", "holder_run_id", "holder_host", "holder_pid", "since"},
    "Another run holds the lock; this one ends with 122."};
inline constexpr event_kind job_lock_watch{
    "job.lock_watch",
    event_level::warn,
    {"job", "stage", "key", "held_by_run", "host", "pid", "seconds", "doing"},
    "The holder's process cannot be seen from here: its heartbeat is watched before the lock is taken or left."};
inline constexpr event_kind job_lock_lost{"job.lock_lost",
                                          event_level::error,
                                          {"job", "reason"},
                                          "The run lost its lock and wrote nothing more; it ends with 122."};
inline constexpr event_kind lock_released{"lock.released",
                                          event_level::warn,
                                          {"stage", "key", "held_by_run", "host", "pid"},
                                          "`db unlock` took a lock from its holder."};
inline constexpr event_kind run_died{
    "run.died",
    event_level::warn,
    {"job", "died_run_id", "arguments", "host", "pid", "started_at", "heard_at"},
    "An earlier run of this job was killed: it has no end and holds no lock. Said once, by the next run of the job."};
inline constexpr event_kind drain_start{
    "drain.start", event_level::info, {"games_in_flight"}, "A stop was asked for: nothing more is admitted."};
inline constexpr event_kind drain_end{"drain.end", event_level::info, {"ending"}, "The drain is over."};
inline constexpr event_kind chunk_start{
    "chunk.start", event_level::info, {"chunk", "from", "to"}, "A date chunk is opened."};
inline constexpr event_kind chunks_chosen{
    "chunks.chosen",
    event_level::info,
    {"chunks", "parallel", "chunks_why", "parallel_why"},
    "What `--chunk-days auto` or `--parallel auto` chose, and why; without the one that was a number."};
inline constexpr event_kind chunk_end{"chunk.end",
                                      event_level::info,
                                      {"chunk", "from", "to", "games", "failures", "not_reached"},
                                      "All games of a chunk have come to their end; WARN where some failed. "
                                      "`not_reached`: those that a stopped run let go before it knew what becomes of "
                                      "them. A chunk of which a stopped run left games unasked has no end."};
inline constexpr event_kind chunk_error{
    "chunk.error",
    event_level::error,
    {"season", "class", "reason"},
    "A season's schedule did not come. WARN where the run goes on with another season."};

// ---- games -------------------------------------------------------------------------------------------------------

inline constexpr event_kind game_parked{"game.parked",
                                        event_level::error,
                                        {"game_id", "date", "stage", "class", "reason", "tries"},
                                        "A game failed for good in this run and waits in `dead_letters`."};
inline constexpr event_kind game_not_ready{
    "game.not_ready",
    event_level::warn,
    {"game_id", "date", "ground", "stage", "class", "state", "reason"},
    "A game has no rows yet and is asked for again by later runs. ERROR where its host was given up."};
inline constexpr event_kind game_closed{"game.closed",
                                        event_level::error,
                                        {"game_id", "date", "ground", "stage", "class", "state", "reason"},
                                        "A game left the expected set without rows. ERROR, once, where that was "
                                        "inferred; INFO where the schedule or a person says so."};
inline constexpr event_kind game_reopened{"game.reopened",
                                          event_level::warn,
                                          {"game_id", "date", "ground", "stage", "class", "state", "reason"},
                                          "A closed game is expected again."};
inline constexpr event_kind game_waived{
    "game.waived", event_level::warn, {"game_id", "reason"}, "A person gave a game up (`dlq waive`)."};
inline constexpr event_kind game_damaged{"game.damaged",
                                         event_level::warn,
                                         {"game_id", "rows"},
                                         "`db repair` found rows that are not those that were written."};
inline constexpr event_kind game_older_document{"game.older_document",
                                                event_level::warn,
                                                {"game_id", "reason", "action"},
                                                "A document is older than the stored one, which stays."};
inline constexpr event_kind game_score_differs{"game.score_differs",
                                               event_level::warn,
                                               {"game_id", "difference"},
                                               "The score of the box score is not the schedule's; the game is stored."};
inline constexpr event_kind payload_odd_value{
    "payload.odd_value",
    event_level::warn,
    {"field", "count", "example"},
    "A decorative field had odd values, stored as NULL; one event a field and run."};
inline constexpr event_kind derive_problem{"derive.problem",
                                           event_level::warn,
                                           {"game_id", "problem"},
                                           "The record of a game contradicts itself; what can be derived is."};
inline constexpr event_kind override_skipped{
    "override.skipped",
    event_level::warn,
    {"game_id", "rule", "order_number", "reason"},
    "A correction by hand names a record that is no longer there, and is left out."};
inline constexpr event_kind travel_refreshed{"travel.refreshed",
                                             event_level::info,
                                             {"season", "games"},
                                             "Travel of finished games was rewritten: a neighbour moved."};
inline constexpr event_kind travel_unknown_arena{
    "travel.unknown_arena", event_level::warn, {"arena"}, "No coordinates are known for an arena: no distance to it."};

// ---- schedules ---------------------------------------------------------------------------------------------------

inline constexpr event_kind schedule_second_way{
    "schedule.second_way",
    event_level::warn,
    {"season", "origin", "read_at", "reason"},
    "The schedule's own host refused; it was read from elsewhere (`origin`)."};
inline constexpr event_kind schedule_left_out{"schedule.left_out",
                                              event_level::warn,
                                              {"season", "game_id", "class", "reason", "game_date", "teams"},
                                              "An entry of the schedule is no game of the plan."};
inline constexpr event_kind schedule_ids_repaired{
    "schedule.ids_repaired", event_level::warn, {"season", "entries"}, "Game ids had lost their zeros."};
inline constexpr event_kind schedule_odd_value{"schedule.odd_value",
                                               event_level::warn,
                                               {"season", "field", "entries", "example"},
                                               "A decorative field of the schedule had odd values."};
inline constexpr event_kind schedule_other_leagues{
    "schedule.other_leagues", event_level::info, {"season", "entries"}, "Entries of other leagues were passed over."};
inline constexpr event_kind schedule_lacks_stored{"schedule.lacks_stored",
                                                  event_level::warn,
                                                  {"season", "games", "first_game_id"},
                                                  "Games of the stored plan are not in today's schedule."};

// ---- hosts, marks, the database ----------------------------------------------------------------------------------

inline constexpr event_kind host_throttled{
    "host.throttled",
    event_level::warn,
    {"host", "given_up", "pause_s", "until", "reason", "probe", "probes_max", "in_flight_max"},
    "The host asked for a slower pace (429, 503 with Retry-After, stalls): paused."};
inline constexpr event_kind host_blocked{
    "host.blocked",
    event_level::warn,
    {"host", "given_up", "pause_s", "until", "reason", "probe", "probes_max", "in_flight_max"},
    "The host is good for nothing, the canary included: paused and probed. ERROR when it is given up for this run."};
inline constexpr event_kind host_recovered{
    "host.recovered", event_level::info, {"host", "until", "reason", "in_flight_max"}, "The host is good again."};
inline constexpr event_kind watermark_advance{"watermark.advance",
                                              event_level::info,
                                              {"stage", "key", "value", "from", "lag_games"},
                                              "A checkpoint has moved and is durable."};
inline constexpr event_kind watermark_decree{
    "watermark.decree", event_level::warn, {"stage", "key", "old_value", "new_value"}, "A person moved a checkpoint."};
inline constexpr event_kind watermark_unusable{
    "watermark.unusable", event_level::error, {"stage", "key", "reason", "fix"}, "A stored checkpoint cannot be."};
inline constexpr event_kind database_fewer_connections{
    "database.fewer_connections",
    event_level::warn,
    {"wanted", "used", "reason"},
    "The server refused some connections; the run goes on with what it has."};
inline constexpr event_kind database_log_grown{
    "database.log_grown",
    event_level::warn,
    {"file", "bytes", "fix"},
    "SQLite's write-ahead log could not be taken over: somebody keeps reading."};

// ---- figures and words -------------------------------------------------------------------------------------------

inline constexpr event_kind actor_metrics{
    "actor.metrics",
    event_level::info,
    {"actor", "depth", "depth_max", "bound", "credit", "in", "out", "failed", "service_ms_p50", "service_ms_p99",
     "busy_pct"},
    "One stage: what it did since its last line, each `--metrics-interval`; no line when it "
    "did nothing. At the end of a run one line of each for the whole run. `depth` "
    "is of the moment, `depth_max` the highest since the last line."};
inline constexpr event_kind command_error{
    "command.error",
    event_level::error,
    {"exit_code", "message"},
    "A command that changes nothing could not do its job. WARN below exit code 100."};
inline constexpr event_kind command_note{"command.note", event_level::warn, {"message"}, "A remark to whoever called."};
inline constexpr event_kind log_error{
    "log.error", event_level::error, {"message"}, "The log itself could not be written."};

inline constexpr event_kind metrics_file_failed{
    "metrics.file_failed",
    event_level::warn,
    {"file", "reason", "fix"},
    "The file of `--metrics-file` could not be written; once a run, which goes on."};

// ---- the HTTP server -----------------------------------------------------------------------------------------------

inline constexpr event_kind http_listening{
    "http.listening", event_level::info, {"url"}, "Page, metrics and health are served there."};
inline constexpr event_kind http_unavailable{"http.unavailable",
                                             event_level::warn,
                                             {"address", "reason", "fix"},
                                             "The address of `--http` could not be had; the run goes on without it."};
inline constexpr event_kind http_sign_in_refused{
    "http.sign_in_refused",
    event_level::warn,
    {"remote", "tries"},
    "A wrong token was typed into the sign-in form; at most one event a minute, `tries` since the last one."};
inline constexpr event_kind http_database_away{
    "http.database_away", event_level::warn, {"reason"}, "`serve` cannot read its database, and goes on trying."};
inline constexpr event_kind http_database_back{
    "http.database_back", event_level::info, {"seconds"}, "It can again; `seconds` since it could not."};

inline constexpr event_kind documents_changed{
    "documents.changed",
    event_level::error,
    {"games", "reason", "example", "hint"},
    "Games in a row were refused alike and none was accepted: the run stops asking, and parks none of them."};
inline constexpr event_kind host_refuses_games{
    "host.refuses_games",
    event_level::error,
    {"games", "asked", "hint"},
    "The host has nothing for most of the finished games that it was asked for: none of them is closed."};
inline constexpr event_kind ledger_mended{
    "ledger.mended", event_level::warn, {"game_id", "was"}, "`db repair` opened a ledger row that could not be."};
inline constexpr event_kind rows_deleted{
    "rows.deleted",
    event_level::warn,
    {"game_id", "rows"},
    "`db repair --delete-orphans` deleted rows that no finished game answers for."};
inline constexpr event_kind person_damaged{
    "person.damaged",
    event_level::warn,
    {"table", "id", "game_id"},
    "A row of `teams` or `players` was changed by hand; its game is opened again."};
inline constexpr event_kind schema_remade{
    "schema.remade", event_level::warn, {"relations"}, "`db repair` made indexes or views again that were missing."};
inline constexpr event_kind export_incomplete{"export.incomplete",
                                              event_level::warn,
                                              {"games", "first_game_id", "reason"},
                                              "Finished games lack rows, and so does the export."};

// ---- alerts ------------------------------------------------------------------------------------------------------

inline constexpr event_kind alert_delivered{
    "alert.delivered", event_level::info, {"channel", "what", "alerts"}, "A channel has taken a message."};
inline constexpr event_kind alert_undelivered{
    "alert.undelivered",
    event_level::warn,
    {"channel", "what", "alerts", "refused", "reason"},
    "A channel has not taken a message: it is tried again, unless the channel refused it for good."};
inline constexpr event_kind alert_channel_unusable{"alert.channel_unusable",
                                                   event_level::warn,
                                                   {"channel", "reason"},
                                                   "The settings of a channel are wrong: nothing is sent there."};
inline constexpr event_kind alert_deadline{
    "alert.deadline",
    event_level::warn,
    {"seconds"},
    "What was not sent within `alerts.deadline_seconds` waits for the next run, or for `serve`."};

struct description {
  std::string_view name;
  event_level level;
  std::span<const std::string_view> keys;
  std::string_view meaning;
};
// In the order of the page.
template <class... Kinds>
constexpr std::array<description, sizeof...(Kinds)> describe(const Kinds&... kinds) {
  return {description{kinds.name, kinds.level, kinds.keys, kinds.meaning}...};
}
inline constexpr auto all = describe(
    job_start, job_end, job_end_not_noted, job_no_games, job_lock_held, job_lock_watch, job_lock_lost, lock_released,
    run_died, drain_start, drain_end, chunks_chosen, chunk_start, chunk_end, chunk_error, game_parked, game_not_ready,
    game_closed, game_reopened, game_waived, game_damaged, game_older_document, game_score_differs, payload_odd_value,
    derive_problem, override_skipped, travel_refreshed, travel_unknown_arena, schedule_second_way, schedule_left_out,
    schedule_ids_repaired, schedule_odd_value, schedule_other_leagues, schedule_lacks_stored, host_throttled,
    host_blocked, host_recovered, watermark_advance, watermark_decree, watermark_unusable, database_fewer_connections,
    database_log_grown, actor_metrics, command_error, command_note, log_error, ledger_mended, rows_deleted,
    person_damaged, schema_remade, export_incomplete, documents_changed, host_refuses_games, metrics_file_failed,
    http_listening, http_unavailable, http_sign_in_refused, http_database_away, http_database_back, alert_delivered,
    alert_undelivered, alert_channel_unusable, alert_deadline);

}  // namespace nba::events
