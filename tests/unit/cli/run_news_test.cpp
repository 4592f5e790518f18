// A run writes what it is about into its row, and nothing waits for that.
#include "actors/run/run_news.hpp"
#include "actors/snapshot_json.hpp"
#include "storage/store.hpp"
#include "tests/support/child_process.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <thread>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

struct news_scene {
  temporary_folder folder;
  database_url url = *parse_database_url("sqlite:///" + (folder.path() / "news.db").string());
  std::unique_ptr<store> database = std::move(*open_store(url));

  news_scene() {
    REQUIRE(database->migrate().has_value());
    run_row row;
    row.run_id = "r1";
    row.job = "daily";
    row.started_at = utc_now();
    REQUIRE(database->start_run(row).has_value());
  }
  std::uint64_t written() {
    const auto row = database->read_run("r1");
    REQUIRE(row.has_value());
    if ((*row)->snapshot.empty()) return 0;
    return snapshot_from_json((*row)->snapshot)->number;
  }
};

run_snapshot numbered_news(std::uint64_t number) {
  run_snapshot out;
  out.number = number;
  out.at = utc_now();
  return out;
}

template <class Condition>
bool becomes_true(Condition condition) {
  for (int i = 0; i < 1'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("the newest snapshot of a run lies in its row") {
  news_scene scene;
  run_news news{scene.url, {}, "r1", std::make_shared<news_slot>(), 5ms};
  for (std::uint64_t number = 1; number <= 3; ++number) news.tell(numbered_news(number));
  CHECK(becomes_true([&] { return scene.written() == 3; }));
  news.tell(numbered_news(4));
  CHECK(becomes_true([&] { return scene.written() == 4; }));
  CHECK(news.skipped() == 0);
}

TEST_CASE("a snapshot that finds another writer is skipped and counted, and the next one is written") {
  news_scene scene;
  sqlite3* writer = nullptr;
  REQUIRE(sqlite3_open((scene.folder.path() / "news.db").c_str(), &writer) == SQLITE_OK);
  REQUIRE(sqlite3_exec(writer, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  {
    run_news news{scene.url, {}, "r1", std::make_shared<news_slot>(), 5ms};
    CHECK(becomes_true([&] {
      news.tell(numbered_news(1));
      return news.skipped() >= 3;
    }));
    CHECK(scene.written() == 0);
    REQUIRE(sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
    news.tell(numbered_news(2));
    CHECK(becomes_true([&] { return scene.written() == 2; }));
  }
  sqlite3_close(writer);
}

TEST_CASE("while load comes by, it is given the snapshots, and nobody else asks for the writer") {
  news_scene scene;
  sqlite3* writer = nullptr;
  REQUIRE(sqlite3_open((scene.folder.path() / "news.db").c_str(), &writer) == SQLITE_OK);
  REQUIRE(sqlite3_exec(writer, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto slot = std::make_shared<news_slot>();
  (void)slot->take();  // a batch was written
  run_news news{scene.url, {}, "r1", slot, 5ms};
  news.tell(numbered_news(1));
  std::optional<run_note> taken;
  CHECK(becomes_true([&] { return (taken = slot->take()).has_value(); }));
  CHECK(news.skipped() == 0);
  CHECK(snapshot_from_json(taken->snapshot)->number == 1);
  sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(writer);
}

TEST_CASE("a snapshot that finds another writer is left to load") {
  news_scene scene;
  sqlite3* writer = nullptr;
  REQUIRE(sqlite3_open((scene.folder.path() / "news.db").c_str(), &writer) == SQLITE_OK);
  REQUIRE(sqlite3_exec(writer, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto slot = std::make_shared<news_slot>();
  run_news news{scene.url, {}, "r1", slot, 5ms};
  news.tell(numbered_news(1));
  CHECK(becomes_true([&] { return news.skipped() == 1; }));
  std::optional<run_note> taken;
  CHECK(becomes_true([&] { return (taken = slot->take()).has_value(); }));
  sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(writer);
}

TEST_CASE("when load comes by no more, what it left lying is not written over what is newer") {
  news_scene scene;
  const auto slot = std::make_shared<news_slot>();
  (void)slot->take();
  run_news news{scene.url, {}, "r1", slot, 5ms};
  news.tell(numbered_news(1));  // lies there
  news.tell(numbered_news(2));
  CHECK(becomes_true([&] {
    news.tell(numbered_news(3));
    return scene.written() == 3;
  }));
  CHECK_FALSE(slot->take().has_value());
}

TEST_CASE("a database that is not there keeps nobody") {
  temporary_folder folder;
  const auto path = folder.path() / "none.db";
  const auto url = *parse_database_url("sqlite:///" + path.string());
  {
    run_news news{url, {}, "r1", std::make_shared<news_slot>(), 5ms};
    CHECK(becomes_true([&] {
      news.tell(numbered_news(1));
      return news.skipped() >= 2;
    }));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}
