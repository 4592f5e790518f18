#include "cli/commands/serve.hpp"

#include "cli/alerts/serve_alerts.hpp"
#include "cli/commands/register.hpp"
#include "cli/forced_exit.hpp"
#include "cli/http/service_manager.hpp"
#include "cli/http/site_content.hpp"
#include "cli/http/web_service.hpp"
#include "cli/season_report.hpp"
#include "cli/signals.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

namespace nba::cli {
namespace {

// Standard files, log, database, time zones.
constexpr std::size_t descriptors_beside_server = 64;

result<web_address> where_to_listen(const context& with, const serve_options& options) {
  if (!options.listen.empty()) return parse_web_address(options.listen, "--listen");
  if (!with.settings.http.empty()) return parse_web_address(with.settings.http, "--http");
  return parse_web_address(with.settings.http_listen, "http.listen");
}

// Tells log and systemd when the database goes and comes back, and how things are.
class serve_chronicle {
 public:
  serve_chronicle(log_sink& events, std::string url) : events_(events), url_(std::move(url)) {}

  void take(const watch_facts& facts) {
    if (facts.trouble && !away_since_) {
      away_since_ = std::chrono::steady_clock::now();
      events_.write(events::http_database_away(*facts.trouble));
    } else if (!facts.trouble && away_since_) {
      const auto away = std::chrono::steady_clock::now() - *away_since_;
      events_.write(events::http_database_back(std::chrono::duration_cast<std::chrono::seconds>(away).count()));
      away_since_.reset();
    }
    const auto& reasons = facts.health.reasons;
    auto status = fmt::format("{}; {}{}", url_, to_string(facts.health.level),
                              reasons.empty() ? std::string{} : ": " + reasons.front().text);
    if (status == told_) return;
    tell_service_manager("STATUS=" + status);
    told_ = std::move(status);
  }

 private:
  log_sink& events_;
  const std::string url_;
  std::optional<std::chrono::steady_clock::time_point> away_since_;
  std::string told_;
};

void print_where(const context& with, const web_address& address, bool asks_for_token) {
  with.out << fmt::format("Serving {}\n", address.url());
  const auto say = [&](const std::string& text) {
    for (const auto& line : wrap(text, 80)) with.out << line << '\n';
  };
  if (address.is_wildcard())
    say(
        fmt::format("It listens on {}: other machines can reach it, too, at every address of this one and at the "
                    "names in hosts of [http], on port {}.",
                    address.text(), address.port));
  else if (!address.is_loopback())
    say("Other machines can reach it there.");
  if (asks_for_token)
    say("Readers need the token that is in the file of http.token_file: browsers are asked for it, programs send it "
        "as \"Authorization: Bearer TOKEN\".");
  with.out << "Ctrl-C stops it.\n";
  with.out.flush();  // whoever started it in the background waits for these lines
}

}  // namespace

int run_serve(const context& with, const serve_options& options) {
  if (!today_in_new_york(with)) return exit_configuration;
  if (const auto url = parse_database_url(with.settings.database); !url) return with.fail(url.error());
  const auto listen = where_to_listen(with, options);
  if (!listen) return with.fail(listen.error());
  const auto credentials = process_environment("CREDENTIALS_DIRECTORY").value_or("");
  auto service = web_settings_of(with.settings, *listen, credentials, descriptors_beside_server);
  if (!service) return with.fail(service.error());
  const bool asks_for_token = service->site.token.has_value();
  service->content = make_site_content(with.settings, {"serve", utc_now()});
  service->log = std::shared_ptr<event_sink>{std::shared_ptr<void>{}, &with.events};
  service->read = [reader = std::shared_ptr<watch_reader>{make_watch_reader(with.settings)}] {
    return reader->read({}, nullptr);
  };
  // Whoever has to notice what nobody else can (a run that was killed, a run that did not happen) is told here: of each
  // reading, and so at least every `unasked_reading`.
  const std::shared_ptr<serve_alerts> alerts = serve_alerts::make(with.settings, with.environment, with.events);
  service->on_facts = [alerts, chronicle = std::make_shared<serve_chronicle>(with.events, listen->bound_url())](
                          const facts_ptr& facts) {
    chronicle->take(*facts);
    if (alerts) alerts->observe(facts);
  };
  service->unasked_interval = unasked_reading;
  service->on_tick = [beat = std::make_shared<watchdog_beat>()] { beat->beat(); };

  bool unavailable = false;
  auto started = web_service::start(std::move(*service), unavailable);
  if (!started) return with.fail(exit_configuration, started.error().message + "; --listen takes another address");
  const auto& address = (*started)->address();
  tell_service_manager(fmt::format("READY=1\nSTATUS={}", address.bound_url()));
  with.events.write(events::http_listening(address.bound_url()));
  print_where(with, address, asks_for_token);

  wait_for_termination();
  tell_service_manager("STOPPING=1");
  // A database that does not answer must not keep the service from ending.
  forced_exit last_resort;
  last_resort.order(forced_exit_grace, exit_success);
  started->reset();
  return exit_success;
}

void add_serve_command(command_syntax& app, chosen_command& chosen) {
  auto* serve = app.add_subcommand("serve", "a live page, health, metrics and JSON over HTTP, from the database");
  serve->group(group_inspect);
  serve->footer(
      "It stays, reads the database (of either kind) while somebody looks, and shows\n"
      "the runs of every process on it. It changes nothing, and survives a database\n"
      "that is away: the page and /healthz say so.\n"
      "\n"
      "  /         the page                 /livez    this process serves\n"
      "  /metrics  for Prometheus           /readyz   the database can be read\n"
      "  /api/...  JSON, as with --json     /healthz  200 or 503, each reason named\n"
      "\n"
      "Only this machine may read it, unless [http] token_file in the configuration\n"
      "file names a file with a token; docs/serve.md says how, and how to put nginx\n"
      "in front of it. --http shows the same of a run, for as long as it goes on.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper serve\n"
      "  nba-scraper serve --listen 127.0.0.1:9000 --database postgresql://nba@db/nba\n"
      "  curl -s http://127.0.0.1:8099/healthz\n"
      "\n"
      "Exit codes: 0 after SIGINT or SIGTERM, which is how it ends; 120 when it cannot\n"
      "listen, or would be open to others without a token.\n");
  auto options = std::make_shared<serve_options>();
  serve->add_option("--listen", options->listen, "address and port; port 0: any free one (default 127.0.0.1:8099)")
      ->type_name("ADDR:PORT");
  on_selected(*serve, chosen, options, &run_serve, signals_by::command);
}

}  // namespace nba::cli
