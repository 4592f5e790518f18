#include "pipeline/source/curl_transfer.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"

#include <signal.h>

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace nba {
namespace {

constexpr int poll_ms_max = 1'000;  // without a transfer or a wake-up; libcurl's own timers shorten it
constexpr long idle_connections_max = 64;
constexpr std::size_t idle_handles_max = 64;
constexpr auto poll_failure_pause = std::chrono::milliseconds(10);

void initialise_curl_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::bad_alloc();
}

// A thread inherits the mask of the one that starts it, so nothing is delivered in between. Blocking matters beyond the
// program's own signals: OpenSSL may raise SIGPIPE on a connection that the host has closed.
class all_signals_blocked {
 public:
  all_signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~all_signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  all_signals_blocked(const all_signals_blocked&) = delete;
  all_signals_blocked& operator=(const all_signals_blocked&) = delete;

 private:
  sigset_t before_{};
};

struct curl_multi_deleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

using transfer_ptr = std::unique_ptr<curl_transfer>;

class curl_client final : public http_client {
 public:
  curl_client(std::size_t requests_max, std::string ca_file)
      : requests_max_(requests_max), ca_file_(std::move(ca_file)), multi_(curl_multi_init()) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, idle_connections_max);
    const all_signals_blocked during_start;
    thread_ = std::thread([this] { run(); });
  }

  ~curl_client() override {
    assert(thread_.get_id() != std::this_thread::get_id() && "a completion must not destroy the client");
    tell([this] { cancelled_ = stopping_ = true; });
    thread_.join();
  }

  void submit(http_request request, completion done) override {
    auto transfer = std::make_unique<curl_transfer>(std::move(request), std::move(done));
    bool accepted = false;
    tell([&] {
      if (open_ >= requests_max_) return;
      ++open_;
      incoming_.push_back(std::move(transfer));
      accepted = true;
    });
    if (!accepted)
      transfer->complete(transfer->finish(
          http_error::other, "more than " + std::to_string(requests_max_) + " requests queued and in flight"));
  }

  void cancel_all() override {
    tell([this] { cancelled_ = true; });
  }

 private:
  struct host_queue {
    std::deque<transfer_ptr> waiting;
    int active = 0;
  };

  // The wake-up is sent under the lock: the thread frees the multi handle only after it has seen `stopping_`.
  template <class Change>
  void tell(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    curl_multi_wakeup(multi_.get());
  }

  // ---- on the client's thread ----------------------------------------------------------------------------------

  void run() noexcept {
    while (take_commands()) {
      start_waiting();
      int running = 0;
      if (const auto code = curl_multi_perform(multi_.get(), &running); code != CURLM_OK)
        end_active(http_error::other, curl_multi_strerror(code));
      else if (collect_finished())
        continue;  // a place is free for what waits: no poll before it has started
      if (const auto code = curl_multi_poll(multi_.get(), nullptr, 0, poll_ms_max, nullptr); code != CURLM_OK) {
        end_active(http_error::other, curl_multi_strerror(code));
        std::this_thread::sleep_for(poll_failure_pause);
      }
    }
    // Here and not in the destructor: closing a TLS connection may raise SIGPIPE, which only this thread blocks.
    idle_handles_.clear();
    multi_.reset();
  }

  // False when the client is being destroyed and nothing is left to complete.
  bool take_commands() {
    std::deque<transfer_ptr> taken;
    bool cancelled = false;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(incoming_);
      cancelled = cancelled_;
    }
    for (auto& transfer : taken) {
      auto& queue = hosts_[host_of(transfer->request().url)];
      queue.waiting.push_back(std::move(transfer));
    }
    if (cancelled) cancel_everything();
    const std::lock_guard lock(mutex_);
    return !stopping_ || open_ > 0;
  }

  void start_waiting() {
    for (auto host = hosts_.begin(); host != hosts_.end();) {
      auto& queue = host->second;
      while (!queue.waiting.empty() && queue.active < connections_of(queue.waiting.front()->request())) {
        auto transfer = std::move(queue.waiting.front());
        queue.waiting.pop_front();
        start(std::move(transfer), queue);
      }
      host = queue.waiting.empty() && queue.active == 0 ? hosts_.erase(host) : std::next(host);
    }
  }

  void start(transfer_ptr transfer, host_queue& queue) {
    raise_connection_limit(connections_of(transfer->request()));
    auto easy = take_handle();
    if (!easy) return complete(*transfer, transfer->finish(http_error::other, "no libcurl handle"));
    if (const auto code = transfer->attach(std::move(easy)); code != CURLE_OK) return end(std::move(transfer), code);
    if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK)
      return end(std::move(transfer), CURLE_FAILED_INIT);
    ++queue.active;
    CURL* handle = transfer->handle();
    active_.emplace(handle, active_transfer{std::move(transfer), &queue});
  }

  // True when there was one.
  bool collect_finished() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto code = message->data.result;
      const auto position = active_.find(message->easy_handle);
      any = true;
      if (code == CURLE_OK && start_again(*position->second.transfer)) continue;
      end(take_active(position), code);
    }
    return any;
  }

  // For a redirect that is followed; the transfer keeps its place. False: it has ended.
  bool start_again(curl_transfer& transfer) {
    curl_multi_remove_handle(multi_.get(), transfer.handle());
    return transfer.follow_redirect() && curl_multi_add_handle(multi_.get(), transfer.handle()) == CURLM_OK;
  }

  void cancel_everything() {
    end_active(http_error::cancelled, "the client was told to stop");
    for (auto& [name, queue] : hosts_)
      for (; !queue.waiting.empty(); queue.waiting.pop_front())
        complete(*queue.waiting.front(),
                 queue.waiting.front()->finish(http_error::cancelled, "the client was told to stop"));
    hosts_.clear();
  }

  void end_active(http_error error, const std::string& text) {
    while (!active_.empty()) {
      const auto transfer = take_active(active_.begin());
      recycle(transfer->detach());
      complete(*transfer, transfer->finish(error, text));
    }
  }

  void end(transfer_ptr transfer, CURLcode code) {
    auto response = transfer->finish(code);
    recycle(transfer->detach());
    complete(*transfer, std::move(response));
  }

  // Frees the place before the completion runs, so that it may submit a successor.
  void complete(curl_transfer& transfer, http_response response) {
    {
      const std::lock_guard lock(mutex_);
      --open_;
    }
    transfer.complete(std::move(response));
  }

  struct active_transfer {
    transfer_ptr transfer;
    host_queue* queue;  // in hosts_; a queue with active transfers stays there
  };
  using active_map = std::map<CURL*, active_transfer>;

  transfer_ptr take_active(active_map::iterator position) {
    auto [transfer, queue] = std::move(position->second);
    active_.erase(position);
    --queue->active;
    curl_multi_remove_handle(multi_.get(), transfer->handle());
    return std::move(transfer);
  }

  static int connections_of(const http_request& request) { return std::max(request.connections_max, 1); }

  // The queues keep to the limit of each request; libcurl's own limit, one for all hosts, is the net below.
  void raise_connection_limit(int connections) {
    if (connections <= connection_limit_) return;
    connection_limit_ = connections;
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(connections));
    // Fewer would be closed and opened again all the time.
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, std::max(idle_connections_max, 2L * connections));
  }

  curl_easy_ptr take_handle() {
    if (idle_handles_.empty()) return make_easy_handle(ca_file_);
    auto easy = std::move(idle_handles_.back());
    idle_handles_.pop_back();
    return easy;
  }

  void recycle(curl_easy_ptr easy) {
    if (!easy || idle_handles_.size() >= idle_handles_max) return;
    idle_handles_.push_back(std::move(easy));
  }

  const std::size_t requests_max_;
  const std::string ca_file_;

  std::mutex mutex_;  // guards the four below
  std::deque<transfer_ptr> incoming_;
  std::size_t open_ = 0;  // accepted and not yet completed
  bool cancelled_ = false;
  bool stopping_ = false;

  // The client's thread only, but for waking.
  std::unique_ptr<CURLM, curl_multi_deleter> multi_;
  std::map<std::string, host_queue> hosts_;
  active_map active_;
  std::vector<curl_easy_ptr> idle_handles_;
  int connection_limit_ = 0;

  std::thread thread_;
};

}  // namespace

std::unique_ptr<http_client> make_curl_client(std::size_t requests_max, std::string ca_file) {
  initialise_curl_once();
  return std::make_unique<curl_client>(requests_max, std::move(ca_file));
}

}  // namespace nba
