// What the command line takes, as data: what `--help` says, for whoever writes it down in another form (man page, shell
// completion).
//
// Made by command_line_parser::describe from the very objects that parse, so it cannot say anything else than they do.
// Threads: plain values.
#pragma once

#include <string>
#include <vector>

namespace nba::cli {

struct option_description {
  std::vector<std::string> names;  // "-h", "--help"; of an argument that stands by itself its name: "ID"
  std::string value;               // what stands after it, like DATE; empty: nothing does
  std::string help;
  std::vector<std::string> words;  // all that may stand there, where that is a list
  bool is_argument = false;
  bool is_required = false;
  bool may_repeat = false;

  const std::string& name() const { return names.back(); }
};

struct command_description {
  std::string name;
  std::string help;
  std::string notes;  // what stands below the options: examples, and what else is to be known; lines as they are
  std::vector<option_description> options;
  std::vector<command_description> commands;
};

}  // namespace nba::cli
