#include "cli/progress.hpp"

#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace nba::cli {
namespace {

constexpr int bar_columns_max = 24;
constexpr int bar_columns_min = 6;
constexpr std::string_view gap = "  ";

// Games that need nothing more from this run.
std::int64_t ended_games(const run_progress& progress) {
  return progress.games_done + progress.games_failed + progress.games_not_ready;
}

double fraction_done(const run_progress& progress) {
  if (progress.games_total <= 0) return 0;
  return std::clamp(static_cast<double>(ended_games(progress)) / static_cast<double>(progress.games_total), 0.0, 1.0);
}

double games_per_second(const run_progress& progress) {
  const auto seconds = std::chrono::duration<double>(progress.elapsed).count();
  return seconds > 0 ? static_cast<double>(ended_games(progress)) / seconds : 0;
}

std::string draw_bar(double fraction, int columns, bool unicode) {
  const int full = std::clamp(static_cast<int>(std::floor(fraction * columns)), 0, columns);
  std::string bar = unicode ? "" : "[";
  for (int i = 0; i < columns; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  if (!unicode) bar += ']';
  return bar;
}

std::string stages_text(const run_progress& progress) {
  const std::array<std::pair<std::string_view, int>, 4> stages{{{"fetch", progress.fetching},
                                                                {"parse", progress.transforming},
                                                                {"load", progress.loading},
                                                                {"derive", progress.deriving}}};
  std::string text;
  for (const auto& [name, games] : stages) {
    if (games <= 0) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{} {}", name, games);
  }
  return text;
}

std::string estimate_text(const run_progress& progress) {
  const auto rate = games_per_second(progress);
  const auto left = progress.games_total - ended_games(progress);
  if (rate <= 0 || left <= 0) return {};
  const auto seconds = static_cast<double>(left) / rate;
  constexpr double longest_shown = 99.0 * 3600;
  if (seconds > longest_shown) return {};
  return "ETA " + format_duration(std::chrono::seconds{static_cast<long>(std::ceil(seconds))});
}

// A piece of the line; the least important one goes first when the line is too long.
struct piece {
  std::string text;
  int importance = 0;
};

std::vector<piece> make_pieces(const run_progress& progress) {
  std::vector<piece> pieces;
  const auto add = [&](std::string text, int importance) {
    if (!text.empty()) pieces.push_back({std::move(text), importance});
  };
  if (progress.draining) add("stopping:", 7);
  add(fmt::format("{}/{} games", with_thousands(ended_games(progress)), with_thousands(progress.games_total)), 10);
  // Why nothing moves matters more than how quickly it moved.
  for (const auto& pause : progress.pauses) {
    add(describe_in_short(pause), 9);
    add(describe_details(pause), 6);
  }
  add(fmt::format("{:.0f}%", std::floor(fraction_done(progress) * 100)), 5);
  if (const auto rate = games_per_second(progress); rate > 0)
    add(rate >= 100 ? fmt::format("{:.0f}/s", rate) : fmt::format("{:.1f}/s", rate), 3);
  add(estimate_text(progress), 4);
  add(stages_text(progress), 1);
  if (progress.games_failed > 0) add(fmt::format("{} failed", with_thousands(progress.games_failed)), 8);
  if (progress.games_not_ready > 0) add(fmt::format("{} not ready", with_thousands(progress.games_not_ready)), 2);
  return pieces;
}

std::size_t joined_width(const std::vector<piece>& pieces) {
  std::size_t columns = 0;
  for (const auto& part : pieces) columns += (columns > 0 ? gap.size() : 0) + display_width(part.text);
  return columns;
}

}  // namespace

std::string format_duration(std::chrono::seconds value) {
  const auto total = std::max<long long>(value.count(), 0);
  const auto hours = total / 3600;
  const auto minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

std::string render_progress(const run_progress& progress, int width, bool unicode) {
  if (width <= 0) return {};
  const auto columns = static_cast<std::size_t>(width);
  auto pieces = make_pieces(progress);
  while (pieces.size() > 1 && joined_width(pieces) > columns) {
    pieces.erase(std::min_element(pieces.begin(), pieces.end(),
                                  [](const piece& a, const piece& b) { return a.importance < b.importance; }));
  }
  std::string line;
  const auto frame = unicode ? 0 : 2;
  const auto spare = width - static_cast<int>(joined_width(pieces) + gap.size()) - frame;
  if (spare >= bar_columns_min)
    line = draw_bar(fraction_done(progress), std::min(spare, bar_columns_max), unicode) + std::string{gap};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) line += gap;
    line += pieces[i].text;
  }
  return clip(line, columns);
}

progress_display::progress_display(terminal& screen, bool enabled, bool unicode)
    : screen_(screen), enabled_(enabled && screen.is_tty()), unicode_(unicode) {}

progress_display::~progress_display() {
  if (enabled_) screen_.clear_status();
}

void progress_display::update(const run_progress& progress, clock::time_point now) {
  if (!enabled_) return;
  const std::lock_guard lock{mutex_};
  if (drawn_at_ && now - *drawn_at_ < redraw_interval) return;
  drawn_at_ = now;
  // The last column stays empty: some terminals wrap as soon as it is filled.
  screen_.show_status(render_progress(progress, screen_.width() - 1, unicode_));
}

}  // namespace nba::cli
