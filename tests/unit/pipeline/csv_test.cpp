// Tables of comma-separated values.
#include "pipeline/csv.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

TEST_CASE("the lines of a table are those after its header, without empty ones and comments, by their numbers") {
  const auto lines = csv_lines("# what it is\na,b\r\n\n1,2\r\n# more\n3,4", "a,b");
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK((*lines)[0].number == 4);
  CHECK((*lines)[0].text == "1,2");
  CHECK((*lines)[1].number == 6);
  CHECK((*lines)[1].text == "3,4");
}

TEST_CASE("a table without lines is empty; one with another header says what it found, and where") {
  CHECK(csv_lines("", "a,b")->empty());
  CHECK(csv_lines("a,b\n", "a,b")->empty());
  const auto other = csv_lines("\nb,a\n1,2\n", "a,b");
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == failure_class::configuration);
  CHECK(other.error().message == "the first line is 'b,a'; it must be a,b");
  CHECK(other.error().where == "line 2");
}

TEST_CASE("take answers the part before the separator, then the last part, then nothing") {
  std::string_view rest = "a,,b";
  CHECK(take(rest, ',') == "a");
  CHECK(take(rest, ',') == "");
  CHECK(take(rest, ',') == "b");
  CHECK(rest.empty());
  CHECK(take(rest, ',') == "");
}

}  // namespace
}  // namespace nba
