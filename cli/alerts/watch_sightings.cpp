#include "cli/alerts/watch_sightings.hpp"

#include "cli/text.hpp"
#include "cli/watch/run_task.hpp"
#include "pipeline/exit_codes.hpp"
#include "storage/host_name.hpp"

#include <fmt/format.h>

#include <set>

namespace nba::cli {
namespace {

// Runs that ended before were seen by whoever looked then.
constexpr std::chrono::hours runs_told_of{3 * 24};
// For so long a database may give no answer before somebody is told.
constexpr std::chrono::minutes trouble_patience{1};

std::string minute_text(utc_time value) {
  auto text = format_timestamp(value).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

class sight_taker {
 public:
  sight_taker(const watch_facts& facts, const settings& values, std::string_view own_run)
      : facts_(facts), values_(values), own_run_(own_run) {}

  sightings take() {
    if (facts_.trouble) {
      // A run knows by itself; and a moment without an answer is none yet.
      // Nor is a database that is still to be made by a first run.
      const bool is_to_come = !facts_.was_read() && facts_.trouble_help.starts_with("nba-scraper schedule");
      if (own_run_.empty() && !is_to_come && facts_.at - facts_.read_at >= trouble_patience)
        add(alert_kind::database_trouble, "", "the database cannot be reached", *facts_.trouble, "nba-scraper db check")
            .job = watcher_job;
      return std::move(out_);
    }
    for (const auto& reason : facts_.health.reasons) take_reason(reason);
    take_runs();
    out_.complete = {alert_kind::watermark_held, alert_kind::database_trouble, alert_kind::disk_trouble,
                     alert_kind::run_missing};
    return std::move(out_);
  }

 private:
  alert_news& add(alert_kind kind, const std::string& subject, std::string title, const std::string& text,
                  std::string help) {
    alert_news news;
    news.kind = kind;
    news.subject = subject;
    news.title = std::move(title);
    news.text = redact_secrets(text);
    if (!news.text.empty() && news.text.back() != '.') news.text += '.';
    news.help = std::move(help);
    news.host = host_name();
    news.at = facts_.at;
    out_.firing.push_back(std::move(news));
    return out_.firing.back();
  }

  // Not among them: a daily date that cannot be (the daily run fails, and says so), and what runs say below.
  void take_reason(const health_reason& why) {
    if (why.kind == "lane_held")
      add(alert_kind::watermark_held, why.subject, why.subject + " is held", why.text, why.help);
    else if (why.kind == "daily_behind" || why.kind == "season_unplanned")
      add(alert_kind::watermark_held, "daily", "the daily date is behind", why.text, why.help);
    else if (why.kind == "host_blocked")
      add(alert_kind::host_blocked, why.subject, why.subject + " refuses everything", why.text, why.help);
    else if (why.kind == "database_unwritable" || why.kind == "database_unreadable")
      add(alert_kind::database_trouble, "", "the database cannot be used", why.text, why.help);
    else if (why.kind.starts_with("disk"))
      add(alert_kind::disk_trouble, why.subject, "the disk is nearly full", why.text, why.help);
  }

  bool is_recent(const run_row& run) const {
    return run.ended_at.value_or(run.snapshot_at.value_or(run.started_at)) > facts_.read_at - runs_told_of;
  }

  void take_runs() {
    for (const auto& run : facts_.runs)  // the newest first
      if (run.row.job == "daily" && !daily_at_) daily_at_ = run.row.started_at;
    const auto today = tz_available() ? et_date_of(facts_.read_at) : et_date{};
    for (const auto& end : task_ends_of(facts_, today)) {
      const auto& row = end.run->row;
      if (row.run_id == own_run_) continue;
      if (!end.made_good_by.empty())
        take_over(end.task, end.made_good_by);
      else if (end.run->state == watched_run::phase::died || !row.exit_code)
        take_dead(row, end.task);
      else
        take_ended(row, end.task);
    }
    take_good_jobs();
    take_missing();
  }

  void take_good_jobs() {
    std::set<std::string> seen;
    for (const auto& run : facts_.runs)  // the newest first
      if (run.state == watched_run::phase::ended && run.row.exit_code == exit_success &&
          seen.insert(run.row.job).second)
        out_.good_jobs.push_back({run.row.job, run.row.run_id, planned_seasons(facts_)});
  }

  void take_over(const std::string& task, const std::string& run_id) {
    for (const auto kind : {alert_kind::run_failed, alert_kind::run_died})
      out_.over.push_back({fingerprint_of(kind, task), run_id});
  }

  void take_dead(const run_row& row, const std::string& task) {
    if (!is_recent(row)) return;
    auto& news =
        add(alert_kind::run_died, task, task + " was killed",
            fmt::format("The run {} on {} has no end, and its process is gone. What it had written is complete; "
                        "the next run does the rest.",
                        row.run_id, row.host),
            "nba-scraper status");
    tell_run(news, row);
  }

  void take_ended(const run_row& row, const std::string& task) {
    const auto code = *row.exit_code;
    const auto verdict = judge_exit_code(code, row.failures, values_.alerts.games_failed);
    if (verdict == run_verdict::well) return take_over(task, row.run_id);
    if ((verdict != run_verdict::failed && verdict != run_verdict::database) || !is_recent(row)) return;
    auto& news = add(alert_kind::run_failed, task, task + " failed", failure_text(row.reason, code),
                     help_after(code, row.job, row.error_class));
    news.exit_code = code;
    tell_run(news, row);
  }

  static void tell_run(alert_news& news, const run_row& row) {
    news.occurrence = row.run_id;
    news.run_id = row.run_id;
    news.job = row.job;
    news.host = row.host;
  }

  // Of a database that has daily runs at all.
  void take_missing() {
    const std::chrono::hours most{values_.alerts.daily_missing_hours};
    if (most.count() == 0 || !daily_at_ || *daily_at_ + most > facts_.read_at) return;
    add(alert_kind::run_missing, "daily", "the daily run did not happen",
        fmt::format("The last daily run began {}, more than {} hour{} ago", minute_text(*daily_at_), most.count(),
                    most.count() == 1 ? "" : "s"),
        "nba-scraper schedule daily");
  }

  const watch_facts& facts_;
  const settings& values_;
  std::string_view own_run_;
  std::optional<utc_time> daily_at_;
  sightings out_;
};

}  // namespace

sightings see(const watch_facts& facts, const settings& values, std::string_view own_run) {
  return sight_taker{facts, values, own_run}.take();
}

}  // namespace nba::cli
