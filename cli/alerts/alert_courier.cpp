#include "cli/alerts/alert_courier.hpp"

#include "pipeline/events.hpp"
#include "storage/host_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
namespace {

constexpr int rounds_max = 4;
// Each message has its turn, whatever the one before did with its time.
constexpr std::chrono::milliseconds turn_min{500};

std::string alert_names(const parcel& what) {
  std::string names;
  for (const auto& part : what.parts) names += (names.empty() ? "" : ",") + part.fingerprint;
  return cut_to(names, alert_title_bytes_max);
}

}  // namespace

void log_door::tell(const log_event& event) {
  const std::lock_guard guard(mutex_);
  if (log_) log_->write(event);
}

void log_door::close() {
  const std::lock_guard guard(mutex_);
  log_ = nullptr;
}

sent_parcel alert_courier::send(const parcel& what, std::chrono::milliseconds patience) const {
  const auto* channel = setup_->find(what.channel);
  sent_parcel sent;
  if (channel)
    sent = send_parcel(*setup_, *channel, what, patience, stop_);
  else
    sent.answer = {delivery_outcome::refused, "there is no such channel", {}};
  const auto names = setup_->hide(alert_names(what));
  if (sent.answer.outcome == delivery_outcome::delivered)
    log_->tell(events::alert_delivered(what.channel, to_string(what.what), names));
  else
    log_->tell(events::alert_undelivered(what.channel, to_string(what.what), names,
                                         sent.answer.outcome == delivery_outcome::refused, sent.answer.why));
  return sent;
}

std::vector<alert_courier::answered> alert_courier::send_all(const std::vector<parcel>& due,
                                                             clock::time_point deadline) const {
  std::vector<answered> out;
  for (std::size_t i = 0; i < due.size(); ++i) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now());
    if (is_stopped() || left.count() <= 0) {
      out.push_back({due[i], std::nullopt});
      continue;
    }
    const auto share = left / static_cast<int>(due.size() - i);
    out.push_back({due[i], send(due[i], std::min(left, std::max(share, turn_min)))});
  }
  return out;
}

void alert_courier::note_answers(alert_book& book, const std::vector<answered>& answers, utc_time now) const {
  for (const auto& [what, sent] : answers) {
    if (sent)
      note_answer(book, what, sent->answer, sent->body, setup_->rules, now);
    else
      note_unsent(book, what);
  }
  note_broken_channels(book, *setup_, now);
}

visit_result alert_courier::visit(alert_store& where, const note_taker& note, clock::time_point deadline) const {
  visit_result out;
  const auto& rules = setup_->rules;
  std::vector<parcel> due;
  const auto begin = [&](alert_book& book) {
    note(book);
    due = take_due(book, rules, utc_now());
  };
  // Most visits find nothing new. Writing would take a turn from load.
  auto seen = where.read_alerts(alert_book_max);
  if (!seen) {
    out.trouble = seen.error().message;
    return out;
  }
  const alert_book before{*seen};
  auto trial = before;
  begin(trial);
  out.noted = true;
  if (due.empty() && trial.alerts == before.alerts) return out;
  auto written = where.change_alerts(utc_now(), begin);
  for (int round = 0; written && !due.empty() && round < rounds_max; ++round) {
    const auto answers = send_all(due, deadline);
    for (const auto& one : answers)
      ++(one.sent && one.sent->answer.outcome == delivery_outcome::delivered ? out.delivered : out.undelivered);
    written = where.change_alerts(utc_now(), [&](alert_book& book) {
      note_answers(book, answers, utc_now());
      const bool is_over = is_stopped() || clock::now() >= deadline;
      due = is_over ? std::vector<parcel>{} : take_due(book, rules, utc_now());
    });
  }
  if (!written) {
    out.noted = false;
    out.trouble = written.error().message;
  }
  return out;
}

void note_broken_channels(alert_book& book, const alert_setup& setup, utc_time now) {
  const auto broken = find_broken(book, setup.rules);
  for (const auto& channel : setup.rules.channels) {
    const auto found =
        std::find_if(broken.begin(), broken.end(), [&](const auto& one) { return one.name == channel.name; });
    if (found == broken.end()) {
      note_recovery(book, fingerprint_of(alert_kind::channel_broken, channel.name), {}, now);
      continue;
    }
    alert_news news;
    news.kind = alert_kind::channel_broken;
    news.subject = channel.name;
    news.title = fmt::format("alerts to {} are refused", channel.name);
    news.text = fmt::format("The channel {} {}. Nothing is sent to it until its address is put right.", channel.name,
                            found->why);
    news.help = "nba-scraper alerts test --channel " + channel.name;
    news.host = host_name();
    news.at = now;
    note_firing(book, news, setup.rules, now, channel.name);
  }
}

std::vector<std::string> undelivered_channels(const alert_setup& setup, const std::vector<alert_record>& alerts) {
  std::vector<std::string> out;
  for (const auto& one : setup.unusable) out.push_back(fmt::format("{}: {}", one.name, setup.hide(one.why)));
  for (const auto& one : find_broken({alerts}, setup.rules))
    out.push_back(fmt::format("{}: {}", one.name, setup.hide(one.why)));
  return out;
}

}  // namespace nba::cli
