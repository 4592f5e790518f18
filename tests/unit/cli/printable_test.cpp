#include "cli/printable.hpp"
#include "cli/logging.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "pipeline/events.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <random>
#include <sstream>

using namespace nba;
using namespace nba::cli;

namespace {

// One of every kind: C0, DEL, C1 (as UTF-8), writing direction, a lone continuation byte, an overlong slash.
const std::string evil =
    "\x1b]0;PWNED\x07\x1b[2J\x7f"
    "\xc2\x9b"
    "31m\xe2\x80\xae"
    "txt\xe2\x81\xa6\xd8\x9c\x9b\xc0\xaf";
const std::string evil_shown = R"(\x1b]0;PWNED\x07\x1b[2J\x7f\u009b31m\u202etxt\u2066\u061c\x9b\xc0\xaf)";

}  // namespace

TEST_CASE("what a terminal would obey is shown as an escape, everything else as it is") {
  CHECK(printable(evil) == evil_shown);
  CHECK(printable("Dončić 東京 🏀 \\x1b") == "Dončić 東京 🏀 \\x1b");
  CHECK(printable("a\nb\r\tc") == "a\\nb\\r\\tc");
  CHECK(printable_lines("a\nb\r") == "a\nb\\r");
  CHECK(printable(std::string_view{"\0", 1}) == "\\x00");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  CHECK(printable("cut \xf0\x9f\x8f") == "cut \\xf0\\x9f\\x8f");
  CHECK(printable(printable(evil)) == printable(evil));
}

TEST_CASE("what cannot be seen is shown as an escape, from the first of a kind to the last") {
  // One and the same text to the eye.
  CHECK(printable("a\u200Bb") == "a\\u200bb");
  CHECK(printable("a\u00ADb") == "a\\u00adb");
  CHECK(printable("\uFEFFa") == "\\ufeffa");
  CHECK(printable("a\U000E0041") == "a\\U000e0041");
  for (const std::string unseen :
       {"\u034F", "\u0600", "\u115F", "\u1160",     "\u17B4",     "\u180B",     "\u180F",     "\u200B",
        "\u200D", "\u2028", "\u2060", "\u2064",     "\u2065",     "\u206F",     "\u3164",     "\uFE00",
        "\uFE0F", "\uFFA0", "\uFFF9", "\U0001BCA0", "\U0001D173", "\U000E0000", "\U000E0001", "\U000E0FFF"}) {
    CAPTURE(printable(unseen));
    CHECK_FALSE(is_printable(unseen));
    CHECK(printable(unseen).starts_with('\\'));
  }
  // Their neighbours are seen.
  for (const std::string seen : {"\u00A0", "\u00AC",     "\u00AE",     "\u0606", "\u115E", "\u200A", "\u2010", "\u2027",
                                 "\u202F", "\u205F",     "\u2070",     "\u3163", "\uFDFF", "\uFE10", "\uFEFE", "\uFFFC",
                                 "\uFFFD", "\U000DFFFF", "\U000E1000", " ",      "~",      "0"}) {
    CAPTURE(printable(seen));
    CHECK(printable(seen) == seen);
  }
}

TEST_CASE("any bytes come out printable, and printable text is not changed") {
  std::mt19937 random{9};
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (auto& byte : text) byte = static_cast<char>(random());
    CHECK(is_printable(printable(text)));
    CHECK((printable(text) == text) == is_printable(text));
  }
}

TEST_CASE("a JSON document stays the same document without a character that a terminal obeys") {
  const nlohmann::json document{{"name", "\x1b[2J\x7f\xc2\x9b\xe2\x80\xae Dončić\u200B\U000E0041"}};
  const auto shown = printable_json(document.dump(2));
  CHECK(nlohmann::json::parse(shown) == document);
  CHECK(is_printable(printable_json(document.dump())));
  CHECK(shown.find('\n') != std::string::npos);
}

TEST_CASE("a stream lets nothing through, however its text is cut into writes") {
  std::ostringstream target;
  {
    printable_stream out{target};
    for (const char byte : "Dončić " + evil + "\n") out << byte;
    out << "end\xe2\x80";
  }
  CHECK(target.str() == "Dončić " + evil_shown + "\nend\\xe2\\x80");
}

TEST_CASE("a write that fails is seen behind a printable stream") {
  std::ostringstream target;
  printable_stream out{target};
  out << "a" << std::flush;
  CHECK(out);
  std::ostream full{nullptr};
  struct refusing final : std::streambuf {
  } nothing;
  full.rdbuf(&nothing);
  printable_stream lost{full};
  lost << "a" << std::flush;
  CHECK_FALSE(lost);
}

TEST_CASE("tables, the terminal and both log formats escape the same set") {
  std::ostringstream stream;
  text_table table{{{"GAME"}, {"WHY"}}};
  table.add_row({evil, "one\ntwo"});
  table.print(stream, 200);
  CHECK(stream.str().find(evil_shown + "  one\\ntwo\n") != std::string::npos);

  std::ostringstream error_stream;
  terminal screen{error_stream, true, [] { return 80; }};
  screen.write_line(evil);
  CHECK(error_stream.str() == evil_shown + "\n");
  screen.show_status(evil);
  CHECK(error_stream.str().ends_with("\r\x1b[2K" + evil_shown));

  const log_event event{event_level::info, "x", {{"why", evil}}};
  CHECK(format_text(event, utc_time{})
            .ends_with(R"(why="\x1b]0;PWNED\x07\x1b[2J\x7f\u009b31m\u202etxt\u2066\u061c\x9b\xc0\xaf")"));
  CHECK(is_printable(format_json(event, utc_time{}, {})));
  CHECK(nlohmann::json::accept(format_json(event, utc_time{}, {})));
}

TEST_CASE("a message goes to the terminal as a line, or as an event where every line is JSON") {
  for (const auto format : {log_format::text, log_format::json}) {
    std::ostringstream stream;
    terminal screen{stream, false, [] { return 80; }};
    log_options options;
    options.format = format;
    auto sink = log_sink::open(options, screen);
    REQUIRE(sink);
    CHECK_FALSE((*sink)->has_error());
    (*sink)->tell(events::command_error(121, "no\n  way"), "no\n  way");
    CHECK((*sink)->has_error());
    if (format == log_format::text) {
      CHECK(stream.str() == "nba-scraper: no\n  way\n");
    } else {
      const auto line = nlohmann::json::parse(stream.str());
      CHECK(line["level"] == "ERROR");
      CHECK(line["event"] == "command.error");
      CHECK(line["exit_code"] == 121);
      CHECK(line["message"] == "no\n  way");
    }
  }
}
