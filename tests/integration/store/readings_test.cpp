// That a schedule was read, and what of it is no game of the plan.
#include "tests/integration/store/backend.hpp"

#include <string>

using namespace nba;
using namespace nba::test;

namespace {

schedule_reading sample_reading() {
  schedule_reading reading;
  reading.season = season{2024};
  reading.origin = schedule_origin::cdn;
  reading.read_at = *parse_timestamp("2024-11-17T06:00:01.250Z");
  reading.games = 1230;
  reading.left_out_count = 7;
  reading.left_out = {
      {"0072400001", left_out_reason::unknown_kind, "its id is of a kind that is not known", parse_date("2024-11-16"),
       "BOS", "NYK"},
      {"", left_out_reason::unreadable, "required key is missing", std::nullopt, "", ""},
      {"0072400001", left_out_reason::contradiction, "it's \"twice\"", parse_date("2024-11-17"), "BOS", ""}};
  return reading;
}

void check_equal(const schedule_reading& one, const schedule_reading& other) {
  CHECK(one.season == other.season);
  CHECK(to_string(one.origin) == to_string(other.origin));
  CHECK(one.read_at == other.read_at);
  CHECK(one.games == other.games);
  CHECK(one.left_out_count == other.left_out_count);
  CHECK((one.left_out == other.left_out));
}

}  // namespace

STORE_TEST("a reading of a schedule reads back as it was written; of another season there is none") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK_FALSE(must(db->read_reading({2024})));
  must(db->write_reading(sample_reading()));
  const auto read = must(db->read_reading({2024}));
  REQUIRE(read);
  check_equal(*read, sample_reading());
  CHECK_FALSE(must(db->read_reading({2023})));
}

STORE_TEST("the next reading replaces the one before with all that it left out, of its season alone") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto other = sample_reading();
  other.season = season{2023};
  must(db->write_reading(other));
  must(db->write_reading(sample_reading()));
  auto next = sample_reading();
  next.origin = schedule_origin::stats;
  next.read_at += std::chrono::hours{24};
  next.left_out_count = 0;
  next.left_out.clear();
  must(db->write_reading(next));
  check_equal(*must(db->read_reading({2024})), next);
  check_equal(*must(db->read_reading({2023})), other);
  // An older one too: which reading was the last is not for the clock to say.
  must(db->write_reading(sample_reading()));
  check_equal(*must(db->read_reading({2024})), sample_reading());
}
