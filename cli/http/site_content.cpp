#include "cli/http/site_content.hpp"

#include "cli/app.hpp"
#include "cli/documents/database_status.hpp"
#include "cli/json_text.hpp"
#include "cli/printable.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <string_view>
#include <utility>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

std::string as_html_text(std::string_view text) {
  std::string out;
  for (const char byte : printable_lines(text)) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

std::string html_document(std::string_view title, const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title></head>"
      "<body><main><h1>{0}</h1>{1}</main></body></html>\n",
      as_html_text(title), body);
}

web_response json_answer(const ordered_json& document) { return json_response(200, json_text(document, 2) + "\n"); }

ordered_json runs_of(const watch_facts& facts) {
  auto runs = ordered_json::array();
  for (const auto& run : facts.runs) runs.push_back(json_of(run.row));
  return runs;
}

ordered_json lanes_of(const watch_facts& facts) {
  auto lanes = ordered_json::array();
  for (const auto& season : facts.status.seasons)
    for (const auto& lane : season.lanes) {
      auto document = json_of(lane);
      document["season"] = to_string(season.season);
      lanes.push_back(std::move(document));
    }
  return lanes;
}

// The verdict in words, until there is more to see.
class plain_page {
 public:
  explicit plain_page(const site_server& server) : server_(server) {}

  stream_message update(const facts_ptr& facts) {
    web_request plain;
    auto words = *health_response(*facts, plain).body;
    const std::lock_guard guard(mutex_);
    if (words == words_) return nullptr;
    words_ = std::move(words);
    return std::make_shared<const std::string>(server_sent_event("health", words_));
  }
  std::string page() const {
    const std::lock_guard guard(mutex_);
    return html_document("nba-scraper", fmt::format("<pre>{}</pre><p>{}, {}; since {}</p>", as_html_text(words_),
                                                    as_html_text(server_.command), as_html_text(program_version()),
                                                    format_timestamp(server_.started_at)));
  }

 private:
  const site_server server_;
  mutable std::mutex mutex_;
  std::string words_;
};

std::string sign_in_form(bool refused) {
  return html_document("Sign in",
                       fmt::format("{}<form method=\"post\" action=\"/sign-in\"><label>Token <input name=\"token\" "
                                   "type=\"password\" autocomplete=\"current-password\" required></label> "
                                   "<button>Sign in</button></form>",
                                   refused ? "<p role=\"alert\">This is not the token.</p>" : ""));
}

}  // namespace

std::shared_ptr<const site_content> make_site_content(const settings&, const site_server& server) {
  auto content = std::make_shared<site_content>();
  content->documents = {
      {"/healthz", false, &health_response},
      {"/readyz", false, [](const watch_facts& facts, const web_request&) { return ready_response(facts); }},
      {"/api/health", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(json_of_health(facts)); }},
      {"/api/status", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(json_of(facts.status)); }},
      {"/api/runs", false, [](const watch_facts& facts, const web_request&) { return json_answer(runs_of(facts)); }},
      {"/api/lanes", false, [](const watch_facts& facts, const web_request&) { return json_answer(lanes_of(facts)); }},
  };
  const auto page = std::make_shared<plain_page>(server);
  content->page = [page](const web_request&) { return page->page(); };
  content->update = [page](const facts_ptr& facts) { return page->update(facts); };
  content->sign_in_page = &sign_in_form;
  content->notice_page = [](std::string_view title, std::string_view sentence) {
    return html_document(title, fmt::format("<p>{}</p>", as_html_text(sentence)));
  };
  return content;
}

}  // namespace nba::cli
