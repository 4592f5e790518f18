// The names of an enumeration's values in one list, which is read both ways.
//
// Purpose: a value and its name (in the ledger, the log, a column) stand together once; to_string and parse_... of the
// enumeration ask the list. Threads: constants.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace nba {

template <class Enum, std::size_t Size>
struct enum_names {
  std::array<std::pair<Enum, std::string_view>, Size> list;

  // Empty for a value that is not in the list.
  constexpr std::string_view name_of(Enum value) const {
    for (const auto& [known, name] : list)
      if (known == value) return name;
    return {};
  }
  constexpr std::optional<Enum> value_of(std::string_view name) const {
    for (const auto& [value, known] : list)
      if (known == name) return value;
    return std::nullopt;
  }
};

}  // namespace nba
