// Sends one request of an alert, over libcurl.
//
// No redirect is followed: the address is the secret, and who answers with another one is not the service. Threads:
// blocks the caller; `stop` from any thread ends it within a second. Errors: an answer with status 0; its text may hold
// the address, so it goes through a redactor before anybody sees it.
#pragma once

#include "pipeline/alerts/alert_message.hpp"

#include <atomic>
#include <chrono>

namespace nba {

// Of an answer's body, its beginning.
inline constexpr std::size_t alert_answer_bytes_max = 4'096;

alert_answer post_alert(const alert_request& request, std::chrono::milliseconds timeout,
                        const std::atomic<bool>* stop = nullptr);

}  // namespace nba
