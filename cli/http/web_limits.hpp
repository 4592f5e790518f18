// Every bound of the HTTP server, with its name. Nothing that a client does costs more than these say.
//
// Threads: plain values.
#pragma once

#include <chrono>
#include <cstddef>

namespace nba::cli {

struct web_limits {
  // Connections at a time. When all are taken, the one that has been silent longest makes room for the next.
  std::size_t connections_max = 1'536;
  // Of one address; a loopback address may be a proxy that speaks for many, and is bounded by the former alone.
  std::size_t connections_per_address_max = 256;
  // Open event streams.
  std::size_t streams_max = 256;

  // A request: its first line, the whole head, the body (of the sign-in; others have none).
  std::size_t target_bytes_max = 2'048;
  std::size_t head_bytes_max = 8 * 1024;
  std::size_t body_bytes_max = 4 * 1024;
  // What the library may use for one connection: a head, the head of the answer, and what is being sent of a stream.
  std::size_t connection_bytes = 24 * 1024;
  // What the kernel may hold back for one client that does not read.
  int send_buffer_bytes = 64 * 1024;

  // From the beginning of a connection, or the end of the answer before, to the end of the request.
  std::chrono::milliseconds request_time_max{10'000};
  // To send an answer.
  std::chrono::milliseconds answer_time_max{60'000};
  // A stream whose client takes nothing for so long is closed.
  std::chrono::milliseconds stream_blocked_max{5'000};
  // A stream on which nothing was sent for so long gets a sign of life. Below five seconds: pages go grey after twelve.
  std::chrono::milliseconds beat_interval{4'000};
  // How soon a browser comes back after a stream has ended.
  std::chrono::milliseconds reconnect_after{2'000};
  // How often the serving thread looks at its clock while there are connections.
  std::chrono::milliseconds tick_interval{250};
};

// Files that a server with these limits may hold open: connections, those that are being closed, and its own.
inline constexpr std::size_t web_spare_connections = 32;
inline constexpr std::size_t web_own_descriptors = 6;
constexpr std::size_t web_descriptors(const web_limits& limits) {
  return limits.connections_max + web_spare_connections + web_own_descriptors;
}

}  // namespace nba::cli
