// Sends one message over one channel.
//
// Threads: blocks the caller for `patience` at most (a second more for libcurl's and the system's own steps); `stop`
// from any thread ends it. Errors: an answer; every text in it has gone through the redactor.
#pragma once

#include "cli/alerts/alert_channels.hpp"
#include "pipeline/alerts/alert_message.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace nba::cli {

struct sent_parcel {
  delivery_answer answer;
  std::string body;  // what was sent, for the next try
};
sent_parcel send_parcel(const alert_setup& setup, const alert_channel& channel, const parcel& what,
                        std::chrono::milliseconds patience, const std::atomic<bool>* stop);
// That a run has begun, to a channel that watches its job. Not written down: it is worth something only now.
delivery_answer send_start(const alert_setup& setup, const alert_channel& channel, const alert_news& news,
                           std::chrono::milliseconds patience, const std::atomic<bool>* stop);

// A program with this text on its standard input. Delivered: exit code 0; 126 and 127, and what cannot be started,
// are refused; anything else is tried again. Its output goes nowhere but for the beginning of its complaints.
delivery_answer run_command(const std::string& command, bool shell, const std::string& input,
                            std::chrono::milliseconds patience, const std::atomic<bool>* stop);

}  // namespace nba::cli
