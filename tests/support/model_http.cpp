#include "tests/support/model_http.hpp"

#include <algorithm>
#include <utility>

namespace nba::test {

http_response ok_answer(std::string body) { return status_answer(200, std::move(body)); }

http_response status_answer(long status, std::string body, std::optional<std::chrono::seconds> retry_after) {
  http_response out;
  out.status = status;
  out.wire_bytes = body.size();
  out.content_type = status == 200 ? "application/json" : "text/html";
  out.body = std::make_shared<padded_body>(std::move(body));
  out.retry_after = retry_after;
  out.elapsed = std::chrono::milliseconds{20};
  return out;
}

http_response error_answer(http_error error) {
  http_response out;
  out.error = error;
  out.error_text = to_string(error);
  return out;
}

model_http::~model_http() { cancel_all(); }

void model_http::submit(http_request request, completion done) {
  std::optional<http_response> now;
  {
    std::lock_guard guard(mutex_);
    if (observer_) observer_(request);
    ++submitted_;
    ++submitted_by_url_[request.url];
    if (cancelled_) {
      now = error_answer(http_error::cancelled);
    } else if (waiting_.size() >= requests_max_) {
      now = error_answer(http_error::other);
    } else if (!at_once_) {
      waiting_.push_back({std::move(request), std::move(done)});
      waiting_peak_ = std::max(waiting_peak_, waiting_.size());
      return;
    }
  }
  if (!now) now = server_(request);
  deliver({std::move(request), std::move(done)}, std::move(*now));
}

void model_http::cancel_all() {
  std::vector<pending> open;
  {
    std::lock_guard guard(mutex_);
    cancelled_ = true;
    open.swap(waiting_);
  }
  for (auto& one : open) deliver(std::move(one), error_answer(http_error::cancelled));
}

void model_http::serve(server answers) {
  std::lock_guard guard(mutex_);
  server_ = std::move(answers);
}

void model_http::answer_at_once(server answers) {
  std::lock_guard guard(mutex_);
  server_ = std::move(answers);
  at_once_ = true;
}

void model_http::on_submit(std::function<void(const http_request&)> observer) {
  std::lock_guard guard(mutex_);
  observer_ = std::move(observer);
}

std::vector<std::string> model_http::waiting() const {
  std::lock_guard guard(mutex_);
  std::vector<std::string> urls;
  for (const auto& one : waiting_) urls.push_back(one.request.url);
  return urls;
}

std::size_t model_http::waiting_count() const {
  std::lock_guard guard(mutex_);
  return waiting_.size();
}

bool model_http::answer(std::string_view url, http_response response) {
  pending one;
  {
    std::lock_guard guard(mutex_);
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const pending& each) { return each.request.url == url; });
    if (found == waiting_.end()) return false;
    one = std::move(*found);
    waiting_.erase(found);
  }
  deliver(std::move(one), std::move(response));
  return true;
}

bool model_http::answer_at(std::size_t place) {
  pending one;
  server answers;
  {
    std::lock_guard guard(mutex_);
    if (place >= waiting_.size()) return false;
    one = std::move(waiting_[place]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(place));
    answers = server_;
  }
  auto response = answers(one.request);
  deliver(std::move(one), std::move(response));
  return true;
}

std::size_t model_http::submitted() const {
  std::lock_guard guard(mutex_);
  return submitted_;
}

std::size_t model_http::submitted(std::string_view url) const {
  std::lock_guard guard(mutex_);
  const auto found = submitted_by_url_.find(url);
  return found == submitted_by_url_.end() ? 0 : found->second;
}

std::size_t model_http::waiting_peak() const {
  std::lock_guard guard(mutex_);
  return waiting_peak_;
}

model_http::held model_http::held_bodies() const {
  std::lock_guard guard(mutex_);
  std::erase_if(bodies_, [](const auto& body) { return body.expired(); });
  held out;
  for (const auto& one : bodies_)
    if (const auto body = one.lock()) {
      ++out.bodies;
      out.bytes += body->size();
    }
  return out;
}

void model_http::deliver(pending one, http_response response) {
  response.url = one.request.url;
  if (response.body) {
    std::lock_guard guard(mutex_);
    bodies_.push_back(response.body);
  }
  one.done(std::move(response));
}

}  // namespace nba::test
