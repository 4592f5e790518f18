// Webhooks as Standard Webhooks has them (standardwebhooks.com): an id, a timestamp, and a signature over both and the
// body. The id is the same for every try of a message, and so is the body; the timestamp, and with it the signature,
// is of the try: it bounds how long a message can be played again.
// Threads: pure functions.
#pragma once

#include "pipeline/alerts/alert_message.hpp"

namespace nba {

// "whsec_" and base64, or bytes as they are. Empty: not signed.
alert_request webhook_request(const std::string& url, const std::string& secret, const std::string& id,
                              const std::string& body, utc_time sent_at);
// "v1,BASE64".
std::string webhook_signature(const std::string& secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body);

}  // namespace nba
