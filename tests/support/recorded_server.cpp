#include "tests/support/recorded_server.hpp"

#include "tests/support/recorded_data.hpp"

#include <httplib.h>

#include <stdexcept>
#include <thread>

namespace nba::test {

struct recorded_server::parts {
  httplib::Server server;
  std::filesystem::path root;
  int port = 0;
  std::atomic<int> games_asked = 0;
  std::thread thread;

  // A file below the root, or the edge's answer to a missing game: 403 with a page.
  void answer(const std::filesystem::path& file, httplib::Response& response) const {
    if (std::filesystem::is_regular_file(file)) {
      // Not plain "application/json": Debian's cpp-httplib would pack every body with Brotli at its slowest setting,
      // seconds of it for each game.
      response.set_content(read_file(file), "application/json; charset=utf-8");
      return;
    }
    response.status = 403;
    response.set_content("<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Access Denied</BODY></HTML>",
                         "text/html");
  }
};

recorded_server::recorded_server(const std::filesystem::path& docroot) : parts_(std::make_unique<parts>()) {
  auto& p = *parts_;
  p.root = docroot;
  p.server.set_tcp_nodelay(true);
  p.server.set_keep_alive_max_count(1'000'000);
  // One worker serves one connection for as long as it is kept alive.
  p.server.new_task_queue = [] { return new httplib::ThreadPool(32); };
  p.server.Get("/stats/scheduleleaguev2", [&p](const httplib::Request& request, httplib::Response& response) {
    p.answer(p.root / "stats" / ("scheduleleaguev2_" + request.get_param_value("Season") + ".json"), response);
  });
  p.server.Get(R"(/static/json/liveData/(boxscore|playbyplay)/([a-z]+_\d{10}\.json))",
               [&p](const httplib::Request& request, httplib::Response& response) {
                 ++p.games_asked;
                 p.answer(p.root / "static/json/liveData" / request.matches[1].str() / request.matches[2].str(),
                          response);
               });
  p.port = p.server.bind_to_any_port("127.0.0.1");
  if (p.port <= 0) throw std::runtime_error("cannot bind a loopback port");
  p.thread = std::thread([&p] { p.server.listen_after_bind(); });
  // stop() has no effect before the server runs, so the constructor waits for that.
  for (int i = 0; i < 5'000 && !p.server.is_running(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

recorded_server::~recorded_server() {
  parts_->server.stop();
  parts_->thread.join();
}

std::string recorded_server::cdn_url() const {
  return "http://127.0.0.1:" + std::to_string(parts_->port) + "/static/json";
}
std::string recorded_server::stats_url() const { return "http://127.0.0.1:" + std::to_string(parts_->port) + "/stats"; }
int recorded_server::games_asked() const { return parts_->games_asked; }

}  // namespace nba::test
