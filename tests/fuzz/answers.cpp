#include "pipeline/source/classify.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <charconv>

namespace nba::fuzz {

bool answers(std::string_view input) {
  const auto line = input.substr(0, input.find('\n'));
  http_response response;
  std::from_chars(line.data(), line.data() + line.size(), response.status);
  response.body = body_of(input.substr(std::min(line.size() + 1, input.size())));
  response.url = "https://cdn.example/static/json/liveData/boxscore/boxscore_0022400061.json";
  if (line.find('r') != std::string_view::npos) response.retry_after = std::chrono::seconds{2};

  // Asked for with and without a look at whose document came.
  const auto whole = classify(endpoint::boxscore, response);
  const auto answer = classify(endpoint::boxscore, response, game_id::parse("0022400061"));
  require(whole.what == verdict::ok || answer.what == whole.what, "a look at the game makes no answer better");
  if (answer.what == verdict::ok) {
    require(response.status == 200, "only a 200 is an answer");
    return true;
  }
  require_failure(answer.why, {failure_class::contract_drift, failure_class::transient, failure_class::throttled,
                               failure_class::unavailable, failure_class::rejected});
  require(is_clean_text(answer.why.message), "a message can be stored");
  const auto reason = reason_in_short(response);
  require(is_clean_text(reason) && !reason.empty() && reason.size() <= short_reason_max, "a reason can be shown");
  return false;
}

}  // namespace nba::fuzz
