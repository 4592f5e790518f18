// Slack's incoming webhooks.
//
// Source: api.slack.com/messaging/webhooks. A message is accepted with 200 and the body "ok"; the address is the secret
// and names the channel, so a message does not. Text has &, < and > escaped: "<!channel>" in a name would page all.
// Threads: pure functions.
#pragma once

#include "pipeline/alerts/alert_message.hpp"

namespace nba {

// Of all text of a message: Slack takes less than its documented limits.
inline constexpr std::size_t slack_text_max = 3'000;

alert_request slack_request(const std::string& url, const alert_message& message);
// The same as one plain line: for a 400, once.
alert_request slack_plain_request(const std::string& url, const alert_message& message);
delivery_answer judge_slack(const alert_answer& answer, utc_time now);

std::string slack_escaped(std::string_view text);

}  // namespace nba
