// What people were told, or are to be told.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/alerts/outbox.hpp"
#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace nba {

class alert_store {
 public:
  virtual ~alert_store() = default;

  // Reads the book, lets `decide` change it, and writes what it changed: one transaction, and no other process decides
  // meanwhile. `decide` may run more than once, each time on the book as it is then. What is older than alerts_kept is
  // removed.
  virtual result<void> change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) = 0;
  // The newest last.
  virtual result<std::vector<alert_record>> read_alerts(std::size_t alerts_max) = 0;
};

}  // namespace nba
