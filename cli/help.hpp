// Help texts and usage errors, at 80 columns. For command_line.cpp only.
//
// Threads: used by main's thread only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace CLI {
class App;
class Error;
class Formatter;
}  // namespace CLI

namespace nba::cli {

inline constexpr std::size_t help_columns = 80;

// CLI11's formatter with wrapped descriptions, "COMMAND" instead of "SUBCOMMAND" and without type noise.
std::shared_ptr<CLI::Formatter> make_help_formatter();

// What a usage error prints: what is wrong, the nearest word when it looks like a typing error, and where to read on.
std::string usage_error_message(const CLI::App& app, const CLI::Error& error);
// CLI11's code, except that an unknown word wins over a command that is missing because of it.
int usage_exit_code(const CLI::App& app, const CLI::Error& error);

}  // namespace nba::cli
