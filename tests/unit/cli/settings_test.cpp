#include "cli/settings.hpp"
#include "cli/config_file.hpp"
#include "cli/setting_table.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::contains;
using nba::cli::test::environment;
using nba::cli::test::temporary_folder;

namespace {

using flag_map = std::map<std::string, std::string, std::less<>>;

result<settings> load(const flag_map& flags, environment variables) {
  variables.emplace("HOME", "/home/fan");
  settings_input input;
  input.flags = flags;
  input.environment = [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  return load_settings(input);
}

std::string problem(const flag_map& flags, const environment& variables) {
  const auto loaded = load(flags, variables);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == failure_class::configuration);
  return loaded.error().message + " @ " + loaded.error().where;
}

std::string file_problem(std::string_view toml) {
  const auto parsed = parse_config(toml, "c.toml");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == failure_class::configuration);
  return parsed.error().message + " @ " + parsed.error().where;
}

}  // namespace

TEST_CASE("a flag beats the environment, which beats the file, which beats the default") {
  const temporary_folder folder;
  const auto file = folder.write("c.toml", "log_level = \"error\"\ncdn_url = \"http://file\"\n");
  struct row {
    bool flag, variable, in_file;
    std::string value, origin;
  };
  const std::vector<row> table{
      {false, false, false, "info", "default"},
      {false, false, true, "error", "file " + file},
      {false, true, false, "warn", "environment NBA_SCRAPER_LOG_LEVEL"},
      {false, true, true, "warn", "environment NBA_SCRAPER_LOG_LEVEL"},
      {true, false, false, "debug", "flag --log-level"},
      {true, false, true, "debug", "flag --log-level"},
      {true, true, false, "debug", "flag --log-level"},
      {true, true, true, "debug", "flag --log-level"},
  };
  for (const auto& [flag, variable, in_file, value, origin] : table) {
    CAPTURE(flag);
    CAPTURE(variable);
    CAPTURE(in_file);
    flag_map flags;
    environment variables;
    if (flag) flags["log_level"] = "debug";
    if (in_file) flags["config"] = file;
    if (variable) variables["NBA_SCRAPER_LOG_LEVEL"] = "warn";
    const auto loaded = load(flags, variables);
    REQUIRE(loaded);
    CHECK(loaded->log_level == value);
    CHECK(to_string(origin_of(*loaded, "log_level")) == origin);
  }
}

namespace {

// A text that the setting takes.
std::string text_for(const setting_descriptor& setting) {
  if (setting.key == "database") return "sqlite:///x.db";
  if (setting.key == "metrics_file") return "/x/a.prom";
  if (setting.key == "http.listen" || setting.key == "http") return "127.0.0.1:8098";
  if (setting.key.ends_with(".kinds")) return "run_failed";
  return setting.choices.empty() ? "http://x" : setting.choices.back();
}

}  // namespace

TEST_CASE("every setting of the table can be set in the file, and remembers it") {
  const temporary_folder folder;
  for (const auto& setting : setting_table()) {
    if (!setting.in_file) continue;
    if (setting.key == "database_password_file") continue;  // it must be there: a file of tests of its own
    CAPTURE(setting.key);
    std::string value;
    switch (setting.kind()) {
      case setting_kind::text:
        value = "\"" + text_for(setting) + "\"";
        break;
      case setting_kind::boolean:
        value = std::get<bool>(*value_of(settings{}, setting, {})) ? "false" : "true";
        break;
      default:
        value = std::to_string(static_cast<long long>(setting.maximum));
    }
    auto key = std::string{setting.key};
    const auto name = key.substr(key.rfind('.') + 1);
    auto table = key.substr(0, key.size() - std::min(key.size(), name.size() + 1));
    std::string host;
    if (setting.of_host()) {
      host = "h.example";
      table = "hosts.\"h.example\"";
      key = "hosts.h.example." + name;
    }
    if (setting.of_channel()) {
      host = "slack";
      table = "alerts.slack";
      key = "alerts.slack." + name;
    }
    const auto toml = (table.empty() ? "" : "[" + table + "]\n") + name + " = " + value + "\n";
    // Its partner must not contradict it.
    const auto partner = key == "retry.backoff_first_ms" ? "backoff_max_ms = 3600000\n" : "";
    const auto loaded = load({{"config", folder.write("c.toml", toml + partner)}}, {});
    REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
    const auto stored = value_of(*loaded, setting, host);
    REQUIRE(stored);
    CHECK(*stored != value_of(settings{}, setting, {}));
    const auto quoted =
        setting.kind() == setting_kind::text ? "\"" + format_value(*stored) + "\"" : format_value(*stored);
    CHECK(quoted == value);
    CHECK(origin_of(*loaded, key).kind == origin_kind::file);
    const auto list = list_settings(*loaded);
    const auto listed = std::find_if(list.begin(), list.end(), [&](const effective_setting& entry) {
      return entry.name == name && entry.origin.kind == origin_kind::file;
    });
    REQUIRE(listed != list.end());
    CHECK(listed->value == (setting.is_secret() ? "\"***\"" : value));
  }
}

TEST_CASE("each value of a host is listed as its own, with where it comes from") {
  const temporary_folder folder;
  const auto file =
      folder.write("c.toml", "[hosts.\"cdn.nba.com\"]\nrequests_per_minute = 61\nconnections = 3\nburst = 5\n");
  const auto loaded = load({{"config", file}}, {});
  REQUIRE(loaded);
  std::map<std::string, std::string> listed;
  for (const auto& entry : list_settings(*loaded))
    if (entry.table == "hosts.\"cdn.nba.com\"") {
      listed[entry.name] = entry.value;
      CHECK(entry.origin.kind == origin_kind::file);
    }
  CHECK(listed ==
        std::map<std::string, std::string>{{"requests_per_minute", "61"}, {"connections", "3"}, {"burst", "5"}});
}

TEST_CASE("an empty variable counts as not set") {
  const auto loaded = load({}, {{"DATABASE_URL", ""}});
  REQUIRE(loaded);
  CHECK(origin_of(*loaded, "database").kind == origin_kind::fallback);
}

TEST_CASE("the default database lies in the XDG data folder, else below HOME") {
  CHECK(load({}, {})->database == "sqlite:////home/fan/.local/share/nba-scraper/nba.db");
  CHECK(load({}, {{"XDG_DATA_HOME", "/data"}})->database == "sqlite:////data/nba-scraper/nba.db");
  CHECK(load({}, {{"XDG_DATA_HOME", "relative"}})->database == "sqlite:////home/fan/.local/share/nba-scraper/nba.db");
  CHECK(contains(problem({}, {{"HOME", ""}}), "use --database"));
}

TEST_CASE("the file is the named one, else the one in the XDG configuration folder, if there is one") {
  const temporary_folder folder;
  const auto named = folder.write("named.toml", "log_level = \"debug\"\n");
  const environment xdg{{"XDG_CONFIG_HOME", folder.path().string()}};
  CHECK(load({}, xdg)->config_file.empty());
  const auto found = folder.write("nba-scraper/config.toml", "log_level = \"warn\"\n");
  CHECK(load({}, xdg)->config_file == found);
  CHECK(load({}, xdg)->log_level == "warn");
  auto by_variable = xdg;
  by_variable["NBA_SCRAPER_CONFIG"] = named;
  CHECK(load({}, by_variable)->config_file == named);
  CHECK(load({{"config", found}}, by_variable)->config_file == found);
  CHECK(load({{"config", named}}, xdg)->log_level == "debug");
}

TEST_CASE("a named file that is not there is an error that says who named it") {
  CHECK(contains(problem({{"config", "/no/such.toml"}}, {}), "named by flag --config"));
  CHECK(contains(problem({}, {{"NBA_SCRAPER_CONFIG", "/no/such.toml"}}), "environment NBA_SCRAPER_CONFIG"));
  CHECK(contains(problem({{"config", "/"}}, {}), "cannot read"));
}

TEST_CASE("an unknown key names the nearest known one, or where it belongs") {
  CHECK(file_problem("databse = \"x\"\n") ==
        "unknown key 'databse' at the top level; did you mean 'database'? @ c.toml line 1");
  CHECK(file_problem("\n[engine]\nfetch_game_max = 3\n") ==
        "unknown key 'fetch_game_max' in [engine]; did you mean 'fetch_games_max'? @ c.toml line 3");
  CHECK(contains(file_problem("tries_max = 3\n"), "it belongs in [retry]"));
  // The section as it is written, not the pattern that it is one of.
  CHECK(contains(file_problem("[alerts.hook]\nkidn = \"slack\"\n"), "unknown key 'kidn' in [alerts.hook]; did you"));
  CHECK(contains(file_problem("[hosts.\"cdn.nba.com\"]\nbrust = 3\n"),
                 "unknown key 'brust' in [hosts.\"cdn.nba.com\"]; did you mean 'burst'?"));
  CHECK(contains(file_problem("[hosts.\"cdn.nba.com\"]\nrequests = 3\n"), "requests_per_minute"));
  CHECK(contains(file_problem("[egnine]\nfetch_games_max = 3\n"), "did you mean 'engine'?"));
  CHECK(contains(file_problem("config = \"other.toml\"\n"), "unknown key 'config'"));
  // A host name without quotes is a table in a table.
  CHECK(contains(file_problem("[hosts.cdn.nba.com]\nburst = 3\n"), "'nba'"));
}

TEST_CASE("a section of hosts that is no host name is refused, and not repeated") {
  for (const std::string name : {"https://cdn.nba.com", "CDN.NBA.COM", "cdn.nba.com/", "", "http://u:s3cret@h/"}) {
    CAPTURE(name);
    const auto problem = file_problem("[hosts.\"" + name + "\"]\nburst = 3\n");
    CHECK(contains(problem, "has the name of a host in small letters"));
    CHECK_FALSE(contains(problem, "s3cret"));
  }
  for (const std::string name : {"cdn.nba.com", "127.0.0.1:8080", "mirror"})
    CHECK(parse_config("[hosts.\"" + name + "\"]\nburst = 3\n", "c.toml"));
}

TEST_CASE("a wrong type or range names the setting, what is due, and the line") {
  CHECK(file_problem("[engine]\nfetch_games_max = \"16\"\n") ==
        "'engine.fetch_games_max' must be a whole number, not a string @ c.toml line 2");
  CHECK(file_problem("[engine]\nfetch_games_max = -1\n") ==
        "'engine.fetch_games_max' must be between 0 and 512, not -1 @ c.toml line 2");
  CHECK(contains(file_problem("engine = 3\n"), "'engine' must be a table"));
  CHECK(contains(file_problem("source = \"espn\"\n"), "must be cdn or sim, not 'espn'"));
  CHECK(contains(file_problem("quiet = 1\n"), "must be true or false, not a whole number"));
  CHECK(contains(file_problem("[hosts.\"a\"]\nrequests_per_minute = nan\n"), "must be between 0 and 100000"));
  CHECK(contains(file_problem("[hosts.\"a\"]\nburst = 1.5\n"), "hosts.\"a\".burst"));
  CHECK(contains(file_problem("log_level = \n"), "not valid TOML"));
  CHECK(contains(file_problem("a = 1\na = 2\n"), "c.toml line 2"));
}

TEST_CASE("a whole number is a number too") {
  const auto parsed = parse_config("[hosts.\"a\"]\nrequests_per_minute = 30\n", "c.toml");
  REQUIRE(parsed);
  CHECK(std::get<double>(parsed->front().value) == 30.0);
}

TEST_CASE("values of variables are checked like the rest, without repeating a password") {
  CHECK(contains(problem({}, {{"NBA_SCRAPER_LOG_LEVEL", "loud"}}), "must be debug, info, warn or error, not 'loud'"));
  const auto text = problem({}, {{"NBA_CDN_URL", "ftp://u:secret@host"}});
  CHECK(contains(text, "must start with http"));
  CHECK_FALSE(contains(text, "secret"));
}

TEST_CASE("a base URL is one that a request can be made of, without a login, and a wrong one is not repeated") {
  for (const auto* name : {"NBA_CDN_URL", "NBA_STATS_URL", "NBA_SIM_URL"}) {
    for (const std::string wrong :
         {"http://[::1", "http://127.0.0.1:99999/static/json", "http://127.0.0.1:8080/sta tic",
          "http://a@b@127.0.0.1/static/json", "http://", "https:///path", "cdn.nba.com", "http:/cdn.nba.com",
          "file:///etc/passwd", "http://cdn.nba.com/x?token=s3cretWord", "http://cdn.nba.com/x#y",
          "http://nba:s3cretWord@cdn.nba.com", "http://h/x\x1by", "http://cdn.nba.com:0/static/json",
          "http://127.0.0.1:00", "http://127.0.0.1:65536/x", "http://127.0.0.1:-1/x", "http://127.0.0.1:8o80/x"}) {
      CAPTURE(wrong);
      const auto text = problem({}, {{name, wrong}});
      CHECK(contains(text, name));
      CHECK_FALSE(contains(text, "s3cretWord"));
    }
    for (const std::string odd : {"", "/", "?", "#", "@", ":", "%", " "})
      CHECK_FALSE(contains(problem({}, {{name, "http://u:sec" + odd + "ret@host/static"}}), "ret@"));
    CHECK(load({}, {{name, "HTTPS://mirror.example:8443/nba/"}}));
    CHECK(load({}, {{name, "http://[::1]:8080"}}));
  }
}

TEST_CASE("a budget for a host that is named with its scheme's own port, or with an impossible one, is refused") {
  const auto with_host = [](const std::string& host, const environment& variables = {}) -> std::string {
    const temporary_folder folder;
    const auto file = folder.write("c.toml", "[hosts.\"" + host + "\"]\nconnections = 2\n");
    const auto loaded = load({{"config", file}}, variables);
    return loaded ? "accepted" : loaded.error().message;
  };
  for (const std::string port : {":443", ":80"}) {
    CAPTURE(port);
    const auto text = with_host("cdn.nba.com" + port);
    CHECK(contains(text, "has no effect"));
    CHECK(contains(text, "[hosts.\"cdn.nba.com\"]"));
  }
  for (const std::string host : {"cdn.nba.com:0", "cdn.nba.com:99999", "cdn.nba.com:", "[::1]:0"}) {
    CAPTURE(host);
    CHECK(contains(with_host(host), "a section of hosts has the name of a host"));
  }
  CHECK(with_host("cdn.nba.com") == "accepted");
  CHECK(with_host("127.0.0.1:8080") == "accepted");
  // The other scheme's port is one of its own.
  CHECK(with_host("mirror.example:443", {{"NBA_CDN_URL", "http://mirror.example:443/static/json"}}) == "accepted");
}

TEST_CASE("a configuration file is an ordinary one of ordinary size and depth") {
  const temporary_folder folder;
  CHECK(load({{"config", folder.write("empty.toml", "")}}, {}));
  CHECK(load({{"config", folder.write("comment.toml", "# a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t\n")}}, {}));
  CHECK(contains(problem({{"config", folder.path().string()}}, {}), "not a regular file"));
  CHECK(contains(problem({{"config", "/dev/zero"}}, {}), "not a regular file"));
  CHECK(contains(problem({{"config", folder.write("big.toml", std::string((1 << 20) + 1, '\n'))}}, {}), "larger than"));
  CHECK(contains(problem({{"config", (folder.path() / "none.toml").string()}}, {}), "No such file"));
  std::string dotted = "a", brackets(50'000, '[');
  for (int i = 1; i < 50'000; ++i) dotted += ".a";
  for (const auto& deep : {"[" + dotted + "]\nb = 1\n", dotted + " = 1\n", "a = " + brackets + "\n",
                           "a = { " + dotted + " = 1 }\n", "\n\n[[" + dotted + "]]\n"})
    CHECK(contains(file_problem(deep), "nested deeper than 16"));
  CHECK(contains(file_problem("\n[" + dotted + "]"), "line 2"));
  CHECK(load({{"config", folder.write("c.toml", "log_file = \"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v\"\n")}}, {}));
}

TEST_CASE("a mistake in the file does not repeat a password") {
  for (const std::string line :
       {"database = postgresql://nba:s3cretWord@h/db\n", "database = \"postgresql://nba:s3cretWord@h\n",
        "database = 'postgresql://nba:s3cretWord@h\" x\n", "database: postgresql://nba:s3cretWord@h\n"})
    CHECK_FALSE(contains(file_problem(line), "s3cret"));
}

TEST_CASE("settings that contradict each other are refused") {
  const temporary_folder folder;
  const auto file = folder.write("c.toml", "[retry]\nbackoff_first_ms = 5000\nbackoff_max_ms = 1000\n");
  CHECK(contains(problem({{"config", file}}, {}), "below retry.backoff_first_ms = 5000"));
}

TEST_CASE("a duration has the unit that its name ends with") {
  const temporary_folder folder;
  const auto loaded = load({{"config", folder.write("c.toml",
                                                    "metrics_interval_seconds = 27\ndrain_deadline_seconds = 28\n"
                                                    "[retry]\nbackoff_first_ms = 22\nbackoff_max_ms = 23000\n"
                                                    "unavailable_spacing_minutes = 25\n")}},
                           {});
  REQUIRE(loaded);
  const auto& engine = loaded->engine;
  CHECK(engine.metrics_interval == std::chrono::seconds{27});
  CHECK(engine.drain_deadline == std::chrono::seconds{28});
  CHECK(engine.retry.backoff_first == std::chrono::milliseconds{22});
  CHECK(engine.retry.backoff_max == std::chrono::seconds{23});
  CHECK(engine.dispositions.unavailable_spacing == std::chrono::minutes{25});
}

TEST_CASE("base URLs lose their trailing slashes") {
  const auto loaded = load({}, {{"NBA_CDN_URL", "http://127.0.0.1:8080/static/json//"}});
  REQUIRE(loaded);
  CHECK(loaded->cdn_url == "http://127.0.0.1:8080/static/json");
}

TEST_CASE("a host's budget is the default with what the settings say") {
  settings values;
  values.hosts["cdn.nba.com"].connections = 3;
  values.hosts["cdn.nba.com"].requests_per_minute = 60;
  const auto budget = budget_of(values, "cdn.nba.com");
  CHECK(budget.in_flight_max == 3);
  CHECK(budget.requests_per_minute == 60);
  CHECK(budget.burst == default_budget("cdn.nba.com").burst);
  values.hosts["cdn.nba.com"].burst = 7;
  CHECK(budget_of(values, "cdn.nba.com").burst == 7);
  CHECK(budget_of(values, "stats.nba.com").in_flight_max == 1);
}

TEST_CASE("the list of settings shows no password") {
  const auto loaded = load({{"database", "postgresql://nba:s3cret@db/nba"}}, {});
  REQUIRE(loaded);
  CHECK(loaded->database == "postgresql://nba:s3cret@db/nba");
  for (const auto& setting : list_settings(*loaded)) CHECK_FALSE(contains(setting.value, "s3cret"));
}

TEST_CASE("keys, flags and variables are unique, and defaults satisfy their own checks") {
  std::set<std::string_view> keys, flags, variables;
  for (const auto& setting : setting_table()) {
    CAPTURE(setting.key);
    CHECK(keys.insert(setting.key).second);
    if (!setting.flag.empty()) CHECK(flags.insert(setting.flag).second);
    if (!setting.environment.empty()) CHECK(variables.insert(setting.environment).second);
    const auto value = value_of(settings{}, setting, {});
    if (value && setting.kind() != setting_kind::text) CHECK_FALSE(check_value(setting, *value));
    CHECK_FALSE(setting.help.empty());
  }
}

TEST_CASE("docs/configuration.md has the row of every setting and no row of another") {
  const auto text = nba::test::read_file(NBA_SOURCE_DIR "/docs/configuration.md");
  const auto header = text.find("|---|---|---|---|---|---|\n");
  REQUIRE(header != std::string::npos);
  const auto begin = text.find('\n', header) + 1;
  const auto table = text.substr(begin, text.find("\n\n", begin) + 1 - begin);
  std::string expected;
  for (const auto& setting : setting_table()) expected += documentation_row(setting) + "\n";
  CHECK(table == expected);
}
