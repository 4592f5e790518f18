// `serve`, and --http on a run, as somebody types them.
#include "cli/commands/serve.hpp"

#include "cli/http/web_server.hpp"
#include "tests/support/child_process.hpp"
#include "tests/unit/cli/http/web_client.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <poll.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using namespace std::chrono_literals;

namespace {

// What systemd's end of NOTIFY_SOCKET hears.
class notify_socket {
 public:
  explicit notify_socket(std::string path) : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path_.copy(where.sun_path, sizeof where.sun_path - 1);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  }
  ~notify_socket() { ::close(socket_); }
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  bool hears(std::string_view text) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (heard_.find(text) == std::string::npos && std::chrono::steady_clock::now() < until) {
      pollfd file{socket_, POLLIN, 0};
      if (::poll(&file, 1, 1'000) <= 0) continue;
      std::array<char, 4'096> buffer{};
      const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got > 0) heard_.append(buffer.data(), static_cast<std::size_t>(got)).append("\n");
    }
    return heard_.find(text) != std::string::npos;
  }
  const std::string& heard() const { return heard_; }

 private:
  std::string path_;
  int socket_;
  std::string heard_;
};

// The port in what `serve` says on stderr.
std::uint16_t port_of(const nba::test::child_process& serving) {
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < until) {
    const auto log = serving.err_so_far();
    constexpr std::string_view before = "http.listening url=http://127.0.0.1:";
    if (const auto at = log.find(before); at != std::string::npos && log.find('\n', at) != std::string::npos)
      return static_cast<std::uint16_t>(std::stoi(log.substr(at + before.size())));
    std::this_thread::sleep_for(10ms);
  }
  FAIL("serve did not say where it listens: " << serving.err_so_far());
  return 0;
}

}  // namespace

TEST_CASE("serve is ready without a database, says what is wrong, and ends with 0 on either signal") {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    CAPTURE(signal_number);
    const nba::test::temporary_folder folder;
    notify_socket manager{(folder.path() / "notify").string()};
    nba::test::child_process serving{
        NBA_SCRAPER_BINARY,
        {"serve", "--listen", "127.0.0.1:0", "--database", folder.sqlite_url("none.db")},
        {{"NOTIFY_SOCKET", (folder.path() / "notify").string()}, {"WATCHDOG_USEC", "600000"}},
        folder.path()};
    CHECK(manager.hears("READY=1"));
    const auto port = port_of(serving);
    CHECK(get(port, "/livez").status == 200);
    CHECK(get(port, "/readyz").status == 503);
    CHECK(get(port, "/healthz").status == 503);
    CHECK(manager.hears("WATCHDOG=1"));
    CHECK(manager.hears("STATUS=http://127.0.0.1:" + std::to_string(port)));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "none.db"));
    web_client stream{port};
    stream.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(stream.read_until("retry: "));
    serving.signal(signal_number);
    CHECK(stream.is_closed_within());
    CHECK(manager.hears("STOPPING=1"));
    const auto ended = serving.wait(30s);
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(contains(ended->out, "Serving http://127.0.0.1:" + std::to_string(port) + "/\n"));
  }
}

TEST_CASE("what others can reach needs a token that only its owner can read") {
  const nba::cli::test::temporary_folder folder;
  const auto serve = [&](const std::string& config) {
    return run({"serve", "--listen", "0.0.0.0:0", "--config", folder.write("c.toml", config)},
               {{"HOME", folder.path().string()}});
  };
  const auto without = serve("");
  CHECK(without.code == 120);
  CHECK(contains(without.err, "token_file in [http]"));
  const auto token = folder.write("token", "0123456789abcdef0123456789abcdef\n");
  ::chmod(token.c_str(), 0644);
  const auto readable = serve("[http]\ntoken_file = \"" + token + "\"\n");
  CHECK(readable.code == 120);
  CHECK(contains(readable.err, "chmod 600"));
  const auto guessable = folder.write("short", "secret\n");
  ::chmod(guessable.c_str(), 0600);
  const auto refused = serve("[http]\ntoken_file = \"" + guessable + "\"\n");
  CHECK(refused.code == 120);
  CHECK(contains(refused.err, "could be guessed"));
  CHECK_FALSE(contains(refused.err, "secret\n"));
  CHECK(run({"serve", "--listen", "somewhere"}, {{"HOME", folder.path().string()}}).code == 120);
}

TEST_CASE("a port that is taken ends serve with 120, and is no reason for a run to end") {
  const auto holder = web_server::listen(*parse_web_address("127.0.0.1:0", "test"));
  REQUIRE(holder);
  const auto taken = (*holder)->address().text();
  const nba::cli::test::temporary_folder folder;
  const environment home{{"HOME", folder.path().string()}};
  const auto serve = run({"serve", "--listen", taken, "--database", folder.sqlite_url()}, home);
  CHECK(serve.code == 120);
  CHECK(contains(serve.err, "is taken by another process"));
  const auto backfill = run({"schedule", "backfill", "--season", "2024-25", "--source", "sim", "--to", "2024-10-23",
                             "--http", taken, "--database", folder.sqlite_url()},
                            home);
  CHECK(backfill.code == 0);
  CHECK(contains(backfill.err, "WARN http.unavailable address=" + taken));
  CHECK(contains(backfill.err, "fix=\"name another port"));
  const auto open = run({"schedule", "backfill", "--season", "2024-25", "--source", "sim", "--to", "2024-10-23",
                         "--http", "0.0.0.0:0", "--database", folder.sqlite_url()},
                        home);
  CHECK(open.code == 120);
}
