#include "pipeline/source/curl_transfer.hpp"

#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/redirects.hpp"
#include "pipeline/source/retry_after.hpp"
#include "pipeline/source/source_kind.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace nba {
namespace {

using namespace std::chrono_literals;

constexpr long receive_buffer_bytes = 256 << 10;  // libcurl's default of 16 KB costs plain bodies a third of their pace
// Of one request. A host whose every answer is a redirect costs so many requests more before the judge has seen enough
// (some 40 answers with the default settings): with one it stays below a hundred, and an address that moved within its
// host needs no second.
constexpr int redirects_max = 1;
// Reserved per compressed byte. Recorded payloads shrink by gzip to a seventh (box score), an eleventh (play-by-play),
// a fourteenth (schedule).
constexpr std::size_t inflated_bytes_per_byte = 12;

// libcurl counts whole milliseconds and may be one early.
constexpr std::chrono::milliseconds timer_slack{2};

// Keeps the first error of a row of options.
class option_setter {
 public:
  explicit option_setter(CURL* easy) : easy_(easy) {}
  template <class T>
  option_setter& operator()(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }
  CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

// libcurl takes zero for "no limit"; a request always has one.
long milliseconds_of(std::chrono::milliseconds value) {
  return static_cast<long>(std::clamp<std::chrono::milliseconds>(value, 1ms, 24h).count());
}

bool starts_with_https(const std::string& url) { return curl_strnequal(url.c_str(), "https:", 6) != 0; }

// 303 too: a GET stays one.
bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

curl_off_t number_of(CURL* easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

const char* header_of(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : nullptr;
}

}  // namespace

curl_transfer::curl_transfer(http_request request, http_client::completion done)
    : request_(std::move(request)), url_(request_.url), done_(std::move(done)) {}

curl_easy_ptr make_easy_handle(const std::string& ca_file) {
  curl_easy_ptr easy(curl_easy_init());
  if (!easy) return easy;
  option_setter set(easy.get());
  set(CURLOPT_WRITEFUNCTION, &curl_transfer::on_body);
  set(CURLOPT_ACCEPT_ENCODING, "");  // every encoding this libcurl can decode
  set(CURLOPT_BUFFERSIZE, receive_buffer_bytes);
  set(CURLOPT_NOSIGNAL, 1L)(CURLOPT_TCP_KEEPALIVE, 1L);
  // A resolver that hangs must not hang the thread that every other transfer runs on.
  set(CURLOPT_QUICK_EXIT, 1L);
  // Not by libcurl: it would connect before anybody could look where to.
  set(CURLOPT_PROTOCOLS_STR, "http,https")(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
  if (set.code() != CURLE_OK) easy.reset();
  return easy;
}

CURLcode curl_transfer::attach(curl_easy_ptr easy) {
  easy_ = std::move(easy);
  started_at_ = std::chrono::steady_clock::now();
  option_setter set(easy_.get());
  set(CURLOPT_WRITEDATA, this)(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::max<std::size_t>(request_.body_bytes_max, 1)));
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_of(request_.connect_timeout));
  set(CURLOPT_LOW_SPEED_LIMIT, request_.low_speed_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.low_speed_time.count()));
  if (set.code() != CURLE_OK) return set.code();
  if (const auto code = set_address(request_.timeout); code != CURLE_OK) return code;
  return set_headers();
}

CURLcode curl_transfer::set_address(std::chrono::milliseconds timeout) {
  option_setter set(easy_.get());
  set(CURLOPT_URL, url_.c_str())(CURLOPT_TIMEOUT_MS, milliseconds_of(timeout));
  return set.code() == CURLE_OK ? set_protocol() : set.code();
}

bool curl_transfer::follow_redirect() {
  long status = 0;
  const char* target = nullptr;
  if (curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || !is_redirect(status)) return false;
  // As libcurl resolves it against the address that was asked.
  if (curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &target) != CURLE_OK || !target) return false;
  const auto left = request_.timeout - std::chrono::duration_cast<std::chrono::milliseconds>(elapsed());
  if (redirects_ >= redirects_max || left <= 0ms || target == url_ || !may_follow(url_, target)) return false;
  ++redirects_;
  url_ = target;
  body_.clear();
  return set_address(left) == CURLE_OK;
}

curl_easy_ptr curl_transfer::detach() noexcept {
  if (!easy_) return nullptr;
  option_setter set(easy_.get());
  set(CURLOPT_WRITEDATA, nullptr)(CURLOPT_ERRORBUFFER, nullptr)(CURLOPT_HTTPHEADER, nullptr);
  return std::move(easy_);
}

CURLcode curl_transfer::set_protocol() {
  const bool secure = starts_with_https(url_);
  option_setter set(easy_.get());
  set(CURLOPT_HTTP_VERSION, static_cast<long>(secure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  // Wait for the first connection's protocol instead of opening one connection per transfer to an HTTP/2 host.
  set(CURLOPT_PIPEWAIT, secure ? 1L : 0L);
  // Empty: no proxy; null: as the environment says.
  set(CURLOPT_PROXY, is_loopback(host_of(url_)) ? "" : nullptr);
  return set.code();
}

CURLcode curl_transfer::set_headers() {
  for (const auto& header : request_.headers) {
    curl_slist* longer = curl_slist_append(headers_.get(), header.c_str());
    if (!longer) return CURLE_OUT_OF_MEMORY;
    (void)headers_.release();
    headers_.reset(longer);
  }
  return curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t curl_transfer::on_body(char* data, std::size_t, std::size_t bytes, void* self) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  if (bytes > transfer.request_.body_bytes_max - transfer.body_.size()) {
    transfer.body_too_large_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  try {
    transfer.append(data, bytes);
  } catch (const std::bad_alloc&) {
    return CURL_WRITEFUNC_ERROR;
  }
  return bytes;
}

// Keeps room for the padding, so that the finished buffer becomes a padded_body as it is.
void curl_transfer::append(const char* data, std::size_t bytes) {
  const std::size_t needed = body_.size() + bytes + body_padding_bytes;
  if (needed > body_.capacity()) {
    const std::size_t most = request_.body_bytes_max + body_padding_bytes;
    const std::size_t wanted = body_.empty() ? expected_body_bytes() + body_padding_bytes : 2 * body_.capacity();
    body_.reserve(std::max(needed, std::min(wanted, most)));
  }
  body_.append(data, bytes);
}

std::size_t curl_transfer::expected_body_bytes() const {
  const auto length = number_of(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (length <= 0) return 0;
  const auto sane = std::min(static_cast<std::size_t>(length), request_.body_bytes_max);
  return header_of(easy_.get(), "Content-Encoding") ? sane * inflated_bytes_per_byte : sane;
}

http_response curl_transfer::finish(CURLcode code) {
  CURL* easy = easy_.get();
  http_response response = finish(error_of(code), {});
  if (code != CURLE_OK) {
    response.error_text = body_too_large_          ? "more than " + std::to_string(request_.body_bytes_max) + " bytes"
                          : error_text_[0] != '\0' ? std::string(error_text_.data())
                                                   : std::string(curl_easy_strerror(code));
  }
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response.status);
  const char* content_type = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &content_type) == CURLE_OK && content_type)
    response.content_type = content_type;
  const char* source = header_of(easy, source_header);
  response.is_synthetic = source && std::string_view(source) == synthetic_mark;
  response.retry_after = retry_after();
  response.elapsed = elapsed();
  response.wire_bytes = static_cast<std::size_t>(number_of(easy, CURLINFO_SIZE_DOWNLOAD_T));
  if (code == CURLE_OK) refuse_redirect(response);
  if (response.error == http_error::none)
    response.body = std::make_shared<const padded_body>(std::move(body_));
  else if (!body_.empty())
    response.incomplete = std::make_shared<const padded_body>(std::move(body_));
  return response;
}

// A redirect that is the last answer was not followed.
void curl_transfer::refuse_redirect(http_response& response) const {
  const char* target = nullptr;
  if (!is_redirect(response.status) || curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &target) != CURLE_OK ||
      !target)
    return;
  response.error = http_error::other;
  const auto host = host_of(target);
  response.error_text = target == url_                ? "it leads to itself"
                        : redirects_ >= redirects_max ? "more than " + std::to_string(redirects_max) + " in a row"
                        : host.empty()                ? "it leads to something else than HTTP"
                                                      : "it leads to " + host;
}

http_response curl_transfer::finish(http_error error, std::string text) const {
  http_response response;
  response.url = request_.url;
  response.error = error;
  response.error_text = std::move(text);
  return response;
}

http_error curl_transfer::error_of(CURLcode code) const {
  switch (code) {
    case CURLE_OK:
      return http_error::none;
    case CURLE_OPERATION_TIMEDOUT: {
      // One code for three limits. Before the request could be sent it was the connect timeout; after the total timeout
      // it was that; what is left is the low-speed limit. By our own clock: libcurl's total time may be a second old.
      const bool sent = number_of(easy_.get(), CURLINFO_PRETRANSFER_TIME_T) > 0;
      return sent && elapsed() + timer_slack < request_.timeout ? http_error::stalled : http_error::timeout;
    }
    case CURLE_COULDNT_CONNECT:
      return http_error::connect;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return http_error::dns;
    case CURLE_PARTIAL_FILE:
      return http_error::truncated;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return http_error::reset;
    case CURLE_FILESIZE_EXCEEDED:
      return http_error::body_too_large;
    case CURLE_BAD_CONTENT_ENCODING:
      return http_error::bad_encoding;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
      return http_error::tls;
    default:
      return body_too_large_ ? http_error::body_too_large : http_error::other;
  }
}

std::chrono::microseconds curl_transfer::elapsed() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started_at_);
}

// Not by libcurl: it drops the fraction of a second, and counts a date from our own clock.
std::optional<std::chrono::seconds> curl_transfer::retry_after() const {
  const char* date = header_of(easy_.get(), "Date");
  const auto answered = date ? parse_http_date(date) : std::nullopt;
  // The header is gone when the next one is looked for.
  const char* wanted = header_of(easy_.get(), "Retry-After");
  if (!wanted) return std::nullopt;
  return parse_retry_after(wanted, answered.value_or(utc_now()));
}

}  // namespace nba
