// What `status` says of a database, read once: the last run, the daily date, hosts at rest, every season by lane.
//
// Threads: reading belongs to the store's thread; the value is plain.
#pragma once

#include "cli/season_report.hpp"
#include "pipeline/derive/overrides.hpp"
#include "pipeline/plan/daily_mark.hpp"
#include "pipeline/source/host_pause.hpp"
#include "storage/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nba::cli {

// Reports of seasons, shared: one that has not changed since an earlier reading is the same one.
class season_reports {
 public:
  using held = std::vector<std::shared_ptr<const season_report>>;
  class iterator {
   public:
    using value_type = season_report;
    using difference_type = std::ptrdiff_t;
    explicit iterator(held::const_iterator at = {}) : at_(at) {}
    const season_report& operator*() const { return **at_; }
    const season_report* operator->() const { return at_->get(); }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    iterator operator++(int) { return iterator{at_++}; }
    bool operator==(const iterator&) const = default;

   private:
    held::const_iterator at_;
  };

  void push_back(std::shared_ptr<const season_report> report) { held_.push_back(std::move(report)); }
  void push_back(season_report report) { held_.push_back(std::make_shared<const season_report>(std::move(report))); }
  bool empty() const noexcept { return held_.empty(); }
  std::size_t size() const noexcept { return held_.size(); }
  const season_report& operator[](std::size_t at) const { return *held_[at]; }
  const season_report& front() const { return *held_.front(); }
  const season_report& back() const { return *held_.back(); }
  iterator begin() const { return iterator{held_.begin()}; }
  iterator end() const { return iterator{held_.end()}; }
  // To keep one.
  const std::shared_ptr<const season_report>& share(std::size_t at) const { return held_[at]; }

 private:
  held held_;
};

struct database_status {
  std::string description;  // without secrets
  std::string backend;
  std::optional<run_row> last_run;
  std::optional<std::string> daily;  // the daily date
  std::vector<host_pause> pauses;
  daily_mark daily_state;                                  // whether it can be believed
  season_reports seasons;                                  // the oldest first
  std::map<season, std::vector<game_override>> overrides;  // in use
};

// One season of it.
struct season_status {
  std::shared_ptr<const season_report> report;
  std::vector<game_override> overrides;  // in use
};
result<season_status> read_season_status(nba::store& database, season of, const std::set<game_type>& types,
                                         et_date today, const settings& values);
// All but the seasons and the last run, of what is read already.
database_status begin_database_status(const nba::store& database, const std::vector<watermark_row>& marks,
                                      et_date today, utc_time now, const settings& values);

// `only`: one season; nullopt: all that have planned games. `today`: ET date of now.
result<database_status> read_database_status(nba::store& database, std::optional<season> only,
                                             const std::set<game_type>& types, et_date today, const settings& values);

// The documents of `--json` and of /api.
nlohmann::ordered_json json_of(const run_row& run);
nlohmann::ordered_json json_of(const lane_report& lane);
nlohmann::ordered_json json_of(const database_status& status);

}  // namespace nba::cli
