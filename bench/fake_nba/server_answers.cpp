#include "bench/fake_nba/pages.hpp"
#include "bench/fake_nba/random.hpp"
#include "bench/fake_nba/server_content.hpp"
#include "pipeline/source/source_kind.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace nba {
namespace {

using namespace fake;

constexpr int slices_per_second = 20;  // of a slow body

bool is_schedule(endpoint what) { return what == endpoint::schedule || what == endpoint::current_schedule; }

std::filesystem::path path_of(const std::filesystem::path& docroot, const request_target& wanted) {
  const auto name = std::string{to_string(wanted.what)};
  if (wanted.what == endpoint::schedule)
    return docroot / "stats" / fmt::format("scheduleleaguev2_{}.json", to_string(wanted.of));
  if (wanted.what == endpoint::current_schedule)
    return docroot / "static" / "json" / "staticData" / "scheduleLeagueV2_1.json";
  return docroot / "static" / "json" / "liveData" / name / fmt::format("{}_{}.json", name, wanted.id.str());
}

// Adds `times` to the attendance of a box score.
std::string corrected(std::string body, int times) {
  constexpr std::string_view key = "\"attendance\":";
  const auto at = body.find(key);
  if (at == std::string::npos) return body;
  const auto first = body.find_first_of("0123456789", at + key.size());
  const auto last = body.find_first_not_of("0123456789", first);
  if (first == std::string::npos || last == std::string::npos) return body;
  const auto number = std::atoi(body.substr(first, last - first).c_str());
  return body.replace(first, last - first, std::to_string(number + times));
}

// Puts games of a schedule on other dates, at the same time of day: in every field of the game that says when it is.
std::string with_moved_games(std::string body, const std::map<game_id, et_date>& moved) {
  constexpr std::size_t date_characters = 10;
  for (const auto& [id, date] : moved) {
    const auto begin = body.find(fmt::format("\"gameId\":\"{}\"", id.str()));
    if (begin == std::string::npos) continue;
    const auto end = std::min(body.find("\"gameId\":", begin + 1), body.size());
    for (const std::string_view key :
         {"\"gameDateEst\":\"", "\"gameDateTimeEst\":\"", "\"gameDateTimeUTC\":\"", "\"gameDateUTC\":\""})
      if (const auto at = body.find(key, begin); at < end)
        body.replace(at + key.size(), date_characters, format_date(date));
  }
  return body;
}

// The connection of this request will end with a TCP reset. cpp-httplib shows no socket, so it is looked up by the
// client's port.
void reset_when_closed(int remote_port) {
  constexpr int descriptors_max = 4'096;
  for (int descriptor = 3; descriptor < descriptors_max; ++descriptor) {
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) != 0) continue;
    if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != remote_port) continue;
    const linger now{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
}

// No request of the NBA's has one. cpp-httplib would take the bytes of an unread body for the next request, and keeps
// the bytes of a chunked one without a bound.
bool has_body(const httplib::Request& asked) {
  const auto length = asked.get_header_value("Content-Length");
  return asked.has_header("Transfer-Encoding") || (!length.empty() && length != "0");
}

}  // namespace

bool fake_nba_server::content::pause(std::chrono::microseconds duration) {
  std::unique_lock lock(mutex_);
  return !stop_changed_.wait_for(lock, duration, [this] { return stopping_; });
}

// Whether there is such a game at all, played or not.
bool fake_nba_server::content::exists(const target& wanted) {
  if (wanted.id.empty()) return false;
  if (!settings_.docroot.empty()) return std::filesystem::exists(path_of(settings_.docroot, wanted));
  const auto from = league_of(wanted.of);
  return from != nullptr && from->knows(wanted.id);
}

std::optional<std::string> fake_nba_server::content::file_of(const target& wanted) const {
  std::ifstream file(path_of(settings_.docroot, wanted), std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream body;
  body << file.rdbuf();
  return std::move(body).str();
}

void fake_nba_server::content::follow_script() {
  while (true) {
    std::size_t next = 0;
    {
      const std::lock_guard lock(mutex_);
      if (script_done_ == settings_.script.size()) return;
      if (settings_.script[script_done_].after_requests > counters_.requests) return;
      next = script_done_++;
    }
    perform(settings_.script[next]);
  }
}

void fake_nba_server::content::count(const target* wanted) {
  const bool known = wanted != nullptr && exists(*wanted);
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
  else if (!is_schedule(wanted->what))
    ++counters_.unknown_games;
}

void fake_nba_server::content::refuse_body(const request& asked, response& out) {
  const bool allowed = asked.method == "GET" || asked.method == "HEAD";
  out.status = allowed ? 413 : 405;
  const auto page =
      std::make_shared<const std::string>(error_page(out.status, allowed ? "Content Too Large" : "Method Not Allowed"));
  out.set_header("Connection", "close");
  out.set_content_provider(page->size(), "text/html", [page](std::size_t offset, std::size_t, httplib::DataSink& sink) {
    sink.write(page->data() + offset, page->size() - offset);
    return false;  // ends the connection: what was sent as a body is never read
  });
}

void fake_nba_server::content::handle(const request& asked, response& out) {
  struct presence {
    std::atomic<int>& present;
    explicit presence(std::atomic<int>& number) : present(number) { ++present; }
    ~presence() { --present; }
  };
  const presence here(in_flight_);
  if (marks_answers_) out.set_header(source_header, synthetic_mark);
  const auto wanted = parse_target(asked);
  follow_script();
  count(wanted ? &*wanted : nullptr);
  if (has_body(asked))
    refuse_body(asked, out);
  else if (asked.method != "GET" && asked.method != "HEAD")
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
    case fault_kind::reset:
      reset_when_closed(asked.remote_port);
      break;
    case fault_kind::hang:
    case fault_kind::truncated:
    case fault_kind::slow:
    case fault_kind::drop:
    case fault_kind::wrong_length:
      break;
  }
  auto body = document(wanted);
  if (!body) return false;
  if (fault.kind == fault_kind::wrong_length) return send_too_little(out, std::move(*body), fault), true;
  if (fault.kind != fault_kind::truncated) return send_in_pieces(out, std::move(*body), fault), true;
  // Never the whole document, however much of it is to be kept.
  body->resize(std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(body->size())), body->size() - 2));
  send(asked, out, std::move(*body));
  return true;
}

std::optional<std::string> fake_nba_server::content::document(const target& wanted) {
  std::optional<et_date> today;
  int corrections = 0;
  std::map<game_id, et_date> moved;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = overrides_.find({wanted.what, wanted.id}); found != overrides_.end()) return found->second;
    today = today_;
    if (is_schedule(wanted.what)) moved = moved_;
    if (const auto found = corrections_.find(wanted.id); found != corrections_.end()) corrections = found->second;
  }
  auto body = original(wanted, today);
  if (body && !moved.empty()) body = with_moved_games(std::move(*body), moved);
  if (body && wanted.what == endpoint::boxscore && corrections > 0) body = corrected(std::move(*body), corrections);
  return body;
}

std::optional<std::string> fake_nba_server::content::original(const target& wanted,
                                                              const std::optional<et_date>& today) {
  if (!is_schedule(wanted.what) && wanted.id.empty()) return std::nullopt;
  if (!settings_.docroot.empty()) {
    auto body = file_of(wanted);
    if (!body && wanted.what == endpoint::schedule) return empty_document(wanted.what, {}, wanted.of);
    return body;
  }
  const auto from =
      league_of(wanted.what == endpoint::current_schedule ? settings_.league->settings().season : wanted.of);
  switch (wanted.what) {
    case endpoint::schedule:
      return from == nullptr ? empty_document(wanted.what, {}, wanted.of) : from->schedule_json(today);
    case endpoint::current_schedule:
      return from == nullptr ? std::nullopt : std::optional{from->schedule_json(today)};
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

// `length`: more is announced than comes; whoever waits for the rest waits until the connection is given up.
void fake_nba_server::content::send_too_little(response& out, std::string body, const fault_rule& fault) {
  const auto shared = std::make_shared<const std::string>(std::move(body));
  const auto end = static_cast<std::size_t>(fault.keep * static_cast<double>(shared->size()));
  out.set_content_provider(shared->size(), json_type,
                           [this, shared, end, fault](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                             if (offset < end) return sink.write(shared->data() + offset, end - offset);
                             pause(fault.duration);
                             return false;
                           });
}

// `slow`: a few bytes at a time. `drop`: the first part at once, then the connection closes. `hang` and `reset`: it
// closes before the first byte of the body, late or at once.
void fake_nba_server::content::send_in_pieces(response& out, std::string body, const fault_rule& fault) {
  const auto shared = std::make_shared<const std::string>(std::move(body));
  const bool nothing = fault.kind == fault_kind::hang || fault.kind == fault_kind::reset;
  const bool drop = fault.kind == fault_kind::drop || nothing;
  const auto end =
      nothing ? 0
      : drop  ? std::min(static_cast<std::size_t>(fault.keep * static_cast<double>(shared->size())), shared->size() - 1)
              : shared->size();
  const auto slice =
      drop ? shared->size() : static_cast<std::size_t>(std::max(1, fault.bytes_per_second / slices_per_second));
  out.set_content_provider(
      shared->size(), json_type,
      [this, shared, drop, end, slice, fault](std::size_t offset, std::size_t, httplib::DataSink& sink) {
        if (fault.kind == fault_kind::hang) pause(fault.duration);
        if (offset >= end) return false;
        if (!drop && offset > 0 && !pause(std::chrono::milliseconds{1000 / slices_per_second})) return false;
        return sink.write(shared->data() + offset, std::min(slice, end - offset));
      });
}

}  // namespace nba
