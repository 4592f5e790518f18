#include "cli/text.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace nba::cli;

TEST_CASE("passwords disappear from URLs and parameters, and nothing else does") {
  CHECK(redact_secrets("postgresql://nba:s3cret@db.example/nba") == "postgresql://nba:***@db.example/nba");
  CHECK(redact_secrets("postgresql://nba@db.example/nba") == "postgresql://nba@db.example/nba");
  CHECK(redact_secrets("http://127.0.0.1:8080/stats") == "http://127.0.0.1:8080/stats");
  CHECK(redact_secrets("a http://u:p@h/x and b http://v:q@i/y") == "a http://u:***@h/x and b http://v:***@i/y");
  CHECK(redact_secrets("postgresql://nba:p@ss@w0rd@host/nba") == "postgresql://nba:***@host/nba");
  CHECK(redact_secrets("postgresql://nba:@host/nba") == "postgresql://nba:***@host/nba");
  CHECK(redact_secrets("postgresql:///nba?host=/tmp&password=hunter2&user=x") ==
        "postgresql:///nba?host=/tmp&password=***&user=x");
  CHECK(redact_secrets("host=/tmp password='two words' user=x") == "host=/tmp password=*** user=x");
  CHECK(redact_secrets("sslpassword=abc") == "sslpassword=***");
  CHECK(redact_secrets("PGPASSWORD=abc nba-scraper") == "PGPASSWORD=*** nba-scraper");
  CHECK(redact_secrets("sqlite:////srv/a@b:c/nba.db") == "sqlite:////srv/a@b:c/nba.db");
  CHECK(redact_secrets("") == "");
  // Whatever a password holds as it is.
  for (const std::string secret : {"s#1", "s?1", "s'1", "s\"1", "s/1", "s 1", "#", "s://1", "s:1"})
    CHECK(redact_secrets("no database postgresql://nba:" + secret + "@db.example/nba, or so") ==
          "no database postgresql://nba:***@db.example/nba, or so");
  CHECK(redact_secrets("http://u:p q@h/x and http://v:q@i/y") == "http://u:***@h/x and http://v:***@i/y");
  CHECK(redact_secrets("host=x Password = s3cret user=y") == "host=x Password = *** user=y");
  CHECK(redact_secrets("password=a&b user=y") == "password=*** user=y");
  CHECK(redact_secrets("password='it\\'s' user=y") == "password=*** user=y");
  CHECK(redact_secrets("pwd= token='a b' c") == "pwd= *** c");
  CHECK(redact_secrets("the password is wrong") == "the password is wrong");
  // A user name alone is none for a database, and may be a token for a host.
  CHECK(redact_secrets("https://t0ken@mirror/x") == "https://***@mirror/x");
  CHECK(redact_secrets("https://mirror/x@y") == "https://mirror/x@y");
  CHECK(redact_secrets("ends with ://") == "ends with ://");
}

TEST_CASE("the nearest word is offered for a typing error only") {
  const std::array<std::string, 3> words{"fetch_games_max", "load_games_max", "tries_max"};
  CHECK(nearest("fetch_game_max", words) == "fetch_games_max");
  CHECK(nearest("lod_games_max", words) == "load_games_max");
  CHECK_FALSE(nearest("password", words));
  CHECK_FALSE(nearest("x", {}));
}

TEST_CASE("width and clipping count code points, not bytes") {
  CHECK(display_width("Dončić") == 6);
  CHECK(clip("Dončić", 6) == "Dončić");
  CHECK(clip("Dončić", 5) == "Donč…");
  CHECK(clip("Dončić", 1) == "…");
  CHECK(clip("Dončić", 0) == "");
  CHECK(clip("", 3) == "");
}

TEST_CASE("text wraps at spaces and keeps long words whole") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("abcdefghij kl", 4) == std::vector<std::string>{"abcdefghij", "kl"});
  CHECK(wrap("", 10).empty());
}

TEST_CASE("numbers read like numbers") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(-123) == "-123");
  CHECK(with_thousands(1314) == "1,314");
  CHECK(with_thousands(686008) == "686,008");
  CHECK(with_thousands(-1234567) == "-1,234,567");
  CHECK(counted(1, "game", "games") == "1 game");
  CHECK(counted(0, "game", "games") == "0 games");
  CHECK(counted(1230, "game", "games") == "1,230 games");
  CHECK(format_bytes(512) == "512 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.0 KiB");
  CHECK(format_bytes(1536) == "1.5 KiB");
  CHECK(format_bytes(80ull << 30) == "80.0 GiB");
}

TEST_CASE("a timestamp is cut to the minute") {
  CHECK(to_the_minute("2024-10-08T06:03:59.999Z") == "2024-10-08 06:03");
  CHECK(to_the_minute("") == "");
}

TEST_CASE("words join into a phrase") {
  CHECK(join_words({}) == "");
  CHECK(join_words(std::array<std::string, 1>{"a"}) == "a");
  CHECK(join_words(std::array<std::string, 2>{"a", "b"}) == "a and b");
  CHECK(join_words(std::array<std::string, 3>{"a", "b", "c"}) == "a, b and c");
}
