#include "cli/page/document.hpp"

#include "cli/page/assets.hpp"
#include "cli/page/words.hpp"

#include <array>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 8> machine_addresses{
    {{"/metrics", "for Prometheus"},
     {"/healthz", "the verdict for machines"},
     {"/api/status", "seasons and lanes"},
     {"/api/runs", "the last runs"},
     {"/api/lanes", "marks and what holds them"},
     {"/api/gaps", "games that are missing"},
     {"/api/dead-letters", "games set aside"},
     {"/api/config", "settings in use"}}};

markup head_of(const document_frame& frame) {
  markup head =
      markup::of({tag("meta", {{"charset", "utf-8"}}), tag("title", {}, frame.title),
                  tag("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
                  tag("meta", {{"name", "color-scheme"}, {"content", "light dark"}}),
                  tag("meta", {{"name", "referrer"}, {"content", "same-origin"}}),
                  tag("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", asset_path("favicon.svg")}}),
                  tag("link", {{"rel", "stylesheet"}, {"href", asset_path("page.css")}})});
  if (!frame.scripted) return head;
  for (const char* script : {"chart.js", "page.js"})
    head += tag("script", {{"defer", ""}, {"src", asset_path(script)}});
  return head;
}

}  // namespace

std::string whole_document(const document_frame& frame, const markup& body) {
  auto kind = "tone-" + frame.tone;
  if (frame.old) kind += " old";
  if (!frame.extra.empty()) kind += " " + frame.extra;
  const auto html =
      tag("html", {{"lang", "en"}}, {tag("head", {}, head_of(frame)), tag("body", {{"class", kind}}, body)});
  return "<!doctype html>\n" + html.html() + "\n";
}

markup section_markup(std::string_view id, std::string_view title, const markup& content) {
  const auto head = std::string{id} + "-title";
  return tag("section", {{"id", id}, {"aria-labelledby", head}}, {tag("h2", {{"id", head}}, title), content});
}

markup foot_markup(const page_frame& frame, const watch_facts* facts) {
  markup lines = tag("p", {},
                     {"nba-scraper ", frame.version, "; this page is served by ", tag("code", {}, frame.server),
                      " since ", instant_markup(frame.started_at), "."});
  if (facts && !facts->status.description.empty())
    lines += tag("p", {}, {"Database: ", tag("code", {}, facts->status.description), " (", facts->status.backend, ")"});
  markup links;
  for (const auto& [path, what] : machine_addresses)
    links += tag("li", {}, {tag("a", {{"href", path}}, path), " ", tag("span", {{"class", "muted"}}, what)});
  lines += tag("ul", {{"class", "links"}, {"aria-label", "For machines"}}, links);
  lines += tag("p", {},
               {"Manual: ", tag("code", {}, "man nba-scraper"), " or ", tag("code", {}, "nba-scraper --help"),
                ". Days of games are dates in New York; ", tag("span", {{"id", "zone"}}, "times are in UTC"), "."});
  return tag("footer", {}, lines);
}

}  // namespace nba::cli
