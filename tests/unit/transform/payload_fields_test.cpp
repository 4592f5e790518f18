// The table of fields, and the documentation that shows it.
#include "pipeline/source/cdn/payload_fields.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <set>
#include <string>

namespace nba {
namespace {

std::string need_of(const payload_field& field) {
  switch (field.need) {
    case presence::required:
      return "essential";
    case presence::optional:
      return "essential, may be absent";
    case presence::decorative:
      return "decorative";
  }
  return "";
}

std::string bounds_of(const payload_field& field) {
  const value_bounds any;
  if (field.bounds.lowest == any.lowest && field.bounds.highest == any.highest) return "";
  return fmt::format("{} to {}", field.bounds.lowest, field.bounds.highest);
}

std::string as_markdown() {
  std::string text, object;
  for (const auto& field : payload_fields()) {
    if (object != field.object) {
      object = field.object;
      text += fmt::format("\n**{}**\n\n| field | | bounds |\n|---|---|---|\n", object);
    }
    text += fmt::format("| `{}` | {} | {} |\n", field.key, need_of(field), bounds_of(field));
  }
  return text;
}

TEST_CASE("docs/documents.md shows the table of fields as it is") {
  const auto document = test::read_file(NBA_SOURCE_DIR "/docs/documents.md");
  const auto expected = as_markdown();
  CHECK_MESSAGE(document.find(expected) != std::string::npos, "the table should be:\n" << expected);
}

TEST_CASE("a field is in the table once") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& field : payload_fields()) CHECK(seen.insert({field.object, field.key}).second);
}

}  // namespace
}  // namespace nba
