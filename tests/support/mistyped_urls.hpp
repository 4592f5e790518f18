// Database URLs as people mistype them, around a password.
//
// Purpose: whatever a program prints of them must not hold the password; unit tests, and the fuzz target
// `database_url`. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nba::test {

// `host` is where the server would be ("127.0.0.1:1").
inline std::vector<std::string> mistyped_urls(const std::string& password, const std::string& host) {
  const auto login = "nba:" + password + "@" + host + "/nba";
  std::vector<std::string> urls;
  for (const std::string scheme : {"postgresql://",
                                   "postgres://",
                                   "POSTGRESQL://",
                                   "postgresql+asyncpg://",
                                   "postgres+psycopg2://",
                                   "postgrsql://",
                                   "postgresql:/",
                                   "postgresql:",
                                   "postgresql//",
                                   "postgresql:///",
                                   "postgresql:////",
                                   "postgresql ://",
                                   " postgresql://",
                                   "'postgresql://",
                                   "\"postgresql://",
                                   "",
                                   "//",
                                   "://",
                                   "jdbc:postgresql://",
                                   "mysql://",
                                   "http://",
                                   "sqlite://",
                                   "sqlite:///",
                                   "sqlite:",
                                   "database=postgresql://"})
    urls.push_back(scheme + login);
  const std::string begin = "postgresql://";
  for (const auto& rest :
       {"nba " + password + "@" + host + "/nba", "nba@" + password + "@" + host, ":" + password + "@" + host,
        "nba;" + password + "@" + host, "nba=" + password + "@" + host, "nba:" + password + "@",
        "nba:" + password + "@[::1]:1/nba", "nba:" + password + "@[::1/nba",
        "nba:" + password + "@" + host + "@" + host, "nba:" + password + "@/nba?host=/tmp",
        host + "/nba?user=nba&password=" + password, host + "/nba?password=" + password + "&sslmode=disable",
        host + "/nba?passwd=" + password, host + "/nba?pasword=" + password, host + "/nba?password:" + password,
        host + "/nba password=" + password, "host=" + host + " password=" + password,
        "'nba':'" + password + "'@" + host})
    urls.push_back(begin + rest);
  for (const auto& text : {"host=h user=nba password=" + password, "host=h password='" + password + "'",
                           "password = " + password + " host=h", "host:h password:" + password})
    urls.push_back(text);
  return urls;
}

// A part of the password that the text shows: four characters in a row, two of them of `letters` (which occur in no
// message); empty when there is none.
inline std::string shown_part(std::string_view text, std::string_view password, std::string_view letters) {
  constexpr std::size_t part_length = 4;
  for (std::size_t at = 0; at + part_length <= password.size(); ++at) {
    const auto part = password.substr(at, part_length);
    std::size_t telling = 0;
    for (const char byte : part)
      if (letters.find(byte) != std::string_view::npos) ++telling;
    if (telling >= 2 && text.find(part) != std::string_view::npos) return std::string{part};
  }
  return {};
}

}  // namespace nba::test
