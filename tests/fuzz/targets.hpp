// The fuzz targets: one function for each parser that reads what others wrote.
//
// Purpose: each takes any bytes, gives them to its parser, and demands properties of the answer that hold for every
// input. The fuzzers (one program a target, libfuzzer_main.cpp) and the smoke test (all targets, smoke_main.cpp) call
// the same functions. To add one: a line here and in targets.cpp, a file, a name in names.cmake.
// Threads: one thread; some targets keep a parser's buffers between calls.
// Errors: broken_property when a property does not hold; what a sanitizer finds ends the process.
#pragma once

#include <span>
#include <string_view>

namespace nba::fuzz {

// Each answers whether its parser accepted the input.
bool schedule(std::string_view input);
bool boxscore(std::string_view input);
bool playbyplay(std::string_view input);
// Box score, a blank line, play-by-play: through transform, acceptance, derivation.
bool game(std::string_view input);
bool ids(std::string_view input);
bool times(std::string_view input);
bool config(std::string_view input);
bool payloads(std::string_view input);
bool database_url(std::string_view input);
bool faults(std::string_view input);
// A response of a host: a line with the status, then its body.
bool answers(std::string_view input);
// What is repaired, cut and redacted before it is stored or shown.
bool texts(std::string_view input);

struct target {
  std::string_view name;
  bool (*run)(std::string_view input);
};
std::span<const target> all_targets();

}  // namespace nba::fuzz
