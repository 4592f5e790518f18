// Going through the schedule's JSON, with the first error kept. Internal to the schedule parser.
//
// Threads: one object, one document, one thread.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/schedule_fields.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

namespace nba::schedule_fields {

inline failure drift(std::string where, std::string message) {
  return {failure_class::contract_drift, std::move(message), std::move(where)};
}

// Every member function answers false with `error_` set.
class schedule_walk {
 protected:
  bool fail(failure error) {
    error_ = std::move(error);
    return false;
  }
  bool fail(std::string where, std::string message) { return fail(drift(std::move(where), std::move(message))); }
  bool broken(std::string where, simdjson::error_code error) {
    return fail(std::move(where),
                std::string{"the schedule is not valid JSON, or cut off: "} + simdjson::error_message(error));
  }

  // Calls `read(key, value)` for every field of an object. Going to the end, rather than looking keys up, is what
  // notices a document that is cut off.
  template <class Read>
  bool each_field(json_value value, const std::string& where, Read read) {
    simdjson::ondemand::object object;
    if (value.get_object().get(object)) return fail(where, "expected an object, found " + found(value));
    return each_field(object, where, read);
  }

  template <class Read>
  bool each_field(simdjson::ondemand::object object, const std::string& where, Read read) {
    for (auto entry : object) {
      simdjson::ondemand::field field;
      std::string_view key;
      if (const auto error = std::move(entry).get(field)) return broken(where, error);
      if (const auto error = field.unescaped_key().get(key)) return broken(where, error);
      if (!read(key, field.value())) return false;
    }
    return true;
  }

  template <class Read>
  bool each_element(json_value value, const std::string& where, Read read) {
    simdjson::ondemand::array array;
    if (value.get_array().get(array)) return fail(where, "expected an array, found " + found(value));
    for (auto entry : array) {
      json_value element;
      if (const auto error = std::move(entry).get(element)) return broken(where, error);
      if (!read(element)) return false;
    }
    return true;
  }

  failure error_;
};

}  // namespace nba::schedule_fields
