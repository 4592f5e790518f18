#include "cli/manual/man_page.hpp"

#include "cli/manual/sample_config.hpp"
#include "cli/setting_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

constexpr std::string_view exit_codes_begin = "Exit codes: ";

// Text as troff shows it: no escape, no request at a line's begin, and a hyphen that can be copied into a shell.
std::string in_troff(std::string_view text) {
  std::string out;
  bool at_line_begin = true;
  for (const char byte : text) {
    if (at_line_begin && (byte == '.' || byte == '\'')) out += "\\&";
    if (byte == '\\')
      out += "\\e";
    else if (byte == '-')
      out += "\\-";
    else if (byte == '\'')
      out += "\\(aq";
    else if (byte == '`')
      out += "\\(ga";
    else if (byte == '^')
      out += "\\(ha";
    else if (byte == '~')
      out += "\\(ti";
    else
      out += byte;
    at_line_begin = byte == '\n';
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + in_troff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + in_troff(text) + "\\fR"; }

std::string page_begin(std::string_view name, int section, const std::string& version, std::string_view manual) {
  std::string upper;
  for (const char byte : name) upper += static_cast<char>(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
  return fmt::format(".\\\" Made at build time from the program's own tables.\n.TH {} {} \"\" \"{}\" \"{}\"\n.ad l\n",
                     in_troff(upper), section, in_troff(version), manual);
}

// Paragraphs of a help text: lines that are set in (examples) stay as they are, the others are filled.
std::string in_paragraphs(std::string_view text) {
  std::string out;
  bool is_set_in = false, is_new = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_set_in != line.starts_with(' ')) {
      is_set_in = !is_set_in;
      out += is_set_in ? ".nf\n" : ".fi\n";
    }
    if (line.empty()) {
      is_new = true;
      continue;
    }
    if (std::exchange(is_new, false)) out += is_set_in ? "\n" : ".PP\n";
    out += in_troff(line) + "\n";
  }
  return out + (is_set_in ? ".fi\n" : "");
}

std::string sentence(std::string_view text) {
  std::string out{text};
  if (!out.empty()) out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  return in_troff(out) + (out.ends_with('.') ? "" : ".");
}

std::string tagged_entry(const std::string& tag, const std::string& text) { return ".TP\n" + tag + "\n" + text + "\n"; }

std::string tag_of(const option_description& option) {
  std::string tag;
  for (const auto& name : option.names) {
    if (!tag.empty()) tag += ", ";
    tag += option.is_argument ? italic(name) : bold(name);
  }
  if (!option.value.empty() && !option.is_argument) tag += " " + italic(option.value);
  return tag;
}

std::string option_entry(const option_description& option) {
  auto text = in_troff(option.help);
  if (option.is_required && !option.is_argument) text += " (required)";
  return tagged_entry(tag_of(option), text);
}

std::string usage_of(const command_description& command, const std::string& path) {
  auto line = bold(path);
  bool has_optional = false;
  for (const auto& option : command.options) {
    if (option.is_argument || !option.is_required)
      has_optional = has_optional || !option.is_argument;
    else
      line += " " + tag_of(option);
  }
  if (has_optional) line += " [" + italic("options") + "]";
  for (const auto& option : command.options)
    if (option.is_argument) {
      const auto shown = italic(option.name()) + (option.may_repeat ? " ..." : "");
      line += option.is_required ? " " + shown : " [" + shown + "]";
    }
  return line;
}

// A command that only has commands of its own is explained by them.
std::string sections_of(const command_description& command, const std::string& path) {
  std::string out;
  if (command.commands.empty() || !command.options.empty()) {
    out += fmt::format(".SS {}\n{}\n", usage_of(command, path), sentence(command.help));
    for (const auto& option : command.options) out += option_entry(option);
    out += in_paragraphs(command.notes);
  }
  for (const auto& inner : command.commands) out += sections_of(inner, path + " " + inner.name);
  return out;
}

// The notes of the whole program in paragraphs; the one about exit codes has a section of its own.
std::vector<std::string> paragraphs_of(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return all;
}

std::string notes_of_program(const command_description& program) {
  std::string examples, codes;
  for (const auto& paragraph : paragraphs_of(program.notes)) {
    if (paragraph.starts_with(exit_codes_begin))
      codes = ".SH EXIT STATUS\n" + in_troff(std::string_view{paragraph}.substr(exit_codes_begin.size())) + "\n";
    else
      examples += in_paragraphs(paragraph);
  }
  return codes + (examples.empty() ? examples : ".SH EXAMPLES\n" + examples);
}

std::string environment_section() {
  std::string out = ".SH ENVIRONMENT\n";
  for (const auto& setting : setting_table())
    if (!setting.environment.empty()) out += tagged_entry(bold(setting.environment), in_troff(setting.help));
  out += tagged_entry(bold("XDG_CONFIG_HOME") + ", " + bold("XDG_DATA_HOME"),
                      "folders of the configuration file and of the default database; without them "
                      "\\(ti/.config and \\(ti/.local/share");
  out += tagged_entry(bold("CREDENTIALS_DIRECTORY"),
                      "set by systemd: a file database\\-password in it is the password of a database server");
  return out;
}

std::string files_section() {
  std::string out = ".SH FILES\n";
  out += tagged_entry(italic("$XDG_CONFIG_HOME/nba-scraper/config.toml"),
                      "settings; see " + bold("nba-scraper-config") + "(5). Those of the services are in " +
                          italic("/etc/nba-scraper/config.toml"));
  out += tagged_entry(
      italic("$XDG_DATA_HOME/nba-scraper/nba.db"),
      "the database where none is named. That of the services is " + italic("/var/lib/nba-scraper/nba.db"));
  return out;
}

std::string setting_entry(const setting_descriptor& setting) {
  auto text = sentence(setting.help) + "\n.br\n";
  if (const auto range = describe_range(setting); !range.empty()) text += "Values: " + in_troff(range) + ".\n";
  if (const auto shown = describe_default(setting); !shown.empty()) text += "Default: " + in_troff(shown) + ".\n";
  if (!setting.flag.empty() || !setting.environment.empty()) {
    text += "Also: ";
    if (!setting.flag.empty()) text += bold(setting.flag);
    if (!setting.environment.empty()) text += (setting.flag.empty() ? "" : ", ") + bold(setting.environment);
    text += ".\n";
  }
  text.pop_back();
  return tagged_entry(bold(name_in_table(setting)), text);
}

}  // namespace

std::string command_man_page(const command_description& program, const std::string& version) {
  auto page = page_begin(program.name, 1, version, "User Commands");
  page +=
      fmt::format(".SH NAME\n{} \\- keeps a database of NBA games complete and up to date\n", in_troff(program.name));
  page += fmt::format(".SH SYNOPSIS\n{} [{}] {} [{}]\n", bold(program.name), italic("global options"),
                      italic("COMMAND"), italic("options"));
  page += ".SH DESCRIPTION\n" + in_troff(program.help) + "\n";
  page += ".SH COMMANDS\n";
  for (const auto& command : program.commands) page += sections_of(command, program.name + " " + command.name);
  page += ".SH GLOBAL OPTIONS\nThey may stand before or after the command.\n";
  for (const auto& option : program.options) page += option_entry(option);
  page += notes_of_program(program) + environment_section() + files_section();
  page += ".SH SEE ALSO\n" + bold("nba-scraper-config") + "(5); the documents below\n" +
          italic("/usr/share/doc/nba-scraper") + "\n";
  return page;
}

std::string settings_man_page(const std::string& version) {
  auto page = page_begin("nba-scraper-config", 5, version, "File Formats");
  page += ".SH NAME\nnba\\-scraper\\-config \\- settings of nba\\-scraper\n";
  page += ".SH SYNOPSIS\n" + italic("$XDG_CONFIG_HOME/nba-scraper/config.toml") + ", " +
          italic("/etc/nba-scraper/config.toml") + " (of the services)\n";
  page +=
      ".SH DESCRIPTION\nThe file is TOML. Nothing has to be in it: every setting has a default. A flag on the command "
      "line is stronger than an environment variable, that than the file, that than the default;\n" +
      bold("nba-scraper doctor") + "\nshows what is in force, and where it comes from.\n";
  page += ".SH SETTINGS\n";
  for (const auto& table : settings_by_table()) {
    if (!table.heading.empty()) page += ".SS " + in_troff(table.heading) + "\n";
    if (!table.remark.empty()) page += in_troff(table.remark) + "\n";
    for (const auto* setting : table.settings) page += setting_entry(*setting);
  }
  page += ".SH EXAMPLE\nEvery setting with its default, ready to be copied, is in\n" +
          italic("/usr/share/doc/nba-scraper/examples/config.toml") + ".\n";
  page += ".SH SEE ALSO\n" + bold("nba-scraper") + "(1)\n";
  return page;
}

}  // namespace nba::cli
