// The inside of fake_nba_server.
#pragma once

#include "bench/fake_nba/request_target.hpp"
#include "bench/fake_nba/server.hpp"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace nba {

class fake_nba_server::content {
 public:
  explicit content(fake_nba_settings settings);
  ~content() { stop(); }

  // ---- life (server.cpp)
  result<void> start();
  void stop();
  int port() const { return port_; }

  // ---- scenarios (server.cpp)
  fake_nba_counters counters() const;
  void set_today(std::optional<et_date> today);
  void set_override(const game_id& id, endpoint what, std::string body);
  void clear_override(const game_id& id, endpoint what);
  void set_faults(std::vector<fault_rule> rules) { plan_.set(std::move(rules)); }
  void perform(const script_step& step);
  void set_marks_answers(bool marks) { marks_answers_ = marks; }

 private:
  using request = httplib::Request;
  using response = httplib::Response;
  using target = fake::request_target;

  void configure();
  std::shared_ptr<const league> league_of(season wanted);

  // ---- answers (server_answers.cpp)
  void handle(const request& asked, response& out);
  void answer(const request& asked, response& out, const target& wanted);
  bool answer_fault(const request& asked, response& out, const target& wanted, const fault_rule& fault);
  std::optional<std::string> document(const target& wanted);
  std::optional<std::string> original(const target& wanted, const std::optional<et_date>& today);
  std::optional<std::string> file_of(const target& wanted) const;
  bool exists(const target& wanted);
  void follow_script();
  void send_too_little(response& out, std::string body, const fault_rule& fault);
  void send(const request& asked, response& out, std::string body);
  void send_page(response& out, int status, std::string body);
  // Says why, and ends the connection.
  static void refuse_body(const request& asked, response& out);
  void send_in_pieces(response& out, std::string body, const fault_rule& fault);
  void count(const target* wanted);
  bool pause(std::chrono::microseconds duration);  // false: the server is stopping

  fake_nba_settings settings_;
  fault_plan plan_;
  httplib::Server http_;
  std::thread listener_;
  std::atomic<bool> marks_answers_;
  std::atomic<int> port_{0};
  std::atomic<int> in_flight_{0};
  std::atomic<std::uint64_t> latency_draws_{0};

  mutable std::mutex mutex_;  // guards what follows, down to the leagues
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  fake_nba_counters counters_;
  std::optional<et_date> today_;
  std::map<std::pair<endpoint, game_id>, std::string> overrides_;
  std::map<game_id, int> corrections_;  // how often each game was corrected
  std::map<game_id, et_date> moved_;    // dates that the schedule has now
  std::size_t script_done_ = 0;         // steps of the script

  std::mutex leagues_mutex_;
  std::map<season, std::shared_ptr<const league>> leagues_;  // null: this season cannot be made
};

}  // namespace nba
