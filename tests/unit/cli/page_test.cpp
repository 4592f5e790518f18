// The page as a whole: in every state, without markup from outside, and with small differences.
#include "cli/page/page.hpp"

#include "cli/page/assets.hpp"
#include "tests/unit/cli/page_scenes.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace nba::cli {
namespace {

using test::contains;

std::string page_of(const std::shared_ptr<const watch_facts>& facts, std::string_view query = {}) {
  live_page page{test::scene_frame()};
  page.render_update(facts);
  return page.render_page(parse_page_query(query));
}
std::string page_of_scene(std::string_view name) {
  live_page page{test::scene_frame()};
  for (const auto& scene : test::all_page_scenes())
    if (scene.name == name)
      for (const auto& facts : scene.facts) page.render_update(facts);
  return page.render_page({});
}
nlohmann::json data_of(std::string_view record) {
  const auto begin = record.find("data: ") + 6;
  return nlohmann::json::parse(record.substr(begin, record.find('\n', begin) - begin));
}

TEST_CASE("no page has a style or a handler inside, in any state") {
  const std::regex forbidden{R"(<[^>]* (style|on[a-z]+)=|<style|<script(?! defer)|javascript:)"};
  for (const auto& scene : test::all_page_scenes()) {
    CAPTURE(scene.name);
    for (const auto* query : {"", "season=2024-25&day=2024-11-22"}) {
      const auto html = page_of(scene.facts.back(), query);
      CHECK_FALSE(std::regex_search(html, forbidden));
      CHECK(html.size() < 400'000);
    }
  }
  CHECK_FALSE(std::regex_search(render_sign_in("/sign-in", true), forbidden));
  CHECK_FALSE(std::regex_search(render_notice("<b>", "'x'"), forbidden));
}

TEST_CASE("every part is there in every state, in order, each under its heading") {
  for (const auto& scene : test::all_page_scenes()) {
    CAPTURE(scene.name);
    const auto html = page_of(scene.facts.back());
    std::size_t at = 0;
    for (const auto* id : {"verdict", "season", "lanes", "run", "aside", "hosts", "runs"}) {
      const auto found = html.find("<section id=\"" + std::string{id} + "\" aria-labelledby=\"" + id + "-title\"");
      CAPTURE(id);
      REQUIRE(found != std::string::npos);
      CHECK(found > at);
      at = found;
    }
    CHECK(html.find("<footer>") > at);
    CHECK(contains(html, "<main id=\"main\""));
  }
}

TEST_CASE("names with markup, quotes and marks of direction are text wherever they are shown") {
  test::page_scene scene{"2024-11-29T14:05:00Z"};
  const std::string evil = "<script>alert(1)</script>\"'\u202E";
  scene.season_through("2024-11-27").rename(20, evil, evil);
  scene.set_aside(20, evil, evil)
      .close(21, game_state::waived, evil)
      .ended_run(evil, "2024-11-29T06:05:00Z", 3, 1, 0, 2);
  scene.run_under_way(30, 1321).pause(evil, "2024-11-29T14:09:00Z", evil);
  scene.reason(health_level::attention, evil, evil, evil);
  auto& facts = scene.facts();
  for (auto& run : facts.runs) {
    run.row.reason = run.row.host = run.row.arguments = run.row.error_class = evil;
    run.row.report =
        nlohmann::json{{"parked", {{"games", 1}, {"named", {{{"game_id", evil}, {"reason", evil}}}}}}}.dump();
    if (!run.snapshot) continue;
    run.snapshot->hosts.push_back({evil, host_state::open, 1, 0, 0, {}});
    run.snapshot->limit_of_run = {evil, evil, evil};
    run.snapshot->lanes.push_back({evil, evil, 3});
  }
  facts.status.description = evil;
  const auto finished = scene.finish();
  const auto html = page_of(finished, "day=" + format_date(finished->status.seasons.back().plan[20].date));
  CHECK_FALSE(contains(html, "<script>"));
  CHECK_FALSE(contains(html, "\u202E"));
  CHECK(contains(html, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;\\u202e"));
  CHECK(contains(html, "<bdi>&lt;script&gt;"));
  facts = *finished;
  facts.trouble = evil;
  CHECK_FALSE(contains(page_of(std::make_shared<const watch_facts>(facts)), "<script>"));
}

TEST_CASE("what there is to see is there without a script") {
  const auto html = page_of_scene("set-aside");
  CHECK(contains(html, "Needs you: 3 games are set aside"));
  CHECK(contains(html, "team_points_reconcile"));
  CHECK(contains(html, "home team 110, sum of its periods 108"));
  CHECK(contains(html, "<code>nba-scraper dlq retry</code>"));
  CHECK(contains(html, "href=\"?season=2024-25&amp;day=2024-11-22#day\""));
  CHECK(contains(html, "class=\"day aside\""));
  CHECK(contains(html, "2 games are closed"));
  const auto run = page_of_scene("half-time");
  CHECK(contains(run, "<progress max=\"1321\" value=\"634\""));
  CHECK(contains(run, "class=\"stage limiting\""));
  CHECK(contains(run, "limits the run"));
  CHECK(contains(run, "<polyline points=\""));
  CHECK(contains(page_of_scene("paused"), "Access Denied, probe 2 of 5"));
}

TEST_CASE("a state without anything to show says so in a sentence") {
  const auto html = page_of_scene("empty");
  for (const auto* sentence :
       {"Nothing here yet: no games are planned.", "No games are planned.", "No run is under way.",
        "Nothing is set aside", "No host is asked at the moment", "No run yet."})
    CHECK(contains(html, sentence));
  live_page page{test::scene_frame()};
  CHECK(contains(page.render_page({}), "Reading the database…"));
  const auto gone = page_of_scene("gone");
  CHECK(contains(gone, "tone-unknown old"));
  CHECK(contains(gone, "What is below was read at"));
  CHECK(contains(gone, "Connection refused"));
}

TEST_CASE("a day opens to its games, and a day without games says so") {
  const auto facts = test::all_page_scenes().front().facts.back();
  const auto html = page_of(facts, "?season=2024-25&day=2024-11-22");
  CHECK(contains(html, "Games of Friday 22 November 2024"));
  CHECK(contains(page_of(facts, "day=2024-11-28"), "No games on Thursday 28 November 2024."));
  const auto part = page_of(facts, "season=2024-25&day=2024-11-22&part=day");
  CHECK(part.starts_with("<div id=\"day\" data-digest=\""));
  CHECK(contains(page_of(facts, "season=<script>&day=2024-99-99"), "Open a day to see its games."));
}

TEST_CASE("very long lists are cut, counted, and named with the command that has all") {
  test::page_scene scene{"2024-11-29T14:05:00Z"};
  scene.season_through("2024-11-27");
  for (std::size_t i = 0; i < 400; ++i) scene.set_aside(i, "rule", "numbers differ");
  const auto html = page_of(scene.finish());
  CHECK(contains(html, "400 games set aside"));
  CHECK(contains(html, "And 350 more. All of them:"));
  CHECK(contains(html, "nba-scraper dlq list"));
  CHECK(html.size() < 400'000);
}

TEST_CASE("an update holds what changed and nothing else") {
  test::page_scene scene{"2025-07-01T14:00:00Z"};
  scene.season_through("2024-01-01").done_games(100, 0);
  live_page page{test::scene_frame()};
  const auto first = scene.finish();
  REQUIRE(page.render_update(first));
  CHECK(page.render_update(first) == nullptr);
  auto later = *first;
  later.letters.push_back({});
  later.letters.back().game_id = first->status.seasons.back().plan[3].id;
  later.letters.back().error = "rejected: x";
  const auto event = page.render_update(std::make_shared<const watch_facts>(later));
  REQUIRE(event);
  CHECK(event->starts_with("id: 2\nevent: update\ndata: {"));
  CHECK(event->ends_with("}\n\n"));
  const auto data = data_of(*event);
  CHECK(data["n"] == 2);
  CHECK(data["base"] == 1);
  CHECK(data["parts"].size() == 1);
  CHECK(contains(data["parts"]["letters-part"][1].get<std::string>(), "1 game set aside"));
}

TEST_CASE("a game that becomes done changes its week, the lane and the sums, not the other weeks") {
  live_page page{test::scene_frame()};
  const auto facts_with = [](std::size_t done) {
    test::page_scene scene{"2025-07-01T14:00:00Z"};
    return scene.season_through("2024-01-01").done_games(done, 0).finish();
  };
  page.render_update(facts_with(100));
  const auto data = data_of(*page.render_update(facts_with(101)));
  std::size_t weeks = 0;
  for (const auto& [id, part] : data["parts"].items()) weeks += id.starts_with("w-") ? 1 : 0;
  CHECK(weeks == 1);
  CHECK(data["parts"].contains("sum-2024-25"));
  CHECK(data["parts"].contains("lanes-2024-25"));
  CHECK_FALSE(data["parts"].contains("layout"));
  CHECK(data.dump().size() < 30'000);
}

TEST_CASE("hello has the digest of every part of the page, beats have the number") {
  live_page page{test::scene_frame()};
  page.render_update(test::all_page_scenes().front().facts.back());
  const auto hello = page.render_hello();
  CHECK(hello.starts_with("retry: 2000\nid: 1\nevent: hello\n"));
  const auto data = data_of(hello);
  const auto html = page.render_page({});
  std::size_t seen = 0;
  for (const auto& [id, digest] : data["digests"].items())
    seen += contains(html, "id=\"" + id + "\" data-digest=\"" + digest.get<std::string>() + "\"") ? 1 : 0;
  CHECK(seen + 1 == data["digests"].size());  // `layout` is written in another order
  CHECK(page.render_beat() == "event: beat\ndata: {\"n\":1}\n\n");
}

TEST_CASE("a season that goes away leaves nothing behind") {
  live_page page{test::scene_frame()};
  const auto facts = test::all_page_scenes().front().facts.back();
  page.render_update(facts);
  page.render_update(test::page_scene{"2024-11-29T14:05:00Z"}.finish());
  CHECK_FALSE(contains(page.render_hello(), "2024-25"));
}

TEST_CASE("files of the page are known by names with a digest, and by no others") {
  for (const auto* name : {"page.css", "page.js", "chart.js", "favicon.svg"}) {
    const auto path = asset_path(name);
    CAPTURE(path);
    const auto asset = asset_for(path);
    REQUIRE(asset);
    CHECK(asset->for_ever);
    CHECK(asset->bytes.size() > 100);
  }
  CHECK(asset_for("/favicon.ico")->content_type == "image/svg+xml");
  CHECK(asset_for(asset_path("chart.js"))->bytes.find("Chart.js v3") != std::string_view::npos);
  CHECK_FALSE(asset_for("/assets/page.css"));
  CHECK_FALSE(asset_for("/assets/../page.css"));
  CHECK_FALSE(asset_for(""));
}

TEST_CASE("a page's address is read leniently and written back") {
  CHECK(to_string(parse_page_query("?season=2024-25&day=2024-11-12&x=y&part=day")) ==
        "?season=2024-25&day=2024-11-12&part=day");
  CHECK(to_string(parse_page_query("season=2024&day=&&=&part")).empty());
}

}  // namespace
}  // namespace nba::cli
