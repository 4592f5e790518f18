// `serve`: page, metrics, health and JSON over HTTP, from the database.
//
// Threads: blocks main's thread until a signal comes. Errors: printed, with an exit code.
#pragma once

#include "cli/context.hpp"

#include <chrono>
#include <string>

namespace nba::cli {

// How often the database is read when nobody looks: for those who have to notice (alerts), and for systemd's status.
inline constexpr std::chrono::seconds unasked_reading{30};

struct serve_options {
  std::string listen;  // empty: --http, else [http] listen
};
int run_serve(const context& with, const serve_options& options);

}  // namespace nba::cli
