#include "storage/store.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace nba {
namespace {

constexpr std::string_view expected_forms =
    "expected sqlite:///relative.db, sqlite:////absolute.db or postgresql://user@host/database";

failure unusable(std::string message) {
  return {failure_class::configuration, "database URL: " + std::move(message), "database"};
}

// Up to the driver suffix, in lower case: "postgresql+asyncpg" -> "postgresql".
std::string scheme_of(std::string_view text) {
  std::string name(text.substr(0, text.find('+')));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

result<database_url> parse_sqlite(std::string_view rest) {
  // Behind "sqlite://": an empty host, then the path. SQLAlchemy's rule: three slashes relative, four absolute.
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
  url.backend = database_url::kind::sqlite;
  url.path = path;
  url.redacted = "sqlite:///" + url.path;
  url.description = url.path;
  return url;
}

// A password with a raw '@', '/' or '?' makes libpq cut the URL elsewhere than the writer meant, and the pieces then
// show up as host or database name in messages. Such URLs are refused without being quoted.
bool has_misplaced_at_sign(std::string_view rest) {
  const auto first = rest.find_first_of("@/");
  if (first == std::string_view::npos) return false;
  const auto behind = rest.substr(first + 1);
  const auto place = behind.substr(0, rest[first] == '/' ? behind.find('?') : behind.find_first_of("/?"));
  return place.find('@') != std::string_view::npos;
}

bool is_secret(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

// What a reader may see, rebuilt from the parts that are not secret.
void describe(const PQconninfoOption* options, database_url& url) {
  std::string user, host, port, database, parameters;
  for (const auto* option = options; option->keyword; ++option) {
    if (!option->val || is_secret(option->keyword)) continue;
    const std::string_view keyword = option->keyword;
    if (keyword == "user")
      user = option->val;
    else if (keyword == "host")
      host = option->val;
    else if (keyword == "port")
      port = option->val;
    else if (keyword == "dbname")
      database = option->val;
    else
      parameters += fmt::format("{}{}={}", parameters.empty() ? "?" : "&", keyword, option->val);
  }
  const auto where = host + (port.empty() ? "" : ":" + port);
  url.redacted = fmt::format("postgresql://{}{}{}/{}{}", user, user.empty() ? "" : "@", where, database, parameters);
  url.description = fmt::format("{}/{}", where.empty() ? "local server" : where, database.empty() ? user : database);
}

bool is_port_list(std::string_view text) { return text.find_first_not_of("0123456789,") == std::string_view::npos; }

result<database_url> parse_postgresql(std::string_view rest) {
  if (has_misplaced_at_sign(rest))
    return unusable("a name or password holds '@', '/' or '?' as it is; write %40, %2F or %3F instead");
  database_url url;
  url.backend = database_url::kind::postgresql;
  url.connection = "postgresql://" + std::string(rest);

  char* raw_error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.connection.c_str(), &raw_error), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> error(raw_error, &PQfreemem);
  if (!options) {
    // libpq quotes the piece it stumbled over, which may be the password. Only the name of a parameter is safe.
    std::string reason = error ? error.get() : "out of memory";
    if (!reason.starts_with("invalid URI query parameter"))
      return unusable(fmt::format("PostgreSQL's library cannot read it (a stray '%' or '='?); {}", expected_forms));
    while (!reason.empty() && reason.back() == '\n') reason.pop_back();
    return unusable(fmt::format("{}; PostgreSQL's own names are meant (sslmode, not ssl)", reason));
  }
  for (const auto* option = options.get(); option->keyword; ++option)
    if (option->val && std::string_view(option->keyword) == "port" && !is_port_list(option->val))
      return unusable("the port is not a number (a password with a raw '/'? write %2F)");
  describe(options.get(), url);
  return url;
}

}  // namespace

result<database_url> parse_database_url(std::string_view url) {
  if (url.empty()) return unusable(fmt::format("it is empty; {}", expected_forms));
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (std::any_of(url.begin(), url.end(), is_control)) return unusable("it holds a control character");
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    // Not quoted: it may be a connection string with a password in it.
    const bool looks_like_a_path = url.find_first_of("=@: ") == std::string_view::npos;
    return unusable(looks_like_a_path ? fmt::format("{} is a path; write sqlite:///{}", url, url)
                                      : std::string(expected_forms));
  }
  const auto scheme = scheme_of(url.substr(0, colon));
  const auto rest = url.substr(colon + 3);
  if (scheme == "sqlite") return parse_sqlite(rest);
  if (scheme == "postgresql" || scheme == "postgres") return parse_postgresql(rest);
  return unusable(fmt::format("\"{}\" is not a database nba-scraper knows; {}", scheme, expected_forms));
}

}  // namespace nba
