// Reads a payload of the NBA's live data with simdjson On-Demand and knows where it stands.
//
// Purpose: what the box score and the play-by-play parser share: lenient about form (numbers as strings, integers as
// `23.0`, flags as "1", null for absent, keys in any order, unknown keys), strict about content, and every failure with
// the JSON path of the offending value. Values have bounds, and may be decorative: an odd one is then noted and passed
// over (pipeline/source/cdn/payload_fields.hpp).
// Threads: not thread-safe; one per document.
// Errors: functions answer false once and `error()` tells why (class contract_drift). simdjson's error codes end here.
// Internal to pipeline/transform.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/http_client.hpp"
#include "pipeline/time.hpp"
#include "pipeline/transform/key_table.hpp"
#include "pipeline/transform/odd_values.hpp"

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nba {

static_assert(body_padding_bytes >= simdjson::SIMDJSON_PADDING, "bodies are parsed in place");

// The beginning of a text for a message, cut at a character's boundary.
std::string shortened(std::string_view text);

class payload_reader {
 public:
  // Bound of every count and score, either side of zero; the largest real one is an attendance of 108,713. Rules and
  // derivation add such numbers up without a thought for overflow.
  static constexpr int number_max = 1'000'000;

  using value = simdjson::ondemand::value;

  // `document` names the payload in messages: "box score".
  explicit payload_reader(std::string_view document) : document_(document) {}

  // Reads the document in place: calls handle(key, value) for every field of the root object whose value is not null.
  template <class Handler>
  bool root(simdjson::ondemand::parser& parser, const padded_body& body, Handler handle);
  // The fields of an object that are in the table (field_table.hpp) into `row`, but for those that are null; false when
  // a required one is missing or an essential one is refused. What is decorative and refused counts as absent: its
  // member stays as it was.
  template <class Table, class Row>
  bool object(value v, std::string_view key, const Table& table, Row& row);
  // handle(value) for every element, with the element's index on the path.
  template <class Handler>
  bool array(value v, std::string_view key, Handler handle);
  // The same, but an element that is refused is noted, and skip() says that it is left out.
  template <class Handler, class Skip>
  bool decorative_array(value v, std::string_view key, Handler handle, Skip skip);

  // 23, 23.0, "23", exactly. An int is at most number_max either side of zero.
  bool integer(value v, std::string_view key, std::int64_t& out);
  bool integer(value v, std::string_view key, int& out);
  bool integer(value v, std::string_view key, std::optional<int>& out);
  // An id of a team or person: 0 (and less) means none.
  bool id(value v, std::string_view key, std::optional<std::int64_t>& out);
  // The same, where there has to be one.
  bool id(value v, std::string_view key, std::int64_t& out);
  bool number(value v, std::string_view key, std::optional<double>& out);
  // "1", 1, true.
  bool flag(value v, std::string_view key, bool& out);
  // Without surrounding white space. The view is good until the document is gone.
  bool text(value v, std::string_view key, std::string_view& out);
  bool text(value v, std::string_view key, std::string& out);
  // "PT11M58.00S".
  bool clock(value v, std::string_view key, int& out_hundredths);
  // Empty stays empty. Within instants_between().
  bool timestamp(value v, std::string_view key, std::optional<utc_time>& out);
  void instants_between(utc_time earliest, utc_time latest) noexcept { instants_ = {earliest, latest}; }
  bool period(value v, std::string_view key, int& out);
  // Which of these the type of a member means.
  bool read(value v, std::string_view key, int& out) { return integer(v, key, out); }
  bool read(value v, std::string_view key, std::optional<int>& out) { return integer(v, key, out); }
  bool read(value v, std::string_view key, std::int64_t& out) { return id(v, key, out); }
  bool read(value v, std::string_view key, std::optional<std::int64_t>& out) { return id(v, key, out); }
  bool read(value v, std::string_view key, std::optional<double>& out) { return number(v, key, out); }
  bool read(value v, std::string_view key, bool& out) { return flag(v, key, out); }
  bool read(value v, std::string_view key, std::string_view& out) { return text(v, key, out); }
  bool read(value v, std::string_view key, std::string& out) { return text(v, key, out); }
  bool read(value v, std::string_view key, std::optional<utc_time>& out) { return timestamp(v, key, out); }

  // Records the failure (the first one wins) and answers false.
  bool fail(std::string_view key, std::string_view what);
  bool fail_type(value v, std::string_view key, std::string_view expected);
  const failure& error() const noexcept { return error_; }
  // Takes the failure back, for a caller who knows later whether it matters; nullopt when it is of the document itself.
  std::optional<failure> take_back();
  // A failure that was taken back: records it after all / notes it as an odd value.
  bool fail_with(failure why);
  void note_odd(const failure& why) { odd_.add(why.where, why.message); }
  const odd_values& odd() const noexcept { return odd_; }

 private:
  static constexpr std::size_t depth_max = 8;  // game.homeTeam.players[3].statistics is five deep
  struct segment {
    std::string_view key;
    std::size_t index = no_index;
  };
  static constexpr std::size_t no_index = std::numeric_limits<std::size_t>::max();

  class scope {
   public:
    scope(payload_reader& owner, std::string_view key) : owner_(owner) { owner_.enter({key, no_index}); }
    ~scope() { --owner_.depth_; }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

   private:
    payload_reader& owner_;
  };

  void enter(segment next);
  bool open(simdjson::ondemand::parser& parser, const padded_body& body, simdjson::ondemand::document& document,
            simdjson::ondemand::object& root);
  bool close(simdjson::ondemand::document& document);
  bool fail_shape(simdjson::error_code code, value v, std::string_view key, std::string_view expected);
  bool malformed(simdjson::error_code code);
  // A refused value that is decorative: noted, and the document goes on. False when the document itself is broken.
  bool pass_over();
  bool fail_long(std::int64_t highest);  // of an array
  bool in_bounds(std::string_view key, std::int64_t found, std::string_view what);
  std::string path(std::string_view key) const;
  // handle(key, value) for every field whose value is not null.
  template <class Handler>
  bool fields(simdjson::ondemand::object& fields, Handler handle);

  std::string_view document_;
  std::array<segment, depth_max> path_{};
  std::size_t depth_ = 0;
  value_bounds bounds_;  // of the value that is being read
  std::pair<utc_time, utc_time> instants_{utc_time::min(), utc_time::max()};
  odd_values odd_;
  failure error_;
  bool failed_ = false;
  bool broken_ = false;  // the document is, beyond the value that failed
};

template <class Handler>
bool payload_reader::fields(simdjson::ondemand::object& fields, Handler handle) {
  for (auto item : fields) {
    simdjson::ondemand::field field;
    if (const auto code = std::move(item).get(field)) return malformed(code);
    // The key as it stands in the document: keys with escapes are none of those we know.
    const char* const begin = field.key().raw();
    const char* end = begin;
    while (*end != '"' && *end != '\\') ++end;
    bool is_null = false;
    if (const auto code = field.value().is_null().get(is_null)) return malformed(code);
    if (!is_null && !handle(std::string_view(begin, static_cast<std::size_t>(end - begin)), field.value()))
      return false;
  }
  return true;
}

template <class Handler>
bool payload_reader::root(simdjson::ondemand::parser& parser, const padded_body& body, Handler handle) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object root_object;
  if (!open(parser, body, document, root_object)) return false;
  return fields(root_object, handle) && close(document);
}

template <class Table, class Row>
bool payload_reader::object(value v, std::string_view key, const Table& table, Row& row) {
  simdjson::ondemand::object found;
  if (const auto code = v.get_object().get(found)) return fail_shape(code, v, key, "an object");
  const scope here(*this, key);
  typename Table::seen seen = 0;
  const auto on_field = [&](std::string_view name, value field) {
    const auto* entry = table.find(name);
    if (!entry) return true;
    seen |= table.bit(entry);
    bounds_ = entry->bounds;
    return entry->value(*this, field, entry->key, row) || (entry->need == presence::decorative && pass_over());
  };
  if (!fields(found, on_field)) return false;
  if (const auto* entry = table.missing(seen)) return fail(entry->key, "is missing");
  return true;
}

template <class Handler>
bool payload_reader::array(value v, std::string_view key, Handler handle) {
  simdjson::ondemand::array found;
  if (const auto code = v.get_array().get(found)) return fail_shape(code, v, key, "an array");
  const auto bounds = bounds_;
  const scope here(*this, key);
  auto& index = path_[depth_ - 1].index;
  index = 0;
  for (auto item : found) {
    value element;
    if (const auto code = std::move(item).get(element)) return malformed(code);
    bounds_ = bounds;
    if (!handle(element)) return false;
    ++index;
    if (static_cast<std::int64_t>(index) > bounds.highest) return fail_long(bounds.highest);
  }
  return true;
}

template <class Handler, class Skip>
bool payload_reader::decorative_array(value v, std::string_view key, Handler handle, Skip skip) {
  return array(v, key, [&](value element) {
    if (handle(element)) return true;
    if (!pass_over()) return false;
    skip();
    return true;
  });
}

}  // namespace nba
