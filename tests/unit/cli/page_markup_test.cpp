// Whatever comes from outside is text.
#include "cli/page/markup.hpp"
#include "cli/page/words.hpp"

#include <doctest/doctest.h>

#include <string>

namespace nba::cli {
namespace {

TEST_CASE("text is escaped when it becomes markup") {
  CHECK(markup{"<script>alert('x')</script> & \"q\""}.html() ==
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;");
  CHECK(tag("td", {{"title", "a\"b<c>&'"}}, "x").html() == "<td title=\"a&quot;b&lt;c&gt;&amp;&#39;\">x</td>");
}

TEST_CASE("what nobody would see is shown as an escape") {
  CHECK(markup{"a\u202Eb"}.html() == "a\\u202eb");
  CHECK(markup{"a\x01\nb"}.html() == "a\\x01\\nb");
  CHECK(markup{std::string{"bad \xff"}}.html() == "bad \\xff");
  CHECK(markup::lines("one\ntwo\u200Fthree").html() == "one\ntwo\\u200fthree");
  CHECK(tag("a", {{"href", "\u202Ex"}}, "y").html() == "<a href=\"\\u202ex\">y</a>");
}

TEST_CASE("parts are joined, not escaped again") {
  const auto row = tag("tr", {}, {tag("td", {}, "a<b"), tag("td", {}, {"c", " & ", tag("b", {}, "d")})});
  CHECK(row.html() == "<tr><td>a&lt;b</td><td>c &amp; <b>d</b></td></tr>");
  CHECK(tag("meta", {{"charset", "utf-8"}}).html() == "<meta charset=\"utf-8\">");
  CHECK(tag("p", {attribute::when(false, "hidden"), attribute::when(true, "class", "x")}).html() ==
        "<p class=\"x\"></p>");
}

TEST_CASE("durations, guesses and shares read like words") {
  using namespace std::chrono_literals;
  CHECK(duration_words(400ms) == "under a second");
  CHECK(duration_words(45s) == "45 s");
  CHECK(duration_words(12min) == "12 min");
  CHECK(duration_words(200min) == "3 h 20 min");
  CHECK(duration_words(72h) == "3 days");
  CHECK(about(20s) == "less than a minute");
  CHECK(about(60s) == "about a minute");
  CHECK(about(241s) == "about 4 minutes");
  CHECK(about(3h) == "about 3 hours");
  CHECK(share_in_percent(1319, 1320) == "99 %");  // never all before the end
  CHECK(share_in_percent(1320, 1320) == "100 %");
  CHECK(share_in_percent(1, 0) == "0 %");
  CHECK(milliseconds_in_short(0.42) == "0.4 ms");
  CHECK(milliseconds_in_short(1300) == "1.3 s");
}

TEST_CASE("a bar is drawn by attributes, and its width is bounded") {
  CHECK(bar_markup(1, 4, "depth", "1 of 4").html().find("width=\"25.0\"") != std::string::npos);
  CHECK(bar_markup(9, 4, "depth", "9 of 4").html().find("width=\"100.0\"") != std::string::npos);
  CHECK(bar_markup(0, 0, "depth", "none").html().find("width=\"0.0\"") != std::string::npos);
}

}  // namespace
}  // namespace nba::cli
