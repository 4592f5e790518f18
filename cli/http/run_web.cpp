#include "cli/http/run_web.hpp"

#include "actors/run/run_session.hpp"
#include "cli/http/site_content.hpp"
#include "pipeline/events.hpp"

#include <utility>

namespace nba::cli {

result<std::unique_ptr<run_web>> run_web::start(const context& with, std::size_t descriptors_of_run) {
  if (with.settings.http.empty()) return std::unique_ptr<run_web>{};
  auto out = std::make_unique<run_web>();
  const auto listen = parse_web_address(with.settings.http, "--http");
  if (!listen) return listen.error();
  const auto credentials = process_environment("CREDENTIALS_DIRECTORY").value_or("");
  auto service = web_settings_of(with.settings, *listen, credentials, descriptors_of_run);
  if (!service) return std::move(service).error();
  const auto run_id = with.session != nullptr ? with.session->run_id() : std::string{};
  const auto job = with.session != nullptr ? with.session->job() : std::string{};
  service->content = make_site_content(with.settings, {job, utc_now()});
  // The sink belongs to the application and outlives every run: shared without ownership.
  service->log = std::shared_ptr<event_sink>{std::shared_ptr<void>{}, &with.events};
  service->read = [reader = std::shared_ptr<watch_reader>{make_watch_reader(with.settings)}, board = out->board_,
                   run_id] {
    const auto own = board->newest();
    return reader->read(run_id, own.get());
  };
  bool unavailable = false;
  auto started = web_service::start(std::move(*service), unavailable);
  if (started) {
    out->service_ = std::move(*started);
    with.events.write(events::http_listening(out->service_->address().bound_url()));
  } else if (unavailable) {
    with.events.write(events::http_unavailable(
        listen->text(), started.error().message,
        "name another port (`--http 127.0.0.1:0` takes a free one), or none; `nba-scraper serve` shows this run, too"));
  } else {
    return std::move(started).error();
  }
  return out;
}

void run_web::tell(const run_snapshot& newest) {
  if (service_) board_->publish(std::make_shared<const run_snapshot>(newest));
}

}  // namespace nba::cli
