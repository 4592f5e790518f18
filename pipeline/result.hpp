// A value or the failure that prevented it.
//
// Purpose: errors are values inside the engine. Debian 12 ships neither std::expected (C++23) nor tl::expected, so this
// is the small part of it that the engine uses.
// Errors: value() on a failed result and error() on a good one are bugs and throw std::bad_variant_access.
#pragma once

#include "pipeline/failure.hpp"

#include <type_traits>
#include <utility>
#include <variant>

namespace nba {

template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(failure error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  failure& error() & { return std::get<1>(state_); }
  const failure& error() const& { return std::get<1>(state_); }
  failure&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, failure> state_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;

  result() = default;
  result(failure error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const { (void)std::get<0>(state_); }

  failure& error() & { return std::get<1>(state_); }
  const failure& error() const& { return std::get<1>(state_); }
  failure&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<std::monostate, failure> state_;
};

}  // namespace nba
