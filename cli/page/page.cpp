#include "cli/page/page.hpp"

#include "cli/page/document.hpp"
#include "cli/page/parts.hpp"
#include "cli/page/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

using nlohmann::json;

// The browser asks again after so long when a stream ends.
constexpr int reconnect_ms = 2'000;
constexpr std::string_view page_name = "nba-scraper";

// A season as the page lays it out.
struct season_layout {
  std::uint64_t print = 0;
  std::vector<et_date> weeks;  // their Mondays
  std::size_t beyond = 0;      // games of days after the last week there may be
  bool operator==(const season_layout& other) const { return weeks == other.weeks && beyond == other.beyond; }
};

et_date monday_of(et_date day) { return day - (date::weekday{day} - date::Monday); }

season_layout lay_out(const std::map<et_date, calendar_day>& days) {
  season_layout layout;
  if (days.empty()) return layout;
  const auto last = days.rbegin()->first;
  for (auto monday = monday_of(days.begin()->first); monday <= last && layout.weeks.size() < calendar_weeks_max;
       monday += date::days{7})
    layout.weeks.push_back(monday);
  const auto end = layout.weeks.back() + date::days{7};
  for (auto day = days.lower_bound(end); day != days.end(); ++day) layout.beyond += day->second.games;
  return layout;
}

std::string week_id(season of, et_date monday) { return fmt::format("w-{}-{}", to_string(of), format_date(monday)); }
std::string sum_id(season of) { return "sum-" + to_string(of); }
std::string lanes_id(season of) { return "lanes-" + to_string(of); }

et_date page_today(const watch_facts& facts) {
  if (tz_available()) return et_date_of(facts.at);
  return et_date{date::floor<date::days>(facts.at).time_since_epoch()};
}

// Dates on which a run under way has chunks open, of the season.
std::vector<date_range> busy_dates(const watch_facts& facts, season of) {
  std::vector<date_range> busy;
  for (const auto& run : facts.runs) {
    if (run.state != watched_run::phase::under_way || !run.snapshot || !seasons_under_way(*run.snapshot).contains(of))
      continue;
    for (const auto& chunk : run.snapshot->job.chunks) busy.push_back(chunk.dates);
  }
  return busy;
}

std::string sse_record(std::string_view event, const json& data, std::uint64_t number) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", number, event,
                     data.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string title_of(const headline& words) { return fmt::format("{} · {}", words.title, page_name); }

markup skeleton_header() {
  return markup::of(
      {tag("a", {{"class", "skip"}, {"href", "#main"}}, "To the content"),
       tag("header", {},
           {tag("h1", {}, page_name), tag("p", {{"id", "live"}, {"class", "muted"}}, "read once; reload for newer")}),
       tag("div", {{"id", "lost"}, {"role", "status"}, {"hidden", "hidden"}}),
       tag("div", {{"id", "say"}, {"class", "unseen"}, {"role", "status"}, {"aria-live", "polite"}})});
}

markup weekday_labels() {
  markup items;
  for (const char* name : {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}) items += tag("li", {}, name);
  return tag("ul", {{"class", "weekdays"}, {"aria-hidden", "true"}}, items);
}

}  // namespace

struct live_page::state {
  mutable std::mutex mutex;
  page_frame frame;
  std::shared_ptr<const watch_facts> facts;
  std::uint64_t number = 0;
  headline words;
  std::map<std::string, page_part> parts;
  std::map<season, season_layout> layouts;
  rate_histories rates;

  // Takes the part; adds it to the event when it is new.
  void put(page_part part, json& changed) {
    auto& known = parts[part.id];
    if (known.digest == part.digest && !known.id.empty()) return;
    changed[part.id] = {part.digest, part.content.html()};
    known = std::move(part);
  }
  void update_season(const season_report& report, json& changed);
  void update(json& changed);
  void drop_missing_seasons();

  const page_part& part(const std::string& id) const {
    static const page_part none = make_part("none", {});
    const auto found = parts.find(id);
    return found == parts.end() ? none : found->second;
  }
  const season_report* season_of(const page_query& query) const;
  markup tabs(const season_report* chosen) const;
  markup months(const season_report& report) const;
  markup day_panel(const season_report* report, const page_query& query) const;
  markup season_section(const season_report* report, const page_query& query) const;
  markup lanes_section(const season_report* report) const;
  markup main(const page_query& query) const;
};

void live_page::state::update_season(const season_report& report, json& changed) {
  const auto today = page_today(*facts);
  const auto busy = busy_dates(*facts, report.season);
  const auto print = fingerprint(report, busy, today);
  if (const auto known = layouts.find(report.season); known != layouts.end() && known->second.print == print) return;
  const auto days = make_calendar(report, busy, today);
  auto layout = lay_out(days);
  layout.print = print;
  for (const auto monday : layout.weeks)
    put(make_part(week_id(report.season, monday), week_content(report.season, monday, days)), changed);
  put(make_part(sum_id(report.season), season_summary_content(report)), changed);
  put(make_part(lanes_id(report.season), lanes_content(report)), changed);
  layouts[report.season] = std::move(layout);
}

void live_page::state::drop_missing_seasons() {
  std::erase_if(layouts, [&](const auto& entry) {
    const auto& seasons = facts->status.seasons;
    const bool gone =
        std::none_of(seasons.begin(), seasons.end(), [&](const auto& one) { return one.season == entry.first; });
    if (!gone) return false;
    for (const auto monday : entry.second.weeks) parts.erase(week_id(entry.first, monday));
    parts.erase(sum_id(entry.first));
    parts.erase(lanes_id(entry.first));
    return true;
  });
}

void live_page::state::update(json& changed) {
  rates.take(*facts);
  words = make_headline(*facts);
  const auto games = index_games(*facts);
  put(make_part("verdict-part", verdict_content(*facts, words)), changed);
  put(make_part("run-part", run_content(*facts, rates)), changed);
  put(make_part("letters-part", letters_content(*facts, games)), changed);
  put(make_part("closed-part", closed_content(*facts, games)), changed);
  put(make_part("hosts-part", hosts_content(*facts)), changed);
  put(make_part("runs-part", runs_content(*facts)), changed);
  drop_missing_seasons();
  std::string layout;
  for (const auto& report : facts->status.seasons) {
    update_season(report, changed);
    const auto& laid_out = layouts[report.season];
    layout += fmt::format("{} {} {};", to_string(report.season), laid_out.weeks.size(), laid_out.beyond);
  }
  if (const auto* focus = season_in_focus(*facts)) layout += to_string(focus->season);
  put(make_part("layout", markup{layout}), changed);
}

live_page::live_page(page_frame frame) : state_(std::make_unique<state>()) { state_->frame = std::move(frame); }
live_page::~live_page() = default;

std::shared_ptr<const std::string> live_page::render_update(std::shared_ptr<const watch_facts> facts) {
  const std::lock_guard guard(state_->mutex);
  const auto title = state_->words.title;
  const bool first = state_->facts == nullptr;
  state_->facts = std::move(facts);
  json changed = json::object();
  state_->update(changed);
  if (!first && changed.empty() && title == state_->words.title) return nullptr;
  const auto base = state_->number++;
  const auto& words = state_->words;
  return std::make_shared<const std::string>(sse_record("update",
                                                        {{"n", state_->number},
                                                         {"base", base},
                                                         {"title", title_of(words)},
                                                         {"tone", to_string(words.tone)},
                                                         {"say", words.sentence},
                                                         {"old", state_->facts->trouble.has_value()},
                                                         {"parts", std::move(changed)}},
                                                        state_->number));
}

std::string live_page::render_hello() const {
  const std::lock_guard guard(state_->mutex);
  json digests = json::object();
  for (const auto& [id, part] : state_->parts) digests[id] = part.digest;
  return fmt::format("retry: {}\n", reconnect_ms) + sse_record("hello",
                                                               {{"n", state_->number},
                                                                {"of", format_timestamp(state_->frame.started_at)},
                                                                {"digests", std::move(digests)}},
                                                               state_->number);
}

std::string live_page::render_beat() const {
  const std::lock_guard guard(state_->mutex);
  return fmt::format("event: beat\ndata: {{\"n\":{}}}\n\n", state_->number);
}

const season_report* live_page::state::season_of(const page_query& query) const {
  if (!facts) return nullptr;
  if (query.season)
    for (const auto& report : facts->status.seasons)
      if (report.season == *query.season) return &report;
  return season_in_focus(*facts);
}

markup live_page::state::tabs(const season_report* chosen) const {
  markup items;
  for (const auto* report : newest_first(*facts)) {
    const bool here = chosen && report->season == chosen->season;
    items += tag("li", {},
                 tag("a",
                     {{"href", to_string(page_query{report->season, {}}) + "#season"},
                      attribute::when(here, "aria-current", "page")},
                     to_string(report->season)));
  }
  return tag("nav", {{"aria-label", "Seasons"}, {"class", "tabs"}}, tag("ul", {}, items));
}

markup live_page::state::months(const season_report& report) const {
  const auto found = layouts.find(report.season);
  if (found == layouts.end()) return {};
  markup all = weekday_labels();
  const auto& weeks = found->second.weeks;
  const auto month_of = [](et_date monday) { return date::year_month_day{monday + date::days{3}}.month(); };
  for (std::size_t i = 0; i < weeks.size();) {
    const auto thursday = weeks[i] + date::days{3};
    markup lists;
    const auto month = month_of(weeks[i]);
    for (; i < weeks.size() && month_of(weeks[i]) == month; ++i)
      lists += part_element("ol", "week", part(week_id(report.season, weeks[i])));
    all += tag("div", {{"class", "month"}},
               {tag("h3", {{"aria-label", months_in_full(thursday)}}, month_in_short(thursday)),
                tag("div", {{"class", "weeks"}}, lists)});
  }
  return tag("div",
             {{"class", "calendar"},
              {"role", "group"},
              {"aria-label", "Calendar of " + to_string(report.season) + ", a column a week"}},
             all);
}

markup live_page::state::day_panel(const season_report* report, const page_query& query) const {
  markup inside = tag("p", {{"class", "muted"}}, "Open a day to see its games.");
  if (query.day && facts) inside = day_content(report, *query.day);
  return part_element("div", {}, make_part("day", inside));
}

markup live_page::state::season_section(const season_report* report, const page_query& query) const {
  if (!report)
    return section_markup(
        "season", "Season",
        empty_sentence(
            "No games are planned. The first run of a season reads its schedule, and then every day of it is here."));
  markup inside = tabs(report);
  inside += part_element("p", "summary", part(sum_id(report->season)));
  inside += markup::of({months(*report), legend_markup()});
  if (const auto found = layouts.find(report->season); found != layouts.end() && found->second.beyond > 0)
    inside += tag("p", {{"class", "muted"}},
                  fmt::format("{} more lie on later days than a calendar has.", found->second.beyond));
  inside += day_panel(report, query);
  return section_markup("season", "Season", inside);
}

markup live_page::state::lanes_section(const season_report* report) const {
  if (!report) return section_markup("lanes", "Lanes", empty_sentence("No lanes yet."));
  return section_markup("lanes", "Lanes", part_element("div", {}, part(lanes_id(report->season))));
}

markup live_page::state::main(const page_query& query) const {
  const auto* report = season_of(query);
  const auto section = [&](std::string_view id, std::string_view title, const std::string& part_id) {
    return section_markup(id, title, part_element("div", {}, part(part_id)));
  };
  auto all = tag("section", {{"id", "verdict"}, {"aria-labelledby", "verdict-title"}},
                 {tag("h2", {{"id", "verdict-title"}, {"class", "unseen"}}, "Verdict"),
                  part_element("div", {}, part("verdict-part"))});
  all +=
      markup::of({season_section(report, query), lanes_section(report), section("run", "Run under way", "run-part")});
  all += section_markup(
      "aside", "Set aside and closed",
      markup::of({part_element("div", {}, part("letters-part")), part_element("div", {}, part("closed-part"))}));
  all += markup::of({section("hosts", "Hosts", "hosts-part"), section("runs", "Runs", "runs-part")});
  all += tag("div", {{"id", "layout"}, {"hidden", "hidden"}, {"data-digest", part("layout").digest}});
  return tag("main",
             {{"id", "main"},
              {"data-n", std::to_string(number)},
              {"data-of", format_timestamp(frame.started_at)},
              {"data-events", page_events_path}},
             all);
}

std::string live_page::render_page(const page_query& query) const {
  const std::lock_guard guard(state_->mutex);
  const auto& page = *state_;
  if (query.day_only) return page.day_panel(page.season_of(query), query).html();
  if (!page.facts) {
    const auto wait =
        tag("main",
            {{"id", "main"},
             {"data-n", "0"},
             {"data-of", format_timestamp(page.frame.started_at)},
             {"data-events", page_events_path}},
            tag("div", {{"class", "verdict empty"}}, tag("p", {{"class", "say"}}, "Reading the database…")));
    return whole_document({"… · nba-scraper", "empty", false},
                          markup::of({skeleton_header(), wait, foot_markup(page.frame, nullptr)}));
  }
  return whole_document(
      {title_of(page.words), std::string{to_string(page.words.tone)}, page.facts->trouble.has_value()},
      markup::of({skeleton_header(), page.main(query), foot_markup(page.frame, page.facts.get())}));
}

std::string render_sign_in(std::string_view action, bool refused) {
  markup inside =
      markup::of({tag("h2", {{"class", "say"}}, "Who is there?"),
                  tag("p", {{"id", "hint"}},
                      "The token is in the file that [http] token_file names on the machine that serves this page.")});
  if (refused)
    inside += tag("p", {{"class", "paused"}, {"role", "alert"}},
                  {state_badge("trouble", "Refused"), " That was not the token."});
  inside += tag("form", {{"method", "post"}, {"action", action}},
                {tag("label", {{"for", "token"}}, "Token"),
                 tag("input", {{"type", "password"},
                               {"id", "token"},
                               {"name", "token"},
                               {"autocomplete", "current-password"},
                               {"required", ""},
                               {"aria-describedby", "hint"}}),
                 tag("button", {{"type", "submit"}}, "Sign in")});
  return whole_document({"Sign in · nba-scraper", "empty", false, "small", false},
                        markup::of({tag("header", {}, tag("h1", {}, page_name)),
                                    tag("main", {{"id", "main"}}, tag("div", {{"class", "verdict empty"}}, inside))}));
}

std::string render_notice(std::string_view title, std::string_view sentence) {
  const auto inside = tag("div", {{"class", "verdict attention"}},
                          {tag("h2", {{"class", "say"}}, title), tag("p", {}, sentence),
                           tag("p", {}, tag("a", {{"href", "/"}}, "To the page"))});
  return whole_document(
      {std::string{title} + " · nba-scraper", "attention", false, "small", false},
      markup::of({tag("header", {}, tag("h1", {}, page_name)), tag("main", {{"id", "main"}}, inside)}));
}

}  // namespace nba::cli
