#include "cli/http/web_connections.hpp"

#include "cli/http/web_address.hpp"
#include "cli/http/web_socket.hpp"

#include <utility>

namespace nba::cli {

bool web_connections::make_room() {
  web_connection* silent = nullptr;
  for (auto& one : all_)
    if (!one.is_shut && one.doing == web_connection::phase::reading && (silent == nullptr || one.since < silent->since))
      silent = &one;
  if (silent == nullptr) return false;
  silent->is_shut = true;
  ++shut_;
  shut_down_socket(silent->descriptor);
  return true;
}

bool web_connections::admit(const std::string& remote) {
  const auto of_this = of_address_.find(remote);
  if (of_this != of_address_.end() && of_this->second >= limits_.connections_per_address_max &&
      !is_loopback_address(remote))
    return false;
  return all_.size() - shut_ < limits_.connections_max || make_room();
}

web_connection* web_connections::add(int descriptor, std::string remote, clock::time_point now) {
  ++of_address_[remote];
  all_.push_back({descriptor, std::move(remote), web_connection::phase::reading, now});
  all_.back().place = std::prev(all_.end());
  return &all_.back();
}

void web_connections::remove(web_connection* gone) {
  if (gone == nullptr) return;
  if (gone->is_shut) --shut_;
  const auto of_this = of_address_.find(gone->remote);
  if (--of_this->second == 0) of_address_.erase(of_this);
  all_.erase(gone->place);
}

void web_connections::close_late(clock::time_point now) {
  for (auto& one : all_) {
    if (one.is_shut || one.doing == web_connection::phase::streaming) continue;
    const auto limit = one.doing == web_connection::phase::reading ? limits_.request_time_max : limits_.answer_time_max;
    if (now - one.since <= limit) continue;
    one.is_shut = true;
    ++shut_;
    shut_down_socket(one.descriptor);
  }
}

}  // namespace nba::cli
