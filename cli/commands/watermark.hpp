// `watermark list|get|set|reset`: the checkpoints, and moving them by decree.
#pragma once

#include "cli/context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

struct watermark_options {
  std::string stage, key, value;
  bool json = false;
};

int run_watermark_list(const context& with, const watermark_options& options);
// exit_not_found when there is none.
int run_watermark_get(const context& with, const watermark_options& options);
int run_watermark_set(const context& with, const watermark_options& options);
int run_watermark_reset(const context& with, const watermark_options& options);

// What is wrong with such a decree, as a sentence; nullopt when it makes sense. Stages of one's own are free.
//   backfill  LANE   a game id of that lane          schedule  daily   an ISO date
std::optional<std::string> check_decree(std::string_view stage, std::string_view key,
                                        const std::optional<std::string>& value);

}  // namespace nba::cli
