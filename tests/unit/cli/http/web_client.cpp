#include "tests/unit/cli/http/web_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace nba::cli::test {

std::string web_answer::header(std::string_view name) const {
  const auto line = head.find("\r\n" + std::string{name} + ": ");
  if (line == std::string::npos) return {};
  const auto begin = line + 2 + name.size() + 2;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

web_client::web_client(std::uint16_t port, const std::string& address)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &where.sin_addr);
  if (socket_ < 0 || ::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0)
    throw std::runtime_error("cannot connect to the server under test: " + std::to_string(errno));
}

web_client::~web_client() {
  if (socket_ >= 0) ::close(socket_);
}

web_client::web_client(web_client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

bool web_client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

web_client::came web_client::wait(std::chrono::milliseconds longest) {
  pollfd file{socket_, POLLIN, 0};
  if (::poll(&file, 1, static_cast<int>(longest.count())) <= 0) return came::nothing;
  std::array<char, 16 * 1024> buffer{};
  const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return came::the_end;
  received_.append(buffer.data(), static_cast<std::size_t>(got));
  return came::something;
}

bool web_client::read_until(std::string_view text, std::chrono::milliseconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (received_.find(text) == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || wait(left) != came::something) return false;
  }
  return true;
}

bool web_client::is_closed_within(std::chrono::milliseconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) return false;
    if (wait(std::chrono::duration_cast<std::chrono::milliseconds>(until - now)) == came::the_end) return true;
  }
}

bool web_client::is_open() {
  for (;;) {
    const auto what = wait(std::chrono::milliseconds{0});
    if (what != came::something) return what == came::nothing;
  }
}

web_answer fetch(std::uint16_t port, std::string_view method, std::string_view target, std::string headers,
                 std::string_view body) {
  web_client client{port};
  if (headers.find("Host:") == std::string::npos) headers += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
  if (!body.empty()) headers += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  std::string request{method};
  request.append(" ")
      .append(target)
      .append(" HTTP/1.1\r\nConnection: close\r\n")
      .append(headers)
      .append("\r\n")
      .append(body);
  web_answer answer;
  client.send(request);
  client.is_closed_within();
  const auto& all = client.received();
  const auto end = all.find("\r\n\r\n");
  if (end == std::string::npos || all.size() < 12) return answer;
  answer.status = std::stoi(all.substr(9, 3));
  answer.head = all.substr(0, end + 2);
  answer.body = all.substr(end + 4);
  return answer;
}

}  // namespace nba::cli::test
