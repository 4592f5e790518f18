#include "actors/jobs/stored_payload_client.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

namespace nba {
namespace {

class stored_payload_client final : public http_client {
 public:
  stored_payload_client(std::unique_ptr<http_client> network, std::unique_ptr<store> database, const game_source& games,
                        const std::map<game_id, std::int64_t>& letters)
      : network_(std::move(network)), database_(std::move(database)) {
    for (const auto& [id, letter] : letters)
      for (const auto& [what, url] : games.documents_of(id)) documents_[url] = {letter, what};
    thread_ = std::thread([this] { serve(); });
  }

  ~stored_payload_client() override {
    cancel_all();
    {
      const std::lock_guard guard(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void submit(http_request request, completion done) override {
    if (!documents_.contains(request.url)) return ask_network(std::move(request), std::move(done));
    {
      const std::lock_guard guard(mutex_);
      if (!cancelled_ && waiting_.size() < stored_requests_max) {
        waiting_.push_back({std::move(request), std::move(done)});
        changed_.notify_one();
        return;
      }
    }
    http_response refused;
    refused.url = request.url;
    refused.error = cancelled_ ? http_error::cancelled : http_error::other;
    refused.error_text = cancelled_ ? "the client was told to stop" : "too many requests wait";
    done(std::move(refused));
  }

  void cancel_all() override {
    std::deque<item> dropped;
    {
      const std::lock_guard guard(mutex_);
      cancelled_ = true;
      dropped.swap(waiting_);
    }
    for (auto& one : dropped) {
      http_response response;
      response.url = one.request.url;
      response.error = http_error::cancelled;
      response.error_text = "the client was told to stop";
      one.done(std::move(response));
    }
    if (network_) network_->cancel_all();
  }

 private:
  struct document {
    std::int64_t letter = 0;
    endpoint what{};
  };
  struct item {
    http_request request;
    completion done;
  };

  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      answer(std::move(next));
      lock.lock();
    }
  }

  void answer(item next) {
    const auto& [letter, what] = documents_.at(next.request.url);
    auto found = read_stored_payloads(*database_, letter);
    if (!found) return ask_network(std::move(next.request), std::move(next.done));
    http_response response;
    response.url = next.request.url;
    response.status = 200;
    response.stored = true;
    response.content_type = "application/json";
    response.body = std::make_shared<const padded_body>(std::move(found->bodies[what]));
    next.done(std::move(response));
  }

  void ask_network(http_request request, completion done) {
    if (network_) return network_->submit(std::move(request), std::move(done));
    http_response refused;
    refused.url = request.url;
    refused.error = http_error::other;
    refused.error_text = "its stored payload is gone, and this run asks no host";
    done(std::move(refused));
  }

  std::unique_ptr<http_client> network_;  // null: no host is asked
  std::unique_ptr<store> database_;       // used by thread_ alone
  std::unordered_map<std::string, document> documents_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<item> waiting_;
  std::atomic<bool> cancelled_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

bool starts_from_payload(const dead_letter& letter) {
  if (letter.error_class == failure_class::not_final) return false;  // only the host has better ones
  return letter.stage != "fetch" && !letter.payload_sha256.empty();
}

std::optional<unpacked_payloads> read_stored_payloads(letter_store& database, std::int64_t letter) {
  const auto found = database.read_dead_letter(letter);
  if (!found || !*found || (*found)->payload.empty()) return std::nullopt;
  auto payloads = unpack_payloads((*found)->payload);
  if (!payloads) return std::nullopt;
  return std::move(*payloads);
}

std::unique_ptr<http_client> make_stored_payload_client(std::unique_ptr<http_client> network,
                                                        std::unique_ptr<store> database, const game_source& games,
                                                        const std::map<game_id, std::int64_t>& letters) {
  return std::make_unique<stored_payload_client>(std::move(network), std::move(database), games, letters);
}

}  // namespace nba
