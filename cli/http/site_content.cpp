#include "cli/http/site_content.hpp"

#include "cli/app.hpp"
#include "cli/database.hpp"
#include "cli/documents/health_document.hpp"
#include "cli/documents/season_documents.hpp"
#include "cli/documents/watched_runs.hpp"
#include "cli/json_text.hpp"
#include "cli/metrics/metrics_text.hpp"
#include "cli/page/assets.hpp"
#include "cli/page/page.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view one_run_path = "/api/runs/";

web_response json_answer(const ordered_json& document, int status = 200) {
  return json_response(status, json_text(document, 2) + "\n");
}

// Of every season, or of ?season=2024-25.
web_response gaps_answer(const watch_facts& facts, const web_request& request) {
  const auto wanted = form_value(request.query, "season");
  if (wanted && !parse_season(*wanted)) return json_answer({{"error", "season must be like 2024-25"}}, 400);
  auto seasons = ordered_json::array();
  for (const auto& season : facts.status.seasons) {
    if (wanted && *wanted != to_string(season.season)) continue;
    if (wanted) return json_answer(gaps_document(season));
    seasons.push_back(gaps_document(season));
  }
  if (wanted) return json_answer({{"error", "this database knows no games of " + *wanted}}, 404);
  return json_answer(seasons);
}

// On the watcher's thread, with a connection of its own: reports and snapshots are not among the facts.
web_response run_answer(const settings& values, const watch_facts& facts, const web_request& request) {
  if (facts.trouble) return json_answer({{"error", *facts.trouble}}, 503);
  const auto id = request.path.substr(one_run_path.size());
  const auto url = parse_database_url(values.database);
  auto options = store_options_of(values);
  options.create = false;
  auto database = url ? open_store(*url, options) : result<std::unique_ptr<store>>{url.error()};
  if (!database) return json_answer({{"error", database.error().message}}, 503);
  const auto row = (*database)->read_run(id);
  if (!row) return json_answer({{"error", row.error().message}}, 503);
  if (!*row) return json_answer({{"error", "there is no run of that id"}}, 404);
  return json_answer(run_document(**row, facts));
}

std::vector<site_content::document> documents_of(const settings& values, const std::string& task) {
  return {
      {"/healthz", false, &health_response},
      {"/readyz", false, [](const watch_facts& facts, const web_request&) { return ready_response(facts); }},
      {"/metrics", false,
       [task](const watch_facts& facts, const web_request&) {
         auto response = text_response(200, metrics_text(facts, task));
         response.content_type = metrics_content_type;
         return response;
       }},
      {"/api/health", false,
       [](const watch_facts& facts, const web_request&) {
         return json_answer(health_document(facts.health, facts.status.description, facts.at));
       }},
      {"/api/status", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(status_document(facts)); }},
      {"/api/runs", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(runs_document(facts)); }},
      {"/api/runs", true,
       [values](const watch_facts& facts, const web_request& request) { return run_answer(values, facts, request); },
       true},
      {"/api/lanes", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(lanes_document(facts)); }},
      {"/api/gaps", false, &gaps_answer},
      {"/api/dead-letters", false,
       [](const watch_facts& facts, const web_request&) { return json_answer(letters_document(facts.letters)); }},
      {"/api/config", false,
       [values](const watch_facts&, const web_request&) { return json_answer(config_document(values)); }},
  };
}

// "0.1.0 (1a2b3c4)": the name stands beside it.
std::string version_alone() {
  auto text = program_version();
  return text.substr(text.find(' ') + 1);
}

}  // namespace

std::shared_ptr<const site_content> make_site_content(const settings& values, const site_server& server) {
  auto content = std::make_shared<site_content>();
  content->documents = documents_of(values, server.command);
  const auto page = std::make_shared<live_page>(page_frame{version_alone(), server.command, server.started_at});
  content->page = [page](const web_request& request) { return page->render_page(parse_page_query(request.query)); };
  content->update = [page](const facts_ptr& facts) { return page->render_update(facts); };
  content->hello = [page] { return page->render_hello(); };
  content->beat = [page] { return page->render_beat(); };
  content->asset = [](std::string_view path) -> std::optional<site_asset> {
    const auto found = asset_for(path);
    if (!found) return std::nullopt;
    return site_asset{std::string{found->content_type}, std::string{found->bytes}, found->for_ever};
  };
  content->sign_in_page = [](bool refused) { return render_sign_in("/sign-in", refused); };
  content->notice_page = [](std::string_view title, std::string_view sentence) {
    return render_notice(title, sentence);
  };
  return content;
}

}  // namespace nba::cli
