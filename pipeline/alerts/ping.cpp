#include "pipeline/alerts/ping.hpp"

#include "pipeline/alerts/identifiers.hpp"

#include <fmt/format.h>

namespace nba {
namespace {

std::string_view path_of(ping_signal signal) {
  switch (signal) {
    case ping_signal::start:
      return "/start";
    case ping_signal::fail:
      return "/fail";
    case ping_signal::log:
      return "/log";
    case ping_signal::success:
      break;
  }
  return "";
}

// Path and query apart: the signal is part of the path.
std::pair<std::string, std::string> split_query(const std::string& url) {
  const auto query = url.find('?');
  auto path = url.substr(0, query);
  while (path.ends_with('/')) path.pop_back();
  return {path, query == std::string::npos ? std::string{} : url.substr(query + 1)};
}

}  // namespace

alert_request ping_request(const std::string& url, ping_signal signal, const alert_news& news) {
  const auto [path, query] = split_query(url);
  auto to = path + std::string{path_of(signal)} + "?";
  if (!query.empty()) to += query + "&";
  to += "rid=" + uuid_of_run(news.run_id);
  std::string body;
  if (signal != ping_signal::start) {
    const auto head = fmt::format("{} {}: exit code {}{}{}\n", news.job, news.run_id, news.exit_code,
                                  news.text.empty() ? "" : ": ", news.text);
    const auto room = head.size() < alert_log_bytes_max ? alert_log_bytes_max - head.size() : 0;
    body = cut_to(head, alert_log_bytes_max) + end_of(news.log, room);
  }
  return {std::move(to), {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

ping_signal ping_signal_of(std::string_view status) {
  if (status == "ok") return ping_signal::success;
  return status == "error" ? ping_signal::fail : ping_signal::log;
}

delivery_answer judge_ping(const alert_answer& answer, utc_time now) {
  if (answer.status == 200 && answer.body.starts_with("OK (not found)"))
    return {delivery_outcome::refused, "the service knows no such check", {}};
  if (answer.status == 200 && answer.body.starts_with("OK (rate limited)"))
    return {delivery_outcome::try_later, "the service asks for fewer pings", std::chrono::seconds{60}};
  return judge_status(answer, now);
}

}  // namespace nba
