// A value or the failure that prevented it.
//
// Purpose: errors are values inside the engine. It is tl::expected (std::expected comes with C++23) whose error is
// always a `failure` and converts by itself, so `return failure{…}` and `return value` are both a result.
// Errors: value(), * and -> on a failed result are bugs and throw tl::bad_expected_access; error() on a good one is
// not checked.
#pragma once

#include "pipeline/failure.hpp"

#include <tl/expected.hpp>
#include <utility>

namespace nba {

template <class T>
class [[nodiscard]] result : public tl::expected<T, failure> {
  using base = tl::expected<T, failure>;

 public:
  result(T value) : base(std::move(value)) {}
  result(failure error) : base(tl::unexpect, std::move(error)) {}

  // Checked, unlike those of the base.
  T& operator*() & { return this->value(); }
  const T& operator*() const& { return this->value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &this->value(); }
  const T* operator->() const { return &this->value(); }
};

template <>
class [[nodiscard]] result<void> : public tl::expected<void, failure> {
 public:
  result() = default;
  result(failure error) : expected(tl::unexpect, std::move(error)) {}
};

}  // namespace nba
