#include "pipeline/plan/common_trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nba {

bool are_the_hosts(int missing, int asked, const common_settings& settings) {
  return missing > settings.missing_max && 2 * missing > asked;
}

bool speaks_of_documents(failure_class kind) {
  return kind == failure_class::contract_drift || kind == failure_class::rejected || kind == failure_class::internal;
}

std::string reason_of(const failure& why) {
  std::string out{to_string(why.kind)};
  if (!why.where.empty()) out += ' ';
  bool inside = false;
  for (const char letter : why.where) {
    if (letter == ']') inside = false;
    if (!inside) out += letter;
    if (letter == '[') inside = true;
  }
  return out;
}

std::vector<common_trouble::settled> common_trouble::settle_refused(const std::string& shared) {
  std::vector<settled> out;
  for (auto& one : std::exchange(refused_, {})) out.push_back({std::move(one.game), shared});
  reasons_.clear();
  in_a_row_ = 0;
  return out;
}

std::vector<common_trouble::settled> common_trouble::accepted(std::uint64_t place) {
  ++asked_;
  any_accepted_ = true;
  in_a_row_ = 0;
  reasons_.clear();
  std::vector<settled> out;
  const auto vouched = std::stable_partition(refused_.begin(), refused_.end(),
                                             [place](const refusal& one) { return one.asked_for > place; });
  for (auto one = vouched; one != refused_.end(); ++one) out.push_back({std::move(one->game), ""});
  refused_.erase(vouched, refused_.end());
  return out;
}

void common_trouble::find_change(std::string reason, int games) {
  if (!changed_) changed_ = change{std::move(reason), last_, games};
}

std::vector<common_trouble::settled> common_trouble::refused(const game_id& game, const failure& why,
                                                             std::uint64_t asked_for) {
  ++asked_;
  if (settings_.alike_max <= 0) return {{game, ""}};
  refused_.push_back({game, asked_for});
  ++in_a_row_;
  last_ = describe(why);
  auto reason = reason_of(why);
  const int alike = ++reasons_[reason];
  if (alike >= settings_.alike_max) find_change(std::move(reason), alike);
  if (in_a_row_ >= refused_in_a_row_max(settings_)) find_change("several reasons", in_a_row_);
  if (!changed_) return {};
  return settle_refused(fmt::format("so are those of {} games in a row: the documents have changed", changed_->games));
}

void common_trouble::missing(const game_id& game) {
  ++asked_, ++missing_games_;
  missing_.push_back(game);
}

std::vector<common_trouble::settled> common_trouble::all_have_spoken() {
  const auto most = std::max_element(reasons_.begin(), reasons_.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  std::string shared;
  if (most != reasons_.end() && most->second >= settings_.alike_at_end && !any_accepted_) {
    find_change(most->first, most->second);
    shared = fmt::format("so are those of {} games in a row: the documents have changed", most->second);
  }
  auto out = settle_refused(shared);
  shared.clear();
  if (!missing_.empty() && are_the_hosts(missing_games_, asked_, settings_)) {
    host_refuses_ = true;
    shared =
        fmt::format("so it does for {} of {} games that it was asked for: that is the host's", missing_games_, asked_);
  }
  for (auto& game : std::exchange(missing_, {})) out.push_back({std::move(game), shared});
  return out;
}

}  // namespace nba
