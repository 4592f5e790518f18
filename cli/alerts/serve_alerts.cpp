#include "cli/alerts/serve_alerts.hpp"

#include "cli/alerts/watch_sightings.hpp"
#include "cli/database.hpp"
#include "pipeline/events.hpp"

#include <utility>

namespace nba::cli {

std::unique_ptr<serve_alerts> serve_alerts::make(const settings& values, const environment_reader& environment,
                                                 event_sink& log, std::chrono::milliseconds interval) {
  auto setup = make_alert_setup(values, environment);
  for (const auto& one : setup->unusable) log.write(events::alert_channel_unusable(one.name, setup->hide(one.why)));
  auto url = parse_database_url(values.database);
  if (setup->channels.empty() || !url) return nullptr;
  return std::unique_ptr<serve_alerts>(new serve_alerts(values, std::move(setup), std::move(*url), log, interval));
}

serve_alerts::serve_alerts(const settings& values, std::shared_ptr<const alert_setup> setup, database_url database,
                           event_sink& log, std::chrono::milliseconds interval)
    : values_(values),
      setup_(std::move(setup)),
      log_(std::make_shared<log_door>(&log)),
      desk_(
          std::make_shared<const alert_desk>(std::move(database), store_options_of(values), std::string{watcher_job})),
      interval_(interval) {}

serve_alerts::~serve_alerts() {
  worker_.finish(setup_->deadline);
  log_->close();
}

void serve_alerts::observe(std::shared_ptr<const watch_facts> newest) {
  if (!newest) return;
  {
    const std::lock_guard guard(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_ || busy_->exchange(true)) return;
    next_ = now + interval_;
  }
  worker_.post([newest = std::move(newest), values = values_, setup = setup_, log = log_, desk = desk_,
                busy = busy_](const std::atomic<bool>& stop) {
    const auto deadline = alert_courier::clock::now() + setup->deadline;
    desk->visit(alert_courier{setup, log, &stop}, see(*newest, values), deadline);
    *busy = false;
  });
}

}  // namespace nba::cli
