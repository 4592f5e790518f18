// How deep a TOML text nests, found without parsing it.
//
// Purpose: toml++ 3.3 recurses once for every name of a dotted key or table and overflows the stack on some tens of
// thousands of them; a text is measured before it is given to it. No setting lies deeper than three names.
// Threads: pure function.
#pragma once

#include <cstddef>
#include <string_view>

namespace nba::cli {

inline constexpr std::size_t config_nesting_max = 16;

// The line (from 1) on which brackets, braces and dotted names together nest deeper than `most`; 0: none does. Strings
// and comments do not count. Of a text that is not TOML it may take too much, never too little.
std::size_t line_nested_deeper_than(std::string_view toml, std::size_t most);

}  // namespace nba::cli
