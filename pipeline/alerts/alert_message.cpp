#include "pipeline/alerts/alert_message.hpp"

#include "pipeline/json_string.hpp"
#include "pipeline/source/retry_after.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

constexpr std::size_t digest_lines_max = 20;
constexpr std::size_t quoted_answer_max = 200;

std::string minute_of(utc_time at) {
  auto text = format_timestamp(at).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

std::string times(std::int64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

std::string title_of(const parcel_part& part) {
  const auto& title = part.news.title;
  switch (part.what) {
    case parcel_kind::again:
      return part.over ? fmt::format("{}: {} again, and over", title, times(part.unsaid))
                       : fmt::format("{}: {} again", title, times(part.unsaid));
    case parcel_kind::recovered:
      return "Over: " + title;
    default:
      return part.unsaid > 0 ? fmt::format("{} ({} times)", title, part.unsaid + 1) : title;
  }
}

std::string text_of(const parcel_part& part) {
  switch (part.what) {
    case parcel_kind::again:
      return fmt::format("Since {}, the last time {}. {}", minute_of(part.created_at), minute_of(part.last_seen_at),
                         part.over ? "It is over now." : part.news.text);
    case parcel_kind::recovered:
      return fmt::format("It began {} and is over{}.", minute_of(part.created_at),
                         part.unsaid > 0 ? ", after it happened " + times(part.unsaid) + " again" : "");
    default:
      return part.news.text.empty() ? std::string{traits_of(part.news.kind).meaning} + "." : part.news.text;
  }
}

std::string digest_line(const parcel_part& part) {
  auto line = fmt::format("- {} ({})", title_of(part), minute_of(part.last_seen_at));
  if (part.was_lost) line += ", still so";
  return line;
}

void write_digest(const parcel& sent, alert_message& out) {
  out.title = fmt::format("{} alerts", sent.parts.size());
  out.text = "What could not be said one by one:";
  const auto shown = std::min(sent.parts.size(), digest_lines_max);
  for (std::size_t i = 0; i < shown; ++i) out.text += "\n" + digest_line(sent.parts[i]);
  if (shown < sent.parts.size()) out.text += fmt::format("\n- and {} more", sent.parts.size() - shown);
  out.help = "nba-scraper alerts list";
}

void add_member(std::string& out, std::string_view key, std::string_view value, bool first = false) {
  if (!first) out += ',';
  append_json_string(out, key);
  out += ':';
  append_json_string(out, value, json_letters::ascii);
}

std::string part_json(const parcel_part& part) {
  std::string out = "{";
  add_member(out, "kind", to_string(part.news.kind), true);
  add_member(out, "fingerprint", part.fingerprint);
  add_member(out, "what", to_string(part.what));
  add_member(out, "subject", part.news.subject);
  add_member(out, "title", part.news.title);
  add_member(out, "text", part.news.text);
  add_member(out, "help", part.news.help);
  add_member(out, "job", part.news.job);
  add_member(out, "run_id", part.news.run_id);
  add_member(out, "host", part.news.host);
  add_member(out, "since", format_timestamp(part.created_at));
  add_member(out, "last_seen", format_timestamp(part.last_seen_at));
  out += fmt::format(",\"times\":{},\"over\":{}}}", part.repeats + 1, part.over);
  return out;
}

}  // namespace

alert_message compose(const parcel& sent) {
  alert_message out;
  out.what = sent.what;
  out.id = sent.message_id;
  out.parts = sent.parts;
  out.is_well = std::all_of(sent.parts.begin(), sent.parts.end(), [](const auto& part) { return part.over; });
  for (const auto& part : sent.parts) out.at = std::max(out.at, part.last_seen_at);
  if (sent.what == parcel_kind::digest) {
    write_digest(sent, out);
  } else {
    out.title = title_of(sent.parts.front());
    out.text = text_of(sent.parts.front());
    if (!out.is_well) out.help = sent.parts.front().news.help;
  }
  out.title = cut_to(out.title, alert_title_bytes_max);
  out.text = cut_to(out.text, alert_text_bytes_max);
  return out;
}

std::string to_json(const alert_message& message) {
  std::string out = "{";
  add_member(out, "type", fmt::format("alert.{}", to_string(message.what)), true);
  add_member(out, "timestamp", format_timestamp(message.at));
  out += ",\"data\":{";
  add_member(out, "id", message.id, true);
  add_member(out, "title", message.title);
  add_member(out, "text", message.text);
  add_member(out, "help", message.help);
  out += fmt::format(",\"over\":{},\"alerts\":[", message.is_well);
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    if (i > 0) out += ',';
    out += part_json(message.parts[i]);
  }
  return out + "]}}";
}

delivery_answer judge_status(const alert_answer& answer, utc_time now) {
  if (answer.status == 0) return {delivery_outcome::try_later, answer.error.empty() ? "no answer" : answer.error, {}};
  if (answer.status >= 200 && answer.status < 300) return {delivery_outcome::delivered, {}, {}};
  auto why = fmt::format("answered {}", answer.status);
  if (!answer.body.empty()) why += ": " + cut_to(answer.body, quoted_answer_max);
  const bool later = answer.status == 429 || answer.status == 408 || answer.status >= 500;
  delivery_answer out{later ? delivery_outcome::try_later : delivery_outcome::refused, std::move(why), {}};
  if (later && !answer.retry_after.empty()) out.not_before = parse_retry_after(answer.retry_after, now);
  return out;
}

}  // namespace nba
