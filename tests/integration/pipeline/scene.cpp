#include "tests/integration/pipeline/scene.hpp"

#include <sstream>
#include <stdexcept>

#include <sqlite3.h>
#include <pqxx/pqxx>

namespace nba::test {

scene::scene(int regular_games, std::vector<fault_rule> faults)
    : scene(scene_settings{{.regular_games = regular_games}, {}, std::move(faults)}) {}

scene::scene(scene_settings settings) {
  auto made = league::create(settings.league);
  if (!made) throw std::runtime_error(made.error().message);
  league_ = *made;
  fake_nba_settings serving;
  serving.league = league_;
  serving.latency = settings.latency;
  serving.faults = std::move(settings.faults);
  server_ = std::make_unique<fake_nba_server>(std::move(serving));
  if (const auto started = server_->start(); !started) throw std::runtime_error(started.error().message);
}

std::map<std::string, std::string> scene::environment_of(const std::string& database) const {
  return {{"NBA_CDN_URL", server_->cdn_url()},
          {"NBA_STATS_URL", server_->stats_url()},
          {"DATABASE_URL", database},
          {"NBA_SCRAPER_CONFIG", ""},
          {"XDG_CONFIG_HOME", folder_.path().string()}};
}

process_result scene::run(const std::string& database, std::vector<std::string> arguments,
                          std::map<std::string, std::string> environment) const {
  environment.merge(environment_of(database));
  return run_process(NBA_SCRAPER_BINARY, arguments, environment, folder_.path());
}

std::unique_ptr<child_process> scene::start(const std::string& database, std::vector<std::string> arguments,
                                            std::map<std::string, std::string> environment) const {
  environment.merge(environment_of(database));
  return std::make_unique<child_process>(NBA_SCRAPER_BINARY, arguments, environment, folder_.path());
}

std::string scene::new_database(const std::string& backend) const {
  if (backend == "sqlite") return folder_.sqlite_url("case" + std::to_string(databases_++) + ".db");
  auto& cluster = postgres_cluster::shared();
  return cluster.url(cluster.create_database());
}

void scene::drop_database(const std::string& database) const {
  if (!database.starts_with("sqlite:///"))
    return postgres_cluster::shared().drop_database(database.substr(database.rfind('/') + 1));
  const auto file = database.substr(std::string_view{"sqlite:///"}.size());
  for (const auto* part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
}

void change(const std::string& database, const std::string& sql) {
  const auto url = parse_database_url(database);
  if (!url) throw std::runtime_error(url.error().message);
  if (!url->kind().is_file) {
    pqxx::connection db{url->connection};
    pqxx::work work{db};
    work.exec(sql);
    work.commit();
    return;
  }
  sqlite3* file = nullptr;
  const bool good = sqlite3_open(url->path.c_str(), &file) == SQLITE_OK &&
                    sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(file);
  if (!good) throw std::runtime_error("SQLite refuses: " + sql);
}

std::unique_ptr<store> open(const std::string& database) {
  auto url = parse_database_url(database);
  if (!url) throw std::runtime_error(url.error().message);
  auto opened = open_store(*url);
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

store_dump dump(const std::string& database) {
  const auto from = open(database);
  return dump_store(*from);
}

std::string unwrapped(const std::string& text) {
  std::istringstream words{text};
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string ask(const std::string& database, const std::string& sql) {
  const auto rows = open(database)->query_text(sql, 1);
  if (!rows) throw std::runtime_error(rows.error().message);
  return rows->size() < 2 ? "" : rows->at(1).at(0);
}

}  // namespace nba::test
