#include "pipeline/plan/admission.hpp"

#include <algorithm>

namespace nba {

chunk_admission::chunk_admission(std::vector<chunk> chunks, int parallel, int open_max)
    : parallel_(static_cast<std::size_t>(std::max(parallel, 1))),
      open_max_(static_cast<std::size_t>(std::max({open_max, parallel, 1}))) {
  for (auto& one : chunks) {
    if (one.games.empty()) continue;
    total_ += one.games.size();
    chunks_.push_back(state{std::move(one)});
  }
}

std::size_t chunk_admission::chunks_awake() const {
  return static_cast<std::size_t>(
      std::count_if(open_.begin(), open_.end(), [this](std::size_t i) { return chunks_[i].awake(); }));
}

bool chunk_admission::open_one_more() {
  if (stopped_ || next_chunk_ >= chunks_.size() || open_.size() < open_max_) return false;
  one_more_ = true;
  return true;
}

bool chunk_admission::may_open() const {
  return next_chunk_ < chunks_.size() && (open_.size() < open_max_ || one_more_) && chunks_awake() < parallel_;
}

std::optional<chunk_admission::admitted> chunk_admission::next() {
  if (stopped_) return std::nullopt;
  for (; may_open(); one_more_ = false) open_.push_back(next_chunk_++);
  for (std::size_t turn = 0; turn < open_.size(); ++turn) {
    const auto index = open_.front();
    open_.pop_front();
    open_.push_back(index);
    auto& one = chunks_[index];
    if (one.admitted == one.content.games.size()) continue;
    const bool first = one.admitted == 0;
    const auto& game = one.content.games[one.admitted++];
    flights_.emplace(game.id, flight{index});
    return admitted{game, one.content.number, first};
  }
  return std::nullopt;
}

void chunk_admission::sleep(const game_id& id) {
  const auto found = flights_.find(id);
  if (found == flights_.end() || found->second.sleeping) return;
  found->second.sleeping = true;
  ++chunks_[found->second.chunk].sleeping;
}

void chunk_admission::wake(const game_id& id) {
  const auto found = flights_.find(id);
  if (found == flights_.end() || !found->second.sleeping) return;
  found->second.sleeping = false;
  --chunks_[found->second.chunk].sleeping;
}

std::optional<chunk_admission::chunk_end> chunk_admission::finish(const game_id& id, game_end how) {
  const auto found = flights_.find(id);
  if (found == flights_.end()) return std::nullopt;
  wake(id);
  const auto index = found->second.chunk;
  flights_.erase(found);
  auto& one = chunks_[index];
  ++one.finished;
  ++finished_;
  if (how == game_end::failed) ++one.failures;
  if (how == game_end::not_reached) ++one.not_reached;
  if (one.finished < one.content.games.size()) return std::nullopt;
  open_.erase(std::find(open_.begin(), open_.end(), index));
  ++ended_;
  return chunk_end{one.content.number, one.content.dates, one.content.games.size(), one.failures, one.not_reached};
}

std::vector<planned_game> chunk_admission::unfinished() const {
  std::vector<planned_game> games;
  auto open = std::vector<std::size_t>(open_.begin(), open_.end());
  std::sort(open.begin(), open.end());
  for (const auto index : open) {
    const auto& one = chunks_[index];
    for (std::size_t i = 0; i < one.admitted; ++i)
      if (flights_.contains(one.content.games[i].id)) games.push_back(one.content.games[i]);
  }
  return games;
}

std::vector<planned_game> chunk_admission::unadmitted() const {
  std::vector<planned_game> rest;
  for (const auto& one : chunks_)
    rest.insert(rest.end(), one.content.games.begin() + static_cast<std::ptrdiff_t>(one.admitted),
                one.content.games.end());
  return rest;
}

std::vector<open_chunk> chunk_admission::open_chunks() const {
  std::vector<open_chunk> out;
  for (const auto index : open_) {
    const auto& one = chunks_[index];
    out.push_back(
        {one.content.number, one.content.dates, one.content.games.size(), one.admitted, one.finished, one.sleeping});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return out;
}

date_range chunk_admission::dates_of(int number) const {
  for (const auto& one : chunks_)
    if (one.content.number == number) return one.content.dates;
  return {};
}

}  // namespace nba
