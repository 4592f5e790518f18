// Scalars of the schedule's JSON, read leniently. Internal to the schedule parser.
//
// Every reader accepts null (the value stays as it was) and answers false with `problem` set ("expected a string, found
// 7") for anything it cannot use.
// Threads: pure functions on one parser's values.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba::schedule_fields {

using json_value = simdjson::ondemand::value;

// True, and the value consumed, for null; not for another token that begins like it ("nope").
bool is_null(json_value value);
bool read_text(json_value value, std::string& out, std::string& problem);
// A text, or an integer's digits: ids that somebody's tool took for numbers.
bool read_id(json_value value, std::string& out, std::string& problem);
bool is_object(json_value value);
// An integer, or a string that holds one ("3"); an empty string is null.
bool read_integer(json_value value, std::optional<std::int64_t>& out, std::string& problem);
// true, false, or a string: "true", "Y", "1" are true; "false", "N", "0" and "" are false; case does not matter.
bool read_flag(json_value value, bool& out, std::string& problem);

// "an object", "null", "\"abc\"", "7": what was found instead, cut to a readable length.
std::string found(json_value value);
// A piece of foreign text, printable and cut to a readable length.
std::string excerpt(std::string_view text);

}  // namespace nba::schedule_fields
