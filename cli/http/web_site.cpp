#include "cli/http/web_site.hpp"

#include "cli/http/host_check.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::string_view page_path = "/";
constexpr std::string_view events_path = "/events";
constexpr std::string_view live_path = "/livez";
constexpr std::string_view sign_in_path = "/sign-in";
constexpr std::string_view assets_path = "/assets/";
constexpr std::string_view icon_path = "/favicon.ico";
constexpr std::chrono::minutes refusal_log_interval{1};

bool is_asset_path(std::string_view path) { return path.starts_with(assets_path) || path == icon_path; }
bool wants_page(const web_request& request) { return accept_names(request.header("accept"), "text/html"); }

// Whether a form was sent by a page of this server: what the browser says of it, where it says anything. A proxy may
// have changed the Host header and its port, so a name of `hosts` is as good.
bool comes_from_here(const web_request& request, const std::vector<std::string>& hosts) {
  const auto site = request.header("sec-fetch-site");
  if (site == "same-origin") return true;
  if (!site.empty() && site != "none") return false;
  const auto origin = request.header("origin");
  if (origin.empty()) return true;
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto name = host_name_of(origin.substr(scheme + 3));
  return name == host_name_of(request.header("host")) || std::find(hosts.begin(), hosts.end(), name) != hosts.end();
}

bool came_by_https(const web_request& request) { return request.header("x-forwarded-proto") == "https"; }

}  // namespace

web_site::web_site(site_settings settings, std::shared_ptr<const site_content> content, std::shared_ptr<event_sink> log)
    : settings_(std::move(settings)), content_(std::move(content)), log_(std::move(log)), access_(settings_.token) {}

void web_site::attach(web_server& server, watch_desk& desk) {
  server_ = &server;
  desk_ = &desk;
}

web_response web_site::refusal(const web_request& request, int status, std::string_view title,
                               std::string sentence) const {
  if (wants_page(request) && content_->notice_page)
    return html_response(status, content_->notice_page(title, sentence));
  return text_response(status, std::move(sentence) + "\n");
}

// What nobody gets, whoever it is.
std::optional<web_response> web_site::refuse(const web_request& request) const {
  if (auto why = refuse_host(request.header("host"), settings_.listens_on, request.local, settings_.hosts))
    return text_response(421, *why + "\n");
  const bool is_sign_in = request.method == "POST" && request.path == sign_in_path;
  if (request.method != "GET" && request.method != "HEAD" && !is_sign_in) {
    auto response = text_response(405, "Only GET and HEAD are answered here.\n");
    response.headers.emplace_back("Allow", request.path == sign_in_path ? "GET, HEAD, POST" : "GET, HEAD");
    response.close = true;
    return response;
  }
  if (form_value(request.query, "token"))
    return refusal(request, 400, "Not this way",
                   "A token does not belong in an address, where logs and histories keep it; send it as the header "
                   "'Authorization: Bearer TOKEN', or sign in at /sign-in.");
  return std::nullopt;
}

// Who may not see what lies behind the token.
std::optional<web_response> web_site::refuse_stranger(const web_request& request) {
  const auto found = access_.judge(request, clock::now());
  if (found == access_control::verdict::allowed) return std::nullopt;
  if (request.path == page_path && wants_page(request)) return redirect_response(std::string{sign_in_path});
  auto response = text_response(401, found == access_control::verdict::missing
                                         ? "A token is needed: the header 'Authorization: Bearer TOKEN', or /sign-in.\n"
                                         : "The token or the session is not good (any more).\n");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

web_response web_site::sign_in(const web_request& request) {
  if (!access_.asks_for_token()) return redirect_response(std::string{page_path});
  if (request.method != "POST") return html_response(200, content_->sign_in_page(false));
  if (!comes_from_here(request, settings_.hosts))
    return text_response(403, "The form was sent by a page of another site.\n");
  const auto typed = form_value(request.body, "token");
  const auto result = access_.sign_in(typed.value_or(""), request.remote, clock::now());
  if (result.answer == access_control::verdict::allowed) {
    auto response = redirect_response(std::string{page_path});
    response.headers.emplace_back("Set-Cookie", session_cookie_header(result.session, came_by_https(request)));
    return response;
  }
  ++refusals_;
  const auto now = clock::now();
  if (log_ && (!refusal_logged_at_ || now - *refusal_logged_at_ >= refusal_log_interval)) {
    log_->write(events::http_sign_in_refused(request.remote, std::exchange(refusals_, 0)));
    refusal_logged_at_ = now;
  }
  if (result.answer == access_control::verdict::wrong) return html_response(403, content_->sign_in_page(true));
  auto response = refusal(request, 429, "Too many tries",
                          "So many wrong tokens have come that no more are looked at for a minute.");
  response.headers.emplace_back("Retry-After", "60");
  return response;
}

web_response web_site::asset(const web_request& request) const {
  const auto found = content_->asset ? content_->asset(request.path) : std::nullopt;
  if (!found) return text_response(404, "There is no such file.\n");
  web_response response;
  const auto tag = fmt::format("\"{}\"", sha256_hex(found->bytes).substr(0, 32));
  response.headers = {{"ETag", tag},
                      {"Cache-Control", found->for_ever ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (request.header("if-none-match") == tag) {
    response.status = 304;
    return response;
  }
  response.content_type = found->content_type;
  response.body = std::make_shared<const std::string>(found->bytes);
  return response;
}

const site_content::document* web_site::find_document(std::string_view path) const {
  for (const auto& one : content_->documents) {
    if (!one.is_family && path == one.path) return &one;
    if (one.is_family && path.size() > one.path.size() + 1 && path.starts_with(one.path) &&
        path[one.path.size()] == '/')
      return &one;
  }
  return nullptr;
}

web_reply web_site::answer(const web_request& request, std::uint64_t number) {
  const auto now = [](web_response response) { return web_reply{web_reply::kind::now, std::move(response)}; };
  if (auto refused = refuse(request)) return now(std::move(*refused));
  // Says that this process serves, and nothing else: it needs no token, and touches nothing.
  if (request.path == live_path) return now(text_response(200, "ok\n"));
  if (is_asset_path(request.path)) return now(asset(request));  // the same for everybody who has the program
  if (request.path == sign_in_path) return now(sign_in(request));
  if (auto refused = refuse_stranger(request)) return now(std::move(*refused));
  if (request.path == events_path) {
    if (request.method != "HEAD") {
      *has_readers_ = true;
      desk_->look(true);
    }
    return {web_reply::kind::stream, {}};
  }
  const auto* document = find_document(request.path);
  if (document == nullptr && request.path != page_path)
    return now(refusal(request, 404, "Not here", "There is nothing at this address."));
  return ask(question_key(request), request, document, number);
}

// While the database does not answer; on the serving thread.
web_response web_site::render_late(const web_request& request, const site_content::document* document,
                                   const facts_ptr& facts) const {
  if (document == nullptr) return html_response(200, content_->page(request));
  if (!document->reads_itself) return document->render(*facts, request);
  return text_response(503, fmt::format("{}.\n", facts->trouble.value_or("The database does not answer")));
}

web_reply web_site::ask(const std::string& key, const web_request& request, const site_content::document* document,
                        std::uint64_t number) {
  const auto now = clock::now();
  if (const auto kept = kept_.find(key); kept != kept_.end() && now - kept->second.at < reading_interval)
    return {web_reply::kind::now, kept->second.response};
  if (is_database_silent(now)) {
    const auto facts = silent_facts(now);
    if (document == nullptr) content_->update(facts);
    return {web_reply::kind::now, render_late(request, document, facts)};
  }
  auto waiting = questions_.find(key);
  if (waiting == questions_.end()) {
    auto box = server_->mailbox();
    // On the watcher's thread; the document lives as long as the content.
    auto make = [this, key, request, document, box, content = content_](const facts_ptr& facts) {
      stream_message news;
      if (document == nullptr) news = content->update(facts);
      auto response =
          document != nullptr ? document->render(*facts, request) : html_response(200, content->page(request));
      post_to(*box, [this, key, news, response = std::move(response)] {
        server_->publish(news);
        answered(key, response);
      });
    };
    if (questions_.size() >= open_questions_max || !desk_->ask(std::move(make))) {
      auto busy = text_response(503, "Too many questions wait for the database.\n");
      busy.headers.emplace_back("Retry-After", "2");
      return {web_reply::kind::now, std::move(busy)};
    }
    waiting = questions_.emplace(key, question{request, document, {}, now}).first;
  }
  waiting->second.waiting.push_back(number);
  return {web_reply::kind::later, {}};
}

void web_site::answered(const std::string& key, const web_response& response) {
  const auto now = clock::now();
  std::erase_if(kept_, [&](const auto& old) { return now - old.second.at >= reading_interval; });
  if (kept_.size() < open_questions_max) kept_[key] = {now, response};
  const auto found = questions_.find(key);
  if (found == questions_.end()) return;
  for (const auto number : found->second.waiting) server_->finish(number, response);
  questions_.erase(found);
}

bool web_site::is_database_silent(clock::time_point now) const {
  const auto since = desk_->busy_since();
  return since && now - *since >= settings_.patience;
}

facts_ptr web_site::silent_facts(clock::time_point now) const {
  const auto since = desk_->busy_since().value_or(now);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - since);
  return facts_of_silence(desk_->newest().get(), seconds, utc_now());
}

void web_site::tick(clock::time_point now) {
  *has_readers_ = server_->streams() > 0;
  desk_->look(*has_readers_);
  if (!is_database_silent(now)) {
    silence_told_at_.reset();
    return;
  }
  const auto facts = silent_facts(now);
  const bool page_is_asked =
      std::any_of(questions_.begin(), questions_.end(), [](const auto& one) { return one.second.document == nullptr; });
  const bool tells_streams =
      server_->streams() > 0 && (!silence_told_at_ || now - *silence_told_at_ >= silence_interval);
  if (tells_streams) silence_told_at_ = now;
  if (page_is_asked || tells_streams) server_->publish(content_->update(facts));
  for (auto& [key, waiting] : questions_) {
    if (waiting.waiting.empty() || now - waiting.asked_at < settings_.patience) continue;
    const auto response = render_late(waiting.request, waiting.document, facts);
    for (const auto number : std::exchange(waiting.waiting, {})) server_->finish(number, response);
  }
}

std::string question_key(const web_request& request) {
  const bool wants_json = accept_names(request.header("accept"), "application/json");
  return fmt::format("{}?{}#{}", request.path, request.query, wants_json ? "json" : "");
}

facts_ptr facts_of_silence(const watch_facts* last, std::chrono::seconds silent_for, utc_time now) {
  auto facts = last != nullptr ? std::make_shared<watch_facts>(*last) : std::make_shared<watch_facts>();
  facts->at = now;
  facts->trouble = fmt::format("the database has not answered for {} second{}", silent_for.count(),
                               silent_for.count() == 1 ? "" : "s");
  health_facts known;
  known.now = now;
  known.unreadable = facts->trouble;
  facts->health = judge_health(known, {});
  return facts;
}

}  // namespace nba::cli
