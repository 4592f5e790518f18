// The checks of `doctor` that need no network: time zones, database, disk.
#include "cli/commands/doctor.hpp"
#include "cli/database.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace nba::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long long mib = 1024ull * 1024;
// A season is about 0.5 GB in SQLite; two seasons' worth of room is comfortable, a tenth of one is not.
constexpr unsigned long long free_bytes_comfortable = 1024 * mib;
constexpr unsigned long long free_bytes_needed = 64 * mib;

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

// What keeps a run from writing; nullopt when nothing does. Nothing is written to find out.
std::optional<std::string> why_read_only(nba::store& database, const database_url& url) {
  if (url.backend == database_url::kind::sqlite) {
    const auto folder = existing_folder(fs::path(url.path).parent_path());
    if (!is_writable(url.path)) return fmt::format("no permission to write {}", url.path);
    if (!is_writable(folder)) return fmt::format("no permission to write in {} (the write-ahead log)", folder.string());
    return std::nullopt;
  }
  const auto answer = database.query_text(
      "SELECT pg_is_in_recovery()::text, current_setting('default_transaction_read_only'), "
      "(has_table_privilege('ingest_games', 'INSERT') AND has_table_privilege('ingest_games', 'UPDATE') "
      "AND has_table_privilege('ingest_games', 'DELETE'))::text",
      1);
  if (!answer) return answer.error().message;
  if (answer->size() < 2 || (*answer)[1].size() < 3) return "the server answers no privileges";
  const auto& row = (*answer)[1];
  if (row[0] == "true") return "the server is a read-only replica";
  if (row[1] == "on") return "transactions of this user or database are read-only by default";
  if (row[2] != "true") return "this user may not write to the table ingest_games";
  return std::nullopt;
}

check_result check_schema_and_access(nba::store& database, const database_url& url) {
  const auto steps = database.check_schema();
  if (!steps)
    return {"database", check_status::fail, steps.error().message,
            "use the version of nba-scraper that made it, or another database"};
  const auto applied = std::count_if(steps->begin(), steps->end(), [](const auto& step) { return step.applied; });
  if (applied < static_cast<std::ptrdiff_t>(steps->size()))
    return {"database", check_status::warn,
            fmt::format("{} is reachable; {} of {} migrations applied", url.redacted, applied, steps->size()),
            "the next run applies the rest, or now: nba-scraper db migrate"};
  if (const auto why = why_read_only(database, url))
    return {"database", check_status::fail, fmt::format("{} cannot be written: {}", url.redacted, *why),
            "give this user the right to write, or choose another with --database"};
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
  auto opened = open_store(*url, store_options_of(with.settings));
  if (!opened)
    return {"database", check_status::fail,
            fmt::format("{} cannot be opened: {}", url->redacted, redact_secrets(opened.error().message)),
            fmt::format("start the server or correct the URL; it comes from: {}",
                        to_string(origin_of(with.settings, "database")))};
  return check_schema_and_access(**opened, *url);
}

check_result check_disk(const context& with) {
  const auto url = parse_database_url(with.settings.database);
  if (!url || url->backend != database_url::kind::sqlite)
    return {"disk", check_status::skipped, "the database server has its own disk"};
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
  return {"disk", check_status::ok, detail};
}

}  // namespace nba::cli
