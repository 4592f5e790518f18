#include "actors/jobs/retry_job.hpp"

#include "actors/jobs/stored_payload_client.hpp"

namespace nba {

job_step<std::vector<dead_letter>> choose_letters(letter_store& database, const retry_order& order) {
  auto unresolved = database.read_dead_letters(false);
  if (!unresolved) return database_error(std::move(unresolved).error());
  std::vector<dead_letter> chosen;
  std::set<std::string> named(order.ids.begin(), order.ids.end());
  for (auto& letter : *unresolved) {
    const auto by_number = named.erase(std::to_string(letter.dead_letter_id));
    const auto by_game = named.erase(letter.game_id.str());
    if (!order.ids.empty() && by_number + by_game == 0) continue;
    if (order.season && letter.game_id.in_season() != *order.season) continue;
    if (order.error_class && letter.error_class != *order.error_class) continue;
    chosen.push_back(std::move(letter));
  }
  if (named.empty()) return chosen;
  return refuse(exit_usage, "there is no unresolved dead letter '" + *named.begin() +
                                "'; `nba-scraper dlq list --all` shows all. Nothing was tried");
}

std::set<game_id> games_of(const std::vector<dead_letter>& letters) {
  std::set<game_id> out;
  for (const auto& letter : letters) out.insert(letter.game_id);
  return out;
}

std::map<game_id, std::int64_t> readable_payloads(letter_store& database, const std::vector<dead_letter>& letters,
                                                  const retry_order& order) {
  std::map<game_id, std::int64_t> out;
  if (order.refetch) return out;
  for (const auto& letter : letters)
    if (starts_from_payload(letter) && read_stored_payloads(database, letter.dead_letter_id))
      out.emplace(letter.game_id, letter.dead_letter_id);
  return out;
}

job_step<std::vector<lock_name>> retry_job::locks(const job_site& site) {
  auto letters = choose_letters(*site.database, order_);
  if (auto* error = std::get_if<job_error>(&letters)) return std::move(*error);
  locked_ = seasons_of(games_of(std::get<0>(letters)));
  return locks_of(locked_);
}

job_step<job_request> retry_job::prepare(const job_site& site) {
  auto step = choose_letters(*site.database, order_);
  if (auto* error = std::get_if<job_error>(&step)) return std::move(*error);
  auto& letters = std::get<0>(step);
  // Parked since, in a season whose lock this run does not hold.
  std::erase_if(letters, [&](const dead_letter& letter) { return !locked_.contains(letter.game_id.in_season()); });
  const auto games = games_of(letters);
  payloads_ = readable_payloads(*site.database, letters, order_);
  asks_hosts_ = payloads_.size() < games.size();
  auto asked = request_of(games);
  if (games.empty()) asked.nothing = "no unresolved dead letter fits";
  return asked;
}

result<void> retry_job::equip(engine_settings& settings, engine_services& services) {
  if (payloads_.empty()) return {};
  auto reader = services.open_store();
  if (!reader) return std::move(reader).error();
  // A pace is for hosts; where none is asked there is nothing to wait for. And none is asked then, come what may.
  settings.asks_hosts = asks_hosts_;
  if (!asks_hosts_)
    for (auto& [host, budget] : settings.budgets) budget.requests_per_minute = 0;
  services.make_client = [make_network = services.make_client,
                          shared = std::make_shared<std::unique_ptr<store>>(std::move(*reader)), this,
                          games = services.games](std::size_t requests_max) {
    auto network = !asks_hosts_ ? nullptr : make_network ? make_network(requests_max) : make_curl_client(requests_max);
    return make_stored_payload_client(std::move(network), std::move(*shared), *games, payloads_);
  };
  return {};
}

}  // namespace nba
