#include "pipeline/alerts/post.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

namespace nba {
namespace {

using easy_handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using header_list = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t take_answer(char* data, std::size_t, std::size_t bytes, void* body) noexcept {
  auto& text = *static_cast<std::string*>(body);
  const auto room = alert_answer_bytes_max - std::min(text.size(), alert_answer_bytes_max);
  text.append(data, std::min(bytes, room));
  return bytes;  // the rest is read and dropped: the status counts
}

int give_up(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  const auto* wanted = static_cast<const std::atomic<bool>*>(stop);
  return wanted && wanted->load() ? 1 : 0;
}

bool prepare_curl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

std::string header_text(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

header_list headers_of(const alert_request& request) {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  // Without it libcurl waits a second for permission to send a large body.
  list = curl_slist_append(list, "Expect:");
  return {list, &curl_slist_free_all};
}

}  // namespace

alert_answer post_alert(const alert_request& request, std::chrono::milliseconds timeout,
                        const std::atomic<bool>* stop) {
  alert_answer answer;
  if (timeout.count() <= 0) {
    answer.error = "no time was left";
    return answer;
  }
  const easy_handle easy{prepare_curl() ? curl_easy_init() : nullptr, &curl_easy_cleanup};
  if (!easy) {
    answer.error = "libcurl does not start";
    return answer;
  }
  const auto headers = headers_of(request);
  std::array<char, CURL_ERROR_SIZE> why{};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, request.body.data());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "nba-scraper");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_WRITEFUNCTION, &take_answer);
  set(CURLOPT_WRITEDATA, &answer.body);
  set(CURLOPT_ERRORBUFFER, why.data());
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &give_up);
  set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(stop));
  const auto code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) {
    answer.error = why[0] != '\0' ? why.data() : curl_easy_strerror(code);
    answer.body.clear();
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  answer.retry_after = header_text(easy.get(), "Retry-After");
  answer.rate_limits = header_text(easy.get(), "X-Sentry-Rate-Limits");
  return answer;
}

}  // namespace nba
