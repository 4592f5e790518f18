// Odd values of decorative fields, counted: what is not stored, for one warning a field.
//
// Threads: plain values. As many entries as there are fields (pipeline/source/cdn/payload_fields.hpp), however many
// documents are odd.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct odd_value {
  std::string field;    // path without indices: "game.actions[].x"
  std::string example;  // a sentence with the value: of the first one
  std::int64_t count = 0;
};

class odd_values {
 public:
  // `path` may have indices: those of "game.actions[12].x" are dropped.
  void add(std::string_view path, std::string_view example);
  // Adds another's; its examples get `prefix` in front ("0022400061: ").
  void merge(const odd_values& other, std::string_view prefix);
  const std::vector<odd_value>& all() const noexcept { return all_; }
  bool empty() const noexcept { return all_.empty(); }

 private:
  odd_value& entry(std::string_view field);
  std::vector<odd_value> all_;  // in the order of first sight
};

}  // namespace nba
