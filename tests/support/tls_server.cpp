#include "tests/support/tls_server.hpp"

#include "tests/support/loopback_port.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace nba::test {
namespace fs = std::filesystem;
namespace {

constexpr auto start_patience = std::chrono::seconds(60);

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

// Debian keeps nginx outside an ordinary user's PATH.
std::string nginx_program() {
  for (const auto* const candidate : {"nginx", "/usr/sbin/nginx"})
    if (runs(std::string(candidate) + " -v")) return candidate;
  return {};
}

}  // namespace

std::unique_ptr<tls_server> tls_server::start(std::string_view body) {
  if (nginx_program().empty() || !runs("openssl version")) return nullptr;
  auto pattern = (fs::temp_directory_path() / "nba-tls-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary folder");
  std::unique_ptr<tls_server> server(new tls_server(pattern));
  server->write_files(body);
  server->launch();
  return server;
}

tls_server::~tls_server() {
  if (child_ > 0) {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void tls_server::write_files(std::string_view body) {
  const auto folder = folder_.string();
  if (!runs("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
            "-addext subjectAltName=IP:127.0.0.1 -keyout '" +
            folder + "/key.pem' -out '" + folder + "/certificate.pem'"))
    throw std::runtime_error("openssl cannot make a certificate");
  std::ofstream(folder_ / "game.json") << body;
  http2_port_ = free_loopback_port();
  http1_port_ = free_loopback_port();
  const auto tls = "ssl_certificate certificate.pem; ssl_certificate_key key.pem; root " + folder + ";";
  // One process: no worker that would need another user's rights to the folder.
  std::ofstream(folder_ / "nginx.conf") << "daemon off; master_process off; pid " << folder << "/pid;\n"
                                        << "events { worker_connections 64; }\n"
                                        << "http { log_format served '$connection $server_protocol';\n"
                                        << "access_log " << folder << "/access.log served;\n"
                                        << "server { listen 127.0.0.1:" << http2_port_ << " ssl http2; " << tls
                                        << " }\n"
                                        << "server { listen 127.0.0.1:" << http1_port_ << " ssl; " << tls
                                        << " location /down { return 302 http://127.0.0.1:" << http1_port_
                                        << "/game.json; } } }\n";
}

void tls_server::launch() {
  const auto program = nginx_program();
  const auto folder = folder_.string();
  const auto configuration = folder + "/nginx.conf";
  const auto errors = folder + "/error.log";
  child_ = ::fork();
  if (child_ == 0) {
    ::execlp(program.c_str(), "nginx", "-p", folder.c_str(), "-c", configuration.c_str(), "-e", errors.c_str(),
             static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + start_patience;
  while (!listens_on_loopback(http2_port_) || !listens_on_loopback(http1_port_)) {
    const bool ended = ::waitpid(child_, nullptr, WNOHANG) != 0;
    if (ended) child_ = -1;
    if (ended || std::chrono::steady_clock::now() > deadline) {
      std::ifstream log(errors);
      throw std::runtime_error("nginx does not start: " + std::string(std::istreambuf_iterator<char>(log), {}));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string tls_server::http2_url() const { return "https://127.0.0.1:" + std::to_string(http2_port_) + "/game.json"; }
std::string tls_server::down_url() const { return "https://127.0.0.1:" + std::to_string(http1_port_) + "/down"; }
std::string tls_server::http1_url() const { return "https://127.0.0.1:" + std::to_string(http1_port_) + "/game.json"; }
std::string tls_server::ca_file() const { return (folder_ / "certificate.pem").string(); }

std::vector<tls_server::served> tls_server::log() const {
  std::vector<served> lines;
  std::ifstream in(folder_ / "access.log");
  for (served line; in >> line.connection >> line.protocol;) lines.push_back(line);
  return lines;
}

}  // namespace nba::test
