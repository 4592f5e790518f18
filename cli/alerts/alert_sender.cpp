#include "cli/alerts/alert_sender.hpp"

#include "pipeline/alerts/ping.hpp"
#include "pipeline/alerts/post.hpp"
#include "pipeline/alerts/slack.hpp"
#include "pipeline/alerts/webhook.hpp"

#include <utility>

namespace nba::cli {
namespace {

using patience_left = std::chrono::milliseconds;

alert_answer hidden(const redactor& hide, alert_answer answer) {
  answer.error = hide(answer.error);
  answer.body = hide(answer.body);
  return answer;
}

// A secret that stands in a text of ours (a log's end, a reason) must not reach another channel.
alert_message hidden(const redactor& hide, alert_message message) {
  for (auto* text : {&message.title, &message.text, &message.help}) *text = hide(*text);
  for (auto& part : message.parts)
    for (auto* text : {&part.news.title, &part.news.text, &part.news.help, &part.news.subject}) *text = hide(*text);
  return message;
}

alert_news hidden(const redactor& hide, alert_news news) {
  news.text = hide(news.text);
  news.log = hide(news.log);
  return news;
}

struct sending {
  const alert_setup& setup;
  const alert_channel& channel;
  const parcel& what;
  patience_left patience;
  const std::atomic<bool>* stop;

  alert_answer post(const alert_request& request) const {
    return hidden(setup.hide, post_alert(request, patience, stop));
  }
  alert_message message() const { return hidden(setup.hide, compose(what)); }
};

sent_parcel send_slack(const sending& with) {
  const auto message = with.message();
  const auto request = slack_request(with.channel.url, message);
  auto answer = with.post(request);
  // A text that Slack's blocks refuse may pass as a plain line; once.
  if (answer.status == 400) answer = with.post(slack_plain_request(with.channel.url, message));
  return {judge_slack(answer, utc_now()), request.body};
}

sent_parcel send_sentry(const sending& with) {
  const auto now = utc_now();
  if (with.what.what == parcel_kind::check_in) {
    const auto& news = with.what.parts.front().news;
    // What somebody stopped is no failure; Sentry has no third word.
    const auto request = sentry_check_in(with.channel.sentry, news, news.status == "error" ? "error" : "ok", now);
    return {judge_sentry(with.post(request), "monitor", now), {}};
  }
  const auto request = sentry_event(with.channel.sentry, with.message(), now);
  return {judge_sentry(with.post(request), "error", now), {}};
}

sent_parcel send_ping(const sending& with) {
  const auto news = hidden(with.setup.hide, with.what.parts.front().news);
  const auto signal = with.what.what == parcel_kind::check_in ? ping_signal_of(news.status) : ping_signal::log;
  return {judge_ping(with.post(ping_request(with.channel.url, signal, news)), utc_now()), {}};
}

sent_parcel send_webhook(const sending& with) {
  const auto body = with.what.body.empty() ? to_json(with.message()) : with.what.body;
  const auto now = utc_now();
  const auto request = webhook_request(with.channel.url, with.channel.secret, with.what.message_id, body, now);
  return {judge_status(with.post(request), now), body};
}

sent_parcel send_to_command(const sending& with) {
  const auto body = with.what.body.empty() ? to_json(with.message()) : with.what.body;
  auto answer = run_command(with.channel.command, with.channel.shell, body + "\n", with.patience, with.stop);
  answer.why = with.setup.hide(answer.why);
  return {std::move(answer), body};
}

}  // namespace

sent_parcel send_parcel(const alert_setup& setup, const alert_channel& channel, const parcel& what,
                        std::chrono::milliseconds patience, const std::atomic<bool>* stop) {
  const sending with{setup, channel, what, patience, stop};
  switch (channel.type) {
    case channel_type::slack:
      return send_slack(with);
    case channel_type::sentry:
      return send_sentry(with);
    case channel_type::ping:
      return send_ping(with);
    case channel_type::webhook:
      return send_webhook(with);
    case channel_type::command:
      break;
  }
  return send_to_command(with);
}

delivery_answer send_start(const alert_setup& setup, const alert_channel& channel, const alert_news& news,
                           std::chrono::milliseconds patience, const std::atomic<bool>* stop) {
  const auto now = utc_now();
  if (channel.type == channel_type::sentry) {
    const auto request = sentry_check_in(channel.sentry, news, "in_progress", now);
    return judge_sentry(hidden(setup.hide, post_alert(request, patience, stop)), "monitor", now);
  }
  const auto request = ping_request(channel.url, ping_signal::start, news);
  return judge_ping(hidden(setup.hide, post_alert(request, patience, stop)), now);
}

}  // namespace nba::cli
