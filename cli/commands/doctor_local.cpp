// The checks of `doctor` that need no network: time zones, database, disk.
#include "cli/commands/doctor.hpp"
#include "cli/database.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/daily_mark.hpp"
#include "storage/schema_drift.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace nba::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long long mib = 1024ull * 1024;
// A season is about 0.5 GB in SQLite; two seasons' worth of room is comfortable, a tenth of one is not.
constexpr unsigned long long free_bytes_comfortable = 1024 * mib;
constexpr unsigned long long free_bytes_needed = 64 * mib;
// While a run goes on the log has some 4 MiB, after a burst 64.
constexpr unsigned long long log_bytes_expected = 256 * mib;

// The folder itself, or the nearest one above it that exists.
fs::path existing_folder(fs::path folder) {
  std::error_code ignored;
  if (folder.empty()) folder = fs::current_path(ignored);
  folder = fs::absolute(folder, ignored);
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

bool is_writable(const fs::path& path) { return ::access(path.c_str(), W_OK) == 0; }

check_result check_new_database(const database_url& url) {
  const auto folder = existing_folder(fs::path(url.path).parent_path());
  if (!is_writable(folder))
    return {"database", check_status::fail,
            fmt::format("{} cannot be created: no permission to write in {}", url.redacted, folder.string()),
            "choose a place you may write to: --database sqlite:///file.db"};
  return {"database", check_status::ok, fmt::format("{} is not there yet; the first run creates it", url.redacted)};
}

std::string first_problem(const stored_check& check) {
  return check.core.empty() ? check.derived.front() : check.core.front();
}

constexpr const char* as_it_says = "as it says; `nba-scraper db check` looks closer";

// Damage, or games of the other kind; nullopt when neither is there.
std::optional<check_result> check_content(nba::store& database, const database_url& url, const settings& values) {
  const auto damage = database.find_damage(false);
  if (!damage) return check_result{"database", check_status::fail, damage.error().message, as_it_says};
  if (!damage->empty())
    return check_result{"database", check_status::fail, fmt::format("{} is damaged: {}", url.redacted, damage->front()),
                        "restore a backup, or move it away and backfill again; `nba-scraper db check` tells more"};
  const auto held = database.read_contents();
  if (!held) return check_result{"database", check_status::fail, held.error().message, as_it_says};
  if (const auto mixes = refuse_mix(*held, kind_of_source(values.source), url.redacted))
    return check_result{"database", check_status::fail, mixes->message, "another --database, or the other --source"};
  return std::nullopt;
}

// Tables, columns and indexes that somebody changed.
std::optional<check_result> check_drift(nba::store& database, const database_url& url) {
  const auto drift = find_drift(database);
  if (!drift) return check_result{"database", check_status::fail, drift.error().message, as_it_says};
  if (drift->empty()) return std::nullopt;
  const auto more = drift->size() > 1 ? fmt::format(" (and {} more: `nba-scraper db check`)", drift->size() - 1) : "";
  return check_result{
      "database", check_status::fail,
      fmt::format("the schema of {} is not as nba-scraper made it: {}{}", url.redacted, drift->front().what, more),
      drift->front().fix};
}

check_result check_schema_and_access(nba::store& database, const database_url& url, const settings& values) {
  // First: the others look at tables, and say less of those that are not as they were.
  if (auto problem = check_drift(database, url)) return *problem;
  if (const auto place = database.check_place(); !place)
    return {"database", check_status::fail, place.error().message, as_it_says};
  if (auto problem = check_content(database, url, values)) return *problem;
  const auto steps = database.check_schema();
  if (!steps) return {"database", check_status::fail, steps.error().message, as_it_says};
  const auto applied = std::count_if(steps->begin(), steps->end(), [](const auto& step) { return step.applied; });
  if (applied < static_cast<std::ptrdiff_t>(steps->size()))
    return {"database", check_status::warn,
            fmt::format("{} is reachable; {} of {} migrations applied", url.redacted, applied, steps->size()),
            "the next run applies the rest, or now: `nba-scraper db migrate`"};
  const auto read_only = database.why_read_only();
  if (!read_only) return {"database", check_status::fail, read_only.error().message, as_it_says};
  if (*read_only)
    return {"database", check_status::fail, fmt::format("{} cannot be written: {}", url.redacted, (*read_only)->why),
            (*read_only)->fix};
  if (const auto wrong = database.count_stored(std::nullopt); wrong && !wrong->empty())
    return {"database", check_status::fail,
            fmt::format("{} lacks rows of {}, the first is {}: {}", url.redacted,
                        counted(static_cast<long long>(wrong->size()), "finished game", "finished games"),
                        wrong->front().game_id.str(), first_problem(wrong->front())),
            "see all: `nba-scraper db verify`; mend them: `nba-scraper db repair`"};
  return {"database", check_status::ok,
          fmt::format("{} is reachable and writable, schema version {}", url.redacted, steps->back().version)};
}

}  // namespace

check_result check_time_zone() {
  if (!tz_available())
    return {"time zone", check_status::fail, "there is no time zone data: dates in New York are unknown",
            "install it: apt-get install tzdata"};
  return {"time zone", check_status::ok,
          fmt::format("yesterday in New York was {}", format_date(yesterday_in_new_york(utc_now())))};
}

check_result check_database(const context& with) {
  const auto url = parse_database_url(with.settings.database);
  if (!url)
    return {"database", check_status::fail, redact_secrets(url.error().message),
            fmt::format("correct it; it comes from: {}", to_string(origin_of(with.settings, "database")))};
  if (!database_exists(*url)) return check_new_database(*url);
  auto options = store_options_of(with.settings);
  options.create = false;
  auto opened = open_store(*url, options);
  if (!opened)
    return {"database", check_status::fail, redact_secrets(describe_unopened(*url, opened.error())),
            fmt::format("as it says; the URL comes from: {}", to_string(origin_of(with.settings, "database")))};
  return check_schema_and_access(**opened, *url, with.settings);
}

std::vector<check_result> check_stored_plan(const context& with, const std::optional<season>& read_now) {
  const auto url = parse_database_url(with.settings.database);
  if (!url || !database_exists(*url)) return {};
  auto opened = open_store(*url, store_options_of(with.settings));
  if (!opened) return {};  // check_database said so
  auto& database = **opened;
  const auto steps = database.check_schema();
  if (!steps || !std::all_of(steps->begin(), steps->end(), [](const auto& step) { return step.applied; })) return {};
  std::vector<check_result> checks;
  const auto row = database.read_watermark("schedule", "daily");
  if (row && *row) {
    const auto mark = judge_daily_mark((*row)->value, yesterday_in_new_york(utc_now()));
    if (mark.usable())
      checks.push_back({"daily date", check_status::ok, fmt::format("done through {}", (*row)->value)});
    else
      checks.push_back({"daily date", check_status::fail, mark.problem, mark.fix});
  }
  const auto progress = database.read_progress(std::nullopt);
  if (!progress) return checks;
  std::set<season> seasons;
  for (const auto& lane : *progress) seasons.insert(lane.season);
  if (read_now) seasons.erase(*read_now);
  for (const auto& one : seasons)
    if (const auto reading = database.read_reading(one); reading && *reading)
      if (auto left_out = check_left_out(to_string(one), (*reading)->left_out_count, (*reading)->left_out))
        checks.push_back(*std::move(left_out));
  return checks;
}

check_result check_disk(const context& with) {
  const auto url = parse_database_url(with.settings.database);
  if (!url || !url->kind().is_file) return {"disk", check_status::skipped, "the database server has its own disk"};
  const auto folder = existing_folder(fs::path(url->path).parent_path());
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0)
    return {"disk", check_status::warn, fmt::format("free space in {} is unknown", folder.string())};
  const auto free_bytes = static_cast<unsigned long long>(disk.f_bavail) * disk.f_frsize;
  const auto detail = fmt::format("{} free in {}", format_bytes(free_bytes), folder.string());
  if (free_bytes < free_bytes_needed)
    return {"disk", check_status::fail, detail, "make room: a season takes about half a gigabyte"};
  if (free_bytes < free_bytes_comfortable)
    return {"disk", check_status::warn, detail, "a season takes about half a gigabyte"};
  // A log that cannot be taken over into the database: somebody has read it for a long time, or still does.
  std::error_code absent;
  if (const auto log = fs::file_size(url->path + "-wal", absent); !absent && log > log_bytes_expected)
    return {"disk", check_status::warn,
            fmt::format("{}; the write-ahead log {}-wal has {}", detail, url->path, format_bytes(log)),
            "end the program that keeps a read transaction open (fuser FILE names it); the next run shortens it"};
  return {"disk", check_status::ok, detail};
}

}  // namespace nba::cli
