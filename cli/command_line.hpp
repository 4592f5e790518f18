// The syntax of the command line: commands, their options, and what is done with words that do not fit.
//
// A command file says with these two classes what its command takes; the values go straight into its struct of options.
// The parser behind it is CLI11, which is header-only and heavy: only command_line.cpp and help.cpp compile it, no
// header includes it. Ownership: everything handed out belongs to the command_line_parser; targets must live until it
// has parsed. Threads: used by main's thread only. Errors: a wrong table of commands (a name twice) is std::logic_error
// at start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nba::cli {

struct command_description;  // cli/manual/command_tree.hpp
struct option_description;

// Looks at one word: empty when it fits, else what is wrong with it. A word that does not fit is a usage error, code
// 105.
using argument_check = std::function<std::string(const std::string& text)>;
argument_check in_range(int lowest, int highest);        // bounds included
argument_check in_range(double lowest, double highest);  // the same
argument_check one_of(std::vector<std::string> words);   // the error lists them in this order

// One option, flag or argument. Each function answers the option itself, so they can be chained.
class option_syntax {
 public:
  explicit option_syntax(CLI::Option& option) : option_(option) {}
  option_syntax(const option_syntax&) = delete;
  option_syntax& operator=(const option_syntax&) = delete;

  option_syntax* type_name(const std::string& shown);  // after the option in help texts, like DATE
  option_syntax* check(argument_check accepts);        // of every word
  option_syntax* required(bool is_required = true);
  option_syntax* group(const std::string& heading);
  option_syntax* delimiter(char between);                    // several values in one word
  option_syntax* take_all();                                 // may stand several times: all count
  option_syntax* take_last();                                // may stand several times: the last one counts
  option_syntax* may_stand_alone(const std::string& value);  // "--name" without a value means this one
  option_syntax* capture_default_str();                      // help shows what the target holds now
  // All words that fit, for shell completion; `check(one_of(...))` says so by itself.
  option_syntax* offer(std::vector<std::string> words);

  option_description describe() const;

 private:
  CLI::Option& option_;
  std::vector<std::string> words_;
};

// A command, or the whole command line: what may stand after it.
class command_syntax {
 public:
  explicit command_syntax(CLI::App& command) : command_(command) {}
  command_syntax(const command_syntax&) = delete;
  command_syntax& operator=(const command_syntax&) = delete;

  // A command inherits the footer that stands when it is added.
  command_syntax* add_subcommand(const std::string& name, const std::string& description);
  command_syntax* group(const std::string& heading);
  command_syntax* footer(const std::string& text);
  command_syntax* require_subcommand(int count);
  void callback(std::function<void()> selected);

  // "--name" is an option, "NAME" an argument that stands by itself.
  option_syntax* add_option(const std::string& name, std::string& target, const std::string& description);
  option_syntax* add_option(const std::string& name, std::vector<std::string>& target, const std::string& description);
  option_syntax* add_option(const std::string& name, int& target, const std::string& description);
  option_syntax* add_option(const std::string& name, std::int64_t& target, const std::string& description);
  option_syntax* add_option(const std::string& name, std::uint64_t& target, const std::string& description);
  option_syntax* add_option(const std::string& name, double& target, const std::string& description);
  option_syntax* add_flag(const std::string& name, bool& target, const std::string& description);
  // The same without a target.
  option_syntax* on_option(const std::string& name, std::function<void(const std::string& text)> given,
                           const std::string& description);
  option_syntax* on_flag(const std::string& name, std::function<void()> given, const std::string& description);

  // What was added so far, with the commands of this one.
  command_description describe() const;

 private:
  option_syntax* keep(CLI::Option& option);

  CLI::App& command_;
  std::vector<std::unique_ptr<option_syntax>> options_;
  std::vector<std::unique_ptr<command_syntax>> commands_;
};

class command_line_parser {
 public:
  // Options of root() may stand after a command, too. `version_text` is what --version prints.
  command_line_parser(const std::string& program, const std::string& description, const std::string& version_text);
  ~command_line_parser();
  command_line_parser(const command_line_parser&) = delete;
  command_line_parser& operator=(const command_line_parser&) = delete;

  command_syntax& root() { return *root_; }
  // The whole command line, with --help and --version.
  command_description describe() const;

  // nullopt when all words fit; the targets are set then, and the callback of the command has been called. Else the
  // exit code, after the help or version has been printed on `out`, or what is wrong on `err`.
  std::optional<int> parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<command_syntax> root_;
};

// Groups of options in help texts; the second one is shown by `nba-scraper --help` only.
inline constexpr const char* group_options = "Options";
inline constexpr const char* group_global_options = "Global options";

}  // namespace nba::cli
