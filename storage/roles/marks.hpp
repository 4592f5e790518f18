// Watermarks: checkpoints by (stage, key).
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct watermark_row {
  std::string stage;
  std::string key;
  std::string value;
  utc_time updated_at{};
};

class mark_store {
 public:
  virtual ~mark_store() = default;

  virtual result<std::optional<watermark_row>> read_watermark(std::string_view stage, std::string_view key) = 0;
  virtual result<std::vector<watermark_row>> read_watermarks() = 0;
  // Inserts or raises; the SQL refuses to go back. Answers the value that is stored afterwards.
  virtual result<std::string> advance_watermark(std::string_view stage, std::string_view key,
                                                std::string_view value) = 0;
  // By decree: any value; nullopt deletes the row. Answers the previous value.
  virtual result<std::optional<std::string>> decree_watermark(std::string_view stage, std::string_view key,
                                                              const std::optional<std::string>& value) = 0;
};

}  // namespace nba
