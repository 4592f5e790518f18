#include "cli/http/web_service.hpp"

#include "cli/descriptors.hpp"
#include "cli/http/host_check.hpp"
#include "cli/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::size_t useful_connections = 16;

failure needs_token(const web_address& listen) {
  return {failure_class::configuration,
          fmt::format("{} can be reached from other machines, and everybody there could read this page; put a token "
                      "into a file (openssl rand -hex 32 > token; chmod 600 token) and name it by token_file in "
                      "[http] of the configuration file, or listen on 127.0.0.1",
                      listen.text())};
}

result<std::optional<std::string>> token_of(const settings& values, const std::string& credentials) {
  if (values.http_token_file.empty()) return std::optional<std::string>{};
  auto token = read_secret_file(values.http_token_file, "http.token_file", credentials);
  if (!token) return std::move(token).error();
  if (token->size() < token_bytes_min)
    return failure{failure_class::configuration,
                   fmt::format("the token in {} has less than {} characters, and could be guessed; "
                               "openssl rand -hex 32 makes a good one",
                               values.http_token_file, token_bytes_min),
                   "http.token_file"};
  return std::optional<std::string>{std::move(*token)};
}

}  // namespace

result<web_service_settings> web_settings_of(const settings& values, const web_address& listen,
                                             const std::string& credentials, std::size_t descriptors_beside) {
  web_service_settings out;
  out.listen = listen;
  out.site.listens_on = listen.host;
  out.site.hosts = parse_host_names(values.http_hosts);
  auto token = token_of(values, credentials);
  if (!token) return std::move(token).error();
  out.site.token = std::move(*token);
  if (!listen.is_loopback() && !out.site.token) return needs_token(listen);
  const auto granted = descriptors_granted(descriptors_beside, web_descriptors(out.limits));
  const auto own = web_spare_connections + web_own_descriptors;
  if (granted < own + useful_connections)
    return failure{failure_class::configuration,
                   fmt::format("the limit of open files leaves no room for an HTTP server; raise it (ulimit -n {})",
                               descriptors_beside + web_descriptors(out.limits)),
                   "http"};
  out.limits.connections_max = std::min(out.limits.connections_max, granted - own);
  return out;
}

result<std::unique_ptr<web_service>> web_service::start(web_service_settings with, bool& unavailable) {
  unavailable = false;
  std::unique_ptr<web_service> out{new web_service};
  auto server = web_server::listen(with.listen, with.limits);
  if (!server) {
    unavailable = true;
    return std::move(server).error();
  }
  out->server_ = std::move(*server);
  out->site_ = std::make_unique<web_site>(std::move(with.site), with.content, with.log);

  auto* web = out->server_.get();
  auto* site = out->site_.get();
  desk_settings reading;
  reading.read = std::move(with.read);
  reading.unasked_interval = with.unasked_interval;
  reading.on_facts = [readers = site->has_readers(), box = web->mailbox(), content = with.content, web,
                      tell = std::move(with.on_facts)](const facts_ptr& facts) {
    // Nothing is rendered while nobody looks.
    if (*readers)
      if (auto news = content->update(facts)) post_to(*box, [web, news = std::move(news)] { web->publish(news); });
    if (tell) tell(facts);
  };
  out->desk_ = std::make_unique<watch_desk>(std::move(reading));
  site->attach(*web, *out->desk_);
  web_server::callbacks callbacks;
  callbacks.answer = [site](const web_request& request, std::uint64_t number) { return site->answer(request, number); };
  callbacks.tick = [site, tick = std::move(with.on_tick)](web_server::clock::time_point now) {
    site->tick(now);
    if (tick) tick();
  };
  callbacks.hello = with.content->hello;
  callbacks.beat = with.content->beat;
  if (auto started = web->start(std::move(callbacks)); !started) return std::move(started).error();
  return out;
}

web_service::~web_service() = default;

}  // namespace nba::cli
