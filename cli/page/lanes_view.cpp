// Lanes: planned games in id order as a bar, the mark, and what holds it.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
namespace {

enum class lane_bin { open, ahead, aside };

// What lies after the contiguous games: by bins, since a season has more games than a bar has pixels.
struct lane_drawing {
  std::size_t games = 0, contiguous = 0, ahead = 0, aside = 0;
  std::vector<lane_bin> bins;
};

lane_drawing draw_lane(const season_report& report, const lane_summary& summary) {
  lane_drawing out;
  std::vector<game_state> states;  // in id order, as the ledger is
  for (const auto& entry : report.ledger)
    if (lane_of(entry.id) == summary.lane) states.push_back(entry.state);
  out.games = states.size();
  out.contiguous = out.games - std::min(out.games, summary.lag);
  out.bins.assign(std::min(out.games, lane_bins_max), lane_bin::open);
  for (std::size_t i = out.contiguous; i < states.size(); ++i) {
    auto& bin = out.bins[i * out.bins.size() / states.size()];
    if (states[i] == game_state::parked) bin = lane_bin::aside, ++out.aside;
    if (!is_terminal(states[i])) continue;
    ++out.ahead;
    if (bin == lane_bin::open) bin = lane_bin::ahead;
  }
  return out;
}

markup bin_rect(std::size_t first, std::size_t last, lane_bin kind, double width) {
  // What is set aside is higher than the rest: it is seen without its colour.
  const bool aside = kind == lane_bin::aside;
  return tag("rect",
             {{"class", aside ? "aside" : "ahead"},
              {"x", fmt::format("{:.1f}", static_cast<double>(first) * width)},
              {"y", aside ? "0" : "4"},
              {"width", fmt::format("{:.1f}", std::max(static_cast<double>(last - first) * width, aside ? 4.0 : 1.0))},
              {"height", aside ? "16" : "8"}});
}

markup lane_bar(const lane_drawing& lane) {
  constexpr double whole = 1000;
  const auto games = static_cast<double>(std::max<std::size_t>(lane.games, 1));
  markup inside = tag("rect", {{"class", "track"}, {"y", "4"}, {"width", "1000"}, {"height", "8"}});
  inside += tag("rect", {{"class", "fill"},
                         {"y", "4"},
                         {"width", fmt::format("{:.1f}", whole * static_cast<double>(lane.contiguous) / games)},
                         {"height", "8"}});
  const auto width = lane.bins.empty() ? 0.0 : whole / static_cast<double>(lane.bins.size());
  markup above;
  for (std::size_t i = 0; i < lane.bins.size();) {
    auto end = i + 1;
    while (end < lane.bins.size() && lane.bins[end] == lane.bins[i]) ++end;
    if (lane.bins[i] == lane_bin::ahead) inside += bin_rect(i, end, lane.bins[i], width);
    if (lane.bins[i] == lane_bin::aside) above += bin_rect(i, end, lane.bins[i], width);
    i = end;
  }
  inside += above;
  auto label = fmt::format("{} of {} without a gap", lane.contiguous,
                           counted(static_cast<long long>(lane.games), "game", "games"));
  if (lane.ahead > 0) label += fmt::format(", {} ahead of the mark", lane.ahead);
  if (lane.aside > 0) label += fmt::format(", {} set aside", lane.aside);
  return tag("svg",
             {{"class", "lane"},
              {"viewBox", "0 0 1000 16"},
              {"preserveAspectRatio", "none"},
              {"role", "img"},
              {"aria-label", label}},
             inside);
}

markup holder_cell(const lane_report& lane) {
  const auto& summary = lane.summary;
  if (!summary.holder) return tag("span", {{"class", "muted"}}, "nothing: it is complete");
  const auto& holder = *summary.holder;
  const bool aside = holder.state == game_state::parked;
  markup text = markup::of({id_markup(holder.id.str()), " of ", day_markup(holder.date), ": ", summary.holder_reason});
  if (holder.attempts > 0) text += markup::of({", since ", instant_markup(holder.updated_at)});
  if (summary.terminal_above_holder > 0)
    text += fmt::format("; {} above it wait",
                        counted(static_cast<long long>(summary.terminal_above_holder), "game", "games"));
  markup help;
  if (!lane.release.empty()) help = command_markup(lane.release);
  return markup::of({aside ? markup::of({state_badge("aside", "set aside"), " "}) : markup{}, text, help});
}

}  // namespace

markup lanes_content(const season_report& report) {
  page_table table(markup::of({"Lanes of ", to_string(report.season),
                               ": planned games in the order of their ids. Dark: without a gap; light: ahead of the "
                               "mark; tall: set aside."}),
                   {"Lane", "Games", "Watermark", "Complete through", "Held by"});
  for (const auto& lane : report.lanes) {
    const auto& summary = lane.summary;
    const auto drawing = draw_lane(report, summary);
    const auto sum = fmt::format("{} of {}", with_thousands(static_cast<long long>(drawing.contiguous)),
                                 with_thousands(static_cast<long long>(drawing.games)));
    const auto none = tag("span", {{"class", "muted"}}, "none yet");
    table.add_row(watermark_key(summary.lane),
                  {std::string{to_string(summary.lane.type)},
                   {markup::of({lane_bar(drawing), tag("span", {{"class", "muted"}}, sum)}), "wide"},
                   summary.watermark ? id_markup(summary.watermark->str()) : none,
                   summary.through_date ? day_markup(*summary.through_date) : none,
                   {holder_cell(lane), "words"}});
  }
  if (table.empty()) return empty_sentence("No lane of this season has planned games.");
  return table.html();
}

}  // namespace nba::cli
