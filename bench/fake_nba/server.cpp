#include "bench/fake_nba/server.hpp"

#include "bench/fake_nba/connection_pool.hpp"
#include "bench/fake_nba/pages.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

namespace nba {
namespace {

using namespace fake;

constexpr const char* loopback = "127.0.0.1";
constexpr int listen_backlog = 256;
constexpr std::size_t requests_per_connection_max = 1'000'000;
constexpr std::size_t overrides_max = 10'000;
constexpr std::chrono::seconds start_timeout{10};
constexpr int slices_per_second = 20;  // of a slow body

failure cannot_serve(std::string message) { return {failure_class::configuration, std::move(message), "simulate"}; }

// Why the port cannot be bound, asked of the system directly: cpp-httplib only says that it failed.
failure port_refused(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int reason = bound ? 0 : errno;
  ::close(probe);
  if (reason == EADDRINUSE || bound)
    return cannot_serve(
        fmt::format("port {} on {} is in use by another program; choose another port, or port 0 for any "
                    "free one",
                    port, loopback));
  return cannot_serve(
      fmt::format("cannot listen on port {} of {}: {}; choose a port from 1024 to 65535, or port 0 for "
                  "any free one",
                  port, loopback, std::strerror(reason)));
}

struct target {
  endpoint what = endpoint::schedule;
  game_id id;  // empty for the schedule and for what is no id
  season of;
};

// What a path asks for; nullopt for paths that the NBA's hosts do not serve here.
std::optional<target> parse_target(const httplib::Request& request) {
  constexpr std::string_view live_data = "/static/json/liveData/", suffix = ".json";
  const std::string_view path = request.path;
  if (path == "/stats/scheduleleaguev2") {
    const auto wanted = parse_season(request.get_param_value("Season"));
    if (!wanted || request.get_param_value("LeagueID") != "00") return std::nullopt;
    return target{endpoint::schedule, {}, *wanted};
  }
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
    const auto prefix = fmt::format("{0}{1}/{1}_", live_data, to_string(what));
    if (!path.starts_with(prefix) || !path.ends_with(suffix) || path.size() < prefix.size() + suffix.size()) continue;
    const auto digits = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
    const auto id = game_id::parse(digits).value_or(game_id{});
    return target{what, id, id.empty() ? season{} : id.in_season()};
  }
  return std::nullopt;
}

}  // namespace

class fake_nba_server::content {
 public:
  explicit content(fake_nba_settings settings)
      : settings_(std::move(settings)), plan_(settings_.faults, settings_.seed) {
    if (settings_.league == nullptr) return;
    today_ = settings_.league->settings().today;
    leagues_[settings_.league->settings().season] = settings_.league;
  }
  ~content() { stop(); }

  result<void> start();
  void stop();
  int port() const { return port_; }
  fake_nba_counters counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  void set_today(std::optional<et_date> today) {
    const std::lock_guard lock(mutex_);
    today_ = today;
  }
  void set_override(const game_id& id, endpoint what, std::string body) {
    const std::lock_guard lock(mutex_);
    if (overrides_.size() < overrides_max || overrides_.count({what, id}) != 0)
      overrides_[{what, id}] = std::move(body);
  }
  void clear_override(const game_id& id, endpoint what) {
    const std::lock_guard lock(mutex_);
    overrides_.erase({what, id});
  }
  void set_faults(std::vector<fault_rule> rules) { plan_.set(std::move(rules)); }

 private:
  void configure();
  void handle(const httplib::Request& request, httplib::Response& response);
  void answer(const httplib::Request& request, httplib::Response& response, const target& wanted);
  bool answer_fault(const httplib::Request& request, httplib::Response& response, const target& wanted,
                    const fault_rule& fault);
  std::optional<std::string> document(const target& wanted);
  std::shared_ptr<const league> league_of(season wanted);
  void send(const httplib::Request& request, httplib::Response& response, std::string body);
  void send_page(httplib::Response& response, int status, std::string body);
  void send_in_pieces(httplib::Response& response, std::string body, const fault_rule& fault);
  void count(const target* wanted);
  bool pause(std::chrono::microseconds duration);  // false: the server is stopping

  fake_nba_settings settings_;
  fault_plan plan_;
  httplib::Server http_;
  std::thread listener_;
  std::atomic<int> port_{0};
  std::atomic<int> in_flight_{0};
  std::atomic<std::uint64_t> latency_draws_{0};

  mutable std::mutex mutex_;  // what follows
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  fake_nba_counters counters_;
  std::optional<et_date> today_;
  std::map<std::pair<endpoint, game_id>, std::string> overrides_;

  std::mutex leagues_mutex_;
  std::map<season, std::shared_ptr<const league>> leagues_;
};

void fake_nba_server::content::configure() {
  http_.new_task_queue = [this] { return new connection_pool(static_cast<std::size_t>(settings_.connections_max)); };
  http_.set_keep_alive_max_count(requests_per_connection_max);
  http_.set_keep_alive_timeout(keep_alive_seconds);
  http_.set_tcp_nodelay(true);  // without it a response waits for the client's delayed acknowledgement
  // cpp-httplib would set SO_REUSEPORT, with which two servers share a port without noticing.
  http_.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    handle(request, response);
    return httplib::Server::HandlerResponse::Handled;
  });
}

result<void> fake_nba_server::content::start() {
  if (settings_.league == nullptr)
    return failure{failure_class::internal, "the fake NBA server was given no league", "fake_nba_settings.league"};
  if (listener_.joinable()) return failure{failure_class::internal, "the fake NBA server runs already", "start"};
  if (settings_.port < 0 || settings_.port > 65535)
    return cannot_serve(
        fmt::format("port {} does not exist; choose one from 1024 to 65535, or 0 for any free one", settings_.port));
  configure();
  if (settings_.port == 0) {
    const int bound = http_.bind_to_any_port(loopback);
    if (bound < 0) return port_refused(0);
    port_ = bound;
  } else {
    if (!http_.bind_to_port(loopback, settings_.port)) return port_refused(settings_.port);
    port_ = settings_.port;
  }
  listener_ = std::thread([this] { http_.listen_after_bind(); });
  const auto deadline = std::chrono::steady_clock::now() + start_timeout;
  while (!http_.is_running() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  if (!http_.is_running())
    return cannot_serve(fmt::format("the server did not start within {} s", start_timeout.count()));
  return {};
}

void fake_nba_server::content::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  http_.stop();
  if (listener_.joinable()) listener_.join();
}

bool fake_nba_server::content::pause(std::chrono::microseconds duration) {
  std::unique_lock lock(mutex_);
  return !stop_changed_.wait_for(lock, duration, [this] { return stopping_; });
}

void fake_nba_server::content::count(const target* wanted) {
  const bool known = wanted != nullptr && !wanted->id.empty() && league_of(wanted->of) != nullptr &&
                     league_of(wanted->of)->knows(wanted->id);
  const std::lock_guard lock(mutex_);
  ++counters_.requests;
  counters_.in_flight_max = std::max(counters_.in_flight_max, in_flight_.load());
  if (wanted == nullptr) {
    ++counters_.other;
    return;
  }
  ++counters_.by_endpoint[static_cast<std::size_t>(wanted->what)];
  if (known)
    ++counters_.by_game[wanted->id.str()];
  else if (wanted->what != endpoint::schedule)
    ++counters_.unknown_games;
}

void fake_nba_server::content::handle(const httplib::Request& request, httplib::Response& response) {
  ++in_flight_;
  const auto wanted = parse_target(request);
  count(wanted ? &*wanted : nullptr);
  if (request.method != "GET" && request.method != "HEAD")
    send_page(response, 405, error_page(405, "Method Not Allowed"));
  else if (request.path == "/healthz")
    response.set_content("ok\n", "text/plain");
  else if (!wanted)
    send_page(response, request.path.starts_with("/stats/") ? 400 : 404, error_page(404, "Not Found"));
  else
    answer(request, response, *wanted);
  --in_flight_;
}

void fake_nba_server::content::answer(const httplib::Request& request, httplib::Response& response,
                                      const target& wanted) {
  random_stream random(settings_.seed, fmt::format("latency {}", latency_draws_++));
  if (const auto wait = settings_.latency.draw(random); wait.count() > 0) pause(wait);
  if (const auto fault = plan_.draw(wanted.what, wanted.id)) {
    {
      const std::lock_guard lock(mutex_);
      ++counters_.faults[static_cast<std::size_t>(fault->kind)];
    }
    if (answer_fault(request, response, wanted, *fault)) return;
  }
  auto body = document(wanted);
  if (!body) return send_page(response, 403, access_denied_page(request.path));
  send(request, response, std::move(*body));
}

// True when the fault is the whole answer; false when the right one is to follow.
bool fake_nba_server::content::answer_fault(const httplib::Request& request, httplib::Response& response,
                                            const target& wanted, const fault_rule& fault) {
  if (fault.retry_after_seconds) response.set_header("Retry-After", std::to_string(*fault.retry_after_seconds));
  switch (fault.kind) {
    case fault_kind::too_many_requests:
      return send_page(response, 429, error_page(429, "Too Many Requests")), true;
    case fault_kind::service_unavailable:
      return send_page(response, 503, error_page(503, "Service Unavailable")), true;
    case fault_kind::empty_error:
      return send_page(response, 500, {}), true;
    case fault_kind::forbidden:
      return send_page(response, 403, access_denied_page(request.path)), true;
    case fault_kind::html:
      return send_page(response, 200, html_page()), true;
    case fault_kind::empty_rows:
      return send(request, response, empty_document(wanted.what, wanted.id, wanted.of)), true;
    case fault_kind::stall:
      pause(fault.duration);
      return false;
    case fault_kind::truncated:
    case fault_kind::slow:
    case fault_kind::drop:
      break;
  }
  auto body = document(wanted);
  if (!body) return false;
  if (fault.kind != fault_kind::truncated) return send_in_pieces(response, std::move(*body), fault), true;
  // Never the whole document, however much of it is to be kept.
  body->resize(std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(body->size())), body->size() - 2));
  send(request, response, std::move(*body));
  return true;
}

std::shared_ptr<const league> fake_nba_server::content::league_of(season wanted) {
  const std::lock_guard lock(leagues_mutex_);
  if (const auto found = leagues_.find(wanted); found != leagues_.end()) return found->second;
  if (!settings_.other_seasons || leagues_.size() >= static_cast<std::size_t>(seasons_served_max)) return nullptr;
  auto settings = settings_.league->settings();
  settings.season = wanted;
  auto made = league::create(settings);
  return leagues_[wanted] = made ? *made : nullptr;
}

std::optional<std::string> fake_nba_server::content::document(const target& wanted) {
  std::optional<et_date> today;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = overrides_.find({wanted.what, wanted.id}); found != overrides_.end()) return found->second;
    today = today_;
  }
  if (wanted.what != endpoint::schedule && wanted.id.empty()) return std::nullopt;
  const auto from = league_of(wanted.of);
  switch (wanted.what) {
    case endpoint::schedule:
      return from == nullptr ? empty_document(wanted.what, {}, wanted.of) : from->schedule_json(today);
    case endpoint::boxscore:
      return from == nullptr ? std::nullopt : from->boxscore_json(wanted.id, today);
    case endpoint::playbyplay:
      return from == nullptr ? std::nullopt : from->playbyplay_json(wanted.id, today);
  }
  return std::nullopt;
}

void fake_nba_server::content::send(const httplib::Request& request, httplib::Response& response, std::string body) {
  if (settings_.gzip && request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos) {
    if (auto packed = gzip(body); !packed.empty()) {
      body = std::move(packed);
      response.set_header("Content-Encoding", "gzip");
      response.set_header("Vary", "Accept-Encoding");
    }
  }
  {
    const std::lock_guard lock(mutex_);
    counters_.body_bytes += body.size();
  }
  response.body = std::move(body);
  response.set_header("Content-Type", json_type);
}

void fake_nba_server::content::send_page(httplib::Response& response, int status, std::string body) {
  response.status = status;
  response.body = std::move(body);
  response.set_header("Content-Type", html_type);
}

// `slow`: a few bytes at a time. `drop`: the first part at once, then the connection closes.
void fake_nba_server::content::send_in_pieces(httplib::Response& response, std::string body, const fault_rule& fault) {
  const auto shared = std::make_shared<const std::string>(std::move(body));
  const bool drop = fault.kind == fault_kind::drop;
  const auto end =
      drop ? std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(shared->size())), shared->size() - 1)
           : shared->size();
  const auto slice =
      drop ? shared->size() : static_cast<std::size_t>(std::max(1, fault.bytes_per_second / slices_per_second));
  response.set_content_provider(
      shared->size(), json_type,
      [this, shared, drop, end, slice](std::size_t offset, std::size_t, httplib::DataSink& sink) {
        if (offset >= end) return false;
        if (!drop && offset > 0 && !pause(std::chrono::milliseconds{1000 / slices_per_second})) return false;
        return sink.write(shared->data() + offset, std::min(slice, end - offset));
      });
}

fake_nba_server::fake_nba_server(fake_nba_settings settings)
    : content_(std::make_unique<content>(std::move(settings))) {}
fake_nba_server::~fake_nba_server() = default;

result<void> fake_nba_server::start() { return content_->start(); }
void fake_nba_server::stop() { content_->stop(); }
int fake_nba_server::port() const noexcept { return content_->port(); }
std::string fake_nba_server::cdn_url() const { return fmt::format("http://{}:{}/static/json", loopback, port()); }
std::string fake_nba_server::stats_url() const { return fmt::format("http://{}:{}/stats", loopback, port()); }
fake_nba_counters fake_nba_server::counters() const { return content_->counters(); }
void fake_nba_server::set_today(std::optional<et_date> today) { content_->set_today(today); }
void fake_nba_server::set_override(const game_id& id, endpoint what, std::string body) {
  content_->set_override(id, what, std::move(body));
}
void fake_nba_server::clear_override(const game_id& id, endpoint what) { content_->clear_override(id, what); }
void fake_nba_server::set_faults(std::vector<fault_rule> rules) { content_->set_faults(std::move(rules)); }

}  // namespace nba
