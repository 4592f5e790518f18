#include "actors/run_report.hpp"

namespace nba {

std::string_view to_string(run_ending value) {
  switch (value) {
    case run_ending::completed:
      return "completed";
    case run_ending::interrupted:
      return "interrupted";
    case run_ending::aborted:
      return "aborted";
    case run_ending::storage_lost:
      return "storage_lost";
    case run_ending::host_lost:
      return "host_lost";
    case run_ending::documents_changed:
      return "documents_changed";
    case run_ending::broken:
      return "broken";
  }
  return "broken";
}

}  // namespace nba
