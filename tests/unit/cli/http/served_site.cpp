#include "tests/unit/cli/http/served_site.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>
#include <variant>

namespace nba::cli::test {

void kept_events::write(const log_event& event) {
  const std::lock_guard guard(mutex_);
  text_ += event.name;
  for (const auto& [key, value] : event.fields)
    text_ += std::visit([&](const auto& held) { return fmt::format(" {}={}", key, held); }, value);
  text_ += '\n';
}

std::string kept_events::text() const {
  const std::lock_guard guard(mutex_);
  return text_;
}

served_site::served_site(web_limits limits, std::optional<std::string> token, const std::string& listen) {
  web_service_settings with;
  with.listen = *parse_web_address(listen, "test");
  with.site.listens_on = with.listen.host;
  with.site.hosts = {"nba.example.org"};
  with.site.token = std::move(token);
  with.site.patience = std::chrono::milliseconds{200};
  with.limits = limits;
  with.log = events_;
  with.read = [held = state_] {
    std::unique_lock guard(held->mutex);
    held->changed.wait(guard, [&] { return !held->hangs; });
    ++held->readings;
    auto facts = std::make_shared<watch_facts>();
    facts->at = facts->read_at = utc_now();
    facts->status.backend = "test";
    return std::shared_ptr<const watch_facts>{std::move(facts)};
  };
  auto content = std::make_shared<site_content>();
  content->documents = {
      {"/metrics", false,
       [held = state_](const watch_facts& facts, const web_request&) {
         auto response = text_response(200, fmt::format("backend {}\nreading {}\ntrouble {}\n", facts.status.backend,
                                                        held->readings.load(), facts.trouble.value_or("")));
         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
         return response;
       }},
      {"/api/runs", false,
       [](const watch_facts&, const web_request& request) { return json_response(200, "\"" + request.path + "\""); }},
      {"/api/runs", true,
       [](const watch_facts&, const web_request& request) { return json_response(200, "\"" + request.path + "\""); }},
      {"/healthz", false, &health_response},
      {"/readyz", false, [](const watch_facts& facts, const web_request&) { return ready_response(facts); }},
  };
  content->page = [](const web_request& request) { return "<!doctype html><p>page " + request.query; };
  content->update = [held = state_](const facts_ptr& facts) {
    const std::lock_guard guard(held->mutex);
    return std::make_shared<const std::string>(server_sent_event(
        "update", fmt::format("{} {} {}", held->update_text, ++held->updates, facts->trouble.value_or("well"))));
  };
  content->asset = [](std::string_view path) -> std::optional<site_asset> {
    if (path != "/assets/page.css") return std::nullopt;
    return site_asset{"text/css; charset=utf-8", "p { color: red }", true};
  };
  content->sign_in_page = [](bool refused) { return std::string{refused ? "wrong token" : "type the token"}; };
  with.content = std::move(content);
  bool unavailable = false;
  auto started = web_service::start(std::move(with), unavailable);
  if (!started) throw std::runtime_error(started.error().message);
  service_ = std::move(*started);
}

served_site::~served_site() {
  hang(false);
  service_.reset();
}

void served_site::hang(bool whether) {
  const std::lock_guard guard(state_->mutex);
  state_->hangs = whether;
  state_->changed.notify_all();
}

void served_site::set_update_text(std::string text) {
  const std::lock_guard guard(state_->mutex);
  state_->update_text = std::move(text);
}

}  // namespace nba::cli::test
