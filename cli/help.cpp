#include "cli/help.hpp"

#include "cli/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

constexpr std::size_t left_columns = 26;
constexpr const char* global_options_hint =
    "Options for every command (--database, --log-level, ...): nba-scraper --help\n";

// Without empty lines at the ends, and never two of them in a row.
std::string tidy(const std::string& text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '\n' && (out.empty() || out.ends_with("\n\n"))) continue;
    out += byte;
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

class help_formatter final : public CLI::Formatter {
 public:
  help_formatter() {
    column_width(left_columns);
    label("SUBCOMMAND", "COMMAND");
    label("SUBCOMMANDS", "COMMAND");
    label("Positionals", "Arguments");
  }

  // Commands before options: they are what a reader looks for.
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    auto text = make_description(app) + "\n" + make_usage(app, std::move(name)) + make_positionals(app) +
                make_subcommands(app, mode) + make_groups(app, mode) + "\n" + make_footer(app);
    if (app->get_parent() != nullptr) text += std::string{"\n"} + global_options_hint;
    return tidy(text);
  }
  std::string make_description(const CLI::App* app) const override {
    auto text = app->get_description();
    if (text.empty()) return text;
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    if (!text.ends_with('.')) text += '.';
    return text + "\n";
  }
  // `--help` is on every list, and whoever reads one has found it: only the first list names it.
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::erase_if(options,
                  [&](const CLI::Option* option) { return option->check_lname("help") && group == "Options"; });
    return options.empty() ? std::string{} : CLI::Formatter::make_group(std::move(group), is_positional, options);
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    const bool is_required = option->get_required() && !option->get_positional();
    return wrapped(option->get_description() + (is_required ? " (required)" : ""));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0 || option->get_positional()) return {};
    const auto type = option->get_type_name();
    return " " + type.substr(0, type.find(':'));  // without what CLI11's validators say about themselves
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_display_name(true), wrapped(command->get_description()), left_columns);
    return out.str();
  }

 private:
  static std::string wrapped(const std::string& text) {
    std::string out;
    for (const auto& line : wrap(text, help_columns - left_columns)) {
      if (!out.empty()) out += '\n';
      out += line;
    }
    return out;
  }
};

// The command that the words selected, innermost.
const CLI::App* selected(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return at;
}

std::string path_of(const CLI::App& app) {
  std::string path = app.get_name();
  for (const auto* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  return path;
}

// Options that may stand where the unknown one stood: those of the command and, by falling through, of its parents.
std::vector<std::string> known_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* at = &app;; at = at->get_subcommands().front()) {
    for (const auto* option : at->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    if (at->get_subcommands().empty()) return names;
  }
}

std::vector<std::string> known_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

// The first word that nothing took; empty when there is none.
std::string unknown_word(const CLI::App& app) {
  const auto extras = app.remaining(true);
  const auto word = std::find_if(extras.begin(), extras.end(), [](const std::string& text) { return text != "--"; });
  return word == extras.end() ? std::string{} : *word;
}

std::string explain_unknown(const CLI::App& app, const std::string& word) {
  const auto* command = selected(app);
  if (word.starts_with("-")) {
    const auto name = word.substr(0, word.find('='));
    const auto close = nearest(name, known_options(app));
    return close ? fmt::format("unknown option '{}'; did you mean {}?", name, *close)
                 : fmt::format("unknown option '{}'", name);
  }
  const auto commands = known_commands(*command);
  if (commands.empty()) return fmt::format("'{}' is one argument too many", word);
  const auto close = nearest(word, commands);
  return close ? fmt::format("unknown command '{}'; did you mean '{}'?", word, *close)
               : fmt::format("unknown command '{}'; there is {}", word, join_words(commands));
}

}  // namespace

std::shared_ptr<CLI::Formatter> make_help_formatter() { return std::make_shared<help_formatter>(); }

int usage_exit_code(const CLI::App& app, const CLI::Error& error) {
  const bool hides_unknown = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
  if (hides_unknown && !unknown_word(app).empty()) return static_cast<int>(CLI::ExitCodes::ExtrasError);
  return error.get_exit_code();
}

std::string usage_error_message(const CLI::App& app, const CLI::Error& error) {
  const auto word = unknown_word(app);
  const bool is_unknown = usage_exit_code(app, error) == static_cast<int>(CLI::ExitCodes::ExtrasError);
  std::string what = is_unknown && !word.empty() ? explain_unknown(app, word) : std::string{error.what()};
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch))
    what = fmt::format("{} needs a value", what.substr(0, what.find(':')));
  if (!is_unknown && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
    const auto commands = known_commands(*selected(app));
    if (!commands.empty()) what = fmt::format("say what to do: {}", join_words(commands));
  }
  return fmt::format("nba-scraper: {}\nTry: {} --help\n", what, path_of(app));
}

}  // namespace nba::cli
