#include "pipeline/rows.hpp"

#include <string>

namespace nba {
namespace {

// Adds up what the texts of a row cost beyond the row. Short ones live inside it (libstdc++: up to 15 characters).
struct heap_of_texts {
  std::size_t bytes = 0;

  void operator()(std::string_view, const std::string& text) { add(text); }
  void operator()(std::string_view, empty_is_null<const std::string> field) { add(field.value); }
  template <class Other>
  void operator()(std::string_view, const Other&) {}
  void add(const std::string& text) { bytes += text.capacity() > 15 ? text.capacity() + 1 : 0; }
};

// Of one table, beyond the rows that lie in game_rows itself.
template <class Row>
std::size_t heap_of_rows(const game_rows& game) {
  heap_of_texts texts;
  for (const auto& row : rows_of<Row>(game)) visit_fields(texts, row);
  const auto& rows = game.*table_traits<Row>::rows;
  if constexpr (requires { rows.capacity(); })
    return rows.capacity() * sizeof(Row) + texts.bytes;
  else
    return texts.bytes;
}

}  // namespace

std::size_t game_rows::row_count() const noexcept {
  return count_rows_of(core_table_list{}, *this) + count_rows_of(people_table_list{}, *this);
}

std::size_t game_rows::approximate_bytes() const noexcept {
  heap_of_texts addresses;
  addresses.add(origin.source);
  for (const auto& url : origin.urls) addresses.add(url);
  auto bytes = sizeof(game_rows) + addresses.bytes;
  const auto add = [&]<class Row>(std::type_identity<Row>) { bytes += heap_of_rows<Row>(*this); };
  for_each_table(core_table_list{}, add);
  for_each_table(people_table_list{}, add);
  return bytes;
}

}  // namespace nba
