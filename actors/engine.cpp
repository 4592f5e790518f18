#include "actors/engine.hpp"

#include "actors/budget_actor.hpp"
#include "actors/host_pauses.hpp"
#include "actors/metrics_actor.hpp"
#include "actors/stages.hpp"
#include "pipeline/events.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/source/source_kind.hpp"
#include "storage/identity.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace nba {
namespace {

// A checkpoint of one row has no business taking longer.
constexpr std::chrono::seconds checkpoint_timeout{60};

caf::actor_system_config make_config(const engine_settings& settings) {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", settings.scheduler_threads);
  // Workers that steal poll while they wait, a seventh of all CPU time. What comes from hosts they take up sooner for
  // it.
  if (!settings.asks_hosts) config.set("scheduler.policy", caf::atom("sharing"));
  config.set("logger.file-verbosity", caf::atom("quiet"));
  config.set("logger.console-verbosity", caf::atom("quiet"));
  return config;
}

}  // namespace

namespace {

link_limits limits_of(int games_max, std::int64_t bytes_max) {
  return {static_cast<std::size_t>(games_max), static_cast<std::size_t>(bytes_max)};
}

// Connections of the host that has most of them.
int widest(const std::map<std::string, budget_settings>& budgets) {
  int out = 0;
  for (const auto& [host, budget] : budgets) out = std::max(out, budget.in_flight_max);
  return out;
}

}  // namespace

link_limits engine_settings::fetch_link() const {
  return limits_of(fetch_games_max, static_cast<std::int64_t>(fetch_games_max) * std::int64_t{game_fetch_bytes});
}
link_limits engine_settings::transform_link() const { return limits_of(transform_games_max, transform_bytes_max); }
link_limits engine_settings::load_link() const { return limits_of(load_games_max, load_bytes_max); }
link_limits engine_settings::derive_link() const { return limits_of(derive_games_max, load_bytes_max); }
link_limits engine_settings::recover_link() const { return limits_of(recover_games_max, load_bytes_max); }

std::size_t engine_settings::games_in_flight_max() const {
  return fetch_link().games_max + transform_link().games_max + load_link().games_max + derive_link().games_max;
}

engine_settings engine_settings::resolve(unsigned cores, std::string_view backend) const {
  constexpr int fetch_games_least = 16, fetch_games_most = 512, requests_least = 64;
  // A game has all its documents in flight; some games wait for their last one, or for room in transform.
  constexpr int games_beside = 8, documents_max = int{documents_per_game_max};
  auto out = *this;
  const int n = static_cast<int>(std::clamp(cores, 1u, 4096u));
  if (out.fetch_games_max == 0)
    out.fetch_games_max =
        std::clamp(widest(budgets) / documents_max + games_beside, fetch_games_least, fetch_games_most);
  if (out.http_requests_max == 0) out.http_requests_max = std::max(requests_least, documents_max * out.fetch_games_max);
  if (out.scheduler_threads == 0) out.scheduler_threads = static_cast<std::size_t>(std::max(n, 2));
  if (out.transform_workers == 0) out.transform_workers = std::clamp(n / 2, 1, 16);
  if (out.derive_workers == 0) out.derive_workers = static_cast<std::size_t>(std::clamp(n / 4, 1, 8));
  const auto* kind = find_store_kind(backend);
  const int writers = kind ? kind->writers_max : 1;
  if (out.load_connections == 0) out.load_connections = std::clamp(n, std::min(2, writers), writers);
  return out;
}

struct engine::parts {
  engine_settings settings;
  engine_services services;
  caf::actor_system_config config;
  caf::actor_system system;
  std::mutex job_mutex;  // `job` is read by the threads of the stop handler and of the client, which goes before it
  job_actor job;
  std::shared_ptr<http_client> client;
  std::shared_ptr<source_guard> guard;  // the client, where it asks hosts; else null
  std::map<std::string, budget_actor> budgets;
  document_actor documents;
  job_children children;
  metrics_actor metrics;
  std::shared_ptr<odd_value_tally> odd = std::make_shared<odd_value_tally>();
  bool ran = false;
  host_pauses pauses;
  std::shared_ptr<snapshot_board> board = std::make_shared<snapshot_board>();
  limit_frame frame;  // what a verdict on the run's limit has to know

  parts(const engine_settings& wanted, engine_services given)
      : settings(wanted),
        services(std::move(given)),
        config(make_config(settings)),
        system(config),
        pauses(settings.cool_downs) {}

  document_options make_document_options() const;
  void make_budget_for(const std::string& url);
  void abandon(failure why);
  metrics_options make_metrics_options() const;
  stage_parts make_stage_parts(const run_input& input, std::vector<std::shared_ptr<store>> stores);
};

document_options engine::parts::make_document_options() const {
  document_options options;
  options.book.games = services.games;
  options.book.retry = settings.retry;
  options.book.seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  options.book.waiting_max = waiting_requests_max(settings.fetch_link().games_max);
  if (settings.asks_hosts)
    options.canary_game = game_id::parse(settings.canary_game.empty() ? default_canary_game : settings.canary_game);
  for (const auto& [host, budget] : settings.budgets) options.connections[host] = budget.in_flight_max;
  options.client = client;
  return options;
}

void engine::parts::make_budget_for(const std::string& url) {
  const auto host = host_of(url);
  if (budgets.contains(host)) return;
  const auto configured = settings.budgets.find(host);
  budget_options options;
  options.host = host;
  options.settings = configured != settings.budgets.end() ? configured->second : default_budget(host);
  options.waiting_max = waiting_requests_max(settings.fetch_link().games_max);
  // What has a permit is with the client, which refuses what it has no room for. One place is left for a document.
  const auto games_requests_max = std::max(settings.http_requests_max, 2) - 1;
  options.settings.in_flight_max = std::min(options.settings.in_flight_max, games_requests_max);
  options.log = services.log;
  options.on_pause = [this](const std::string& name, const std::optional<host_pause>& pause) {
    pauses.tell(name, pause);
  };
  if (const auto left = settings.cool_downs.find(host); left != settings.cool_downs.end()) {
    // Whatever the clocks did meanwhile, no host is left alone for longer than it can be told to.
    options.cool_down = std::min(longest_pause(options.settings), left->second.until - utc_now());
    options.cool_down_reason = left->second.reason;
  }
  frame.hosts[host] = {options.settings.requests_per_minute, options.settings.in_flight_max};
  budgets.emplace(host, system.spawn(make_budget, std::move(options)));
}

metrics_options engine::parts::make_metrics_options() const {
  metrics_options out;
  out.log_interval = settings.metrics_interval;
  out.log = services.log;
  out.board = board;
  out.on_snapshot = services.progress;
  out.frame = frame;
  return out;
}

engine::engine(const engine_settings& settings, engine_services services, std::string_view backend)
    : parts_(std::make_unique<parts>(settings.resolve(std::thread::hardware_concurrency(), backend),
                                     std::move(services))) {
  auto& p = *parts_;
  const auto* kind = find_store_kind(backend);
  p.frame.cores = std::max(std::thread::hardware_concurrency(), 1u);
  p.frame.writers_max = kind ? kind->writers_max : 1;
  p.frame.reads_back = p.settings.load_readers > 0;
  if (!p.services.games) p.services.games = make_cdn_source(p.services.urls);
  const auto requests_max = static_cast<std::size_t>(p.settings.http_requests_max);
  auto client = p.services.make_client ? p.services.make_client(requests_max) : make_curl_client(requests_max);
  if (p.settings.asks_hosts)
    p.client = p.guard =
        std::make_shared<source_guard>(std::move(client), kind_of_source(p.services.source) == data_kind::synthetic,
                                       [&p](const failure& why) { p.abandon(why); });
  else
    p.client = std::move(client);
  p.make_budget_for(p.services.urls.cdn);
  p.make_budget_for(p.services.urls.stats);
  for (const auto& document : p.services.games->documents_of(*game_id::parse(default_canary_game)))
    p.make_budget_for(document.url);
  p.documents = p.system.spawn(make_documents, p.make_document_options(), p.budgets);
  if (p.services.stop)
    p.services.stop->on_request([this](int number) {
      job_actor job;
      {
        std::lock_guard guard(parts_->job_mutex);
        job = parts_->job;
      }
      if (job)
        caf::anon_send(job, stop_request{number});
      else
        caf::anon_send(parts_->documents, drop_unfetched{});  // still waiting for a schedule
      if (number >= 2) parts_->client->cancel_all();
    });
}

engine::~engine() {
  auto& p = *parts_;
  if (p.services.stop) p.services.stop->on_request(nullptr);
  p.client->cancel_all();
  const auto end = [](auto& handle) {
    if (handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    handle = nullptr;
  };
  end(p.metrics);
  {
    std::lock_guard guard(p.job_mutex);
    end(p.job);
  }
  end(p.documents);
  end(p.children.fetch);
  end(p.children.transform);
  end(p.children.derive);
  end(p.children.load);
  p.pauses.set_keeper(watermark_actor{});
  end(p.children.watermark);
  for (auto& [host, budget] : p.budgets) end(budget);
  p.budgets.clear();
  p.system.await_all_actors_done();
}

result<body_ptr> engine::fetch_document(endpoint what, const std::string& url) {
  auto& p = *parts_;
  if (p.services.stop && p.services.stop->requests() > 0)
    return failure{failure_class::transient, "stopped before " + url + " was fetched"};
  caf::scoped_actor self{p.system};
  result<body_ptr> out = failure{};
  self->monitor(p.documents);
  self->send(p.documents, document_request{{{what, url}}, std::nullopt});
  self->receive([&](const document_reply& reply) { out = reply.body; },
                [&](const caf::down_msg& died) {
                  out = failure{failure_class::internal, p.system.render(died.reason), url};
                });
  return out;
}

result<schedule> engine::fetch_schedule(season value) {
  auto body = fetch_document(endpoint::schedule, schedule_url(parts_->services.urls, value));
  if (!body) return body.error();
  return parse_schedule((*body)->view(), value);
}

stage_parts engine::parts::make_stage_parts(const run_input& input, std::vector<std::shared_ptr<store>> stores) {
  stage_parts out;
  out.bounds = {settings.fetch_link(),   settings.transform_link(), settings.load_link(),
                settings.recover_link(), settings.derive_link(),    settings.finish_link()};
  out.checkpoint_store = std::move(stores.back());
  stores.pop_back();
  out.stores = std::move(stores);
  out.documents = documents;
  if (settings.asks_hosts) out.known_good = draw_known_good(input.known, et_date_of(services.now()));

  out.job.dispositions = settings.dispositions;
  out.job.common = settings.common;
  if (!settings.asks_hosts) out.job.common.alike_max = 0;  // stored payloads tell nothing of what is served now
  out.job.now = services.now;
  out.job.drain_deadline = settings.drain_deadline;
  out.job.games = out.fetch.games = out.transform.games = services.games;
  out.fetch.source = services.source;
  out.transform.workers = static_cast<std::size_t>(settings.transform_workers);
  out.transform.rules_version = derive_rules_version;
  out.transform.odd = odd;
  // Of fewer connections than were asked for the readers go first.
  out.load.readers =
      out.stores.size() - std::min(out.stores.size(), static_cast<std::size_t>(settings.load_connections));
  out.load.batch_games_max = static_cast<std::size_t>(settings.load_batch_games_max);
  out.load.rules_version = derive_rules_version;
  out.load.allow_older = settings.allow_older;
  out.load.news = services.news;
  out.derive.workers = settings.derive_workers;
  out.job.log = out.transform.log = out.load.log = out.derive.log = out.watermark.log = services.log;
  return out;
}

result<run_report> engine::run(run_input input) {
  auto& p = *parts_;
  if (std::exchange(p.ran, true)) return failure{failure_class::internal, "an engine runs once"};
  // All connections are opened before anything starts, the watermark's last. Fewer are slower, not worse.
  constexpr std::size_t connections_min = 2;  // one to load, one for the watermark
  std::vector<std::shared_ptr<store>> stores;
  const auto connections_wanted = p.settings.load_connections + p.settings.load_readers;
  for (std::size_t i = 0; i < static_cast<std::size_t>(connections_wanted) + 1; ++i) {
    auto opened = p.services.open_store();
    if (!opened && stores.size() < connections_min) return opened.error();
    if (!opened) {
      if (p.services.log)
        p.services.log->write(
            events::database_fewer_connections(connections_wanted, stores.size() - 1, opened.error().message));
      break;
    }
    stores.push_back(std::move(*opened));
  }
  auto stages = spawn_stages(p.system, input, p.make_stage_parts(input, std::move(stores)));
  const auto job = std::move(stages.job);
  p.children = std::move(stages.children);
  p.pauses.set_keeper(p.children.watermark);
  const auto& c = p.children;
  metrics_sources sources{{c.fetch, c.transform, c.load, c.derive, c.watermark}, {}, c.watermark, job};
  for (const auto& [host, budget] : p.budgets) {
    sources.stages.push_back(budget);
    sources.hosts.push_back(budget);
  }
  p.frame.parallel = input.parallel;
  p.metrics = p.system.spawn(make_metrics, p.make_metrics_options(), std::move(sources));
  {
    std::lock_guard guard(p.job_mutex);
    p.job = job;
  }
  // A stop that came before the job had a handle reached nobody; told twice it changes nothing.
  if (p.services.stop && p.services.stop->requests() > 0)
    caf::anon_send(job, stop_request{p.services.stop->requests()});
  caf::scoped_actor self{p.system};
  result<run_report> out = failure{};
  self->request(job, caf::infinite, start_run{p.children})
      .receive([&](const run_finished& finished) { out = *finished.report; },
               [&](const caf::error& why) {
                 run_report broken;
                 broken.ending = run_ending::broken;
                 broken.ending_reason = "the job actor died: " + p.system.render(why);
                 out = std::move(broken);
               });
  if (p.services.log)
    for (const auto& stage : out->stages) p.services.log->write(metrics_event(stage));
  if (p.services.log) {
    const auto odd = p.odd->take();  // named: a range does not keep what its expression's parts return
    for (const auto& value : odd.all())
      p.services.log->write(events::payload_odd_value(value.field, value.count, value.example));
  }
  return out;
}

void engine::parts::abandon(failure why) {
  job_actor told;
  {
    const std::lock_guard guarded(job_mutex);
    told = job;
  }
  if (told) caf::anon_send(told, storage_down{std::move(why)});
}

void engine::abandon(failure why) { parts_->abandon(std::move(why)); }

std::shared_ptr<const run_snapshot> engine::snapshot() const { return parts_->board->newest(); }

std::optional<failure> engine::wrong_source() const { return parts_->guard ? parts_->guard->wrong() : std::nullopt; }

result<void> engine::keep_pauses() {
  for (const auto& row : parts_->pauses.take_unwritten())
    if (auto kept = advance_checkpoint(row); !kept) return kept;
  return {};
}

result<void> engine::advance_checkpoint(const watermark_row& row) {
  auto& p = *parts_;
  if (!p.children.watermark) {
    auto opened = p.services.open_store();
    if (!opened) return opened.error();
    watermark_options options;
    options.log = p.services.log;
    p.children.watermark =
        p.system.spawn(make_watermark, std::move(options), std::shared_ptr<store>{std::move(*opened)}, true);
  }
  caf::scoped_actor self{p.system};
  result<void> out;
  self->request(p.children.watermark, checkpoint_timeout, nba::advance_checkpoint{row})
      .receive(
          [&](const watermarks_flushed& flushed) {
            if (flushed.why) out = *flushed.why;
          },
          [&](const caf::error& why) {
            out = failure{failure_class::storage, p.system.render(why)};
          });
  return out;
}

}  // namespace nba
