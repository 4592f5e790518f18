// `health`: is all well? One line, and an exit code that monitors understand.
#pragma once

#include "cli/context.hpp"

namespace nba::cli {

struct health_options {
  bool json = false;
  bool container = false;  // 0 or 1; attention is 0
};

// 0 well, 1 attention, 2 trouble, 3 cannot tell. Takes watch_patience and a moment, whatever the database does.
int run_health(const context& with, const health_options& options);

}  // namespace nba::cli
