#include "cli/secrets.hpp"
#include "storage/store.hpp"
#include "tests/support/mistyped_urls.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <random>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::run;
using nba::cli::test::temporary_folder;
using nba::test::mistyped_urls;
using nba::test::shown_part;

namespace {

const std::string letters = "QZXJKW";  // no message has two of them in four characters

std::string random_password(std::mt19937& random) {
  const std::string odd = "@/#?%:'\";&= []+\\!$|";
  std::string password;
  for (int i = 0; i < 12; ++i)
    password += random() % 3 == 0 ? odd[random() % odd.size()] : letters[random() % letters.size()];
  return password;
}

std::string whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("nothing of four characters of a password is shown, however its URL was mistyped") {
  std::mt19937 random{27};
  for (int round = 0; round < 1500; ++round) {
    const auto password = round == 0 ? std::string{"QZXJKWQZXJKW"} : random_password(random);
    for (const auto& url : mistyped_urls(password, "h:1")) {
      const auto parsed = parse_database_url(url);
      for (const auto& shown : {parsed ? parsed->redacted + ' ' + parsed->description : parsed.error().message,
                                shown_database(url), shown_argument(url), shown_argument("--database=" + url),
                                without_arguments("unexpected: " + url, {"status", url}),
                                without_arguments("unexpected: --databse=" + url, {"--databse=" + url})}) {
        const auto part = shown_part(shown, password, letters);
        if (!part.empty()) FAIL_CHECK(part, " of ", password, " in ", url, " is shown: ", shown);
      }
    }
  }
}

TEST_CASE("no command prints a password of a mistyped URL, nor does its log") {
  const temporary_folder folder;
  const auto log = (folder.path() / "log").string();
  for (const std::string password : {"QZXJKWQZ", "Q@ZXJ/KWQZ", "QZX#J?KWQ%Z", "Q:ZX'JK\"W QZ"})
    for (const auto& url : mistyped_urls(password, "127.0.0.1:1")) {
      CAPTURE(url);
      std::string text;
      for (auto words : std::vector<std::vector<std::string>>{{"doctor", "--offline"},
                                                              {"doctor", "--offline", "--json"},
                                                              {"status", "--log-format", "json"},
                                                              {"schedule", "backfill", "--season", "2024-25"}}) {
        words.insert(words.end(), {"--log-file", log});
        const auto said = run(words, {{"DATABASE_URL", url}, {"HOME", folder.path().string()}});
        CHECK(said.code != 0);
        text += said.out + said.err;
      }
      text +=
          run({"status", "--databse", url}).err + run({"status", url}).err + run({"--databse=" + url, "status"}).err;
      CHECK(shown_part(text, password, letters) == "");
    }
  CHECK(whole(log).find("ERROR job.end job=backfill failures=0 games=0 exit_code=120 class=configuration") !=
        std::string::npos);
  for (const std::string part : {"QZXJ", "ZXJ", "KWQ"}) CHECK(whole(log).find(part) == std::string::npos);
}

TEST_CASE("a database URL in the place of a configuration file is told without its password") {
  const std::string url = "postgresql://nba:QZXJKWQZ@db.example/nba";
  for (const auto& said : {run({"--config", url, "status"}), run({"status"}, {{"NBA_SCRAPER_CONFIG", url}})}) {
    CHECK(said.code == 120);
    CHECK((said.out + said.err).find("QZXJ") == std::string::npos);
  }
}

TEST_CASE("what can be read is shown without its password, what cannot as nothing but its scheme") {
  CHECK(shown_database("postgresql+asyncpg://nba:s3cret@db.example:5433/nba?sslmode=require") ==
        "postgresql://nba@db.example:5433/nba?sslmode=require");
  CHECK(shown_database("sqlite:///nba.db") == "sqlite:///nba.db");
  CHECK(shown_database("postgres:/nba:s3cret@h/nba") == "postgres:***");
  CHECK(shown_database("nba:s3cret@h/nba") == "***");
  CHECK(shown_argument("backfill") == "backfill");
  CHECK(shown_argument("told by me@home") == "told by me@home");
  CHECK(shown_argument("--season=2024-25") == "--season=2024-25");
  CHECK(shown_argument("--database=postgres://nba:s3cret@h/nba") == "--database=postgresql://nba@h/nba");
}
