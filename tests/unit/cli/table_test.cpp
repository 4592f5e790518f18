#include "cli/table.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace nba::cli;

namespace {

std::string printed(const text_table& table, std::size_t width = 80, std::size_t indent = 0) {
  std::ostringstream out;
  table.print(out, width, indent);
  return out.str();
}

}  // namespace

TEST_CASE("columns align by width in characters, without trailing blanks") {
  text_table table{{{"NAME"}, {"GAMES", align::right}, {"NOTE"}}};
  table.add_row({"Dončić", "7", ""});
  table.add_row({"Brunson", "1,314", "x"});
  CHECK(printed(table) ==
        "NAME     GAMES  NOTE\n"
        "Dončić       7\n"
        "Brunson  1,314  x\n");
}

TEST_CASE("a last column that is too long goes on below itself") {
  text_table table{{{"GAME"}, {"WHY"}}};
  table.add_row({"0022400061", "the host has no data for it"});
  CHECK(printed(table, 34) ==
        "GAME        WHY\n"
        "0022400061  the host has no data\n"
        "            for it\n");
}

TEST_CASE("missing cells are empty and an indent moves everything") {
  text_table table{{{"A"}, {"B", align::right}}};
  table.add_row({"x"});
  CHECK_FALSE(table.empty());
  CHECK(printed(table, 80, 2) == "  A  B\n  x\n");
}
