// The checks of `doctor` that ask the NBA's hosts (or the synthetic league): one schedule, one finished game.
#include "cli/commands/doctor.hpp"
#include "cli/source_session.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/classify.hpp"
#include "pipeline/source/http_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>

namespace nba::cli {
namespace {

constexpr std::size_t requests_max = 4;

// Waits for the answer; the client ends every request by its own finite timeout.
http_response ask(http_client& client, http_request request) {
  auto answer = std::make_shared<std::promise<http_response>>();
  auto future = answer->get_future();
  client.submit(std::move(request), [answer](http_response response) { answer->set_value(std::move(response)); });
  return future.get();
}

std::string milliseconds(const http_response& response) {
  return fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(response.elapsed).count());
}

std::string advice(const failure& why, const std::string& variable) {
  switch (why.kind) {
    case failure_class::transient:
      return fmt::format("check the network and proxy settings; another host: {}", variable);
    case failure_class::throttled:
    case failure_class::edge_blocked:
    case failure_class::unavailable:
      return fmt::format(
          "the host refuses this network (data centers often are); try later, from another network, or "
          "through a mirror: {}",
          variable);
    default:
      return fmt::format("the host answers something else than the NBA does; is {} right?", variable);
  }
}

check_result failed_request(std::string name, const std::string& url, const failure& why, const std::string& variable) {
  return {std::move(name), check_status::fail, fmt::format("{}: {}", redact_secrets(url), why.message),
          advice(why, variable)};
}

// The newest game of the schedule that is over; nullopt when none is.
const planned_game* newest_final(const schedule& season) {
  const planned_game* newest = nullptr;
  for (const auto& game : season.games) {
    const bool counts = game.id.type() == game_type::regular || game.id.type() == game_type::playoffs;
    if (!counts || game.status != game_status::final) continue;
    if (newest == nullptr || game.date > newest->date) newest = &game;
  }
  return newest;
}

check_result check_game(http_client& client, const source_urls& urls, const schedule& season) {
  const auto* game = newest_final(season);
  if (game == nullptr)
    return {"one game", check_status::skipped, fmt::format("no game of {} is over yet", to_string(season.season)),
            "ask for an earlier season: --season"};
  std::size_t bytes = 0;
  std::chrono::microseconds elapsed{0};
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
    const auto url = what == endpoint::boxscore ? boxscore_url(urls, game->id) : playbyplay_url(urls, game->id);
    const auto response = ask(client, make_request(what, url));
    const auto verdict_of = classify(what, response);
    if (verdict_of.what != verdict::ok) return failed_request("one game", url, verdict_of.why, "NBA_CDN_URL");
    bytes += response.body->size();
    elapsed += response.elapsed;
  }
  return {"one game", check_status::ok,
          fmt::format("{} of {} ({} at {}): {} in {} ms", game->id.str(), format_date(game->date), game->away_tricode,
                      game->home_tricode, format_bytes(bytes),
                      std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count())};
}

}  // namespace

std::vector<check_result> check_source(const context& with, const std::string& season_text) {
  const auto source = open_source(with.settings);
  if (!source)
    return {{"schedule", check_status::fail, source.error().message, "use --source cdn, or free a loopback port"}};
  const auto season = *parse_season(season_text);
  const auto& urls = (*source)->urls();
  const auto client = make_curl_client(requests_max);
  const auto url = schedule_url(urls, season);
  const auto response = ask(*client, make_request(endpoint::schedule, url));
  const auto verdict_of = classify(endpoint::schedule, response);
  if (verdict_of.what != verdict::ok) return {failed_request("schedule", url, verdict_of.why, "NBA_STATS_URL")};
  const auto parsed = parse_schedule(response.body->view(), season);
  if (!parsed) return {failed_request("schedule", url, parsed.error(), "NBA_STATS_URL")};
  return {{"schedule", check_status::ok,
           fmt::format("{}: {}, {} to {} ({}{})", season_text,
                       counted(static_cast<long long>(parsed->games.size()), "game", "games"),
                       format_date(parsed->first_date), format_date(parsed->last_date), milliseconds(response),
                       with.settings.source == "sim" ? ", synthetic league" : "")},
          check_game(*client, urls, *parsed)};
}

}  // namespace nba::cli
