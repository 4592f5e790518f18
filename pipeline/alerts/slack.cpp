#include "pipeline/alerts/slack.hpp"

#include "pipeline/json_string.hpp"
#include "pipeline/utf8.hpp"

#include <algorithm>

namespace nba {
namespace {

constexpr std::size_t slack_title_max = 250;  // escaped
constexpr std::size_t slack_block_max =
    2'400;  // escaped; with the title, and the title again as fallback, below the limit
constexpr std::string_view slack_type = "application/json; charset=utf-8";

// Escaped text of at most so many bytes: neither a code point nor an escape is cut.
std::string escaped_to(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view mark = "…";
  const auto whole = slack_escaped(text);
  if (whole.size() <= bytes_max) return whole;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = utf8_at(text, at);
    const auto next = piece.valid ? slack_escaped(text.substr(at, piece.bytes)) : std::string{};
    if (out.size() + next.size() + mark.size() > bytes_max) break;
    out += next;
    at += piece.bytes;
  }
  return out.append(mark);
}

std::string code_of(const std::string& help) {
  auto command = help;
  std::replace(command.begin(), command.end(), '`', '\'');
  return "`" + command + "`";
}

alert_request request_of(const std::string& url, std::string body) {
  return {url, {{"Content-Type", std::string{slack_type}}}, std::move(body)};
}

}  // namespace

std::string slack_escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '&')
      out += "&amp;";
    else if (byte == '<')
      out += "&lt;";
    else if (byte == '>')
      out += "&gt;";
    else
      out += byte;
  }
  return out;
}

alert_request slack_request(const std::string& url, const alert_message& message) {
  const auto title = escaped_to(message.title, slack_title_max);
  auto text = message.text;
  if (!message.help.empty()) text += "\n" + code_of(message.help);
  const auto block = "*" + title + "*\n" + escaped_to(text, slack_block_max);
  std::string body = "{\"text\":";
  append_json_string(body, title, json_letters::ascii);
  body += ",\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":";
  append_json_string(body, block, json_letters::ascii);
  return request_of(url, body + "}}]}");
}

alert_request slack_plain_request(const std::string& url, const alert_message& message) {
  auto line = message.title + ": " + message.text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string body = "{\"text\":";
  append_json_string(body, escaped_to(line, slack_block_max), json_letters::ascii);
  return request_of(url, body + "}");
}

delivery_answer judge_slack(const alert_answer& answer, utc_time now) {
  if (answer.status == 200 && answer.body != "ok")
    return {delivery_outcome::refused, "answered 200, but not \"ok\": this is no webhook of Slack", {}};
  return judge_status(answer, now);
}

}  // namespace nba
