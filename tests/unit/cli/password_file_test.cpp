// The password of a database server, from a file. Which files are taken: http/secret_file_test.cpp.
#include "cli/secret_file.hpp"
#include "cli/secrets.hpp"
#include "cli/settings.hpp"
#include "storage/database_url.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <array>
#include <future>
#include <memory>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::contains;
using nba::cli::test::run;
using nba::cli::test::temporary_folder;

namespace {

std::string secret_with_mode(const temporary_folder& folder, const std::string& name, const std::string& text,
                             mode_t mode) {
  const auto path = folder.write(name, text);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

// What libpq takes for the password of a URL.
std::string password_for_libpq(const std::string& url) {
  const auto parsed = parse_database_url(url);
  REQUIRE(parsed);
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(parsed->connection.c_str(), nullptr), &PQconninfoFree);
  REQUIRE(options);
  for (const auto* option = options.get(); option->keyword; ++option)
    if (std::string_view(option->keyword) == "password" && option->val) return option->val;
  return {};
}

// A server that asks for the password in clear, notes it and refuses. One connection.
class asking_server {
 public:
  asking_server() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
    port_ = ntohs(address.sin_port);
    told_ = std::async(std::launch::async, [this] { return serve(); });
  }
  ~asking_server() {
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
  }
  int port() const { return port_; }
  std::string told() { return told_.get(); }

 private:
  // PostgreSQL's protocol 3: startup, 'R' 3 (AuthenticationCleartextPassword), 'p' and the password, 'E'.
  std::string serve() const {
    const int peer = ::accept(listener_, nullptr, nullptr);
    if (peer < 0) return {};
    std::array<char, 1024> bytes{};
    const std::array<char, 9> ask{'R', 0, 0, 0, 8, 0, 0, 0, 3};
    const bool asked = ::read(peer, bytes.data(), bytes.size()) > 0 &&
                       ::send(peer, ask.data(), ask.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(ask.size());
    const auto got = asked ? ::read(peer, bytes.data(), bytes.size()) : 0;
    const std::string refusal{"SFATAL\0C28P01\0Mno\0\0", 19};
    const std::string head{'E', 0, 0, 0, static_cast<char>(refusal.size() + 4)};
    const auto all = head + refusal;
    [[maybe_unused]] const auto sent = ::send(peer, all.data(), all.size(), MSG_NOSIGNAL);
    ::close(peer);
    constexpr std::size_t before = 5, after = 1;  // its kind and length; a zero
    const auto size = static_cast<std::size_t>(got > 0 ? got : 0);
    return size < before + after ? std::string{} : std::string{bytes.data() + before, size - before - after};
  }

  int listener_;
  int port_ = 0;
  std::future<std::string> told_;
};

}  // namespace

TEST_CASE("libpq gets exactly the password of the file, and nothing shows it") {
  const std::string odd = "p@ss/w?rd%&=: #'\"+\xc3\xa9";
  for (const std::string url : {"postgresql://nba@host/db", "postgresql://nba:old@host/db", "postgresql:///db",
                                "postgresql://nba@host:5433/db?sslmode=require"}) {
    const auto whole = with_password(url, odd);
    CHECK(password_for_libpq(whole) == odd);
    CHECK_FALSE(contains(shown_database(whole), "rd"));
  }
}

TEST_CASE("the password of the credentials folder reaches the server, though libpq would not read that file") {
  const temporary_folder folder;
  secret_with_mode(folder, "database-password", "correct horse\n", 0440);
  asking_server server;
  const auto answer =
      run({"status", "--database",
           "postgresql://nba@127.0.0.1:" + std::to_string(server.port()) + "/nba?sslmode=disable&gssencmode=disable"},
          {{"CREDENTIALS_DIRECTORY", folder.path().string()}, {"HOME", folder.path().string()}});
  CHECK(answer.code == 121);
  CHECK(server.told() == "correct horse");
  CHECK_FALSE(contains(answer.out + answer.err, "horse"));
}

TEST_CASE("a named password file is used, shown as a name, and a mistake with it is a mistake of the settings") {
  const temporary_folder folder;
  const auto path = secret_with_mode(folder, "password", "hunter2\n", 0600);
  const auto config = folder.write("c.toml", "database_password_file = \"" + path + "\"\n");
  asking_server server;
  const auto url = "postgresql://nba@127.0.0.1:" + std::to_string(server.port()) + "/nba?sslmode=disable";
  const auto answer = run({"doctor", "--offline", "--config", config, "--database", url},
                          {{"PGGSSENCMODE", "disable"}, {"HOME", folder.path().string()}});
  CHECK(server.told() == "hunter2");
  CHECK(contains(answer.out, path));
  CHECK_FALSE(contains(answer.out + answer.err, "hunter2"));

  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const auto refused = run({"status", "--config", config, "--database", url}, {{"HOME", folder.path().string()}});
  CHECK(refused.code == 120);
  CHECK(contains(refused.err, "chmod 600"));
  CHECK(contains(refused.err, "file " + config));
  // A database that is a file has no password.
  const auto none =
      run({"status", "--config", config, "--database", folder.sqlite_url()}, {{"HOME", folder.path().string()}});
  CHECK(none.code == 121);
}
