#include "cli/commands/alerts.hpp"

#include "cli/alerts/alert_desk.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "storage/host_name.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace nba::cli {
namespace {

alert_desk desk_of(const context& with) {
  return {parse_database_url(with.settings.database), store_options_of(with.settings)};
}

// The configuration file that is read, or would be if it were there; empty: no variable says where.
std::filesystem::path config_place(const context& with) {
  if (!with.settings.config_file.empty()) return with.settings.config_file;
  const auto folder = with.environment("XDG_CONFIG_HOME").value_or("");
  const auto home = with.environment("HOME").value_or("");
  const std::filesystem::path file = "nba-scraper/config.toml";
  if (folder.starts_with('/')) return folder / file;
  return home.empty() ? std::filesystem::path{} : home / (".config" / file);
}

// ---- test

alert_news test_news(const std::string& channel) {
  alert_news news;
  news.kind = alert_kind::test;
  news.subject = channel;
  news.title = "a test of nba-scraper's alerts";
  news.host = host_name();
  news.text = fmt::format("Sent by `nba-scraper alerts test` on {}. Nothing is wrong.", news.host);
  news.at = utc_now();
  news.run_id = "alerts-test";
  news.job = "test";
  return news;
}

void print_lines(const context& with, std::string_view name, const std::string& text) {
  bool first = true;
  for (const auto& line : wrap(text, 80 - 15)) {
    with.out << fmt::format("{:<14} {}\n", first ? name : std::string_view{}, line);
    first = false;
  }
}

std::string_view what_a_test_shows(channel_type type) {
  switch (type) {
    case channel_type::ping:
      return "; written to the check's log, its state is as it was";
    case channel_type::sentry:
      return "; the event is of level info. Check-ins come with the next run";
    default:
      return "";
  }
}

// Whether the channel took it.
bool test_channel(const context& with, const alert_courier& courier, const alert_channel& channel, alert_store& book) {
  parcel wanted;
  const auto now = utc_now();
  const auto noted = book.change_alerts(now, [&](alert_book& all) {
    note_test(all, test_news(channel.name), channel.name, now);
    outbox_rules only;
    only.channels.push_back({channel.name, {}, true, {}});
    // What else waits is left to runs: a test is a test.
    alert_book alone{{all.alerts.back()}};
    wanted = take_due(alone, only, now).front();
    all.alerts.back() = std::move(alone.alerts.front());  // with the message's id, by which its answer is noted
  });
  if (!noted) {
    alert_book alone;
    note_test(alone, test_news(channel.name), channel.name, now);
    outbox_rules only;
    only.channels.push_back({channel.name, {}, true, {}});
    wanted = take_due(alone, only, now).front();
  }
  const auto sent = courier.send(wanted, courier.setup().deadline);
  if (noted) {
    const auto written = book.change_alerts(utc_now(), [&](alert_book& all) {
      auto answer = sent.answer;
      // A test is not tried again.
      if (answer.outcome == delivery_outcome::try_later) answer.outcome = delivery_outcome::refused;
      if (sent.answer.outcome == delivery_outcome::try_later) {
        for (auto& alert : all.alerts)
          for (auto& one : alert.deliveries)
            if (one.message_id == wanted.message_id && alert.news.kind == alert_kind::test) {
              one.state = delivery_state::expired;
              one.last_error = answer.why;
            }
      } else {
        note_answer(all, wanted, answer, {}, courier.setup().rules, utc_now());
      }
      note_broken_channels(all, courier.setup(), utc_now());
    });
    if (!written) with.note("the test could not be written down: " + written.error().message);
  }
  const bool took = sent.answer.outcome == delivery_outcome::delivered;
  print_lines(with, channel.name,
              took ? fmt::format("took it ({}){}", channel.description(), what_a_test_shows(channel.type))
                   : fmt::format("FAILED ({}): {}", channel.description(), sent.answer.why));
  return took;
}

// ---- list

std::string minute_or_dash(const std::optional<utc_time>& at) {
  return at ? to_the_minute(format_timestamp(*at)) : "-";
}

std::string describe_delivery(const alert_delivery& one) {
  auto text = fmt::format("{} {}", one.channel, to_string(one.state));
  if (one.recovery_sent_at) text += ", told that it is over";
  if (!one.last_error.empty() && one.state != delivery_state::delivered)
    text += fmt::format(" ({}{})", one.tries > 0 ? fmt::format("try {}: ", one.tries) : "", one.last_error);
  return text;
}

bool is_shown(const alert_record& alert, bool all) {
  if (all) return true;
  if (!traits_of(alert.news.kind).chosen) return false;
  return alert.is_open() || alert.last_seen_at > utc_now() - alert_book_window;
}

nlohmann::ordered_json json_of_alert(const alert_record& alert) {
  const auto time = [](const std::optional<utc_time>& at) {
    return at ? nlohmann::ordered_json(format_timestamp(*at)) : nlohmann::ordered_json(nullptr);
  };
  nlohmann::ordered_json out{{"kind", to_string(alert.news.kind)},
                             {"fingerprint", alert.fingerprint},
                             {"subject", alert.news.subject},
                             {"title", alert.news.title},
                             {"text", alert.news.text},
                             {"help", alert.news.help},
                             {"job", alert.news.job},
                             {"run_id", alert.news.run_id},
                             {"host", alert.news.host},
                             {"created_at", format_timestamp(alert.created_at)},
                             {"last_seen_at", format_timestamp(alert.last_seen_at)},
                             {"recovered_at", traits_of(alert.news.kind).recovers ? time(alert.recovered_at) : nullptr},
                             {"times", alert.repeats + 1},
                             {"deliveries", nlohmann::ordered_json::array()}};
  for (const auto& one : alert.deliveries)
    out["deliveries"].push_back({{"channel", one.channel},
                                 {"state", to_string(one.state)},
                                 {"tries", one.tries},
                                 {"delivered_at", time(one.delivered_at)},
                                 {"recovery_sent_at", time(one.recovery_sent_at)},
                                 {"last_error", one.last_error}});
  return out;
}

void print_paragraph(const context& with, const std::string& text) {
  if (text.empty()) return;
  for (const auto& line : wrap(text, 80 - 4)) with.out << "    " << line << '\n';
}

void print_alert(const context& with, const alert_record& alert, bool is_another) {
  if (is_another) with.out << '\n';
  const bool recovers = traits_of(alert.news.kind).recovers;
  const auto state = !recovers         ? std::string{"said"}
                     : alert.is_open() ? std::string{"OPEN"}
                                       : "over since " + minute_or_dash(alert.recovered_at);
  with.out << fmt::format("{}  {}  {}\n", minute_or_dash(alert.created_at), to_string(alert.news.kind), state);
  const auto times =
      alert.repeats > 0 ? fmt::format(" ({} times, the last {})", alert.repeats + 1, minute_or_dash(alert.last_seen_at))
                        : std::string{};
  print_paragraph(with, alert.news.title + times);
  print_paragraph(with, alert.news.text);
  if (alert.is_open() && !alert.news.help.empty()) with.out << "    -> " << alert.news.help << '\n';
  for (const auto& one : alert.deliveries) print_paragraph(with, describe_delivery(one));
}

}  // namespace

std::string why_no_channel(const context& with) {
  const auto place = config_place(with);
  std::string found;
  if (place.empty())
    found = "there is no configuration file: neither XDG_CONFIG_HOME nor HOME says where; name one with --config FILE";
  else if (with.settings.config_file.empty())
    found = fmt::format("there is no configuration file {}", place.string());
  else
    found = fmt::format("{} has no section [alerts.NAME]", place.string());
  const auto folder =
      place.empty() ? std::filesystem::path{"/etc/nba-scraper"} : std::filesystem::absolute(place).parent_path();
  return fmt::format(
      "no channel is set up; {}. For Slack these two lines do, and a file with its address that only you may read:\n"
      "  [alerts.slack]\n"
      "  url_file = \"{}\"\n"
      "docs/alerts.md has each channel in five minutes.",
      found, (folder / "slack.url").string());
}

int run_alerts_test(const context& with, const alerts_options& options) {
  const auto setup = make_alert_setup(with.settings, with.environment);
  if (setup->empty()) return with.fail(exit_configuration, why_no_channel(with));
  const bool known = options.channel.empty() || with.settings.alerts.channels.contains(options.channel);
  if (!known) {
    std::vector<std::string> names;
    for (const auto& [name, ignored] : with.settings.alerts.channels) names.push_back(name);
    return with.fail(exit_configuration,
                     fmt::format("there is no channel '{}'; there are {}", options.channel, join_words(names)));
  }
  int failed = 0;
  for (const auto& one : setup->unusable)
    if (options.channel.empty() || options.channel == one.name) {
      print_lines(with, one.name, "FAILED: " + setup->hide(one.why));
      ++failed;
    }
  const auto desk = desk_of(with);
  std::string why;
  const auto database = desk.open(why);
  alert_state_file file{setup->state_file, {setup->database, {}}};
  const alert_courier courier{setup, std::make_shared<log_door>(&with.events), nullptr};
  for (const auto& channel : setup->channels) {
    if (!options.channel.empty() && options.channel != channel.name) continue;
    alert_store& book = database && database->read_alerts(1) ? static_cast<alert_store&>(*database) : file;
    if (!test_channel(with, courier, channel, book)) ++failed;
  }
  return failures_exit_code(failed);
}

int run_alerts_list(const context& with, const alerts_options& options) {
  const auto setup = make_alert_setup(with.settings, with.environment);
  const auto desk = desk_of(with);
  const auto alerts = desk.read(*setup);
  if (!alerts) return with.fail(exit_database, alerts.error().message);
  auto document = nlohmann::ordered_json::array();
  bool any = false;
  for (auto alert = alerts->rbegin(); alert != alerts->rend(); ++alert) {
    if (!is_shown(*alert, options.all)) continue;
    if (options.json)
      document.push_back(json_of_alert(*alert));
    else
      print_alert(with, *alert, any);
    any = true;
  }
  if (options.json)
    with.print_json(document);
  else if (!any)
    with.out << (with.settings.alerts.channels.empty() ? "No alerts, and " + why_no_channel(with) + "\n"
                                                       : std::string{"No alerts.\n"});
  return exit_success;
}

void add_alerts_commands(command_syntax& app, chosen_command& chosen) {
  auto* alerts = app.add_subcommand("alerts", "try the channels that alerts go to, and see what was told");
  alerts->group(group_maintain)->require_subcommand(1);
  alerts->footer(
      "Alerts go to the channels of the configuration file: Slack, Sentry, a ping\n"
      "address, a webhook, a command. docs/alerts.md sets each up in five minutes.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper alerts test\n"
      "  nba-scraper alerts list\n");
  auto options = std::make_shared<alerts_options>();

  auto* test = alerts->add_subcommand("test", "send a marked test to each channel, and say what each answered");
  test->group(group_nested);
  test->footer(
      "Exit code: the number of channels that did not take it; 120 without any.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper alerts test\n"
      "  nba-scraper alerts test --channel slack\n");
  test->add_option("--channel", options->channel, "only this one")->type_name("NAME");
  on_selected(*test, chosen, options, &run_alerts_test);

  auto* list = alerts->add_subcommand("list", "what is wrong, what was, and who was told")->group(group_nested);
  list->footer(
      "What is open, and what was said in the last seven days.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper alerts list\n"
      "  nba-scraper alerts list --all --json\n");
  list->add_flag("--all", options->all, "also tests and check-ins, as far back as there is something");
  add_json_option(*list, options->json);
  on_selected(*list, chosen, options, &run_alerts_list);

  auto* failed = alerts->add_subcommand("on-failure", "for systemd's OnFailure=: tell that a unit failed");
  failed->group(group_nested);
  failed->footer(
      "Reads $MONITOR_UNIT, $MONITOR_SERVICE_RESULT, $MONITOR_EXIT_STATUS and\n"
      "$MONITOR_INVOCATION_ID, which systemd sets (from version 251 on). Says nothing\n"
      "where the run has said it by itself, and nothing twice.\n"
      "\n"
      "Example:\n"
      "  nba-scraper alerts on-failure\n");
  failed->add_option("--unit", options->unit, "instead of $MONITOR_UNIT")->type_name("UNIT");
  on_selected(*failed, chosen, options, &run_alerts_on_failure);
}

}  // namespace nba::cli
