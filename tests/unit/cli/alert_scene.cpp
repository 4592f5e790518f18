#include "tests/unit/cli/alert_scene.hpp"

#include "pipeline/time.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace nba::cli::test {
namespace {

constexpr const char* kinds_of_runs =
    "kinds = \"run_failed,run_died,run_missing,host_blocked,payload_drift,game_given_up,database_trouble,"
    "channel_broken\"\n";

}  // namespace

alert_scene::alert_scene(std::string url) : database(url.empty() ? folder.sqlite_url() : std::move(url)) {
  configure(all_channels());
  REQUIRE(run({"db", "migrate"}).code == 0);
  receiver.forget();
}

std::string alert_scene::all_channels() const {
  return fmt::format(
      "[alerts]\ndeadline_seconds = 5\n{}"
      "[alerts.slack]\nurl = \"{}\"\n"
      "[alerts.sentry]\ndsn = \"{}\"\nmonitor = \"nba-daily\"\n"
      "[alerts.ping]\nurl = \"{}\"\n"
      "[alerts.hook]\ntype = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
      kinds_of_runs, receiver.slack_url(), receiver.dsn(), receiver.ping_url(), receiver.webhook_url(),
      receiver.webhook_secret());
}

void alert_scene::configure(const std::string& text) {
  const bool has_section = text.find("[alerts]\n") != std::string::npos;
  folder.write("config.toml", (has_section ? "" : std::string{"[alerts]\n"} + kinds_of_runs) + text);
}

outcome alert_scene::run(std::vector<std::string> words, environment more) const {
  words.insert(words.end(), {"--database", database, "--config", (folder.path() / "config.toml").string(), "--log-file",
                             (folder.path() / "log.txt").string()});
  more["HOME"] = folder.path().string();
  more["NBA_CDN_URL"] = "http://127.0.0.1:1/static";
  more["NBA_STATS_URL"] = "http://127.0.0.1:1/stats";
  return nba::cli::test::run(words, more);
}

void alert_scene::set_daily(const std::string& date) const {
  REQUIRE(open()->decree_watermark("schedule", "daily", date));
}

outcome alert_scene::failing_run() const {
  set_daily("2099-01-01");
  return run({"schedule", "daily"});
}

outcome alert_scene::good_run() const {
  set_daily(format_date(yesterday_in_new_york(utc_now())));
  return run({"schedule", "daily"});
}

std::string alert_scene::everything_written() const {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file() || entry.path().filename() == "config.toml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

std::unique_ptr<nba::store> alert_scene::open() const {
  auto opened = open_store(*parse_database_url(database));
  REQUIRE(opened);
  return std::move(*opened);
}

std::vector<nba::alert_record> alert_scene::alerts() const {
  auto read = open()->read_alerts(100);
  REQUIRE(read);
  return std::move(*read);
}

std::vector<std::string> slack_texts(const alert_scene& scene) {
  std::vector<std::string> texts;
  for (const auto& one : scene.receiver.requests_to("/services/"))
    texts.push_back(nlohmann::json::parse(one.body)["blocks"][0]["text"]["text"].get<std::string>());
  return texts;
}

}  // namespace nba::cli::test
