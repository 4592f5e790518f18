#include "tests/support/model_store.hpp"

#include "tests/support/model_connection.hpp"

namespace nba::test {

std::unique_ptr<store> model_database::connect() {
  std::lock_guard guard(mutex_);
  return std::make_unique<model_connection>(shared_from_this(), connections_++);
}

std::size_t model_database::connections() const {
  std::lock_guard guard(mutex_);
  return connections_;
}

void model_database::set_clock(std::function<utc_time()> now) {
  std::lock_guard guard(mutex_);
  now_ = std::move(now);
}

void model_database::inject(fault_source faults) {
  std::lock_guard guard(mutex_);
  faults_ = std::move(faults);
}

void model_database::fail_next(model_call what, int times, model_fault fault) {
  std::lock_guard guard(mutex_);
  if (times > 0) limited_faults_.push_back({what, times, std::move(fault)});
}

void model_database::reject(const game_id& id, failure why) {
  std::lock_guard guard(mutex_);
  rejected_[id] = std::move(why);
}

void model_database::accept(const game_id& id) {
  std::lock_guard guard(mutex_);
  rejected_.erase(id);
}

void model_database::close_gate() {
  std::lock_guard guard(mutex_);
  gate_closed_ = true;
}

void model_database::open_gate() {
  std::lock_guard guard(mutex_);
  gate_closed_ = false;
  gate_changed_.notify_all();
}

std::size_t model_database::waiting_at_gate() const {
  std::lock_guard guard(mutex_);
  return at_gate_;
}

void model_database::sever_connections() {
  std::lock_guard guard(mutex_);
  severed_ = connections_;
}

void model_database::on_commit(std::function<void(const model_database&, const model_transaction&)> observer) {
  std::lock_guard guard(mutex_);
  observer_ = std::move(observer);
}

model_database::counters model_database::count() const {
  std::lock_guard guard(mutex_);
  return counters_;
}

std::size_t model_database::held_rows() const {
  std::lock_guard guard(mutex_);
  std::erase_if(seen_rows_, [](const auto& rows) { return rows.expired(); });
  return seen_rows_.size();
}

ledger_entry model_database::ledger(const game_id& id) const {
  std::lock_guard guard(mutex_);
  const auto found = ledger_.find(id);
  if (found != ledger_.end()) return found->second;
  ledger_entry none;
  none.id = id;
  return none;
}

std::vector<ledger_entry> model_database::ledger() const {
  std::lock_guard guard(mutex_);
  std::vector<ledger_entry> entries;
  for (const auto& [id, entry] : ledger_) entries.push_back(entry);
  return entries;
}

bool model_database::has_core_rows(const game_id& id) const {
  std::lock_guard guard(mutex_);
  const auto found = games_.find(id);
  return found != games_.end() && found->second.core;
}

bool model_database::has_derived_rows(const game_id& id) const {
  std::lock_guard guard(mutex_);
  const auto found = games_.find(id);
  return found != games_.end() && found->second.derived;
}

std::optional<std::string> model_database::watermark(std::string_view stage, std::string_view name) const {
  std::lock_guard guard(mutex_);
  const auto found = watermarks_.find({std::string(stage), std::string(name)});
  return found == watermarks_.end() ? std::nullopt : std::optional{found->second.value};
}

std::vector<dead_letter> model_database::dead_letters() const {
  std::lock_guard guard(mutex_);
  return letters_;
}

std::size_t model_database::core_writes(const game_id& id) const {
  std::lock_guard guard(mutex_);
  const auto found = games_.find(id);
  return found == games_.end() ? 0 : found->second.core_writes;
}

}  // namespace nba::test
