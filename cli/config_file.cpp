#include "cli/config_file.hpp"

#include "cli/config_nesting.hpp"
#include "cli/printable.hpp"
#include "cli/text.hpp"
#include "pipeline/source/base_url.hpp"
#include "pipeline/source/endpoints.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace nba::cli {
namespace {

constexpr std::string_view host_pattern = "hosts.*.";
constexpr std::string_view channel_prefix = "alerts.";
constexpr std::string_view channel_pattern = "alerts.*.";
constexpr std::size_t channel_name_max = 40;

// It stands in logs, tables and addresses of pages.
bool is_channel_name(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !name.empty() && name.size() <= channel_name_max && name.find_first_not_of(letters) == std::string_view::npos;
}
constexpr std::size_t config_bytes_max = 1 << 20;

std::string_view line_of(std::string_view text, std::size_t number) {
  for (; number > 1 && !text.empty(); --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

bool may_hold_secret(std::string_view line) { return line.find_first_of("@:") != std::string_view::npos; }

failure bad_file(const std::string& path, const toml::node* node, const std::string& message) {
  const auto line = node != nullptr ? node->source().begin.line : 0;
  return {failure_class::configuration, message, line > 0 ? fmt::format("{} line {}", path, line) : path};
}

// Known keys below a prefix, without the prefix: the names that may stand in one table of the file.
std::vector<std::string> names_in_table(std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& setting : setting_table()) {
    if (!setting.in_file || !setting.key.starts_with(prefix)) continue;
    auto rest = setting.key.substr(prefix.size());
    rest = rest.substr(0, rest.find('.'));
    if (rest != "*" && std::find(names.begin(), names.end(), rest) == names.end()) names.emplace_back(rest);
  }
  return names;
}

// A key that is right but for its table: "fetch_games_max" at the top level belongs into [engine].
std::optional<std::string> table_of(std::string_view name) {
  for (const auto& setting : setting_table()) {
    const auto dot = setting.key.rfind('.');
    if (setting.in_file && dot != std::string_view::npos && setting.key.substr(dot + 1) == name)
      return setting.of_host()      ? "[hosts.\"HOST\"]"
             : setting.of_channel() ? "[alerts.CHANNEL]"
                                    : fmt::format("[{}]", setting.key.substr(0, dot));
  }
  return std::nullopt;
}

// "engine", `hosts."cdn.nba.com"`, "alerts.slack": the table as it is written. `section`: the name that stands for "*".
std::string table_as_written(std::string_view prefix, std::string_view section) {
  if (prefix == host_pattern) return fmt::format("hosts.\"{}\"", section);
  if (prefix == channel_pattern) return fmt::format("alerts.{}", section);
  return std::string{prefix.substr(0, prefix.size() - 1)};
}

failure unknown_key(const std::string& path, const toml::node& node, std::string_view prefix, std::string_view section,
                    std::string_view name) {
  const auto known = names_in_table(prefix);
  const auto where =
      prefix.empty() ? std::string{"at the top level"} : fmt::format("in [{}]", table_as_written(prefix, section));
  std::string hint;
  if (const auto close = nearest(name, known))
    hint = fmt::format("did you mean '{}'?", *close);
  else if (const auto table = table_of(name))
    hint = fmt::format("it belongs in {}", *table);
  else
    hint = fmt::format("known keys: {}", join_words(known));
  return bad_file(path, &node, fmt::format("unknown key '{}' {}; {}", name, where, hint));
}

std::string_view kind_in_words(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

// The node as a value of the setting's kind; nothing is converted but a whole number where a number is due.
std::optional<setting_value> typed_value(const toml::node& node, setting_kind kind) {
  switch (kind) {
    case setting_kind::text:
      if (const auto* text = node.as_string()) return setting_value{text->get()};
      break;
    case setting_kind::integer:
      if (const auto* number = node.as_integer()) return setting_value{number->get()};
      break;
    case setting_kind::number:
      if (const auto* number = node.as_floating_point()) return setting_value{number->get()};
      if (const auto* number = node.as_integer()) return setting_value{static_cast<double>(number->get())};
      break;
    case setting_kind::boolean:
      if (const auto* truth = node.as_boolean()) return setting_value{truth->get()};
      break;
  }
  return std::nullopt;
}

std::string_view kind_in_words(setting_kind kind) {
  switch (kind) {
    case setting_kind::text:
      return "a string";
    case setting_kind::integer:
      return "a whole number";
    case setting_kind::number:
      return "a number";
    case setting_kind::boolean:
      return "true or false";
  }
  return "";
}

// Walks the tables of the file; `prefix` is the dotted path so far with a trailing dot, hosts replaced by "*".
class reader {
 public:
  explicit reader(const std::string& path) : path_(path) {}

  std::optional<failure> read_table(const toml::table& table, const std::string& prefix, const std::string& host) {
    for (const auto& [key, node] : table) {
      auto problem = read_entry(std::string{key}, node, prefix, host);
      if (problem) return problem;
    }
    return std::nullopt;
  }

  std::vector<configured_value> take() { return std::move(values_); }

 private:
  std::optional<failure> read_entry(const std::string& name, const toml::node& node, const std::string& prefix,
                                    const std::string& host) {
    const bool is_host = prefix == "hosts.";
    const bool is_channel = prefix == channel_prefix && node.is_table();
    const auto path = is_host      ? std::string{host_pattern}
                      : is_channel ? std::string{channel_pattern}
                                   : prefix + name + ".";
    const bool is_table = is_host || is_channel || prefix + name == "hosts" || !names_in_table(path).empty();
    if (is_table) {
      // A budget for what is no host would be nobody's, and a password in it would be shown.
      if (is_host && (base_url_problem("http://" + name) ||
                      (host_of("https://" + name) != name && host_of("http://" + name) != name)))
        return bad_file(path_, &node,
                        "a section of hosts has the name of a host in small letters, like [hosts.\"cdn.nba.com\"], "
                        "without https:// and path, with a port from 1 to 65535 or none");
      if (is_channel && !is_channel_name(name))
        return bad_file(path_, &node,
                        fmt::format("a section of alerts has a name of at most {} small letters, digits, '-' and '_', "
                                    "like [alerts.slack]",
                                    channel_name_max));
      if (const auto* inner = node.as_table()) return read_table(*inner, path, is_host || is_channel ? name : host);
      return bad_file(path_, &node, fmt::format("'{}' must be a table, not {}", name, kind_in_words(node)));
    }
    const auto* setting = find_setting(prefix + name);
    if (setting == nullptr || !setting->in_file) return unknown_key(path_, node, prefix, host, name);
    const auto shown = prefix.empty() ? name : table_as_written(prefix, host) + "." + name;
    auto value = typed_value(node, setting->kind());
    if (!value)
      return bad_file(
          path_, &node,
          fmt::format("'{}' must be {}, not {}", shown, kind_in_words(setting->kind()), kind_in_words(node)));
    if (const auto problem = check_value(*setting, *value))
      return bad_file(path_, &node, fmt::format("'{}' {}", shown, *problem));
    values_.push_back({setting, host, std::move(*value)});
    return std::nullopt;
  }

  const std::string& path_;
  std::vector<configured_value> values_;
};

}  // namespace

result<std::vector<configured_value>> parse_config(std::string_view toml_text, const std::string& path) {
  const auto bad_line = [&](std::size_t line, std::string message) {
    return failure{failure_class::configuration, std::move(message), fmt::format("{} line {}", path, line)};
  };
  if (const auto line = line_nested_deeper_than(toml_text, config_nesting_max); line > 0)
    return bad_line(line, fmt::format("nested deeper than {} names and brackets; no setting lies deeper than three",
                                      config_nesting_max));
  try {
    const toml::table root = toml::parse(toml_text, path);
    reader reading{path};
    if (auto problem = reading.read_table(root, "", "")) return std::move(*problem);
    return reading.take();
  } catch (const toml::parse_error& error) {
    const auto line = static_cast<std::size_t>(error.source().begin.line);
    // What toml++ says quotes what it stumbled over, which may be a password without its quotation marks.
    if (!is_printable(error.description()) || may_hold_secret(line_of(toml_text, line)))
      return bad_line(line, "not valid TOML (strings stand in quotation marks, one setting a line)");
    return bad_line(line, fmt::format("not valid TOML: {}", error.description()));
  }
}

namespace {

failure cannot_read(const std::string& path, std::string_view why) {
  return {failure_class::configuration, fmt::format("cannot read the configuration file ({})", why), path};
}

class open_file {
 public:
  // Without waiting for a writer, should it be a pipe.
  explicit open_file(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~open_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

result<std::vector<configured_value>> read_config_file(const std::string& path) {
  const open_file file{path};
  struct stat info {};
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &info) != 0) return cannot_read(path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return cannot_read(path, "it is not a regular file");
  std::string text(config_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.descriptor(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > config_bytes_max) return cannot_read(path, fmt::format("it is larger than {} bytes", config_bytes_max));
  text.resize(size);
  return parse_config(text, path);
}

}  // namespace nba::cli
