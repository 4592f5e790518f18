#include "cli/alerts/run_alerts.hpp"

#include "cli/logging.hpp"
#include "cli/text.hpp"
#include "cli/watch/run_task.hpp"
#include "pipeline/events.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nba::cli {
namespace {

constexpr std::size_t games_named_max = 5;
constexpr std::chrono::milliseconds start_patience_max{5'000};
constexpr std::string_view run_died_event = "run.died";

std::string text_field(const log_event& event, std::string_view key) {
  for (const auto& field : event.fields)
    if (field.key == key)
      if (const auto* text = std::get_if<std::string>(&field.value)) return *text;
  return {};
}

std::int64_t number_field(const log_event& event, std::string_view key) {
  for (const auto& field : event.fields)
    if (field.key == key)
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) return *number;
  return 0;
}

bool flag_field(const log_event& event, std::string_view key) {
  for (const auto& field : event.fields)
    if (field.key == key)
      if (const auto* truth = std::get_if<bool>(&field.value)) return *truth;
  return false;
}

bool job_asks_hosts(std::string_view job) {
  return job == "daily" || job == "backfill" || job == "dlq" || job == "repair";
}

// In a sentence.
std::string full_sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

run_verdict judge_exit_code(int exit_code, std::int64_t failures, bool games_failed) {
  if (exit_code == exit_success) return run_verdict::well;
  if (exit_code == exit_lock_held) return run_verdict::silent;
  if (exit_code == exit_interrupted || exit_code == exit_terminated) return run_verdict::stopped;
  if (exit_code == exit_database) return run_verdict::database;
  if (exit_code >= exit_usage) return run_verdict::failed;
  if (failures == 0) return run_verdict::silent;
  return games_failed ? run_verdict::failed : run_verdict::well;
}

std::string help_after(int exit_code, std::string_view job, std::string_view error_class) {
  // Games that a host did not give are no dead letters.
  if (error_class == to_string(failure_class::edge_blocked) || error_class == to_string(failure_class::throttled))
    return "nba-scraper doctor";
  if (exit_code > 0 && exit_code <= exit_failures_max) return "nba-scraper dlq list";
  switch (exit_code) {
    case exit_configuration:
      return job == "daily" ? "nba-scraper doctor --offline" : "nba-scraper doctor";
    case exit_database:
      return "nba-scraper db check";
    case exit_no_schedule:
      return "nba-scraper doctor";
    default:
      return "nba-scraper status";
  }
}

std::string failure_text(const std::string& reason, int exit_code) {
  return fmt::format("{} Exit code {}.", reason.empty() ? "The run did not do its job." : full_sentence(reason),
                     exit_code);
}

run_alerts::run_alerts(std::shared_ptr<const alert_setup> setup, alerting_run run, event_sink& log,
                       std::function<utc_time()> now)
    : setup_(std::move(setup)),
      run_(std::move(run)),
      task_(task_name(run_.job, season_in(run_.arguments))),
      now_(std::move(now)),
      log_(std::make_shared<log_door>(&log)),
      desk_(std::make_shared<const alert_desk>(run_.database, run_.options, run_.job)),
      started_at_(now_()) {
  for (const auto& one : setup_->unusable) log_->tell(events::alert_channel_unusable(one.name, setup_->hide(one.why)));
  if (!setup_->channels.empty()) worker_ = std::make_unique<alert_worker>();
}

run_alerts::~run_alerts() { log_->close(); }

bool run_alerts::has_check() const {
  return setup_->outermost && std::any_of(setup_->channels.begin(), setup_->channels.end(),
                                          [&](const alert_channel& one) { return one.check_in_job == run_.job; });
}

alert_news run_alerts::news_of(alert_kind kind, std::string subject) const {
  alert_news news;
  news.kind = kind;
  news.subject = std::move(subject);
  news.occurrence = run_.run_id;
  news.job = run_.job;
  news.run_id = run_.run_id;
  news.host = run_.host;
  news.invocation = setup_->invocation;
  news.at = now_();
  return news;
}

void run_alerts::keep_line(const log_event& event, utc_time at) {
  lines_.push_back(format_text(event, at));
  line_bytes_ += lines_.back().size() + 1;
  while (line_bytes_ > alert_log_bytes_max && lines_.size() > 1) {
    line_bytes_ -= lines_.front().size() + 1;
    lines_.pop_front();
  }
}

void run_alerts::hear_start(utc_time at) {
  started_ = true;
  started_at_ = at;
  if (!has_check()) return;
  auto news = news_of(alert_kind::check_in, run_.job);
  news.status = "in_progress";
  const auto patience = std::min<std::chrono::milliseconds>(setup_->deadline, start_patience_max);
  worker_->post([setup = setup_, news = std::move(news), log = log_, patience](const std::atomic<bool>& stop) {
    for (const auto& channel : setup->channels) {
      if (channel.check_in_job != news.job) continue;
      const auto answer = send_start(*setup, channel, news, patience, &stop);
      if (answer.outcome != delivery_outcome::delivered)
        log->tell(events::alert_undelivered(channel.name, "start", fingerprint_of(news),
                                            answer.outcome == delivery_outcome::refused, answer.why));
    }
  });
}

// At once: this run may make good what it left, and what came and went together would be told to nobody.
void run_alerts::hear_death(const log_event& event) {
  // Of this job, but maybe of another season.
  const auto task = task_name(run_.job, season_in(text_field(event, "arguments")));
  auto news = news_of(alert_kind::run_died, task);
  news.occurrence = text_field(event, "died_run_id");
  news.run_id = news.occurrence;
  news.title = task + " was killed";
  news.text = fmt::format(
      "The run {} on {} has no end, and its process is gone: it was killed, or its machine went down. What it had "
      "written is complete; the next run does the rest.",
      news.occurrence, text_field(event, "host"));
  news.help = "nba-scraper status";
  worker_->post([setup = setup_, log = log_, desk = desk_, news = std::move(news)](const std::atomic<bool>& stop) {
    sightings seen;
    seen.firing.push_back(news);
    desk->visit(alert_courier{setup, log, &stop}, seen, alert_courier::clock::now() + setup->deadline);
  });
}

void run_alerts::hear_game(const log_event& event) {
  const auto id = text_field(event, "game_id");
  if (const auto game = game_id::parse(id); game && games_given_up_ == 0)
    season_given_up_ = to_string(game->in_season());
  ++games_given_up_;
  const auto reason = text_field(event, "reason");
  if (given_up_.size() < games_named_max) given_up_.push_back(id + (reason.empty() ? "" : " (" + reason + ")"));
}

void run_alerts::hear(const log_event& event, utc_time at) {
  if (!worker_) return;
  const std::lock_guard guard(mutex_);
  if (has_check() && event.level >= event_level::info && event.name != "actor.metrics") keep_line(event, at);
  if (event.name == events::job_start.name) {
    hear_start(at);
  } else if (event.name == run_died_event) {
    hear_death(event);
  } else if (event.name == events::documents_changed.name) {
    auto news = news_of(alert_kind::payload_drift, task_);
    news.title = "the documents have changed" + (task_ == run_.job ? "" : fmt::format(" ({})", task_));
    news.text = full_sentence(text_field(event, "reason")) + " " + full_sentence(text_field(event, "example")) + " " +
                full_sentence(capitalized(text_field(event, "hint")));
    news.help = "nba-scraper doctor";
    seen_.push_back(std::move(news));
  } else if (event.name == events::host_blocked.name && flag_field(event, "given_up")) {
    auto news = news_of(alert_kind::host_blocked, text_field(event, "host"));
    news.title = news.subject + " refuses everything";
    news.text =
        fmt::format("{} was given up by this run: {}", news.subject, full_sentence(text_field(event, "reason")));
    news.help = "nba-scraper doctor";
    seen_.push_back(std::move(news));
  } else if (event.name == events::host_recovered.name) {
    recovered_hosts_.push_back(text_field(event, "host"));
  } else if (event.name == events::game_closed.name && event.level == event_level::error) {
    hear_game(event);
  } else if (event.name == events::job_end.name) {
    reason_ = text_field(event, "reason");
    error_class_ = text_field(event, "class");
    failures_ = number_field(event, "failures");
    games_ = number_field(event, "games");
  }
}

alert_news run_alerts::check_in(std::string status) const {
  auto news = news_of(alert_kind::check_in, run_.job);
  news.title = run_.job;
  news.status = std::move(status);
  news.text = setup_->hide(redact_secrets(reason_));
  news.exit_code = exit_code_;
  news.seconds = std::chrono::duration<double>(news.at - started_at_).count();
  std::string log;
  for (const auto& line : lines_) log += line + "\n";
  news.log = end_of(setup_->hide(log), alert_log_bytes_max);
  return news;
}

// What a unit's name told (`alerts on-failure`) may be without the season.
void run_alerts::see_well(sightings& out) const {
  // One of a part says nothing of the whole; whether it made good what it could is seen in the database.
  const bool is_whole = scope_in(run_.arguments).empty();
  if (is_whole)
    for (const auto& task : std::set<std::string>{run_.job, task_})
      for (const auto kind : {alert_kind::run_failed, alert_kind::run_died})
        out.over.push_back({fingerprint_of(kind, task), run_.run_id});
  if (!job_asks_hosts(run_.job)) return;
  if (is_whole || games_ > 0) out.over.push_back({fingerprint_of(alert_kind::payload_drift, task_), run_.run_id});
  if (games_ > 0) out.complete.insert(alert_kind::host_blocked);
}

// Called with the mutex held.
sightings run_alerts::see_end(int exit_code) const {
  sightings out;
  const auto verdict = judge_exit_code(exit_code, failures_, setup_->games_failed);
  if (verdict == run_verdict::silent) return out;
  out.firing = seen_;
  for (const auto& host : recovered_hosts_) out.over.push_back({fingerprint_of(alert_kind::host_blocked, host), ""});
  if (games_given_up_ > 0) {
    auto news = news_of(alert_kind::game_given_up, task_);
    news.title = games_given_up_ == 1 ? "a game was given up" : fmt::format("{} games were given up", games_given_up_);
    news.text = "Closed without rows, by inference: ";
    for (std::size_t i = 0; i < given_up_.size(); ++i) news.text += (i > 0 ? ", " : "") + given_up_[i];
    news.text += games_given_up_ > given_up_.size() ? ", and more." : ".";
    news.help = fmt::format("nba-scraper gaps --season {} --closed", season_given_up_);
    out.firing.push_back(std::move(news));
  }
  const bool is_failure = verdict == run_verdict::failed || verdict == run_verdict::database;
  if (is_failure) {
    const bool database = verdict == run_verdict::database;
    auto news = news_of(database ? alert_kind::database_trouble : alert_kind::run_failed, database ? "" : task_);
    news.exit_code = exit_code;
    news.title = database ? fmt::format("the database cannot be used ({} failed)", task_) : task_ + " failed";
    news.text = failure_text(reason_, exit_code);
    news.help = help_after(exit_code, run_.job, error_class_);
    out.firing.push_back(std::move(news));
  }
  if (verdict != run_verdict::database) out.over.push_back({fingerprint_of(alert_kind::database_trouble, ""), ""});
  if (verdict == run_verdict::well) see_well(out);
  if (run_.job == "daily") out.over.push_back({fingerprint_of(alert_kind::run_missing, run_.job), ""});
  if (has_check())
    out.check_ins.push_back(check_in(is_failure ? "error" : verdict == run_verdict::stopped ? "log" : "ok"));
  for (auto& news : out.firing)
    for (auto* text : {&news.title, &news.text, &news.subject}) *text = setup_->hide(redact_secrets(*text));
  return out;
}

void run_alerts::finish(int exit_code, std::function<sightings()> also) {
  if (!worker_) return;
  {
    const std::lock_guard guard(mutex_);
    exit_code_ = exit_code;
    // Whoever types something wrongly sees it.
    const bool is_typing = exit_code >= exit_usage && exit_code < exit_output && run_.at_terminal;
    auto seen = is_typing ? sightings{} : see_end(exit_code);
    if (!seen.empty()) {
      const auto deadline = alert_courier::clock::now() + setup_->deadline;
      worker_->post([setup = setup_, log = log_, desk = desk_, seen = std::move(seen), also = std::move(also),
                     deadline](const std::atomic<bool>& stop) mutable {
        if (also) {
          auto more = also();
          seen.firing.insert(seen.firing.end(), more.firing.begin(), more.firing.end());
          seen.over.insert(seen.over.end(), more.over.begin(), more.over.end());
          seen.complete.merge(more.complete);
          seen.good_jobs.insert(seen.good_jobs.end(), more.good_jobs.begin(), more.good_jobs.end());
        }
        desk->visit(alert_courier{setup, log, &stop}, seen, deadline);
      });
    }
  }
  if (!worker_->finish(setup_->deadline)) log_->tell(events::alert_deadline(setup_->deadline.count() / 1000));
  log_->close();  // before the worker goes: a thread that was left behind has nobody to tell
  worker_.reset();
}

}  // namespace nba::cli
