#include "bench/fake_nba/pages.hpp"
#include "bench/fake_nba/random.hpp"
#include "bench/fake_nba/server_content.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

using namespace fake;

constexpr int slices_per_second = 20;  // of a slow body

}  // namespace

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

void fake_nba_server::content::handle(const request& asked, response& out) {
  struct presence {
    std::atomic<int>& present;
    explicit presence(std::atomic<int>& number) : present(number) { ++present; }
    ~presence() { --present; }
  };
  const presence here(in_flight_);
  const auto wanted = parse_target(asked);
  count(wanted ? &*wanted : nullptr);
  if (asked.method != "GET" && asked.method != "HEAD")
    send_page(out, 405, error_page(405, "Method Not Allowed"));
  else if (asked.path == "/healthz")
    out.set_content("ok\n", "text/plain");
  else if (!wanted && asked.path.starts_with("/stats/"))
    send_page(out, 400, error_page(400, "Bad Request"));
  else if (!wanted)
    send_page(out, 404, error_page(404, "Not Found"));
  else
    answer(asked, out, *wanted);
}

void fake_nba_server::content::answer(const request& asked, response& out, const target& wanted) {
  random_stream random(settings_.seed, fmt::format("latency {}", latency_draws_++));
  if (const auto wait = settings_.latency.draw(random); wait.count() > 0) pause(wait);
  if (const auto fault = plan_.draw(wanted.what, wanted.id)) {
    {
      const std::lock_guard lock(mutex_);
      ++counters_.faults[static_cast<std::size_t>(fault->kind)];
    }
    if (answer_fault(asked, out, wanted, *fault)) return;
  }
  auto body = document(wanted);
  if (!body) return send_page(out, 403, access_denied_page(asked.path));
  send(asked, out, std::move(*body));
}

// True when the fault is the whole answer; false when the right one is to follow.
bool fake_nba_server::content::answer_fault(const request& asked, response& out, const target& wanted,
                                            const fault_rule& fault) {
  if (fault.retry_after_seconds) out.set_header("Retry-After", std::to_string(*fault.retry_after_seconds));
  switch (fault.kind) {
    case fault_kind::too_many_requests:
      return send_page(out, 429, error_page(429, "Too Many Requests")), true;
    case fault_kind::service_unavailable:
      return send_page(out, 503, error_page(503, "Service Unavailable")), true;
    case fault_kind::empty_error:
      return send_page(out, 500, {}), true;
    case fault_kind::forbidden:
      return send_page(out, 403, access_denied_page(asked.path)), true;
    case fault_kind::html:
      return send_page(out, 200, html_page()), true;
    case fault_kind::empty_rows:
      return send(asked, out, empty_document(wanted.what, wanted.id, wanted.of)), true;
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
  if (fault.kind != fault_kind::truncated) return send_in_pieces(out, std::move(*body), fault), true;
  // Never the whole document, however much of it is to be kept.
  body->resize(std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(body->size())), body->size() - 2));
  send(asked, out, std::move(*body));
  return true;
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

void fake_nba_server::content::send(const request& asked, response& out, std::string body) {
  if (settings_.gzip && asked.get_header_value("Accept-Encoding").find("gzip") != std::string::npos) {
    if (auto packed = gzip(body); !packed.empty()) {
      body = std::move(packed);
      out.set_header("Content-Encoding", "gzip");
      out.set_header("Vary", "Accept-Encoding");
    }
  }
  {
    const std::lock_guard lock(mutex_);
    counters_.body_bytes += body.size();
  }
  out.body = std::move(body);
  out.set_header("Content-Type", json_type);
}

void fake_nba_server::content::send_page(response& out, int status, std::string body) {
  out.status = status;
  out.body = std::move(body);
  out.set_header("Content-Type", html_type);
}

// `slow`: a few bytes at a time. `drop`: the first part at once, then the connection closes.
void fake_nba_server::content::send_in_pieces(response& out, std::string body, const fault_rule& fault) {
  const auto shared = std::make_shared<const std::string>(std::move(body));
  const bool drop = fault.kind == fault_kind::drop;
  const auto end =
      drop ? std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(shared->size())), shared->size() - 1)
           : shared->size();
  const auto slice =
      drop ? shared->size() : static_cast<std::size_t>(std::max(1, fault.bytes_per_second / slices_per_second));
  out.set_content_provider(shared->size(), json_type,
                           [this, shared, drop, end, slice](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                             if (offset >= end) return false;
                             if (!drop && offset > 0 && !pause(std::chrono::milliseconds{1000 / slices_per_second}))
                               return false;
                             return sink.write(shared->data() + offset, std::min(slice, end - offset));
                           });
}

}  // namespace nba
