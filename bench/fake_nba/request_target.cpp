#include "bench/fake_nba/request_target.hpp"

#include <fmt/format.h>

#include <string_view>

namespace nba::fake {

std::optional<request_target> parse_target(const httplib::Request& request) {
  constexpr std::string_view live_data = "/static/json/liveData/", suffix = ".json";
  const std::string_view path = request.path;
  if (path == "/stats/scheduleleaguev2") {
    const auto wanted = parse_season(request.get_param_value("Season"));
    if (!wanted || request.get_param_value("LeagueID") != "00") return std::nullopt;
    return request_target{endpoint::schedule, {}, *wanted};
  }
  if (path == "/static/json/staticData/scheduleLeagueV2_1.json" ||
      path == "/static/json/staticData/scheduleLeagueV2.json")
    return request_target{endpoint::current_schedule, {}, {}};
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
    const auto prefix = fmt::format("{0}{1}/{1}_", live_data, to_string(what));
    if (!path.starts_with(prefix) || !path.ends_with(suffix) || path.size() < prefix.size() + suffix.size()) continue;
    const auto digits = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
    const auto id = game_id::parse(digits).value_or(game_id{});
    return request_target{what, id, id.empty() ? season{} : id.in_season()};
  }
  return std::nullopt;
}

}  // namespace nba::fake
