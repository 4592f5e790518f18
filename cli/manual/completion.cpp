#include "cli/manual/completion.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

// A command with the words that lead to it: "" for the program, "schedule backfill".
struct command_place {
  std::string path;
  const command_description* command;
};

void collect_places(const command_description& command, const std::string& path, std::vector<command_place>& out) {
  out.push_back({path, &command});
  for (const auto& inner : command.commands)
    collect_places(inner, path.empty() ? inner.name : path + " " + inner.name, out);
}

std::vector<command_place> places_of(const command_description& program) {
  std::vector<command_place> all;
  collect_places(program, {}, all);
  return all;
}

enum class takes { nothing, something, words, file, folder };

takes kind_of_value(const option_description& option) {
  if (option.value.empty()) return takes::nothing;
  if (!option.words.empty()) return takes::words;
  if (option.value == "FILE" || option.value == "PATH") return takes::file;
  if (option.value == "DIR" || option.value == "FOLDER") return takes::folder;
  return takes::something;
}

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  return fmt::format("{}", fmt::join(words, between));
}

// Every option anywhere that is followed by a value.
std::set<std::string> names_with_values(const std::vector<command_place>& places) {
  std::set<std::string> names;
  for (const auto& at : places)
    for (const auto& option : at.command->options)
      if (!option.is_argument && !option.value.empty()) names.insert(option.names.begin(), option.names.end());
  return names;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

constexpr std::string_view script_remark =
    "# Made at build time from the commands of nba-scraper as --help has them.\n";

// ---- bash

// "SCHEDULE BACKFILL:--reprocess": options of one name may differ between commands; global ones count everywhere.
std::string bash_values(const std::vector<command_place>& places) {
  std::string out;
  for (const auto& at : places)
    for (const auto& option : at.command->options) {
      std::string action;
      switch (kind_of_value(option)) {
        case takes::nothing:
        case takes::something:
          continue;
        case takes::words:
          action = fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$cur\")", joined(option.words));
          break;
        case takes::file:
          action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
          break;
        case takes::folder:
          action = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")";
          break;
      }
      if (option.is_argument) continue;
      std::vector<std::string> patterns;
      for (const auto& name : option.names)
        patterns.push_back(at.path.empty() ? "*:" + name : fmt::format("'{}:{}'", at.path, name));
      out += fmt::format("    {}) {} ;;\n", joined(patterns, " | "), action);
    }
  return out;
}

std::string bash_lists(const std::vector<command_place>& places) {
  std::string out;
  for (const auto& at : places) {
    std::vector<std::string> commands, options;
    for (const auto& inner : at.command->commands) commands.push_back(inner.name);
    for (const auto& option : at.command->options)
      if (!option.is_argument) options.push_back(option.name());
    out += fmt::format("    '{}') commands='{}' options='{}' ;;\n", at.path, joined(commands), joined(options));
  }
  return out;
}

std::string bash_paths(const std::vector<command_place>& places) {
  std::vector<std::string> patterns;
  for (const auto& at : places) {
    if (at.path.empty()) continue;
    const auto space = at.path.rfind(' ');
    patterns.push_back(fmt::format("'{} {}'", space == std::string::npos ? "" : at.path.substr(0, space),
                                   space == std::string::npos ? at.path : at.path.substr(space + 1)));
  }
  return joined(patterns, " | ");
}

// What the program's own options are called; they fit everywhere.
std::string names_of_options(const command_description& program) {
  std::vector<std::string> names;
  for (const auto& option : program.options) names.push_back(option.name());
  return joined(names);
}

// ---- zsh

std::string in_zsh_spec(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '\'') {
      out += "'\\''";
      continue;
    }
    if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') out += '\\';
    out += byte;
  }
  return out;
}

std::string zsh_action(const option_description& option) {
  switch (kind_of_value(option)) {
    case takes::words:
      return fmt::format("({})", joined(option.words));
    case takes::file:
      return "_files";
    case takes::folder:
      return "_files -/";
    default:
      return " ";
  }
}

std::string zsh_spec(const option_description& option) {
  if (option.is_argument)
    return fmt::format("'{}:{}:{}'", option.may_repeat ? "*" : "", in_zsh_spec(option.name()), zsh_action(option));
  std::string all;
  for (const auto& name : option.names) {
    if (!all.empty()) all += ' ';
    all += fmt::format(
        "'{}{}{}[{}]{}'", option.may_repeat ? "*" : "", name, option.value.empty() ? "" : "=", in_zsh_spec(option.help),
        option.value.empty() ? "" : fmt::format(":{}:{}", in_zsh_spec(option.value), zsh_action(option)));
  }
  return all;
}

std::string zsh_function_name(const std::string& path) {
  return path.empty() ? "_nba-scraper" : "_nba-scraper_" + replaced(path, " ", "_");
}

std::string zsh_function(const command_place& at) {
  auto out = fmt::format("{}() {{\n", zsh_function_name(at.path));
  out += "  local curcontext=\"$curcontext\" context state state_descr line\n  typeset -A opt_args\n";
  out += "  _arguments -C $nba_scraper_everywhere";
  if (!at.path.empty())  // the program's own are the ones that stand everywhere
    for (const auto& option : at.command->options) out += " \\\n    " + zsh_spec(option);
  if (at.command->commands.empty()) return out + "\n}\n\n";
  out += " \\\n    '1: :->command' '*:: :->rest' && return 0\n  case $state in\n    command)\n";
  out += "      local -a commands=(\n";
  for (const auto& inner : at.command->commands)
    out += fmt::format("        '{}:{}'\n", inner.name, replaced(inner.help, "'", "'\\''"));
  out += "      )\n      _describe -t commands 'command' commands\n      ;;\n    rest)\n      case $line[1] in\n";
  for (const auto& inner : at.command->commands)
    out += fmt::format("        {}) {} ;;\n", inner.name,
                       zsh_function_name(at.path.empty() ? inner.name : at.path + " " + inner.name));
  return out + "      esac\n      ;;\n  esac\n}\n\n";
}

// ---- fish

std::string in_fish(std::string_view text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') out += '\\';
    out += byte;
  }
  return out + "'";
}

std::string fish_option(const command_place& at, const option_description& option) {
  // Global options have no condition: they stand everywhere.
  const auto condition = at.path.empty() ? std::string{} : fmt::format(" -n '__nba_scraper_at \"{}\"'", at.path);
  if (option.is_argument) return {};
  std::string names;
  for (const auto& name : option.names)
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  std::string value;
  switch (kind_of_value(option)) {
    case takes::nothing:
      break;
    case takes::something:
      value = " -x";
      break;
    case takes::words:
      value = " -x -a " + in_fish(joined(option.words));
      break;
    case takes::file:
      value = " -r -F";
      break;
    case takes::folder:
      value = " -x -a '(__fish_complete_directories)'";
      break;
  }
  return fmt::format("complete -c nba-scraper{}{}{} -d {}\n", condition, names, value, in_fish(option.help));
}

}  // namespace

std::string bash_completion(const command_description& program) {
  const auto places = places_of(program);
  const auto valued = names_with_values(places);
  return fmt::format(R"(# bash completion for {0}                                 -*- shell-script -*-
{1}
_nba_scraper_has_value() {{
  case $1 in
    {2}) return 0 ;;
  esac
  return 1
}}

_nba_scraper() {{
  local cur prev word path='' commands='' options='' index
  COMPREPLY=()
  cur=${{COMP_WORDS[COMP_CWORD]}}
  prev=${{COMP_WORDS[COMP_CWORD - 1]}}
  # "--option=value" comes as three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = && COMP_CWORD -ge 2 ]]; then
    prev=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${{COMP_WORDS[index]}}
    case $word in
      =) ((index++)) ;;
      -*)
        if _nba_scraper_has_value "$word" && [[ ${{COMP_WORDS[index + 1]}} != = ]]; then ((index++)); fi
        ;;
      *)
        case "$path $word" in
          {3}) path=${{path:+$path }}$word ;;
        esac
        ;;
    esac
  done
  if _nba_scraper_has_value "$prev"; then
    case "$path:$prev" in
{4}    esac
    return 0
  fi
  case $path in
{5}  esac
  if [[ $cur == -* || -z $commands ]]; then
    commands="$options {6}"
  fi
  mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
}} && complete -F _nba_scraper {0}
)",
                     program.name, script_remark,
                     fmt::format("{}", fmt::join(std::vector<std::string>(valued.begin(), valued.end()), " | ")),
                     bash_paths(places), bash_values(places), bash_lists(places), names_of_options(program));
}

std::string zsh_completion(const command_description& program) {
  auto out = fmt::format("#compdef {}\n{}\n", program.name, script_remark);
  const auto places = places_of(program);
  for (const auto& at : places)
    if (!at.path.empty()) out += zsh_function(at);
  // The outermost last: a file of this kind is the body of the function that it is called after.
  out += zsh_function(places.front());
  out += "local -a nba_scraper_everywhere=(\n";
  for (const auto& option : program.options) out += "  " + zsh_spec(option) + "\n";
  return out + ")\n_nba-scraper \"$@\"\n";
}

std::string fish_completion(const command_description& program) {
  const auto places = places_of(program);
  const auto valued = names_with_values(places);
  std::vector<std::string> paths;
  for (const auto& at : places)
    if (!at.path.empty()) paths.push_back(in_fish(at.path));
  auto out = fmt::format(R"(# fish completion for {0}
{1}
# Prints the command that the words before the cursor lead to.
function __nba_scraper_path
    set -l words (commandline -opc)
    set -l path
    set -l is_value 0
    for word in $words[2..-1]
        if test $is_value -eq 1
            set is_value 0
        else if contains -- $word {2}
            set is_value 1
        else if string match -q -- '-*' $word
            continue
        else if contains -- (string join ' ' $path $word) {3}
            set -a path $word
        end
    end
    string join ' ' $path
end

function __nba_scraper_at
    test (__nba_scraper_path | string collect -a) = "$argv[1]"
end

complete -c {0} -f
)",
                         program.name, script_remark,
                         fmt::format("{}", fmt::join(std::vector<std::string>(valued.begin(), valued.end()), " ")),
                         joined(paths));
  for (const auto& at : places) {
    for (const auto& inner : at.command->commands)
      out += fmt::format("complete -c {} -n '__nba_scraper_at \"{}\"' -a {} -d {}\n", program.name, at.path, inner.name,
                         in_fish(inner.help));
    for (const auto& option : at.command->options) out += fish_option(at, option);
  }
  return out;
}

}  // namespace nba::cli
