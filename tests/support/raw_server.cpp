#include "tests/support/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace nba::test {

raw_connection::~raw_connection() { ::close(socket_); }

std::optional<std::string> raw_connection::read_request() {
  for (;;) {
    if (const auto end = buffered_.find("\r\n\r\n"); end != std::string::npos) {
      auto head = buffered_.substr(0, end + 4);
      buffered_.erase(0, end + 4);
      return head;
    }
    char chunk[4096];
    const auto count = ::recv(socket_, chunk, sizeof chunk, 0);
    if (count <= 0) return std::nullopt;
    buffered_.append(chunk, static_cast<std::size_t>(count));
  }
}

bool raw_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool raw_connection::linger(std::chrono::milliseconds longest) {
  pollfd wait{socket_, POLLRDHUP, 0};
  return ::poll(&wait, 1, static_cast<int>(longest.count())) > 0;
}

void raw_connection::reset_on_close() {
  const ::linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void raw_connection::shut_down() { ::shutdown(socket_, SHUT_RDWR); }

raw_server::raw_server(handler handle) : handle_(std::move(handle)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, length) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, generic, &length) != 0)
    throw std::runtime_error("cannot listen on a loopback port");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

raw_server::~raw_server() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : open_) connection->shut_down();
  }
  for (auto& thread : threads_) thread.join();
}

std::string raw_server::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

void raw_server::accept_loop() {
  while (!stopping_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    auto connection = std::make_shared<raw_connection>(socket);
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection = std::move(connection)]() mutable {
      handle_(*connection);
      const std::lock_guard forgetting(mutex_);
      std::erase(open_, connection);
      connection.reset();  // closes the socket, so the peer need not wait for the server's end
    });
  }
}

std::string http_answer(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace nba::test
