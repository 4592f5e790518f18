// Small helpers for text that people read.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// Removes passwords: `scheme://user:secret@host` becomes `scheme://user:***@host` (the last '@' of the line counts, or
// the last one before the word with the next URL: a password may hold anything), `https://token@host` becomes
// `https://***@host`, and the values of `password`, `passwd`, `pwd` and `token` (`sslpassword = x`, `PGPASSWORD=x`)
// become `***`. Works inside longer sentences, where it may take too much: "http://127.0.0.1:80 is not me@home" loses
// what stands between ':' and '@'.
std::string redact_secrets(std::string_view text);

// Failures are values; an exception is a bug or a machine out of memory. What a person is told of it.
std::string internal_error_text(const std::exception& error);

// The candidate with the smallest edit distance, when it is close enough to be a typing error.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// Columns a terminal needs for UTF-8 text: code points, with malformed bytes counted as one each. Combining and
// double-width characters do not occur in what this program prints by itself.
std::size_t display_width(std::string_view text);
// At most `columns` columns of the text, cut between code points; "…" marks a cut when there is room for it.
std::string clip(std::string_view text, std::size_t columns);
// Breaks at spaces so that no line is longer than `columns` (a single longer word stays whole).
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// "1,314".
std::string with_thousands(long long value);
// "1 game", "12 games", "1,314 games".
std::string counted(long long count, std::string_view singular, std::string_view plural);
// "4.2 GiB".
std::string format_bytes(unsigned long long bytes);
// "2024-10-08 06:03" of "2024-10-08T06:03:00.000Z".
std::string to_the_minute(std::string_view timestamp);
// "a, b and c".
std::string join_words(std::span<const std::string> words);

}  // namespace nba::cli
