#include "pipeline/failpoint.hpp"

#ifdef NBA_FAILPOINTS

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace nba {
namespace {

struct order {
  std::size_t place = 0;
  int hit = 0;
};

// NAME:N of the environment variable; nullopt when it is not set.
std::optional<order> read_order() {
  const char* variable = std::getenv("NBA_FAILPOINT");
  if (!variable || !*variable) return std::nullopt;
  const std::string_view text{variable};
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  const auto number = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  order out;
  out.place = static_cast<std::size_t>(std::find(failpoints.begin(), failpoints.end(), name) - failpoints.begin());
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.hit);
  if (out.place == failpoints.size() || error != std::errc{} || end != number.data() + number.size() || out.hit < 1) {
    std::fprintf(stderr, "NBA_FAILPOINT=%s: NAME:N was expected, with a name of pipeline/failpoint.hpp\n", variable);
    std::_Exit(120);
  }
  return out;
}

}  // namespace

void failpoint::hit() const {
  static const auto ordered = read_order();
  static std::atomic<int> hits = 0;
  if (!ordered || ordered->place != place_) return;
  if (++hits == ordered->hit) std::raise(SIGKILL);
}

}  // namespace nba

#endif
