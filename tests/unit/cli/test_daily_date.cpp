// The daily date of a daily run.
#include "cli/commands/schedule.hpp"
#include "storage/store.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::cli;
using cli::test::temporary_folder;

namespace {

et_date day(std::string_view text) { return *parse_date(text); }

}  // namespace

TEST_CASE("the daily date moves to the target of the run, unless somebody set it after the run had read it") {
  const temporary_folder folder;
  const auto url = parse_database_url(folder.sqlite_url());
  REQUIRE(url);
  const auto opened = open_store(*url, {});
  REQUIRE(opened);
  auto& database = **opened;
  REQUIRE(database.migrate());
  REQUIRE(database.advance_watermark("schedule", "daily", "2025-01-10"));
  run_report complete;
  complete.ending = run_ending::completed;
  // What the run would move the date to, when it read `stored` before it had its lock.
  const auto moves_to = [&](std::optional<et_date> stored) {
    const auto job = daily_definition({}, stored, day("2025-01-12"));
    REQUIRE(job.prepare(database));
    return job.checkpoint({}, complete);
  };
  CHECK(moves_to(day("2025-01-10")) == "2025-01-12");
  // Lowered meanwhile: the days from 1 to 9 January would be passed over.
  CHECK(moves_to(day("2025-01-11")) == std::nullopt);
  // Raised by another run, or set for the first time.
  CHECK(moves_to(day("2025-01-09")) == std::nullopt);
  CHECK(moves_to(std::nullopt) == std::nullopt);
}
