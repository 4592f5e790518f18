#include "bench/fake_nba/server.hpp"

#include "bench/fake_nba/connection_pool.hpp"
#include "bench/fake_nba/server_content.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace nba {
namespace {

constexpr const char* loopback = "127.0.0.1";
constexpr std::size_t requests_per_connection_max = 1'000'000;
constexpr std::size_t overrides_max = 10'000;
constexpr std::chrono::seconds start_timeout{10};

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

}  // namespace

fake_nba_server::content::content(fake_nba_settings settings)
    : settings_(std::move(settings)), plan_(settings_.faults, settings_.seed), marks_answers_(settings_.marks_answers) {
  if (settings_.league == nullptr) return;
  today_ = settings_.league->settings().today;
  leagues_[settings_.league->settings().season] = settings_.league;
}

void fake_nba_server::content::configure() {
  http_.new_task_queue = [this] {
    return new fake::connection_pool(static_cast<std::size_t>(settings_.connections_max));
  };
  http_.set_keep_alive_max_count(requests_per_connection_max);
  http_.set_keep_alive_timeout(keep_alive_seconds);
  http_.set_tcp_nodelay(true);  // without it a response waits for the client's delayed acknowledgement
  // cpp-httplib would set SO_REUSEPORT, with which two servers share a port without noticing.
  http_.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http_.set_pre_routing_handler([this](const httplib::Request& asked, httplib::Response& out) {
    handle(asked, out);
    return httplib::Server::HandlerResponse::Handled;
  });
}

result<void> fake_nba_server::content::start() {
  if (settings_.league == nullptr && settings_.docroot.empty())
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

fake_nba_counters fake_nba_server::content::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void fake_nba_server::content::set_today(std::optional<et_date> today) {
  const std::lock_guard lock(mutex_);
  today_ = today;
}

void fake_nba_server::content::set_override(const game_id& id, endpoint what, std::string body) {
  const std::lock_guard lock(mutex_);
  if (overrides_.size() < overrides_max || overrides_.count({what, id}) != 0) overrides_[{what, id}] = std::move(body);
}

void fake_nba_server::content::clear_override(const game_id& id, endpoint what) {
  const std::lock_guard lock(mutex_);
  overrides_.erase({what, id});
}

void fake_nba_server::content::perform(const script_step& step) {
  if (const auto* faults = std::get_if<set_faults_step>(&step.what)) return plan_.set(faults->rules);
  const std::lock_guard lock(mutex_);
  if (const auto* today = std::get_if<set_today_step>(&step.what)) today_ = today->today;
  if (const auto* corrected = std::get_if<correct_step>(&step.what)) ++corrections_[corrected->game];
  if (const auto* move = std::get_if<move_step>(&step.what)) moved_[move->game] = move->date;
}

std::shared_ptr<const league> fake_nba_server::content::league_of(season wanted) {
  const std::lock_guard lock(leagues_mutex_);
  if (const auto found = leagues_.find(wanted); found != leagues_.end()) return found->second;
  if (settings_.league == nullptr || !settings_.other_seasons ||
      leagues_.size() >= static_cast<std::size_t>(seasons_served_max))
    return nullptr;
  auto settings = settings_.league->settings();
  settings.season = wanted;
  auto made = league::create(settings);
  return leagues_[wanted] = made ? *made : nullptr;
}

fake_nba_server::fake_nba_server(fake_nba_settings settings)
    : content_(std::make_unique<content>(std::move(settings))) {}
fake_nba_server::~fake_nba_server() = default;

result<void> fake_nba_server::start() { return content_->start(); }
void fake_nba_server::stop() { content_->stop(); }
int fake_nba_server::port() const noexcept { return content_->port(); }
std::string fake_nba_server::url() const { return fmt::format("http://{}:{}", loopback, port()); }
std::string fake_nba_server::cdn_url() const { return urls().cdn; }
std::string fake_nba_server::stats_url() const { return urls().stats; }
source_urls fake_nba_server::urls() const { return urls_below(url()); }
fake_nba_counters fake_nba_server::counters() const { return content_->counters(); }
void fake_nba_server::set_today(std::optional<et_date> today) { content_->set_today(today); }
void fake_nba_server::set_override(const game_id& id, endpoint what, std::string body) {
  content_->set_override(id, what, std::move(body));
}
void fake_nba_server::clear_override(const game_id& id, endpoint what) { content_->clear_override(id, what); }
void fake_nba_server::set_faults(std::vector<fault_rule> rules) { content_->set_faults(std::move(rules)); }
void fake_nba_server::set_marks_answers(bool marks) { content_->set_marks_answers(marks); }
void fake_nba_server::perform(const script_step& step) { content_->perform(step); }

}  // namespace nba
