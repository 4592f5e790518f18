#include "pipeline/source/classify.hpp"

#include "pipeline/source/document_head.hpp"
#include "pipeline/white_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace nba {
namespace {

constexpr std::size_t excerpt_characters_max = 80;

// Without white space around it, and without a byte order mark, which some edges put in front.
std::string_view text_of(std::string_view body) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  return trimmed(body);
}

// The first printable characters of a body on one line; runs of anything else become one space.
std::string excerpt(std::string_view body) {
  std::string text;
  for (const char letter : body) {
    if (text.size() == excerpt_characters_max) return text + "...";
    if (letter > ' ' && letter <= '~')
      text += letter;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// What stands between <name> and the next tag, upper or lower case; empty when there is no such element.
std::string_view element_text(std::string_view page, std::string_view name) {
  const auto same = [](char one, char other) {
    return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
  };
  const auto tag = '<' + std::string(name) + '>';
  const auto found = std::search(page.begin(), page.end(), tag.begin(), tag.end(), same);
  if (found == page.end()) return {};
  page.remove_prefix(static_cast<std::size_t>(found - page.begin()) + tag.size());
  return page.substr(0, page.find('<'));
}

bool looks_like_html(std::string_view body) { return body.starts_with('<'); }

// Of a game's document its name is enough here: what is inside is for the parser, with the place named. What a portal
// or a gateway says in JSON does not have it.
bool lacks_its_game(endpoint what, std::string_view body) {
  return traits_of(what).is_of_a_game && body.find(R"("game")") == std::string_view::npos;
}

// Of a page its title, of an XML error its code: the rest is markup and numbers that differ in every answer.
std::string body_words(std::string_view body) {
  if (body.empty()) return "an empty body";
  if (looks_like_html(body)) {
    if (const auto title = excerpt(element_text(body, "title")); !title.empty())
      return fmt::format("a page titled \"{}\"", title);
    if (const auto code = excerpt(element_text(body, "code")); !code.empty())
      return fmt::format("an XML error \"{}\"", code);
  }
  return fmt::format("\"{}\"", excerpt(body));
}

// "cdn.nba.com", or the endpoint when a response carries no URL.
std::string origin(endpoint what, const http_response& response) {
  const auto host = host_of(response.url);
  return host.empty() ? std::string(to_string(what)) : fmt::format("{} ({})", host, to_string(what));
}

classified make(verdict what, failure_class kind, std::string message, const http_response& response) {
  return {what, {kind, std::move(message), without_credentials(response.url)}};
}

std::string retry_after_words(const http_response& response) {
  return response.retry_after ? fmt::format(", Retry-After {} s", response.retry_after->count()) : std::string();
}

bool is_throttling(const http_response& response) {
  return response.status == 429 || (response.status == 503 && response.retry_after);
}

// No complete answer arrived.
classified classify_error(endpoint what, const http_response& response) {
  const auto from = origin(what, response);
  if (response.error == http_error::body_too_large)
    return make(
        verdict::contract_drift, failure_class::contract_drift,
        fmt::format("{} sent a body beyond the limit for a {} ({})", from, to_string(what), response.error_text),
        response);
  if (response.error == http_error::other && response.status / 100 == 3)
    return make(verdict::contract_drift, failure_class::contract_drift,
                fmt::format("{} answered {} with a redirect that is not followed ({}); check the configured base URL",
                            from, response.status, response.error_text),
                response);
  const auto status = response.status == 0 ? std::string() : fmt::format(" after status {}", response.status);
  return make(verdict::transient, failure_class::transient,
              fmt::format("no complete answer from {}: {}{} ({})", from, to_string(response.error), status,
                          response.error_text),
              response);
}

// A whole JSON object that names its game: is it the one asked for?
classified compare_with_asked(endpoint what, const http_response& response, std::string_view body,
                              const game_id& asked) {
  using part = document_head::part;
  const auto head = read_document_head(body);
  const auto said = fmt::format("{} answered 200 with a {}", origin(what, response), to_string(what));
  const auto drift = [](std::string message, std::string path) {
    return classified{verdict::contract_drift, {failure_class::contract_drift, std::move(message), std::move(path)}};
  };
  if (head.game == part::unreadable) return {};  // the parser will name the place
  if (head.game != part::there)
    return drift(fmt::format("{} that has {}: {}", said,
                             head.game == part::missing ? "no \"game\"" : "nothing in its \"game\"", body_words(body)),
                 "game");
  if (head.id == part::unreadable) return {};
  if (head.id != part::there)
    return drift(fmt::format("{} without a game id: {}", said, body_words(body)), "game.gameId");
  if (head.game_id == asked.str()) return {};
  return {verdict::another_game,
          {failure_class::rejected, fmt::format("{} of game {}, not {}", said, excerpt(head.game_id), asked.str()),
           std::string(as_asked_rule)}};
}

classified classify_success(endpoint what, const http_response& response, std::string_view body,
                            const std::optional<game_id>& asked) {
  const auto from = origin(what, response);
  if (body.empty())
    return make(verdict::transient, failure_class::transient, fmt::format("{} answered 200 with an empty body", from),
                response);
  if (looks_like_html(body))
    return make(verdict::contract_drift, failure_class::contract_drift,
                fmt::format("{} answered 200 with HTML or XML where JSON was due: {}", from, body_words(body)),
                response);
  if (!body.starts_with('{'))
    return make(verdict::contract_drift, failure_class::contract_drift,
                fmt::format("{} answered 200 with something else than a JSON object: {}", from, body_words(body)),
                response);
  if (!body.ends_with('}'))
    return make(verdict::transient, failure_class::transient,
                fmt::format("{} answered 200 with JSON that breaks off after {} bytes: {}", from, body.size(),
                            body_words(body)),
                response);
  if (lacks_its_game(what, body))
    return make(verdict::contract_drift, failure_class::contract_drift,
                fmt::format("{} answered 200 with a JSON object that is no {}, it has no \"game\": {}", from,
                            to_string(what), body_words(body)),
                response);
  return asked ? compare_with_asked(what, response, body, *asked) : classified{};
}

classified classify_status(endpoint what, const http_response& response, std::string_view body) {
  const auto said = fmt::format("{} answered {} with {}", origin(what, response), response.status, body_words(body));
  switch (response.status) {
    case 401:
    case 403:
    case 404:
    case 410:
    case 451:
      return make(verdict::refused, failure_class::unavailable, said, response);
    case 304:
    case 408:
    case 425:
      return make(verdict::transient, failure_class::transient, said, response);
    case 500:
      if (body.empty()) return make(verdict::empty_500, failure_class::transient, said, response);
      break;
    default:
      break;
  }
  if (response.status / 100 == 5 || response.status / 100 == 2)
    return make(verdict::transient, failure_class::transient, said, response);
  return make(verdict::contract_drift, failure_class::contract_drift, said + ", which no rule expects", response);
}

}  // namespace

std::string_view to_string(verdict value) {
  switch (value) {
    case verdict::ok:
      return "ok";
    case verdict::throttled:
      return "throttled";
    case verdict::transient:
      return "transient";
    case verdict::refused:
      return "refused";
    case verdict::empty_500:
      return "empty_500";
    case verdict::contract_drift:
      return "contract_drift";
    case verdict::another_game:
      return "another_game";
  }
  return "contract_drift";
}

classified classify(endpoint what, const http_response& response, const std::optional<game_id>& asked) {
  if (response.error != http_error::cancelled && is_throttling(response))
    return make(verdict::throttled, failure_class::throttled,
                fmt::format("{} answered {}{}: it asks for a slower pace", origin(what, response), response.status,
                            retry_after_words(response)),
                response);
  if (response.error != http_error::none) return classify_error(what, response);
  const auto body = response.body ? text_of(response.body->view()) : std::string_view{};
  return response.status == 200 ? classify_success(what, response, body, asked) : classify_status(what, response, body);
}

failure resolve_refusal_beside_canary(const failure& refusal) {
  return {failure_class::unavailable,
          refusal.message + "; the host answers for the canary, so it has nothing for this request", refusal.where};
}

budget_signal budget_effect(const classified& answer, const http_response& response) {
  switch (answer.what) {
    case verdict::ok:
      return budget_signal::success;
    case verdict::throttled:
      return budget_signal::throttled;
    case verdict::transient:
    case verdict::refused:
    case verdict::empty_500:
    case verdict::contract_drift:
    case verdict::another_game:
      break;
  }
  return response.error == http_error::stalled ? budget_signal::stalled : budget_signal::failure;
}

std::string reason_in_short(const http_response& response) {
  std::string text;
  const auto body = response.body ? text_of(response.body->view()) : std::string_view{};
  if (looks_like_html(body)) text = excerpt(element_text(body, "title"));
  if (text.empty() && response.error != http_error::none) text = to_string(response.error);
  if (text.empty()) text = fmt::format("status {}", response.status);
  if (text.size() > short_reason_max) text.resize(short_reason_max);
  return text;
}

}  // namespace nba
