#include "cli/progress.hpp"

#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

constexpr int bar_columns_max = 24;
constexpr int bar_columns_min = 6;
constexpr std::string_view gap = "  ";

double fraction_done(const job_status& job) {
  if (job.games_total <= 0) return 0;
  return std::clamp(static_cast<double>(job.games_ended()) / static_cast<double>(job.games_total), 0.0, 1.0);
}

// Over the whole run: steadier than its latest rate, and so is the time left.
double games_per_second(const job_status& job) {
  const auto seconds = std::chrono::duration<double>(job.elapsed).count();
  return seconds > 0 ? static_cast<double>(job.games_ended()) / seconds : 0;
}

std::string draw_bar(double fraction, int columns, bool unicode) {
  const int full = std::clamp(static_cast<int>(std::floor(fraction * columns)), 0, columns);
  std::string bar = unicode ? "" : "[";
  for (int i = 0; i < columns; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  if (!unicode) bar += ']';
  return bar;
}

std::string stages_text(const run_snapshot& run) {
  constexpr std::array<std::pair<const char*, const char*>, 4> shown{
      {{"fetch", "fetch"}, {"transform", "parse"}, {"load", "load"}, {"derive", "derive"}}};
  std::string text;
  for (const auto& [name, word] : shown) {
    const auto* stage = run.stage(name);
    if (!stage || stage->depth == 0) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{} {}", word, stage->depth);
  }
  return text;
}

std::string estimate_text(const job_status& job) {
  const auto rate = games_per_second(job);
  const auto left = job.games_total - job.games_ended();
  if (rate <= 0 || left <= 0) return {};
  const auto seconds = static_cast<double>(left) / rate;
  constexpr double longest_shown = 99.0 * 3600;
  if (seconds > longest_shown) return {};
  return "ETA " + format_duration(std::chrono::seconds{static_cast<long>(std::ceil(seconds))});
}

// Of the lane that has most to go; a lane that is complete says nothing of a run that goes on in others.
std::string mark_text(const std::vector<lane_status>& lanes) {
  const bool all_complete = std::all_of(lanes.begin(), lanes.end(), [](const auto& lane) { return lane.lag == 0; });
  const lane_status* widest = nullptr;
  for (const auto& lane : lanes)
    if (!lane.durable.empty() && (lane.lag > 0 || all_complete) && (!widest || lane.lag > widest->lag)) widest = &lane;
  return widest ? "mark " + widest->durable : std::string();
}

std::string limit_text(const run_snapshot& run) {
  for (const auto& host : run.hosts)
    if (host.pause) return {};  // says it itself
  constexpr std::string_view of_host = "budget:";
  std::string_view what = run.limit.stage;
  if (what.starts_with(of_host)) what.remove_prefix(of_host.size());
  return what.empty() ? std::string() : fmt::format("limit: {}", what);
}

// A host that throttles has asked for it; one that is blocked is left alone.
std::string pause_text(const host_status& host) {
  auto text = describe_in_short(*host.pause);
  constexpr std::string_view left_alone = " paused until ";
  const auto at = text.find(left_alone);
  if (host.state == host_state::throttled && at != std::string::npos)
    text.replace(at, left_alone.size(), " asked to wait until ");
  return text;
}

// Where that does not fit.
std::string short_pause_text(const host_pause& pause) {
  if (pause.given_up) return "host given up";
  return fmt::format("waits until {} UTC", format_timestamp(pause.until).substr(11, 5));
}

std::string failed_text(const job_status& job) {
  return job.games_failed > 0 ? fmt::format("{} failed", with_thousands(job.games_failed)) : std::string();
}

// A piece of the line; the least important one goes first when the line is too long.
struct piece {
  std::string text;
  int importance = 0;
  std::string shorter = {};  // what is tried before it goes
};

std::vector<piece> make_pieces(const run_snapshot& run) {
  const auto& job = run.job;
  std::vector<piece> pieces;
  const auto add = [&](std::string text, int importance, std::string shorter = {}) {
    if (!text.empty()) pieces.push_back({std::move(text), importance, std::move(shorter)});
  };
  if (job.draining) add("stopping:", 9);
  add(fmt::format("{}/{} games", with_thousands(job.games_ended()), with_thousands(job.games_total)), 12);
  // Why nothing moves matters more than how quickly it moved.
  for (const auto& host : run.hosts) {
    if (!host.pause) continue;
    add(pause_text(host), 11, short_pause_text(*host.pause));
    add(describe_details(*host.pause), 8);
  }
  add(fmt::format("{:.0f}%", std::floor(fraction_done(job) * 100)), 7);
  if (const auto rate = games_per_second(job); rate > 0)
    add(rate >= 100 ? fmt::format("{:.0f}/s", rate) : fmt::format("{:.1f}/s", rate), 5);
  add(estimate_text(job), 6);
  add(limit_text(run), 4);
  add(mark_text(run.lanes), 3);
  add(stages_text(run), 1);
  add(failed_text(job), 10);
  if (job.games_not_ready > 0) add(fmt::format("{} not ready", with_thousands(job.games_not_ready)), 2);
  return pieces;
}

std::size_t joined_width(const std::vector<piece>& pieces) {
  std::size_t columns = 0;
  for (const auto& part : pieces) columns += (columns > 0 ? gap.size() : 0) + display_width(part.text);
  return columns;
}

}  // namespace

std::vector<std::string> alarms_of(const run_snapshot& run) {
  std::vector<std::string> alarms;
  for (const auto& host : run.hosts)
    if (host.pause && host.pause->given_up) alarms.push_back(describe_in_short(*host.pause));
  if (auto failed = failed_text(run.job); !failed.empty()) alarms.push_back(std::move(failed));
  return alarms;
}

std::string format_duration(std::chrono::seconds value) {
  const auto total = std::max<long long>(value.count(), 0);
  const auto hours = total / 3600;
  const auto minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

std::string render_progress(const run_snapshot& run, int width, bool unicode) {
  if (width <= 0) return {};
  const auto columns = static_cast<std::size_t>(width);
  auto pieces = make_pieces(run);
  while (pieces.size() > 1 && joined_width(pieces) > columns) {
    const auto least = std::min_element(pieces.begin(), pieces.end(),
                                        [](const piece& a, const piece& b) { return a.importance < b.importance; });
    if (least->shorter.empty())
      pieces.erase(least);
    else
      least->text = std::exchange(least->shorter, {});
  }
  std::string line;
  const auto frame = unicode ? 0 : 2;
  const auto spare = width - static_cast<int>(joined_width(pieces) + gap.size()) - frame;
  if (spare >= bar_columns_min)
    line = draw_bar(fraction_done(run.job), std::min(spare, bar_columns_max), unicode) + std::string{gap};
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

void progress_display::announce(const std::string& what) {
  if (!enabled_) return;
  const std::lock_guard lock{mutex_};
  screen_.show_status(clip(what + " ...", static_cast<std::size_t>(std::max(screen_.width() - 1, 0))));
}

void progress_display::update(const run_snapshot& run, clock::time_point now) {
  if (!enabled_) return;
  const std::lock_guard lock{mutex_};
  if (drawn_at_ && now - *drawn_at_ < redraw_interval) return;
  drawn_at_ = now;
  // The last column stays empty: some terminals wrap as soon as it is filled.
  screen_.show_status(render_progress(run, screen_.width() - 1, unicode_), alarms_of(run));
}

}  // namespace nba::cli
