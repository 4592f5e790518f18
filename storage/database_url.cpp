#include "storage/database_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace nba {
namespace {

std::string expected_forms() { return "expected " + database_url_forms(); }

failure unusable(std::string message) {
  return {failure_class::configuration, "database URL: " + std::move(message), "database"};
}

// Letters, digits, and what the name of a user, host or database may hold as it is. Everything else belongs
// percent-encoded there, and is more likely part of a password that was cut at the wrong place.
bool is_plain(std::string_view text, std::string_view further = {}) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) || c >= 0x80 ||
           std::string_view("._~%$+-").find(static_cast<char>(c)) != std::string::npos ||
           further.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// `name:password@host` in what should be the path of a file.
bool holds_a_login(std::string_view text) {
  const auto colon = text.find(':');
  const auto at = text.rfind('@');
  return colon != std::string_view::npos && at != std::string_view::npos && colon < at;
}

bool contains_without_case(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](unsigned char a, unsigned char b) { return std::tolower(a) == b; }) != text.end();
}

// Up to the driver suffix, in lower case: "postgresql+asyncpg" -> "postgresql".
std::string scheme_of(std::string_view text) {
  std::string name(text.substr(0, text.find('+')));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

// Of a scheme that is none of ours, only a name that is known is quoted: anything may stand before "://".
failure unknown_scheme(std::string_view scheme) {
  constexpr std::array<std::string_view, 8> others{"mysql",   "mariadb", "mssql", "oracle",
                                                   "mongodb", "duckdb",  "http",  "https"};
  const bool is_known = std::find(others.begin(), others.end(), scheme) != others.end();
  return unusable(fmt::format("{} is not a database nba-scraper knows; {}",
                              is_known ? fmt::format("\"{}\"", scheme) : "what stands before ://", expected_forms()));
}

result<database_url> parse_sqlite(std::string_view rest) {
  if (holds_a_login(rest))
    return unusable(fmt::format("what follows sqlite:// looks like a name and a password, and files have none; {}",
                                expected_forms()));
  // After "sqlite://": an empty host, then the path. SQLAlchemy's rule: three slashes relative, four absolute.
  if (!rest.starts_with('/'))
    return unusable(
        fmt::format("sqlite://{} has two slashes; write sqlite:///{} for a file in this folder, or "
                    "sqlite://// and the path from the root",
                    rest, rest));
  const auto path = rest.substr(1);
  if (path.empty() || path == ":memory:")
    return unusable("an SQLite database in memory is gone when the run ends; name a file, as in sqlite:///nba.db");
  if (path.find_first_of("?#") != std::string_view::npos)
    return unusable(fmt::format("sqlite:///{} has parameters, and none are known; write the path alone", path));
  if (path.ends_with('/')) return unusable(fmt::format("sqlite:///{} names a folder; name a file in it", path));
  database_url url;
  url.backend = "sqlite";
  url.path = path;
  url.redacted = "sqlite:///" + url.path;
  url.description = url.path;
  return url;
}

// A password with a raw '@', '/' or '?' makes libpq cut the URL elsewhere than the writer meant, and the pieces then
// show up as host or database name in messages. Such URLs are refused without being quoted: there is one '@' at most,
// and it stands before the path; no part has a character that it cannot have.
std::optional<failure> check_cuts(std::string_view rest) {
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const auto at = rest.find('@');
  if (at != std::string_view::npos && (at > authority_end || rest.find('@', at + 1) != std::string_view::npos))
    return unusable("a name or password holds '@', '/' or '?' as it is; write %40, %2F or %3F instead");
  const bool has_user = at != std::string_view::npos;
  const auto user_info = has_user ? rest.substr(0, at) : std::string_view{};
  const auto host = rest.substr(has_user ? at + 1 : 0, authority_end - (has_user ? at + 1 : 0));
  const auto path_end = std::min(rest.find('?', authority_end), rest.size());
  const auto path = rest.substr(authority_end, path_end - authority_end);
  const auto odd = [](std::string_view what) {
    return unusable(
        fmt::format("the {} holds a character that must be percent-encoded there (a space is %20, a colon "
                    "%3A, an equals sign %3D); {}",
                    what, expected_forms()));
  };
  if (!is_plain(user_info.substr(0, user_info.find(':')))) return odd("user name");
  if (!is_plain(host, ":,[]")) return odd("host");
  if (!is_plain(path.substr(std::min<std::size_t>(1, path.size())))) return odd("database name");
  return std::nullopt;
}

bool is_secret(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

// What a reader may see, rebuilt from the parts that are not secret.
void describe(const PQconninfoOption* options, database_url& url) {
  // Percent-encoded on purpose they may hold anything; shown is what names usually hold.
  const auto shown = [](const char* value) {
    return is_plain(value, "@/:,[]") ? std::string(value) : std::string("***");
  };
  std::string user, host, port, database, parameters;
  for (const auto* option = options; option->keyword; ++option) {
    if (!option->val || is_secret(option->keyword)) continue;
    const std::string_view keyword = option->keyword;
    if (keyword == "user")
      user = shown(option->val);
    else if (keyword == "host")
      host = shown(option->val);
    else if (keyword == "port")
      port = shown(option->val);
    else if (keyword == "dbname")
      database = shown(option->val);
    else
      parameters += fmt::format("{}{}={}", parameters.empty() ? "?" : "&", keyword, shown(option->val));
  }
  const auto where = host + (port.empty() ? "" : ":" + port);
  url.redacted = fmt::format("postgresql://{}{}{}/{}{}", user, user.empty() ? "" : "@", where, database, parameters);
  url.description = fmt::format("{}/{}", where.empty() ? "local server" : where, database.empty() ? user : database);
}

bool is_port_list(std::string_view text) {
  constexpr std::size_t port_digits_max = 5;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ',')
      digits = 0;
    else if (c < '0' || c > '9' || ++digits > port_digits_max)
      return false;
  }
  return true;
}

result<database_url> parse_postgresql(std::string_view rest) {
  if (auto cut = check_cuts(rest)) return std::move(*cut);
  database_url url;
  url.backend = "postgresql";
  url.connection = "postgresql://" + std::string(rest);

  char* raw_error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.connection.c_str(), &raw_error), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> error(raw_error, &PQfreemem);
  if (!options) {
    // libpq quotes the piece it stumbled over, which may be the password. Only the name of a parameter is safe.
    std::string reason = error ? error.get() : "out of memory";
    const auto query = rest.substr(std::min(rest.find('?'), rest.size()));
    const bool may_hold_secret = contains_without_case(query, "pass") || contains_without_case(query, "pwd");
    if (!reason.starts_with("invalid URI query parameter") || may_hold_secret)
      return unusable(fmt::format("PostgreSQL's library cannot read it (a stray '%' or '='?); {}", expected_forms()));
    while (!reason.empty() && reason.back() == '\n') reason.pop_back();
    return unusable(fmt::format("{}; PostgreSQL's own names are meant (sslmode, not ssl)", reason));
  }
  for (const auto* option = options.get(); option->keyword; ++option)
    if (option->val && std::string_view(option->keyword) == "port" && !is_port_list(option->val))
      return unusable("the port is not a number (a password with a raw '/'? write %2F)");
  describe(options.get(), url);
  return url;
}

constexpr std::array<store_kind, 2> kinds{
    {{.name = "sqlite",
      .second_scheme = "",
      .form = "sqlite:///file.db",
      .is_file = true,
      .writers_max = 1,
      .damage_fix =
          "the file is damaged: stop what writes to it, then restore a backup, or move it away (with its -wal "
          "and -shm) and backfill again; `.recover` of the sqlite3 shell saves what can be read",
      .parse = &parse_sqlite},
     {.name = "postgresql",
      .second_scheme = "postgres",
      .form = "postgresql://user@host/db",
      .is_file = false,
      .writers_max = 8,
      .damage_fix = "an index is not valid: as the tables' owner run what stands above",
      .parse = &parse_postgresql}}};

}  // namespace

std::span<const store_kind> store_kinds() { return kinds; }

const store_kind* find_store_kind(std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const store_kind& each) {
    return each.name == name || (!name.empty() && each.second_scheme == name);
  });
  return found == kinds.end() ? nullptr : &*found;
}

std::string database_url_forms() {
  std::string forms;
  for (const auto& each : kinds) forms += fmt::format("{}{}", forms.empty() ? "" : " or ", each.form);
  return forms;
}

result<database_url> parse_database_url(std::string_view url) {
  if (url.empty()) return unusable(fmt::format("it is empty; {}", expected_forms()));
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (std::any_of(url.begin(), url.end(), is_control)) return unusable("it holds a control character");
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    // Not quoted: it may be a connection string with a password in it.
    const bool looks_like_a_path = url.find_first_of("=@: ") == std::string_view::npos;
    return unusable(looks_like_a_path ? fmt::format("{} is a path; write sqlite:///{}", url, url) : expected_forms());
  }
  const auto scheme = scheme_of(url.substr(0, colon));
  const auto rest = url.substr(colon + 3);
  const auto* kind = find_store_kind(scheme);
  return kind ? kind->parse(rest) : unknown_scheme(scheme);
}

}  // namespace nba
