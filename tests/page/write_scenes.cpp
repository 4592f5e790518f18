// Writes the scenes of the page into a folder, for a browser to look at: FOLDER/NAME/{index.html,day.html,part.html,
// hello.sse,events.sse} and FOLDER/assets. Usage: page_scenes FOLDER
#include "cli/page/assets.hpp"
#include "cli/page/page.hpp"
#include "tests/unit/cli/page_scenes.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

void write(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream{file, std::ios::binary}.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace

int main(int count, char** words) {
  using namespace nba::cli;
  if (count != 2) {
    std::fputs("usage: page_scenes FOLDER\n", stderr);
    return 100;
  }
  const std::filesystem::path folder = words[1];
  for (const char* name : {"page.css", "page.js", "chart.js", "favicon.svg"}) {
    const auto path = asset_path(name);
    write(folder / path.substr(1), asset_for(path)->bytes);
  }
  for (const auto& scene : test::all_page_scenes()) {
    // The page is that of the middle; what comes after it follows as events.
    live_page page{test::scene_frame()};
    const auto middle = (scene.facts.size() + 1) / 2;
    for (std::size_t i = 0; i < middle; ++i) page.render_update(scene.facts[i]);
    write(folder / scene.name / "index.html", page.render_page({}));
    write(folder / scene.name / "day.html", page.render_page(parse_page_query("season=2024-25&day=2024-11-22")));
    write(folder / scene.name / "part.html",
          page.render_page(parse_page_query("season=2024-25&day=2024-11-22&part=day")));
    write(folder / scene.name / "hello.sse", page.render_hello());
    std::string events;
    for (std::size_t i = middle; i < scene.facts.size(); ++i)
      if (const auto event = page.render_update(scene.facts[i])) events += *event;
    write(folder / scene.name / "events.sse", events);
  }
  write(folder / "sign-in" / "index.html", render_sign_in("/sign-in", true));
  write(folder / "notice" / "index.html", render_notice("Not here", "There is nothing at this address."));
  live_page loading{test::scene_frame()};
  write(folder / "loading" / "index.html", loading.render_page({}));
  return 0;
}
