// Every metric there is: one row of docs/metrics.md each.
//
// A new metric is one entry here, its place in the list at the end, and a line where its value comes from
// (database_families.cpp, run_families.cpp). The list and the page are compared by a test, which also says how to renew
// the page. What others rely on is a name and its labels: they do not change.
// Names: nba_scraper_<what>_<unit>[_total] in base units (seconds, bytes, ratios); never an age, which would stand
// still in a file, but the timestamp. Every series also has the label `task`: the job that it is about, or where it is
// about the database, whoever read it; so that no two files hold the same series. Threads: constant data.
#pragma once

#include <array>
#include <string_view>

namespace nba::cli {

enum class metric_type { gauge, counter, histogram };
std::string_view to_string(metric_type value);

struct metric_kind {
  std::string_view name;
  metric_type type = metric_type::gauge;
  std::string_view labels;  // beside `task`: "stage, class"; empty: none
  std::string_view help;    // one sentence
};

namespace metrics {

using enum metric_type;

// ---- this program, and the reading ---------------------------------------------------------------------------------

inline constexpr metric_kind build_info{"nba_scraper_build_info", gauge, "version, revision",
                                        "The program that wrote this; always 1."};
inline constexpr metric_kind figures_at{"nba_scraper_figures_timestamp_seconds", gauge, "",
                                        "When these figures were put together."};
inline constexpr metric_kind read_at{"nba_scraper_read_timestamp_seconds", gauge, "",
                                     "When the database was last read for these figures."};
inline constexpr metric_kind database_readable{"nba_scraper_database_readable", gauge, "",
                                               "1 when the database could be read just now, else 0."};
inline constexpr metric_kind health_state{"nba_scraper_health_state", gauge, "state",
                                          "The verdict of `health`: 1 for the state that holds, 0 for the others."};
inline constexpr metric_kind health_problems{"nba_scraper_health_problems", gauge, "class, lane, host",
                                             "Reasons of the verdict, by kind, and by the lane or host it is about."};

// ---- what the database holds ---------------------------------------------------------------------------------------

inline constexpr metric_kind daily_through{"nba_scraper_daily_through_timestamp_seconds", gauge, "",
                                           "The end, in New York, of the day that the daily date names."};
inline constexpr metric_kind last_success{"nba_scraper_last_success_timestamp_seconds", gauge, "",
                                          "When a run of the task last ended with exit code 0."};
inline constexpr metric_kind lane_planned{"nba_scraper_lane_planned_games", gauge, "lane", "Games of the lane's plan."};
inline constexpr metric_kind lane_games{"nba_scraper_lane_games", gauge, "lane, state",
                                        "Games of the lane by the state of their ledger row."};
inline constexpr metric_kind lane_lag{"nba_scraper_lane_lag_games", gauge, "lane",
                                      "Planned games above the lane's watermark."};
inline constexpr metric_kind lane_through{"nba_scraper_lane_through_timestamp_seconds", gauge, "lane",
                                          "The end, in New York, of the last day up to which the lane is complete."};
inline constexpr metric_kind closed_games{"nba_scraper_closed_games", gauge, "class",
                                          "Games that were closed without rows, by ground."};
inline constexpr metric_kind dead_letters{"nba_scraper_dead_letters", gauge, "class",
                                          "Games that are parked and wait for a person, by class of failure."};
inline constexpr metric_kind disk_free{"nba_scraper_disk_free_bytes", gauge, "",
                                       "Free space where the SQLite file lies."};
inline constexpr metric_kind disk_size{"nba_scraper_disk_size_bytes", gauge, "",
                                       "Size of the file system where the SQLite file lies."};

// ---- the last run of a task ----------------------------------------------------------------------------------------

inline constexpr metric_kind runs_under_way{"nba_scraper_runs_under_way", gauge, "",
                                            "Runs of the task that go on at this moment."};
inline constexpr metric_kind run_state{"nba_scraper_run_state", gauge, "state",
                                       "The newest run of the task: 1 for the state it is in, 0 for the others."};
inline constexpr metric_kind run_started{"nba_scraper_run_start_timestamp_seconds", gauge, "",
                                         "When the newest run of the task began."};
inline constexpr metric_kind run_heard{"nba_scraper_run_heard_timestamp_seconds", gauge, "",
                                       "The last sign of life of the newest run of the task."};
inline constexpr metric_kind last_exit_code{"nba_scraper_last_run_exit_code", gauge, "",
                                            "Exit code of the newest run of the task that has ended."};
inline constexpr metric_kind last_end{"nba_scraper_last_run_end_timestamp_seconds", gauge, "", "When that run ended."};
inline constexpr metric_kind last_duration{"nba_scraper_last_run_duration_seconds", gauge, "", "How long it took."};
inline constexpr metric_kind last_games{"nba_scraper_last_run_games", gauge, "", "Games that became done in it."};
inline constexpr metric_kind last_failures{"nba_scraper_last_run_failed_games", gauge, "",
                                           "Games that counted as failed in it."};

// ---- a run under way: series that end with it ----------------------------------------------------------------------

inline constexpr metric_kind run_planned{"nba_scraper_run_planned_games", gauge, "", "Games that the run takes on."};
inline constexpr metric_kind run_games{"nba_scraper_run_games_total", counter, "class",
                                       "Games that came to their end in the run, by what became of them."};
inline constexpr metric_kind run_chunks{"nba_scraper_run_chunks", gauge, "state",
                                        "Date chunks of the run that have ended, are open, are to come."};
inline constexpr metric_kind run_rows{"nba_scraper_run_rows_total", counter, "", "Rows that the run has written."};
inline constexpr metric_kind run_bytes{"nba_scraper_run_fetched_bytes_total", counter, "",
                                       "Bytes of documents that the run has fetched, after decompression."};
inline constexpr metric_kind run_draining{"nba_scraper_run_draining", gauge, "",
                                          "1 while a run that was told to stop finishes what is under way."};
inline constexpr metric_kind run_limit_stage{"nba_scraper_run_limiting_stage", gauge, "stage, host",
                                             "1 for the stage, or the host's budget, that keeps the run from being "
                                             "quicker."};
inline constexpr metric_kind mailbox_items{"nba_scraper_mailbox_games", gauge, "stage",
                                           "Games in the stage and in front of it."};
inline constexpr metric_kind mailbox_bound{"nba_scraper_mailbox_bound_games", gauge, "stage",
                                           "What the games in the stage may never exceed."};
inline constexpr metric_kind mailbox_peak{"nba_scraper_mailbox_peak_games", gauge, "stage",
                                          "Most games in the stage so far."};
inline constexpr metric_kind mailbox_bytes{"nba_scraper_mailbox_bytes", gauge, "stage", "Bytes of these games."};
inline constexpr metric_kind mailbox_bytes_bound{"nba_scraper_mailbox_bound_bytes", gauge, "stage",
                                                 "What the bytes in the stage may never exceed."};
inline constexpr metric_kind credit_games{"nba_scraper_credit_outstanding_games", gauge, "stage",
                                          "Games that may still be sent to the stage."};
inline constexpr metric_kind credit_bytes{"nba_scraper_credit_outstanding_bytes", gauge, "stage",
                                          "Bytes that may still be sent to the stage."};
inline constexpr metric_kind stage_games{"nba_scraper_stage_games_total", counter, "stage, class",
                                         "Games that came into the stage, went out of it, failed in it."};
inline constexpr metric_kind stage_workers{"nba_scraper_stage_workers", gauge, "stage", "Workers of the stage."};
inline constexpr metric_kind stage_busy{"nba_scraper_stage_busy_ratio", gauge, "stage",
                                        "Share of the workers' time spent working in the last half minute."};
inline constexpr metric_kind stage_busy_seconds{"nba_scraper_stage_busy_seconds_total", counter, "stage",
                                                "Time that the stage's workers have worked."};
inline constexpr metric_kind stage_cpu_seconds{"nba_scraper_stage_cpu_seconds_total", counter, "stage",
                                               "CPU time of the stage's workers."};
inline constexpr metric_kind stage_service{"nba_scraper_stage_service_seconds", histogram, "stage",
                                           "What one item took: a request (fetch), a game, a transaction (load)."};
inline constexpr metric_kind requests{"nba_scraper_requests_total", counter, "host, class",
                                      "Answers of the host by class of failure; class `ok`: what was asked for."};
inline constexpr metric_kind host_state_{"nba_scraper_host_state", gauge, "host, state",
                                         "The host as its budget sees it: 1 for the state it is in, 0 for the others."};
inline constexpr metric_kind host_pause_until{"nba_scraper_host_pause_until_timestamp_seconds", gauge, "host",
                                              "Until when the host is left alone; no series when it is not."};
inline constexpr metric_kind budget_tokens{"nba_scraper_budget_tokens", gauge, "host",
                                           "Requests that the pace would let leave at once."};
inline constexpr metric_kind budget_pace{"nba_scraper_budget_pace_requests_per_second", gauge, "host",
                                         "Requests a second that the pace allows; no series where there is no limit."};
inline constexpr metric_kind budget_window{"nba_scraper_budget_window_requests", gauge, "host",
                                           "Requests that may be in flight now."};
inline constexpr metric_kind budget_in_flight{"nba_scraper_budget_in_flight_requests", gauge, "host",
                                              "Requests in flight."};
inline constexpr metric_kind budget_waiting{"nba_scraper_budget_waiting_requests", gauge, "host",
                                            "Requests that wait for a permit."};
inline constexpr metric_kind budget_probes{"nba_scraper_budget_failed_probes", gauge, "host",
                                           "Failed probes since the host was last trusted."};

// In the order of the page and of the text.
inline constexpr std::array all{
    build_info,          figures_at,        read_at,        database_readable, health_state,   health_problems,
    daily_through,       last_success,      lane_planned,   lane_games,        lane_lag,       lane_through,
    closed_games,        dead_letters,      disk_free,      disk_size,         runs_under_way, run_state,
    run_started,         run_heard,         last_exit_code, last_end,          last_duration,  last_games,
    last_failures,       run_planned,       run_games,      run_chunks,        run_rows,       run_bytes,
    run_draining,        run_limit_stage,   mailbox_items,  mailbox_bound,     mailbox_peak,   mailbox_bytes,
    mailbox_bytes_bound, credit_games,      credit_bytes,   stage_games,       stage_workers,  stage_busy,
    stage_busy_seconds,  stage_cpu_seconds, stage_service,  requests,          host_state_,    host_pause_until,
    budget_tokens,       budget_pace,       budget_window,  budget_in_flight,  budget_waiting, budget_probes,
};

}  // namespace metrics

}  // namespace nba::cli
