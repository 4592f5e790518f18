#include "cli/command_line.hpp"

#include "cli/help.hpp"
#include "cli/manual/command_tree.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace nba::cli {
namespace {

// Without a description: CLI11 would print it after the option's type.
argument_check as_check(CLI::Validator validator) {
  return [validator = std::move(validator)](const std::string& text) { return validator(text); };
}

// A check that knows all the words it accepts.
struct listed_words {
  std::vector<std::string> words;
  CLI::Validator validator;
  std::string operator()(const std::string& text) const { return validator(text); }
};

option_description describe_option(const CLI::Option& option) {
  option_description out;
  out.is_argument = option.get_positional();
  if (out.is_argument)
    out.names.push_back(option.get_name(true));
  else {
    for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  }
  if (option.get_type_size() != 0) {
    const auto type = option.get_type_name();
    out.value = type.substr(0, type.find(':'));  // as in help texts
  }
  out.help = option.get_description();
  out.is_required = option.get_required();
  out.may_repeat = option.get_items_expected_max() > 1;
  return out;
}

}  // namespace

argument_check in_range(int lowest, int highest) { return as_check(CLI::Range(lowest, highest)); }
argument_check in_range(double lowest, double highest) { return as_check(CLI::Range(lowest, highest)); }
argument_check one_of(std::vector<std::string> words) {
  CLI::IsMember validator{words};
  return listed_words{std::move(words), std::move(validator)};
}

option_syntax* option_syntax::type_name(const std::string& shown) {
  option_.type_name(shown);
  return this;
}

option_syntax* option_syntax::check(argument_check accepts) {
  if (const auto* listed = accepts.target<listed_words>()) words_ = listed->words;
  option_.check(CLI::Validator([accepts = std::move(accepts)](std::string& text) { return accepts(text); }, {}));
  return this;
}

option_syntax* option_syntax::required(bool is_required) {
  option_.required(is_required);
  return this;
}

option_syntax* option_syntax::group(const std::string& heading) {
  option_.group(heading);
  return this;
}

option_syntax* option_syntax::delimiter(char between) {
  option_.delimiter(between);
  return this;
}

option_syntax* option_syntax::take_all() {
  option_.take_all();
  return this;
}

option_syntax* option_syntax::take_last() {
  option_.take_last();
  return this;
}

option_syntax* option_syntax::may_stand_alone(const std::string& value) {
  option_.expected(0, 1)->default_str(value);
  return this;
}

option_syntax* option_syntax::capture_default_str() {
  option_.capture_default_str();
  return this;
}

option_syntax* option_syntax::offer(std::vector<std::string> words) {
  words_ = std::move(words);
  return this;
}

option_description option_syntax::describe() const {
  auto out = describe_option(option_);
  out.words = words_;
  return out;
}

command_syntax* command_syntax::add_subcommand(const std::string& name, const std::string& description) {
  commands_.push_back(std::make_unique<command_syntax>(*command_.add_subcommand(name, description)));
  return commands_.back().get();
}

command_syntax* command_syntax::group(const std::string& heading) {
  command_.group(heading);
  return this;
}

command_syntax* command_syntax::footer(const std::string& text) {
  command_.footer(text);
  return this;
}

command_syntax* command_syntax::require_subcommand(int count) {
  command_.require_subcommand(count);
  return this;
}

void command_syntax::callback(std::function<void()> selected) { command_.callback(std::move(selected)); }

option_syntax* command_syntax::keep(CLI::Option& option) {
  options_.push_back(std::make_unique<option_syntax>(option));
  return options_.back().get();
}

option_syntax* command_syntax::add_option(const std::string& name, std::string& target,
                                          const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_option(const std::string& name, std::vector<std::string>& target,
                                          const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_option(const std::string& name, int& target, const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_option(const std::string& name, std::int64_t& target,
                                          const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_option(const std::string& name, std::uint64_t& target,
                                          const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_option(const std::string& name, double& target, const std::string& description) {
  return keep(*command_.add_option(name, target, description));
}

option_syntax* command_syntax::add_flag(const std::string& name, bool& target, const std::string& description) {
  return keep(*command_.add_flag(name, target, description));
}

option_syntax* command_syntax::on_option(const std::string& name, std::function<void(const std::string&)> given,
                                         const std::string& description) {
  return keep(*command_.add_option_function<std::string>(name, given, description));
}

option_syntax* command_syntax::on_flag(const std::string& name, std::function<void()> given,
                                       const std::string& description) {
  return keep(*command_.add_flag_callback(name, std::move(given), description));
}

command_description command_syntax::describe() const {
  command_description out;
  out.name = command_.get_name();
  out.help = command_.get_description();
  out.notes = command_.get_footer();
  for (const auto& option : options_) out.options.push_back(option->describe());
  for (const auto& command : commands_) out.commands.push_back(command->describe());
  return out;
}

command_line_parser::command_line_parser(const std::string& program, const std::string& description,
                                         const std::string& version_text)
    : app_(std::make_unique<CLI::App>(description)), root_(std::make_unique<command_syntax>(*app_)) {
  app_->name(program);
  app_->formatter(make_help_formatter());
  app_->set_help_flag("--help,-h", "print this help and exit");
  app_->option_defaults()->group(group_options);
  app_->fallthrough();
  app_->require_subcommand(1);
  app_->set_version_flag("--version", version_text, "print the version with its git revision and exit")
      ->group(group_global_options);
  app_->get_help_ptr()->group(group_global_options);
}

command_line_parser::~command_line_parser() = default;

command_description command_line_parser::describe() const {
  auto out = root_->describe();
  for (const auto* own : {app_->get_version_ptr(), app_->get_help_ptr()}) out.options.push_back(describe_option(*own));
  return out;
}

std::optional<int> command_line_parser::parse(const std::vector<std::string>& arguments, std::ostream& out,
                                              std::ostream& err) {
  if (arguments.empty()) {
    err << app_->help();
    return static_cast<int>(CLI::ExitCodes::RequiredError);
  }
  try {
    // CLI11 takes the words from the back.
    app_->parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const CLI::Success& asked) {
    return app_->exit(asked, out, err);  // --help, --version
  } catch (const CLI::ParseError& error) {
    err << usage_error_message(*app_, error);
    return usage_exit_code(*app_, error);
  }
  return std::nullopt;
}

}  // namespace nba::cli
