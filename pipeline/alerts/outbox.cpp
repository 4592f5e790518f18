#include "pipeline/alerts/outbox.hpp"

#include "pipeline/alerts/identifiers.hpp"

#include <algorithm>
#include <map>

namespace nba {
namespace {

constexpr std::string_view state_names[] = {"pending", "delivered", "collapsed", "expired", "refused"};

// The newest of a fingerprint; null when there is none.
alert_record* newest_of(alert_book& book, std::string_view fingerprint) {
  for (auto alert = book.alerts.rbegin(); alert != book.alerts.rend(); ++alert)
    if (alert->fingerprint == fingerprint) return &*alert;
  return nullptr;
}

alert_record* find_alert(alert_book& book, const parcel_part& part) {
  for (auto& alert : book.alerts)
    if (alert.fingerprint == part.fingerprint && alert.created_at == part.created_at) return &alert;
  return nullptr;
}

alert_delivery* delivery_to(alert_record& alert, std::string_view channel) {
  for (auto& one : alert.deliveries)
    if (one.channel == channel) return &one;
  return nullptr;
}

const outbox_channel* channel_named(const outbox_rules& rules, std::string_view name) {
  for (const auto& channel : rules.channels)
    if (channel.name == name) return &channel;
  return nullptr;
}

// By the moments that begin them ("20241008T060001Z-k3v9qa"): of two runs of one second none is older.
bool is_older(std::string_view occurrence, std::string_view than) {
  return occurrence.substr(0, occurrence.find('-')) < than.substr(0, than.find('-'));
}

bool was_told(std::string_view occurrence, std::string_view known) {
  return occurrence == known || is_older(occurrence, known);
}

alert_record make_record(const alert_news& news, const outbox_rules& rules, utc_time now) {
  alert_record alert;
  alert.fingerprint = fingerprint_of(news);
  alert.news = news;
  alert.created_at = now;
  alert.last_seen_at = now;
  alert.expires_at = now + rules.expiry;
  if (!traits_of(news.kind).recovers) alert.recovered_at = now;
  return alert;
}

alert_delivery make_delivery(const std::string& channel, utc_time now) {
  alert_delivery one;
  one.channel = channel;
  one.next_try_at = now;
  return one;
}

// Created at the same moment are only alerts of different fingerprints.
void append(alert_book& book, alert_record alert) {
  while (const auto* same = newest_of(book, alert.fingerprint)) {
    if (same->created_at != alert.created_at) break;
    alert.created_at += std::chrono::milliseconds{1};
  }
  book.alerts.push_back(std::move(alert));
}

// The end of the cool-down, over all channels that were told.
utc_time cool_until(const alert_record& alert, const outbox_rules& rules) {
  auto until = alert.created_at + rules.cool_down;
  for (const auto& one : alert.deliveries)
    if (one.quiet_until) until = std::max(until, *one.quiet_until);
  return until;
}

// It happens again: whoever was not told of it yet is to be told now.
void ask_again(alert_record& alert, const outbox_rules& rules, utc_time now) {
  alert.expires_at = now + rules.expiry;
  for (auto& one : alert.deliveries) {
    if (one.delivered_at) continue;
    // What is new is tried at once, also while older tries wait.
    one.next_try_at = now;
    if (one.state == delivery_state::pending) continue;
    one.state = delivery_state::pending;
    one.tries = 0;
  }
}

std::string newer_texts(std::string_view before, const std::string& now) {
  return now.empty() ? std::string{before} : now;
}

void repeat(alert_record& alert, const alert_news& news, const outbox_rules& rules, utc_time now) {
  ++alert.repeats;
  alert.last_seen_at = now;
  if (traits_of(news.kind).recovers) alert.recovered_at.reset();
  const auto help = newer_texts(alert.news.help, news.help);
  alert.news = news;
  alert.news.help = help;
  ask_again(alert, rules, now);
}

// ---- what is due

// What a channel is to be told of an alert now; nullopt: nothing, or not yet.
std::optional<parcel_kind> line_of(const alert_record& alert, const alert_delivery& one, utc_time now) {
  if (alert.news.kind == alert_kind::check_in || alert.news.kind == alert_kind::test) {
    if (one.state != delivery_state::pending) return std::nullopt;
    return alert.news.kind == alert_kind::test ? parcel_kind::test : parcel_kind::check_in;
  }
  const bool recovers = traits_of(alert.news.kind).recovers;
  if (!one.delivered_at)
    return one.state == delivery_state::pending ? std::optional{parcel_kind::firing} : std::nullopt;
  const bool over = recovers && !alert.is_open();
  if (over && !one.recovery_sent_at) return parcel_kind::recovered;
  if (alert.repeats > one.repeats_told && now >= one.quiet_until.value_or(now)) return parcel_kind::again;
  return std::nullopt;
}

// Drops what is not worth sending any more.
void settle(alert_record& alert, alert_delivery& one, const outbox_rules& rules, utc_time now) {
  const bool is_alert = alert.news.kind != alert_kind::check_in && alert.news.kind != alert_kind::test;
  const bool over = traits_of(alert.news.kind).recovers && !alert.is_open();
  const auto* channel = channel_named(rules, one.channel);
  const auto drop = [&](delivery_state state) {
    one.state = state;
    one.body.clear();
    one.claimed_until.reset();
    if (one.delivered_at && over && !one.recovery_sent_at) one.recovery_sent_at = now;
    one.repeats_told = alert.repeats;
  };
  if (!one.delivered_at && one.state == delivery_state::pending) {
    if (is_alert && over) return drop(delivery_state::collapsed);
    if (now >= alert.expires_at || one.tries >= delivery_tries_max || !channel) return drop(delivery_state::expired);
    return;
  }
  if (!one.delivered_at) return;
  if (over && !one.recovery_sent_at && channel && !channel->says_recovery) {
    one.recovery_sent_at = now;
    return;
  }
  if (!line_of(alert, one, now)) return;
  const auto since = over && !one.recovery_sent_at ? *alert.recovered_at : alert.last_seen_at;
  if (!channel || one.tries >= delivery_tries_max || now >= since + rules.expiry + rules.cool_down)
    drop(delivery_state::expired);
}

struct due_line {
  alert_record* alert = nullptr;
  alert_delivery* delivery = nullptr;
  parcel_kind what = parcel_kind::firing;
};

parcel_part part_of(const due_line& line) {
  parcel_part part;
  part.fingerprint = line.alert->fingerprint;
  part.created_at = line.alert->created_at;
  part.what = line.what;
  part.news = line.alert->news;
  part.last_seen_at = line.alert->last_seen_at;
  part.repeats = line.alert->repeats;
  part.unsaid = line.alert->repeats - line.delivery->repeats_told;
  part.over = traits_of(line.alert->news.kind).recovers && !line.alert->is_open();
  return part;
}

std::string id_of(const std::vector<parcel_part>& parts, std::string_view channel) {
  std::string name{channel};
  for (const auto& part : parts)
    name += "/" + part.fingerprint + "/" + format_timestamp(part.created_at) + "/" + std::string{to_string(part.what)} +
            "/" + std::to_string(part.repeats) + (part.over ? "/over" : "");
  return uuid_of(name);
}

parcel make_parcel(const std::string& channel, std::vector<due_line> lines, utc_time now) {
  parcel out;
  out.channel = channel;
  out.what = lines.size() == 1 ? lines.front().what : parcel_kind::digest;
  for (const auto& line : lines) out.parts.push_back(part_of(line));
  out.message_id = id_of(out.parts, channel);
  for (const auto& line : lines) {
    line.delivery->claimed_until = now + delivery_claim;
    if (line.delivery->message_id == out.message_id) out.body = line.delivery->body;
    line.delivery->message_id = out.message_id;
    line.delivery->body = out.body;
  }
  return out;
}

// What was lost here and is still so goes along with what is sent.
std::vector<parcel_part> lost_parts(alert_book& book, std::string_view channel, const std::vector<due_line>& lines) {
  std::vector<parcel_part> lost;
  for (auto& alert : book.alerts) {
    if (!alert.is_open() || !traits_of(alert.news.kind).recovers) continue;
    auto* one = delivery_to(alert, channel);
    if (!one || one->delivered_at || one->state == delivery_state::pending) continue;
    if (std::any_of(lines.begin(), lines.end(), [&](const due_line& line) { return line.alert == &alert; })) continue;
    auto part = part_of({&alert, one, parcel_kind::firing});
    part.was_lost = true;
    lost.push_back(std::move(part));
  }
  return lost;
}

std::vector<due_line> lines_for(alert_book& book, const outbox_channel& channel, utc_time now) {
  std::vector<due_line> lines;
  for (auto& alert : book.alerts)
    if (auto* one = delivery_to(alert, channel.name))
      if (const auto what = line_of(alert, *one, now)) lines.push_back({&alert, one, *what});
  return lines;
}

bool is_claimed(const alert_book& book, const outbox_channel& channel, utc_time now) {
  for (const auto& alert : book.alerts)
    for (const auto& one : alert.deliveries)
      if (one.channel == channel.name && one.claimed_until && *one.claimed_until > now) return true;
  return false;
}

void take_from_channel(alert_book& book, const outbox_channel& channel, utc_time now, std::vector<parcel>& out) {
  if (is_claimed(book, channel, now)) return;
  auto lines = lines_for(book, channel, now);
  const bool is_due =
      std::any_of(lines.begin(), lines.end(), [&](const due_line& line) { return line.delivery->next_try_at <= now; });
  if (!is_due) return;
  // Check-ins and tests speak for themselves.
  std::vector<due_line> alerts;
  for (const auto& line : lines) {
    if (line.what != parcel_kind::check_in && line.what != parcel_kind::test)
      alerts.push_back(line);
    else if (line.delivery->next_try_at <= now)
      out.push_back(make_parcel(channel.name, {line}, now));
  }
  if (alerts.empty()) return;
  auto lost = lost_parts(book, channel.name, alerts);
  const bool was_down =
      std::any_of(alerts.begin(), alerts.end(), [](const auto& line) { return line.delivery->tries > 0; });
  if (lost.empty() && (alerts.size() == 1 || (!was_down && alerts.size() <= messages_at_once_max))) {
    for (const auto& line : alerts) out.push_back(make_parcel(channel.name, {line}, now));
    return;
  }
  auto digest = make_parcel(channel.name, alerts, now);
  if (!lost.empty()) {
    digest.what = parcel_kind::digest;
    digest.parts.insert(digest.parts.end(), lost.begin(), lost.end());
    digest.message_id = id_of(digest.parts, channel.name);
    digest.body.clear();
  }
  out.push_back(std::move(digest));
}

std::chrono::milliseconds backoff_after(int tries) {
  std::chrono::milliseconds wait = delivery_backoff_first;
  for (int i = 1; i < tries && wait < delivery_backoff_max; ++i) wait *= 2;
  return std::min<std::chrono::milliseconds>(wait, delivery_backoff_max);
}

void note_delivered(alert_delivery& one, const parcel_part& part, const outbox_rules& rules, utc_time now) {
  one.state = delivery_state::delivered;
  if (!one.delivered_at) one.delivered_at = now;
  one.tries = 0;
  one.last_error.clear();
  one.body.clear();
  one.quiet_until = now + rules.cool_down;
  one.repeats_told = part.repeats;
  one.recovery_sent_at = part.over ? std::optional{now} : std::nullopt;
}

}  // namespace

std::string_view to_string(delivery_state value) { return state_names[static_cast<std::size_t>(value)]; }

delivery_state parse_delivery_state(std::string_view name) {
  for (std::size_t i = 0; i < std::size(state_names); ++i)
    if (state_names[i] == name) return static_cast<delivery_state>(i);
  return delivery_state::pending;
}

std::string_view to_string(parcel_kind value) {
  constexpr std::string_view names[] = {"firing", "again", "recovered", "digest", "check_in", "test"};
  return names[static_cast<std::size_t>(value)];
}

bool note_firing(alert_book& book, const alert_news& news, const outbox_rules& rules, utc_time now,
                 std::string_view not_to) {
  auto* known = newest_of(book, fingerprint_of(news));
  if (known) {
    const bool recovers = traits_of(news.kind).recovers;
    // A state that lasts, or a time that was told of before.
    if (news.occurrence.empty() ? recovers && known->is_open() : was_told(news.occurrence, known->news.occurrence))
      return false;
    // Seen before it was over, told after.
    if (news.occurrence.empty() && known->recovered_at && news.at <= *known->recovered_at) return false;
    const bool unsaid = std::any_of(known->deliveries.begin(), known->deliveries.end(), [&](const auto& one) {
      return one.delivered_at && known->repeats > one.repeats_told;
    });
    if ((recovers && known->is_open()) || unsaid || now < cool_until(*known, rules)) {
      repeat(*known, news, rules, now);
      return true;
    }
  }
  auto alert = make_record(news, rules, now);
  for (const auto& channel : rules.channels)
    if (channel.kinds.contains(news.kind) && channel.name != not_to)
      alert.deliveries.push_back(make_delivery(channel.name, now));
  append(book, std::move(alert));
  return true;
}

bool note_recovery(alert_book& book, std::string_view fingerprint, std::string_view occurrence, utc_time now) {
  auto* known = newest_of(book, fingerprint);
  if (!known || !known->is_open()) return false;
  if (!occurrence.empty() && is_older(occurrence, known->news.occurrence)) return false;
  known->recovered_at = now;
  for (auto& one : known->deliveries) {
    if (!one.delivered_at || one.recovery_sent_at) continue;
    one.tries = 0;
    one.next_try_at = now;
  }
  return true;
}

void note_check_in(alert_book& book, const alert_news& news, const outbox_rules& rules, utc_time now) {
  auto alert = make_record(news, rules, now);
  for (const auto& channel : rules.channels)
    if (!channel.check_in_job.empty() && channel.check_in_job == news.job)
      alert.deliveries.push_back(make_delivery(channel.name, now));
  if (alert.deliveries.empty()) return;
  for (auto& earlier : book.alerts) {
    if (earlier.fingerprint != alert.fingerprint) continue;
    earlier.news.log.clear();
    for (auto& one : earlier.deliveries)
      if (one.state == delivery_state::pending) one.state = delivery_state::collapsed, one.body.clear();
  }
  append(book, std::move(alert));
}

void note_test(alert_book& book, const alert_news& news, const std::string& channel, utc_time now) {
  auto alert = make_record(news, {}, now);
  alert.deliveries.push_back(make_delivery(channel, now));
  append(book, std::move(alert));
}

std::vector<parcel> take_due(alert_book& book, const outbox_rules& rules, utc_time now) {
  for (auto& alert : book.alerts)
    for (auto& one : alert.deliveries) settle(alert, one, rules, now);
  std::vector<parcel> out;
  for (const auto& channel : rules.channels) take_from_channel(book, channel, now, out);
  return out;
}

void note_answer(alert_book& book, const parcel& sent, const delivery_answer& answer, std::string_view body,
                 const outbox_rules& rules, utc_time now) {
  for (const auto& part : sent.parts) {
    auto* alert = find_alert(book, part);
    auto* one = alert ? delivery_to(*alert, sent.channel) : nullptr;
    if (!one) continue;
    one->claimed_until.reset();
    one->tried_at = now;
    if (answer.outcome == delivery_outcome::delivered) {
      note_delivered(*one, part, rules, now);
      if (alert->news.kind == alert_kind::check_in) alert->news.log.clear();
      continue;
    }
    if (part.was_lost) continue;  // stays what it was
    one->last_error = cut_to(answer.why, alert_text_bytes_max);
    if (answer.outcome == delivery_outcome::refused) {
      one->state = delivery_state::refused;
      one->body.clear();
      one->repeats_told = part.repeats;
      if (one->delivered_at && part.over) one->recovery_sent_at = now;
      continue;
    }
    ++one->tries;
    one->body = sent.parts.size() == 1 ? std::string{body} : std::string{};
    const auto rest =
        std::min<std::chrono::milliseconds>(answer.not_before.value_or(std::chrono::seconds{0}), channel_rest_max);
    if (rest.count() > 0) one->claimed_until = now + rest;
    one->next_try_at = now + std::max(backoff_after(one->tries), rest);
  }
}

void note_unsent(alert_book& book, const parcel& taken) {
  for (const auto& part : taken.parts)
    if (auto* alert = find_alert(book, part))
      if (auto* one = delivery_to(*alert, taken.channel)) one->claimed_until.reset();
}

std::vector<broken_channel> find_broken(const alert_book& book, const outbox_rules& rules) {
  std::vector<broken_channel> broken;
  for (const auto& channel : rules.channels) {
    const alert_delivery* last = nullptr;
    for (const auto& alert : book.alerts)
      for (const auto& one : alert.deliveries)
        if (one.channel == channel.name && one.tried_at && (!last || *one.tried_at >= *last->tried_at)) last = &one;
    if (last && last->state == delivery_state::refused)
      broken.push_back({channel.name, last->last_error, *last->tried_at});
  }
  return broken;
}

}  // namespace nba
