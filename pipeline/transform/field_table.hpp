// Tables that say of each field of an object which member it goes to.
//
// `fields_into<Row>({{key, how, need, bounds}, ...})`; `how` is a function that reads the value into a Row. Those below
// are told the way to a member as pointers to members (`field<&team_side::team, &team_row::city>`), and read what its
// type says; what has rules of its own has a function of its own.
// Internal to pipeline/transform. Threads: constants and pure functions.
#pragma once

#include "pipeline/transform/key_table.hpp"
#include "pipeline/transform/payload_reader.hpp"

#include <cstddef>
#include <string_view>

namespace nba {

// As payload_reader has it: false once, and `error()` tells why.
template <class Row>
using field_reader = bool (*)(payload_reader& in, payload_reader::value v, std::string_view key, Row& into);

template <class Row, std::size_t Size>
consteval key_table<field_reader<Row>, Size> fields_into(const key_entry<field_reader<Row>> (&fields)[Size]) {
  return key_table<field_reader<Row>, Size>(fields);
}

template <class Member>
struct owner;
template <class Row, class T>
struct owner<T Row::*> {
  using type = Row;
};
// Where a way begins.
template <auto First>
using row_at = typename owner<decltype(First)>::type;

template <auto... Way, class Row>
auto& at(Row& row) {
  return (row.*....*Way);
}

// By the type of the member: text, flag, number, timestamp, whole number, or (64 bits) id.
template <auto First, auto... Next>
bool field(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  return in.read(v, key, at<First, Next...>(into));
}

// The whole number, where the type alone would say id.
template <auto First, auto... Next>
bool integer(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  return in.integer(v, key, at<First, Next...>(into));
}

// A duration, in hundredths.
template <auto First, auto... Next>
bool clock(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  return in.clock(v, key, at<First, Next...>(into));
}

template <auto First, auto... Next>
bool period(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  return in.period(v, key, at<First, Next...>(into));
}

// An object, by a table of its own.
template <const auto& Table, auto First, auto... Next>
bool object(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  return in.object(v, key, Table, at<First, Next...>(into));
}

// An array of objects, into a vector.
template <const auto& Table, auto First, auto... Next>
bool objects(payload_reader& in, payload_reader::value v, std::string_view key, row_at<First>& into) {
  auto& rows = at<First, Next...>(into);
  return in.array(v, key,
                  [&](payload_reader::value element) { return in.object(element, "", Table, rows.emplace_back()); });
}

}  // namespace nba
