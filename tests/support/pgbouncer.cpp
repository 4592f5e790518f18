#include "tests/support/pgbouncer.hpp"

#include "tests/support/loopback_port.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

namespace nba::test {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds start_patience_of_pool{20};
constexpr int start_attempts_max = 5;

// Debian keeps it out of the PATH of most users.
fs::path pgbouncer_program() {
  for (const auto* path : {"/usr/sbin/pgbouncer", "/usr/local/sbin/pgbouncer", "/usr/bin/pgbouncer"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

}  // namespace

std::unique_ptr<pgbouncer> pgbouncer::start(const std::string& server_url, const std::string& mode, int sessions) {
  const auto program = pgbouncer_program();
  if (program.empty()) return nullptr;
  const auto slash = server_url.rfind('/');
  const auto server_port = server_url.substr(server_url.rfind(':') + 1, slash - server_url.rfind(':') - 1);
  for (int attempt = 1;; ++attempt) {
    std::unique_ptr<pgbouncer> pool(new pgbouncer);
    const int port = free_loopback_port();
    const auto configuration = pool->folder_.path() / "pgbouncer.ini";
    std::ofstream(configuration) << "[databases]\n* = host=127.0.0.1 port=" << server_port << " user=nba\n"
                                 << "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port
                                 << "\nunix_socket_dir =\nauth_type = any\npool_mode = " << mode
                                 << "\ndefault_pool_size = " << sessions << "\nmax_client_conn = 100\n"
                                 << "ignore_startup_parameters = extra_float_digits\n";
    std::vector<std::string> arguments{configuration.string()};
    if (::geteuid() == 0) {
      ::chmod(pool->folder_.path().c_str(), 0755);
      arguments.insert(arguments.begin(), {"-u", "nobody"});  // it does not run as root
    }
    pool->process_ =
        std::make_unique<child_process>(program, arguments, std::map<std::string, std::string>{}, pool->folder_.path());
    pool->url_ = "postgresql://nba@127.0.0.1:" + std::to_string(port) + server_url.substr(slash);
    const auto deadline = std::chrono::steady_clock::now() + start_patience_of_pool;
    while (!listens_on_loopback(port) && std::chrono::steady_clock::now() < deadline &&
           !pool->process_->wait(std::chrono::milliseconds{10})) {
    }
    if (listens_on_loopback(port)) return pool;
    if (attempt == start_attempts_max)
      throw std::runtime_error("pgbouncer does not start: " + pool->process_->err_so_far());
  }
}

}  // namespace nba::test
