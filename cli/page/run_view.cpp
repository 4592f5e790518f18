// The run under way: numbers, the pipeline as a drawing, its pace over time, its chunks.
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace nba::cli {
namespace {

// A run that wrote nothing for so long is said to be silent.
constexpr std::chrono::seconds quiet_after{15};

struct stage_words {
  std::string_view name, title, what;
};
constexpr std::array<stage_words, 4> pipeline_stages{{{"fetch", "Fetch", "asks for documents"},
                                                      {"transform", "Transform", "makes rows of them"},
                                                      {"load", "Load", "stores the rows"},
                                                      {"derive", "Derive", "makes more tables"}}};

markup number_item(std::string_view name, const markup& value) {
  return tag("div", {}, {tag("dt", {}, name), tag("dd", {}, value)});
}

markup arrow_markup(bool moving) {
  return tag("li", {{"class", moving ? "arrow moving" : "arrow"}, {"aria-hidden", "true"}},
             tag("svg", {{"viewBox", "0 0 32 16"}},
                 {tag("path", {{"class", "shaft"}, {"d", "M0 8H26"}}),
                  tag("path", {{"class", "head"}, {"d", "M24 3l7 5-7 5z"}})}));
}

markup limit_badge() { return tag("span", {{"class", "limit"}}, "limits the run"); }

markup stage_box(const stage_words& words, const stage_status* stage, const run_limit& limit) {
  const bool limiting = limit.stage == words.name;
  markup inside = tag("h4", {}, {words.title, limiting ? markup::of({" ", limit_badge()}) : markup{}});
  inside += tag("p", {{"class", "muted"}}, words.what);
  if (!stage)
    return tag("li", {{"class", "stage"}}, {inside, tag("p", {{"class", "muted"}}, "did not answer in time")});
  const auto depth = static_cast<double>(stage->depth), bound = static_cast<double>(stage->bound);
  inside += markup::of(
      {tag("p", {{"class", "pair"}},
           {tag("span", {}, "holds"), tag("span", {}, fmt::format("{} of {}", stage->depth, stage->bound))}),
       bar_markup(depth, bound, "depth", fmt::format("holds {} of at most {} games", stage->depth, stage->bound))});
  const auto busy = stage->recent.busy_pct;
  inside += markup::of(
      {tag("p", {{"class", "pair"}}, {tag("span", {}, "busy"), tag("span", {}, fmt::format("{:.0f} %", busy))}),
       bar_markup(busy, 100, "share", fmt::format("busy {:.0f} % of the time", busy))});
  if (stage->recent.service_ms_p99 > 0)
    for (const auto& [name, value, title] :
         {std::tuple{"p50", stage->recent.service_ms_p50, "half of them took no longer"},
          std::tuple{"p99", stage->recent.service_ms_p99, "99 of 100 took no longer"}})
      inside += tag("p", {{"class", "pair"}, {"title", title}},
                    {tag("span", {}, name), tag("span", {}, milliseconds_in_short(value))});
  inside += tag("p", {{"class", "pair"}},
                {tag("span", {}, "through"), tag("span", {}, with_thousands(static_cast<long long>(stage->out)))});
  if (stage->failed > 0)
    inside += tag("p", {{"class", "pair"}},
                  {tag("span", {}, "failed"), tag("span", {}, with_thousands(static_cast<long long>(stage->failed)))});
  return tag("li", {{"class", limiting ? "stage limiting" : "stage"}}, inside);
}

markup host_box(const host_status& host, const run_limit& limit) {
  const bool limiting = limit.stage == "budget:" + host.host;
  markup inside = tag("p", {{"class", "host-name"}},
                      {tag("bdi", {}, host.host), limiting ? markup::of({" ", limit_badge()}) : markup{}});
  inside += markup::of(
      {tag("p", {{"class", "pair"}},
           {tag("span", {}, "in flight"), tag("span", {}, fmt::format("{} of {}", host.in_flight, host.window))}),
       bar_markup(static_cast<double>(host.in_flight), host.window, "depth",
                  fmt::format("{} of at most {} requests in flight", host.in_flight, host.window))});
  inside += tag("p", {{"class", "pair"}}, {tag("span", {}, "waiting"), tag("span", {}, std::to_string(host.waiting))});
  if (host.pause) {
    inside +=
        tag("p", {{"class", "paused"}},
            {state_badge("attention", "paused"), " until ", instant_markup(host.pause->until, instant_detail::second)});
    if (const auto why = describe_details(*host.pause); !why.empty()) inside += tag("p", {{"class", "muted"}}, why);
  }
  return tag("div", {{"class", limiting ? "host limiting" : "host"}, {"data-key", "host-" + host.host}}, inside);
}

markup flow_drawing(const run_snapshot& run) {
  markup hosts;
  for (const auto& host : run.hosts) hosts += host_box(host, run.limit_of_run);
  if (run.hosts.empty()) hosts = tag("p", {{"class", "muted"}}, "no host was asked yet");
  markup items = tag("li", {{"class", "hosts"}}, {tag("h4", {}, "Hosts"), hosts});
  for (const auto& words : pipeline_stages) {
    const auto* stage = run.stage(words.name);
    items += markup::of({arrow_markup(stage && stage->recent.in > 0), stage_box(words, stage, run.limit_of_run)});
  }
  return tag("ol", {{"class", "flow"}}, items);
}

markup marks_drawing(const run_snapshot& run) {
  markup items;
  for (const auto& lane : run.lanes) {
    const auto mark = lane.durable.empty() ? markup{"not set yet"} : markup::of({"at ", tag("code", {}, lane.durable)});
    const auto behind =
        lane.lag == 0
            ? markup{", complete"}
            : markup{fmt::format(", {} after it", counted(static_cast<long long>(lane.lag), "game", "games"))};
    items += tag("li", {}, {tag("strong", {}, lane.lane), " ", mark, behind});
  }
  if (items.empty()) return {};
  return tag("div", {{"class", "marks"}}, {tag("h4", {}, "Watermark"), tag("ul", {}, items)});
}

markup limit_sentence(const run_limit& limit) {
  if (limit.stage.empty()) return {};
  const auto stage = limit.stage.starts_with("budget:") ? "the pace of " + limit.stage.substr(7) : limit.stage;
  markup text = markup::of({"Limited by ", tag("strong", {}, stage)});
  if (!limit.reason.empty()) text += markup::of({": ", limit.reason});
  text += ".";
  if (!limit.help.empty()) text += markup::of({" What would help: ", limit.help, "."});
  return tag("p", {{"class", "limited"}}, text);
}

// The pace as a line: a drawing that needs no script, and the numbers for the script's chart.
markup rate_figure(const std::vector<rate_point>& points) {
  if (points.size() < 2) return {};
  double highest = 0;
  for (const auto& point : points) highest = std::max(highest, point.games_per_second);
  const auto first = points.front().at, last = points.back().at;
  const auto span = std::max<double>(1, static_cast<double>((last - first).count()));
  std::string line;
  auto numbers = nlohmann::json::array();
  for (const auto& point : points) {
    const auto x = 1000 * static_cast<double>((point.at - first).count()) / span;
    const auto y = highest > 0 ? 100 - 96 * point.games_per_second / highest : 100.0;
    line += fmt::format("{}{:.0f},{:.1f}", line.empty() ? "" : " ", x, y);
    numbers.push_back({(point.at - first).count() / 1000.0, std::round(point.games_per_second * 10) / 10});
  }
  const auto label = fmt::format("Games a second over {}: now {}, at most {}", duration_words(last - first),
                                 rate_in_short(points.back().games_per_second), rate_in_short(highest));
  return tag(
      "figure", {{"class", "rate"}},
      {tag("figcaption", {}, label),
       tag("svg",
           {{"class", "rate-plain"},
            {"viewBox", "0 0 1000 104"},
            {"preserveAspectRatio", "none"},
            {"role", "img"},
            {"aria-label", label}},
           tag("polyline", {{"points", line}})),
       tag("div", {{"class", "rate-chart"}, {"data-keep", "chart"}, {"aria-hidden", "true"}}, tag("canvas")),
       tag("span", {{"hidden", "hidden"}, {"data-points", numbers.dump()}, {"data-from", format_timestamp(first)}})});
}

markup chunk_table(const job_status& job) {
  if (job.chunks_total == 0) return {};
  auto caption = fmt::format("Chunks: {} of {} ended, {} open", job.chunks_ended, job.chunks_total, job.chunks.size());
  if (job.chunks.size() > chunks_shown_max) caption += fmt::format("; the first {} of them", chunks_shown_max);
  page_table table(caption, {"Chunk", "Days", "How far", "Games", "Asleep"});
  for (std::size_t i = 0; i < std::min(job.chunks.size(), chunks_shown_max); ++i) {
    const auto& chunk = job.chunks[i];
    const auto words =
        fmt::format("{} of {}", chunk.finished, counted(static_cast<long long>(chunk.games), "game", "games"));
    markup asleep;
    if (chunk.sleeping > 0)
      asleep = fmt::format("{} {} for another try", chunk.sleeping, chunk.sleeping == 1 ? "waits" : "wait");
    table.add_row(
        "chunk-" + std::to_string(chunk.number),
        {std::to_string(chunk.number),
         markup::of({day_markup(chunk.dates.first), " to ", day_markup(chunk.dates.last)}),
         {bar_markup(static_cast<double>(chunk.finished), static_cast<double>(chunk.games), "depth", words), "wide"},
         {words, "number"},
         asleep});
  }
  if (table.empty()) return tag("p", {{"class", "muted"}}, caption + ".");
  return table.html();
}

markup run_numbers(const watched_run& run) {
  const auto& snapshot = *run.snapshot;
  const auto& job = snapshot.job;
  markup items =
      number_item("Games", fmt::format("{} of {}", with_thousands(job.games_ended()), with_thousands(job.games_total)));
  items += number_item("Games a second", rate_in_short(snapshot.rates.games_per_second));
  const bool waits = std::any_of(snapshot.hosts.begin(), snapshot.hosts.end(),
                                 [](const host_status& host) { return host.pause.has_value(); });
  if (const auto left = time_left(job); left && !waits) items += number_item("Time left", about(*left));
  items += number_item("Running for", duration_words(job.elapsed));
  items += number_item("Requests a second", rate_in_short(snapshot.rates.requests_per_second));
  items += number_item("Rows written", with_thousands(job.rows_written));
  if (job.games_failed > 0) items += number_item("Failed", with_thousands(job.games_failed));
  if (job.games_not_ready > 0) items += number_item("Not final yet", with_thousands(job.games_not_ready));
  return tag("dl", {{"class", "numbers"}}, items);
}

markup run_block(const watched_run& run, const watch_facts& facts, const rate_histories& rates) {
  markup out = tag("h3", {},
                   {run.row.job, tag("span", {{"class", "muted"}},
                                     {" since ", instant_markup(run.row.started_at), " on ",
                                      tag("bdi", {}, run.row.host), fmt::format(", pid {}", run.row.pid)})});
  if (!run.snapshot) return markup::of({out, empty_sentence("It has begun, and has not said anything yet.")});
  const auto& snapshot = *run.snapshot;
  if (run.heard_at && facts.at - *run.heard_at > quiet_after)
    out += tag("p", {{"class", "paused"}},
               {state_badge("attention", "no news"), " since ", instant_markup(*run.heard_at, instant_detail::second),
                ". What follows is of then."});
  const auto& job = snapshot.job;
  out += tag("progress",
             {{"max", std::to_string(std::max<std::int64_t>(job.games_total, 1))},
              {"value", std::to_string(job.games_ended())},
              {"aria-label", "Games that need nothing more from this run"}},
             share_in_percent(static_cast<double>(job.games_ended()), static_cast<double>(job.games_total)));
  out += run_numbers(run);
  out += markup::of({flow_drawing(snapshot), marks_drawing(snapshot), limit_sentence(snapshot.limit_of_run),
                     rate_figure(rates.of(run.row.run_id))});
  return markup::of({out, chunk_table(job)});
}

}  // namespace

markup run_content(const watch_facts& facts, const rate_histories& rates) {
  markup blocks;
  std::size_t shown = 0, more = 0;
  for (const auto& run : facts.runs) {
    if (run.state == watched_run::phase::silent) {
      blocks += tag("p", {{"class", "paused"}},
                    {state_badge("attention", "silent"), " ", run.row.job, " on ", tag("bdi", {}, run.row.host),
                     ", begun ", instant_markup(run.row.started_at),
                     ": it holds a lock and says nothing; its process cannot be seen from here. ",
                     tag("code", {}, "nba-scraper db unlock"), " lists the locks."});
      continue;
    }
    if (run.state != watched_run::phase::under_way) continue;
    if (shown == runs_under_way_shown_max) {
      ++more;
      continue;
    }
    blocks += tag("article", {{"data-key", run.row.run_id}}, run_block(run, facts, rates));
    ++shown;
  }
  if (more > 0)
    blocks +=
        tag("p", {{"class", "muted"}}, fmt::format("And {} more under way; they are among the runs below.", more));
  if (blocks.empty()) return empty_sentence("No run is under way.");
  return blocks;
}

}  // namespace nba::cli
