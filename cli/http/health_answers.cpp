#include "cli/documents/health_document.hpp"
#include "cli/http/web_site.hpp"
#include "cli/json_text.hpp"
#include "cli/printable.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace nba::cli {
namespace {

constexpr int healthy_status = 200, unhealthy_status = 503;

int http_status_of(health_level level) {
  return level == health_level::well || level == health_level::attention ? healthy_status : unhealthy_status;
}

std::string health_words(const watch_facts& facts) {
  auto text = fmt::format("{}\n", to_string(facts.health.level));
  for (const auto& reason : facts.health.reasons) {
    const auto subject = reason.subject.empty() ? "" : " " + printable(reason.subject);
    text += fmt::format("{}: {}{}: {}\n", to_string(reason.level), reason.kind, subject, printable(reason.text));
    if (!reason.help.empty()) text += fmt::format("  {}\n", printable(reason.help));
  }
  return text;
}

}  // namespace

web_response health_response(const watch_facts& facts, const web_request& request) {
  const auto status = http_status_of(facts.health.level);
  if (!accept_names(request.header("accept"), "application/json")) return text_response(status, health_words(facts));
  return json_response(status, json_text(health_document(facts.health, facts.status.description, facts.at), 2) + "\n");
}

web_response ready_response(const watch_facts& facts) {
  if (!facts.trouble) return text_response(healthy_status, "ready\n");
  return text_response(unhealthy_status, fmt::format("not ready: {}\n", printable(*facts.trouble)));
}

}  // namespace nba::cli
