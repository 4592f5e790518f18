// Input that is cut off, damaged or random: always a named error, never a crash. Run it under the asan preset too.
#include "pipeline/plan/schedule.hpp"
#include "tests/unit/plan/builders.hpp"
#include "tests/unit/plan/schedule_samples.hpp"

#include <memory>
#include <random>

using namespace nba;
using namespace nba::test;

namespace {

// A buffer of exactly the promised size, so that a sanitizer sees a read one byte too far.
result<schedule> parse_exact(std::string_view body, char slack) {
  const auto size = body.size() + body_padding_bytes;
  const auto buffer = std::make_unique<char[]>(size);
  std::copy(body.begin(), body.end(), buffer.get());
  std::fill(buffer.get() + body.size(), buffer.get() + size, slack);
  return parse_schedule({buffer.get(), body.size()}, season{2024});
}

void check_named_error(const result<schedule>& parsed) {
  REQUIRE_FALSE(parsed);
  const auto kind = parsed.error().kind;
  REQUIRE((kind == failure_class::contract_drift || kind == failure_class::rejected));
  REQUIRE_FALSE(parsed.error().message.empty());
  REQUIRE(parsed.error().message.size() < 600);
}

std::size_t last_brace(const std::string& text) { return text.find_last_of('}'); }

}  // namespace

TEST_CASE("a schedule cut off at any byte is an error, whatever lies after it") {
  const auto text = sample_schedule();
  for (std::size_t length = 0; length <= last_brace(text); ++length) {
    CAPTURE(length);
    const auto prefix = std::string_view{text}.substr(0, length);
    for (const char slack : {'\0', ' ', '}', ']', '"', ','}) check_named_error(parse_exact(prefix, slack));
    // The rest of the document right after the end: a parser that reads on would see a whole schedule.
    std::string whole = text + std::string(body_padding_bytes, '\0');
    check_named_error(parse_schedule(std::string_view{whole}.substr(0, length), season{2024}));
  }
  CHECK(parse_exact(std::string_view{text}.substr(0, last_brace(text) + 1), '\0'));
}

TEST_CASE("a schedule with one byte damaged is either read or a named error") {
  const auto text = sample_schedule();
  const auto whole_left_out = parse_exact(text, '\0')->left_out_count;
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const char c : {'\0', '}', '{', '"', '\\', ',', '\xFF', '1'}) {
      auto damaged = text;
      damaged[at] = c;
      const auto parsed = parse_exact(damaged, '\0');
      noticed += !parsed || parsed->left_out_count + parsed->odd_values.size() > whole_left_out;
      if (!parsed) check_named_error(parsed);
    }
  CHECK(noticed > text.size());
}

TEST_CASE("random bytes and random JSON pieces are named errors") {
  std::mt19937 random(20241022);
  constexpr std::string_view pieces[]{"{",
                                      "}",
                                      "[",
                                      "]",
                                      ":",
                                      ",",
                                      "\"gameDates\"",
                                      "\"games\"",
                                      "null",
                                      "1e999",
                                      "-",
                                      "\"\\u00",
                                      "\"leagueSchedule\"",
                                      "true"};
  for (int round = 0; round < 4'000; ++round) {
    std::string text = "{";
    const auto length = random() % 60;
    for (std::size_t i = 0; i < length; ++i) {
      if (round % 2 == 0)
        text += static_cast<char>(random() % 256);
      else
        text += pieces[random() % std::size(pieces)];
    }
    check_named_error(parse_exact(text, '\0'));
  }
}

TEST_CASE("deep nesting is a named error, not a stack overflow") {
  for (const auto* open : {"[", "{\"a\":"}) {
    std::string text = R"({"leagueSchedule":)";
    for (int i = 0; i < 100'000; ++i) text += open;
    check_named_error(parse_exact(text, '\0'));
  }
}

TEST_CASE("text after the document's end is an error") {
  const auto text = sample_schedule();
  for (const auto* tail : {"}", "{}", "null", "x", text.c_str()}) check_named_error(parse_exact(text + tail, '\0'));
}
