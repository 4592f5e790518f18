#include "pipeline/alerts/alert.hpp"

#include "pipeline/json_string.hpp"
#include "pipeline/utf8.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

namespace nba {
namespace {

class payload_writer {
 public:
  void add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    name(key);
    append_json_string(json_, value, json_letters::ascii);
  }
  void add_number(std::string_view key, double value) {
    if (value == 0) return;
    name(key);
    json_ += fmt::format("{}", value);
  }
  std::string take() { return json_ + '}'; }

 private:
  void name(std::string_view key) {
    json_ += json_.size() > 1 ? "," : "";
    append_json_string(json_, key);
    json_ += ':';
  }
  std::string json_ = "{";
};

void read_word(const simdjson::dom::element& document, const char* key, std::string& target) {
  std::string_view text;
  if (document[key].get(text) == simdjson::SUCCESS) target = text;
}

double number_of(const simdjson::dom::element& document, const char* key) {
  double value = 0;
  return document[key].get(value) == simdjson::SUCCESS ? value : 0;
}

std::string_view trimmed_word(std::string_view word) {
  const auto first = word.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return word.substr(first, word.find_last_not_of(" \t") - first + 1);
}

// Of the bytes that are read anew: a damaged code point must not reach who is told.
void append_valid(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = utf8_at(text, at);
    if (piece.valid) out += text.substr(at, piece.bytes);
    at += piece.bytes;
  }
}

}  // namespace

std::optional<alert_kind> parse_alert_kind(std::string_view name) {
  for (const auto& traits : alert_kind_table)
    if (traits.name == name) return traits.kind;
  return std::nullopt;
}

std::optional<std::set<alert_kind>> parse_alert_kinds(std::string_view list, std::string& wrong) {
  std::set<alert_kind> kinds;
  for (std::size_t at = 0; at <= list.size();) {
    const auto comma = std::min(list.find(',', at), list.size());
    const auto word = trimmed_word(list.substr(at, comma - at));
    at = comma + 1;
    if (word == "all") {
      for (const auto& traits : alert_kind_table)
        if (traits.chosen) kinds.insert(traits.kind);
      continue;
    }
    const auto kind = parse_alert_kind(word);
    if (!kind || !traits_of(*kind).chosen) {
      wrong = word;
      return std::nullopt;
    }
    kinds.insert(*kind);
  }
  return kinds;
}

std::string fingerprint_of(alert_kind kind, std::string_view subject) {
  auto text = std::string{to_string(kind)};
  if (!subject.empty()) text.append(":").append(subject);
  return text;
}

std::string to_payload(const alert_news& news) {
  payload_writer out;
  out.add("kind", to_string(news.kind));
  out.add("subject", news.subject);
  out.add("occurrence", news.occurrence);
  out.add("title", news.title);
  out.add("text", news.text);
  out.add("help", news.help);
  out.add("job", news.job);
  out.add("run_id", news.run_id);
  out.add("invocation", news.invocation);
  out.add("host", news.host);
  out.add("at", format_timestamp(news.at));
  out.add("status", news.status);
  out.add_number("exit_code", news.exit_code);
  out.add_number("seconds", news.seconds);
  out.add("log", news.log);
  return out.take();
}

alert_news parse_payload(std::string_view json) {
  alert_news news;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS || !document.is_object()) return news;
  std::string kind, at;
  read_word(document, "kind", kind);
  read_word(document, "at", at);
  news.kind = parse_alert_kind(kind).value_or(alert_kind::test);
  news.at = parse_timestamp(at).value_or(utc_time{});
  read_word(document, "subject", news.subject);
  read_word(document, "occurrence", news.occurrence);
  read_word(document, "title", news.title);
  read_word(document, "text", news.text);
  read_word(document, "help", news.help);
  read_word(document, "job", news.job);
  read_word(document, "run_id", news.run_id);
  read_word(document, "invocation", news.invocation);
  read_word(document, "host", news.host);
  read_word(document, "status", news.status);
  read_word(document, "log", news.log);
  news.exit_code = static_cast<int>(number_of(document, "exit_code"));
  news.seconds = number_of(document, "seconds");
  return news;
}

std::string cut_to(std::string_view text, std::size_t bytes_max) {
  std::string valid;
  valid.reserve(std::min(text.size(), bytes_max + utf8_bytes_max));
  append_valid(valid, text.substr(0, std::min(text.size(), bytes_max + utf8_bytes_max)));
  if (valid.size() <= bytes_max && text.size() <= bytes_max) return valid;
  constexpr std::string_view mark = "…";
  auto end = std::min(valid.size(), bytes_max < mark.size() ? bytes_max : bytes_max - mark.size());
  while (end > 0 && end < valid.size() && continues_utf8(valid[end])) --end;
  valid.resize(end);
  if (bytes_max >= mark.size()) valid += mark;
  return valid;
}

std::string end_of(std::string_view text, std::size_t bytes_max) {
  auto from = text.size() > bytes_max ? text.size() - bytes_max : 0;
  // A whole line where one begins soon.
  if (from > 0)
    if (const auto line = text.find('\n', from); line != std::string_view::npos && line + 1 < text.size())
      from = line + 1;
  while (from < text.size() && continues_utf8(text[from])) ++from;
  std::string valid;
  append_valid(valid, text.substr(from));
  return valid;
}

}  // namespace nba
