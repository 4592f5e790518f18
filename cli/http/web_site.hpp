// What is answered to whom: names, tokens, paths, streams.
//
// Everything that is cheap is answered at once on the serving thread. What needs the database waits for the watcher
// (cli/http/watch_desk.hpp) and is made there, once for all who ask within a second; when the database does not answer
// in time, it is made from what was read before, with that as its trouble.
// Threads: web_site belongs to the serving thread; the functions of site_content may be called from any thread.
// Errors: none.
#pragma once

#include "cli/http/access_control.hpp"
#include "cli/http/watch_desk.hpp"
#include "cli/http/web_server.hpp"
#include "pipeline/event_log.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// How long a request waits for the database.
inline constexpr std::chrono::milliseconds facts_patience{1'500};
// Different questions that may wait at a time.
inline constexpr std::size_t open_questions_max = 64;
// How often readers of a stream are told that the database still does not answer.
inline constexpr std::chrono::milliseconds silence_interval{5'000};

struct site_asset {
  std::string content_type;
  std::string bytes;
  bool for_ever = true;  // its name changes with its bytes
};

// What there is to show, as functions of what was read.
struct site_content {
  // A path whose answer needs the database: "/metrics", "/api/runs". `is_family`: whatever is below it, and not
  // itself.
  struct document {
    std::string path;
    bool is_family = false;
    std::function<web_response(const watch_facts&, const web_request&)> render;
    // It asks the database by itself: made on the watcher alone, and refused while the database does not answer.
    bool reads_itself = false;
  };
  std::vector<document> documents;

  std::function<std::string(const web_request&)> page;     // of the newest facts that `update` was given
  std::function<stream_message(const facts_ptr&)> update;  // the next event of all streams; null: nothing new
  std::function<std::string()> hello;                      // the first event of a stream; may be empty
  std::function<std::string()> beat;                       // the sign of life of a stream
  std::function<std::optional<site_asset>(std::string_view path)> asset;
  std::function<std::string(bool refused)> sign_in_page;
  std::function<std::string(std::string_view title, std::string_view sentence)> notice_page;
};

struct site_settings {
  std::string listens_on;          // the address, without its port
  std::vector<std::string> hosts;  // other names that it answers to
  std::optional<std::string> token;
  std::chrono::milliseconds patience = facts_patience;
};

class web_site {
 public:
  using clock = std::chrono::steady_clock;
  // `log` may be null.
  web_site(site_settings settings, std::shared_ptr<const site_content> content, std::shared_ptr<event_sink> log);
  // Before the server starts. Both outlive the site's last call.
  void attach(web_server& server, watch_desk& desk);

  web_reply answer(const web_request& request, std::uint64_t number);
  void tick(clock::time_point now);
  // Whether streams are open. Shared with the watcher, which may be left behind.
  std::shared_ptr<const std::atomic<bool>> has_readers() const { return has_readers_; }

 private:
  struct question {
    web_request request;
    const site_content::document* document = nullptr;  // null: the page
    std::vector<std::uint64_t> waiting;
    clock::time_point asked_at;
  };
  struct kept_answer {
    clock::time_point at;
    web_response response;
  };

  std::optional<web_response> refuse(const web_request& request) const;
  std::optional<web_response> refuse_stranger(const web_request& request);
  web_response sign_in(const web_request& request);
  web_response asset(const web_request& request) const;
  web_response refusal(const web_request& request, int status, std::string_view title, std::string sentence) const;
  web_reply ask(const std::string& key, const web_request& request, const site_content::document* document,
                std::uint64_t number);
  web_response render_late(const web_request& request, const site_content::document* document,
                           const facts_ptr& facts) const;
  void answered(const std::string& key, const web_response& response);
  bool is_database_silent(clock::time_point now) const;
  facts_ptr silent_facts(clock::time_point now) const;
  const site_content::document* find_document(std::string_view path) const;

  const site_settings settings_;
  const std::shared_ptr<const site_content> content_;
  const std::shared_ptr<event_sink> log_;
  access_control access_;
  web_server* server_ = nullptr;
  watch_desk* desk_ = nullptr;
  const std::shared_ptr<std::atomic<bool>> has_readers_ = std::make_shared<std::atomic<bool>>(false);
  std::map<std::string, question> questions_;
  std::map<std::string, kept_answer> kept_;
  std::optional<clock::time_point> silence_told_at_;
  std::optional<clock::time_point> refusal_logged_at_;
  int refusals_ = 0;  // not yet logged
};

// The key under which equal questions share one answer: path, query, and what kind of text is asked for.
std::string question_key(const web_request& request);
// As of a database that has not answered for so long; `last` may be null.
facts_ptr facts_of_silence(const watch_facts* last, std::chrono::seconds silent_for, utc_time now);
// 200 or 503, each reason named; text, or JSON for who accepts it.
web_response health_response(const watch_facts& facts, const web_request& request);
web_response ready_response(const watch_facts& facts);

}  // namespace nba::cli
