#include "cli/http/web_socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace nba::cli {
namespace {

constexpr int backlog = 1'024;

struct socket_address {
  sockaddr_storage bytes{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};

socket_address socket_address_of(const web_address& address) {
  socket_address out;
  if (address.is_ipv6()) {
    auto* six = reinterpret_cast<sockaddr_in6*>(&out.bytes);
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(address.port);
    ::inet_pton(AF_INET6, address.host.c_str(), &six->sin6_addr);
    out.size = sizeof *six;
  } else {
    auto* four = reinterpret_cast<sockaddr_in*>(&out.bytes);
    four->sin_family = AF_INET;
    four->sin_port = htons(address.port);
    ::inet_pton(AF_INET, address.host.c_str(), &four->sin_addr);
    out.size = sizeof *four;
  }
  return out;
}

std::string why_not_listen(int error, const web_address& address) {
  const auto text = address.text();
  if (error == EADDRINUSE) return fmt::format("{} is taken by another process", text);
  if (error == EADDRNOTAVAIL) return fmt::format("{} is no address of this machine", text);
  if (error == EACCES) return fmt::format("{} is not for this user: ports below 1024 need a right of their own", text);
  return fmt::format("cannot listen on {}: {}", text, std::strerror(error));
}

}  // namespace

listening_socket::~listening_socket() {
  if (number_ >= 0) ::close(number_);
}

result<int> listen_on(web_address& address) {
  const int family = address.is_ipv6() ? AF_INET6 : AF_INET;
  listening_socket listener{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int on = 1;
  auto where = socket_address_of(address);
  if (listener.number() < 0 || ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(listener.number(), where.get(), where.size) != 0 || ::listen(listener.number(), backlog) != 0)
    return failure{failure_class::configuration, why_not_listen(errno, address), address.text()};
  where.size = sizeof(sockaddr_storage);
  if (::getsockname(listener.number(), where.get(), &where.size) == 0)
    address.port = ntohs(address.is_ipv6() ? reinterpret_cast<sockaddr_in6*>(&where.bytes)->sin6_port
                                           : reinterpret_cast<sockaddr_in*>(&where.bytes)->sin_port);
  return listener.release();
}

std::string address_of(const sockaddr& peer) {
  std::array<char, INET6_ADDRSTRLEN> shown{};
  const void* bytes = nullptr;
  if (peer.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
  if (peer.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (bytes == nullptr || ::inet_ntop(peer.sa_family, bytes, shown.data(), shown.size()) == nullptr) return "unknown";
  return plain_address(shown.data());
}

std::string local_address_of(int descriptor) {
  socket_address own;
  if (::getsockname(descriptor, own.get(), &own.size) != 0) return {};
  return address_of(*own.get());
}

void limit_send_buffer(int descriptor, int bytes) {
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

void shut_down_socket(int descriptor) { ::shutdown(descriptor, SHUT_RDWR); }

}  // namespace nba::cli
