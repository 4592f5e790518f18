#include "cli/http/web_server.hpp"

#include "cli/http/web_connections.hpp"
#include "cli/http/web_mailbox.hpp"
#include "cli/http/web_socket.hpp"

#include <fmt/format.h>
#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::chrono::milliseconds idle_tick{1'000};

// A request on its connection, from its first line to the end of its answer.
struct web_exchange {
  std::uint64_t number = 0;
  MHD_Connection* connection = nullptr;
  web_connection* tcp = nullptr;
  std::string target;
  web_request request;
  bool has_head = false;
  bool was_asked = false;
  bool is_suspended = false;
  std::optional<web_response> ready;
  std::optional<stream_cursor> stream;
};

// What the library calls back with: the loop, and the exchange that a stream belongs to.
struct stream_source {
  void* loop = nullptr;
  web_exchange* exchange = nullptr;
};

MHD_Result take_header(void* to, MHD_ValueKind, const char* name, const char* value) {
  auto& headers = *static_cast<std::vector<web_header>*>(to);
  std::string lower{name};
  for (auto& byte : lower) byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  headers.emplace_back(std::move(lower), value == nullptr ? "" : value);
  return MHD_YES;
}

std::size_t size_of_head(const web_exchange& exchange) {
  auto size = exchange.target.size();
  for (const auto& [name, value] : exchange.request.headers) size += name.size() + value.size() + 4;
  return size;
}

bool has_body(const web_request& request) {
  const auto length = request.header("content-length");
  return !request.header("transfer-encoding").empty() || (!length.empty() && length != "0");
}

bool is_longer_than(std::string_view length, std::size_t limit) {
  if (length.empty()) return false;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), value);
  return error != std::errc{} || end != length.data() + length.size() || value > limit;
}

// Why a request is not even looked at.
std::optional<web_response> refuse_head(const web_exchange& exchange, const web_limits& limits) {
  std::optional<web_response> refused;
  const auto& request = exchange.request;
  if (exchange.target.size() > limits.target_bytes_max)
    refused = text_response(414, "The address is too long.\n");
  else if (size_of_head(exchange) > limits.head_bytes_max)
    refused = text_response(431, "The head of the request is too long.\n");
  else if (has_body(request) && request.method != "POST")
    refused = text_response(413, "A request of this kind has no body here.\n");
  else if (is_longer_than(request.header("content-length"), limits.body_bytes_max))
    refused = text_response(413, "The body of the request is too long.\n");
  if (refused) refused->close = true;
  return refused;
}

void free_body(void* held) { delete static_cast<std::shared_ptr<const std::string>*>(held); }
void free_source(void* held) { delete static_cast<stream_source*>(held); }

MHD_Response* library_response(const web_response& response) {
  if (!response.body || response.body->empty())
    return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  // The text is shared by everybody who asks for it: not copied, and kept until the last has it.
  auto held = std::make_unique<std::shared_ptr<const std::string>>(response.body);
  auto* out = MHD_create_response_from_buffer_with_free_callback_cls(
      response.body->size(), const_cast<char*>(response.body->data()), &free_body, held.get());
  if (out != nullptr) held.release();
  return out;
}

}  // namespace

struct web_server::loop {
  loop(web_address where, const web_limits& bounds, int socket)
      : address(std::move(where)), limits(bounds), listener(socket), connections(bounds) {}

  web_address address;
  const web_limits limits;
  listening_socket listener;
  web_connections connections;
  callbacks with;
  std::shared_ptr<web_mailbox> mailbox = std::make_shared<web_mailbox>();
  MHD_Daemon* daemon = nullptr;
  std::unordered_map<std::uint64_t, std::unique_ptr<web_exchange>> exchanges;
  std::uint64_t last_number = 0;
  std::size_t open_streams = 0;
  newest_message newest;
  stream_message beat;  // the newest sign of life
  clock::time_point beat_at{};
  std::atomic<bool> stopping{false};
  std::thread thread;

  // ---- the library's callbacks: all on the serving thread

  static MHD_Result on_accept(void* self, const sockaddr* peer, socklen_t) {
    auto& held = *static_cast<loop*>(self);
    return held.connections.admit(address_of(*peer)) ? MHD_YES : MHD_NO;
  }
  static void on_connection(void* self, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what) {
    auto& held = *static_cast<loop*>(self);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
      held.connections.remove(static_cast<web_connection*>(*context));
      *context = nullptr;
      return;
    }
    const auto* file = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const auto* peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    limit_send_buffer(file->connect_fd, held.limits.send_buffer_bytes);
    *context = held.connections.add(file->connect_fd, address_of(*peer->client_addr), clock::now());
  }
  static void* on_target(void* self, const char* target, MHD_Connection* connection) {
    auto& held = *static_cast<loop*>(self);
    auto exchange = std::make_unique<web_exchange>();
    exchange->number = ++held.last_number;
    exchange->connection = connection;
    exchange->target = target;
    exchange->tcp = static_cast<web_connection*>(
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
    auto* out = exchange.get();
    held.exchanges.emplace(out->number, std::move(exchange));
    return out;
  }
  static MHD_Result on_request(void* self, MHD_Connection*, const char*, const char* method, const char*,
                               const char* data, std::size_t* size, void** context) {
    auto* exchange = static_cast<web_exchange*>(*context);
    if (exchange == nullptr) return MHD_NO;
    return static_cast<loop*>(self)->proceed(*exchange, method, data, size);
  }
  static void on_completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode) {
    auto* exchange = static_cast<web_exchange*>(*context);
    if (exchange == nullptr) return;
    auto& held = *static_cast<loop*>(self);
    if (exchange->stream) --held.open_streams;
    if (exchange->tcp != nullptr) exchange->tcp->now_in(web_connection::phase::reading, clock::now());
    held.exchanges.erase(exchange->number);
    *context = nullptr;
  }
  static ssize_t on_stream(void* source, std::uint64_t, char* to, std::size_t room) {
    const auto& from = *static_cast<stream_source*>(source);
    auto& held = *static_cast<loop*>(from.loop);
    auto& exchange = *from.exchange;
    if (held.stopping) return MHD_CONTENT_READER_END_OF_STREAM;
    const auto now = clock::now();
    const auto size = exchange.stream->read(
        held.newest, [&] { return held.beat_of(now); }, to, room, now);
    if (size > 0) return static_cast<ssize_t>(size);
    held.suspend(exchange);
    return 0;
  }

  // ---- requests

  MHD_Result proceed(web_exchange& exchange, const char* method, const char* data, std::size_t* size) {
    if (!exchange.has_head) {
      read_head(exchange, method);
      if (auto refused = refuse_head(exchange, limits)) return send(exchange, *refused);
      return MHD_YES;
    }
    if (*size > 0) {
      auto& body = exchange.request.body;
      // Of a body without a length; the sender hears nothing of it, since it is still talking.
      if (exchange.request.method != "POST" || body.size() + *size > limits.body_bytes_max) return MHD_NO;
      body.append(data, *size);
      *size = 0;
      return MHD_YES;
    }
    if (exchange.ready) return send(exchange, *exchange.ready);
    if (exchange.was_asked) return MHD_YES;
    exchange.was_asked = true;
    if (stopping) {
      auto over = text_response(503, "The server is stopping.\n");
      over.close = true;
      return send(exchange, over);
    }
    auto reply = with.answer(exchange.request, exchange.number);
    switch (reply.what) {
      case web_reply::kind::now:
        return send(exchange, reply.response);
      case web_reply::kind::later:
        exchange.tcp->now_in(web_connection::phase::answering, clock::now());
        suspend(exchange);
        return MHD_YES;
      case web_reply::kind::stream:
        return exchange.request.method == "HEAD" ? send_stream_head(exchange) : send_stream(exchange);
    }
    return MHD_NO;
  }

  void read_head(web_exchange& exchange, const char* method) {
    exchange.has_head = true;
    auto& request = exchange.request;
    request.method = method;
    const auto mark = exchange.target.find('?');
    request.path = exchange.target.substr(0, mark);
    if (mark != std::string::npos) request.query = exchange.target.substr(mark + 1);
    MHD_get_connection_values(exchange.connection, MHD_HEADER_KIND, &take_header, &request.headers);
    request.remote = exchange.tcp->remote;
    request.local = local_address_of(exchange.tcp->descriptor);
  }

  MHD_Result send(web_exchange& exchange, const web_response& response) {
    auto* out = library_response(response);
    return queue(exchange, response.status, out, web_headers_of(response), web_connection::phase::answering);
  }
  MHD_Result send_stream_head(web_exchange& exchange) {
    return queue(exchange, 200, library_response({}), stream_headers(), web_connection::phase::answering);
  }
  MHD_Result send_stream(web_exchange& exchange) {
    if (open_streams >= limits.streams_max) {
      auto full = text_response(503, fmt::format("All {} event streams are taken.\n", limits.streams_max));
      full.headers.emplace_back("Retry-After", "10");
      return send(exchange, full);
    }
    constexpr std::size_t block = 8 * 1024;
    auto source = std::make_unique<stream_source>(stream_source{this, &exchange});
    auto* out = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, &on_stream, source.get(), &free_source);
    if (out == nullptr) return MHD_NO;
    source.release();
    exchange.stream.emplace(limits, newest, with.hello ? with.hello() : std::string{}, clock::now());
    ++open_streams;
    return queue(exchange, 200, out, stream_headers(), web_connection::phase::streaming);
  }
  // Takes the response over.
  static MHD_Result queue(web_exchange& exchange, int status, MHD_Response* out, const std::vector<web_header>& headers,
                          web_connection::phase next) {
    if (out == nullptr) return MHD_NO;
    for (const auto& [name, value] : headers) MHD_add_response_header(out, name.c_str(), value.c_str());
    const auto queued = MHD_queue_response(exchange.connection, static_cast<unsigned>(status), out);
    MHD_destroy_response(out);
    exchange.tcp->now_in(next, clock::now());
    exchange.ready.reset();
    return queued;
  }

  stream_message beat_of(clock::time_point now) {
    if (!beat || now - beat_at >= limits.tick_interval) {
      auto text = with.beat ? with.beat() : std::string{};
      beat = std::make_shared<const std::string>(text.empty() ? ": beat\n\n" : std::move(text));
      beat_at = now;
    }
    return beat;
  }

  void suspend(web_exchange& exchange) {
    exchange.is_suspended = true;
    MHD_suspend_connection(exchange.connection);
  }
  void resume(web_exchange& exchange) {
    if (!exchange.is_suspended) return;
    exchange.is_suspended = false;
    MHD_resume_connection(exchange.connection);
  }
  void wake_streams(clock::time_point now) {
    for (auto& [number, exchange] : exchanges)
      if (exchange->stream && exchange->is_suspended && exchange->stream->has_more(newest, now)) resume(*exchange);
  }

  // ---- the thread

  void run() {
    auto ticked = clock::now();
    while (!stopping) {
      wait_for_work();
      for (const auto& work : mailbox->take()) work();
      MHD_run(daemon);
      const auto now = clock::now();
      if (now - ticked < limits.tick_interval) continue;
      ticked = now;
      with.tick(now);
      wake_streams(now);
      for (auto& [number, exchange] : exchanges)
        if (exchange->stream && exchange->stream->is_blocked(now)) shut_down_socket(exchange->tcp->descriptor);
      connections.close_late(now);
    }
    say_farewell();
  }

  void wait_for_work() const {
    auto limit = connections.size() > 0 ? limits.tick_interval : idle_tick;
    MHD_UNSIGNED_LONG_LONG pending = 0;
    if (MHD_get_timeout(daemon, &pending) == MHD_YES && pending < static_cast<MHD_UNSIGNED_LONG_LONG>(limit.count()))
      limit = std::chrono::milliseconds{pending};
    const auto* ready = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    std::array<pollfd, 2> files{{{ready->epoll_fd, POLLIN, 0}, {mailbox->descriptor(), POLLIN, 0}}};
    ::poll(files.data(), files.size(), static_cast<int>(limit.count()));
  }

  // Streams end as streams do, requests that wait are told; who does not listen any more is cut off.
  void say_farewell() {
    mailbox->close();
    auto over = text_response(503, "The server is stopping.\n");
    over.close = true;
    for (auto& [number, exchange] : exchanges) {
      if (!exchange->is_suspended) continue;
      if (!exchange->stream) exchange->ready = over;
      resume(*exchange);
    }
    const auto until = clock::now() + web_farewell_max;
    while (!exchanges.empty() && clock::now() < until) {
      MHD_run(daemon);
      constexpr int briefly_ms = 5;
      const auto* ready = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
      pollfd file{ready->epoll_fd, POLLIN, 0};
      ::poll(&file, 1, briefly_ms);
    }
  }
};

web_server::web_server(std::unique_ptr<loop> held) : loop_(std::move(held)) {}

result<std::unique_ptr<web_server>> web_server::listen(const web_address& address, const web_limits& limits) {
  auto where = address;
  auto socket = listen_on(where);
  if (!socket) return std::move(socket).error();
  return std::unique_ptr<web_server>{new web_server{std::make_unique<loop>(where, limits, *socket)}};
}

result<void> web_server::start(callbacks with) {
  auto& held = *loop_;
  held.with = std::move(with);
  const auto most = static_cast<unsigned>(held.limits.connections_max + web_spare_connections);
  held.daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, &loop::on_accept, &held,
                                 &loop::on_request, &held, MHD_OPTION_LISTEN_SOCKET, held.listener.number(),  //
                                 MHD_OPTION_CONNECTION_LIMIT, most,                                           //
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, held.limits.connection_bytes,            //
                                 MHD_OPTION_CONNECTION_TIMEOUT, 0U,  // time is kept in web_connections
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1,    //
                                 MHD_OPTION_URI_LOG_CALLBACK, &loop::on_target, &held,       //
                                 MHD_OPTION_NOTIFY_CONNECTION, &loop::on_connection, &held,  //
                                 MHD_OPTION_NOTIFY_COMPLETED, &loop::on_completed, &held,    //
                                 MHD_OPTION_END);
  if (held.daemon == nullptr)
    return failure{failure_class::configuration, "the HTTP library cannot serve with epoll here", held.address.text()};
  held.listener.release();  // the library closes it
  held.thread = std::thread([&held] { held.run(); });
  return {};
}

web_server::~web_server() {
  auto& held = *loop_;
  if (held.daemon == nullptr) return;
  held.stopping = true;
  held.mailbox->post([] {});
  held.thread.join();
  MHD_stop_daemon(held.daemon);
}

const web_address& web_server::address() const { return loop_->address; }
std::shared_ptr<web_mailbox> web_server::mailbox() const { return loop_->mailbox; }

void web_server::finish(std::uint64_t number, web_response response) {
  const auto found = loop_->exchanges.find(number);
  if (found == loop_->exchanges.end() || found->second->stream) return;
  found->second->ready = std::move(response);
  loop_->resume(*found->second);
}

void web_server::publish(stream_message text) {
  if (!text || text->empty()) return;
  ++loop_->newest.number;
  loop_->beat = nullptr;
  loop_->newest.text = std::move(text);
  loop_->wake_streams(clock::now());
}

std::size_t web_server::streams() const { return loop_->open_streams; }

}  // namespace nba::cli
