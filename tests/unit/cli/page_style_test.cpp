// Whoever reads the page can: contrasts of both palettes, computed as the WCAG do.
#include "cli/page/assets.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

using palette = std::map<std::string, std::array<double, 3>>;

// The variables of one block of the style: "--ink: #1b1f24;".
palette colours_in(const std::string& block) {
  palette found;
  const std::regex variable{R"(--([a-z-]+): #([0-9a-f]{6});)"};
  for (auto at = std::sregex_iterator(block.begin(), block.end(), variable); at != std::sregex_iterator(); ++at) {
    const auto value = std::stoul((*at)[2].str(), nullptr, 16);
    const auto part = [&](unsigned shift) { return static_cast<double>((value >> shift) & 0xff) / 255; };
    found[(*at)[1].str()] = {part(16), part(8), part(0)};
  }
  return found;
}

double luminance(const std::array<double, 3>& colour) {
  const auto linear = [](double part) {
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}
double contrast(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

std::pair<palette, palette> both_palettes() {
  const std::string css{asset_for(asset_path("page.css"))->bytes};
  const auto dark = css.find("@media (prefers-color-scheme: dark)");
  const auto end = css.find("*, *::before");
  return {colours_in(css.substr(0, dark)), colours_in(css.substr(dark, end - dark))};
}

void check_palette(const palette& colours) {
  const auto at = [&](const std::string& name) {
    CAPTURE(name);
    REQUIRE(colours.contains(name));
    return colours.at(name);
  };
  const std::vector<std::string> tones{"well", "busy", "attention", "trouble", "closed"};
  std::vector<std::pair<std::string, std::string>> texts{
      {"ink", "ground"},      {"ink", "panel"},         {"ink", "track"},    {"muted", "ground"}, {"muted", "panel"},
      {"on-mark", "trouble"}, {"on-mark", "attention"}, {"on-mark", "busy"}, {"panel", "ink"}};
  std::vector<std::pair<std::string, std::string>> marks{{"edge", "panel"}, {"edge", "ground"},   {"well", "track"},
                                                         {"busy", "track"}, {"trouble", "track"}, {"muted", "track"}};
  for (const auto& tone : tones) {
    texts.insert(texts.end(),
                 {{tone, "panel"}, {tone, tone + "-soft"}, {"ink", tone + "-soft"}, {"muted", tone + "-soft"}});
    marks.insert(marks.end(), {{tone, "panel"}, {tone, "ground"}});
  }
  for (const auto& [front, back] : texts) {
    CAPTURE(front);
    CAPTURE(back);
    CHECK(contrast(at(front), at(back)) >= 4.5);
  }
  for (const auto& [front, back] : marks) {
    CAPTURE(front);
    CAPTURE(back);
    CHECK(contrast(at(front), at(back)) >= 3.0);
  }
}

TEST_CASE("text is readable and marks are seen, on light and on dark ground") {
  const auto [light, dark] = both_palettes();
  CHECK(light.size() == dark.size());
  SUBCASE("light") { check_palette(light); }
  SUBCASE("dark") { check_palette(dark); }
}

TEST_CASE("the style has one scale of type and no picture or font from elsewhere") {
  const std::string css{asset_for(asset_path("page.css"))->bytes};
  const std::regex size{R"((?:font-size: |font: (?:600 )?)(\d+)px)"};
  for (auto at = std::sregex_iterator(css.begin(), css.end(), size); at != std::sregex_iterator(); ++at) {
    const auto px = std::stoi((*at)[1].str());
    CHECK((px == 13 || px == 15 || px == 20 || px == 28));
  }
  CHECK(css.find("url(") == std::string::npos);
  CHECK(css.find("@import") == std::string::npos);
  CHECK(css.find("prefers-reduced-motion") != std::string::npos);
}

}  // namespace
}  // namespace nba::cli
