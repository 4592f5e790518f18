// The outbox: what is to be told to whom, when, and when not.
//
// Purpose: alerts that a person can bear. The book of all alerts is changed in four steps, each a pure function between
// two transactions: what was seen is noted, what is due is taken, it is sent by somebody else, and what became of it is
// noted. So everything is written before it is sent, by whatever process.
//
//   - One trouble (fingerprint) is told once. What happens again within its cool-down is counted, and told in one more
//     line when the cool-down is over.
//   - A recovery is told once, and only where the trouble was.
//   - What came and went while it could not be delivered is told to nobody.
//   - What could not be delivered is tried again, less and less often, until it expires. As soon as a channel takes
//     something again, all that waits for it is one message.
//   - A channel that refuses for good is not asked again for the same alert; the others say that it refuses.
//   - Of a job's check-ins only the newest is worth sending.
//
// Threads: plain values, pure functions. Nothing here reads a clock: `now` is the present.
#pragma once

#include "pipeline/alerts/alert.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

enum class delivery_state {
  pending,    // not told yet
  delivered,  // told, as far as there is something to tell
  collapsed,  // over before it could be told
  expired,    // too old, or tried too often
  refused,    // the channel said that it will never take it
};
std::string_view to_string(delivery_state value);
delivery_state parse_delivery_state(std::string_view name);  // pending for what is none

// One alert on its way to one channel.
struct alert_delivery {
  std::string channel;
  delivery_state state = delivery_state::pending;
  int tries = 0;                          // of the present line, without success
  utc_time next_try_at{};                 // not before
  std::optional<utc_time> claimed_until;  // some process is sending, or the channel asked for so much rest
  std::optional<utc_time> tried_at;       // the last time
  std::optional<utc_time> delivered_at;   // the first line
  std::optional<utc_time> recovery_sent_at;
  std::optional<utc_time> quiet_until;  // the end of the cool-down after the last line
  std::int64_t repeats_told = 0;
  std::string last_error;  // without secrets
  std::string message_id;  // of the line that is on its way
  std::string body;        // its bytes, so that every try sends the same; empty once it is over

  bool operator==(const alert_delivery&) const = default;
};

struct alert_record {
  std::int64_t alert_id = 0;  // 0: not stored yet
  std::string fingerprint;
  alert_news news;
  utc_time created_at{};
  utc_time last_seen_at{};
  utc_time expires_at{};
  std::optional<utc_time> recovered_at;  // of a kind that cannot be over: when it was made
  std::int64_t repeats = 0;              // how often again since created_at
  std::vector<alert_delivery> deliveries;

  bool is_open() const { return !recovered_at; }
  bool operator==(const alert_record&) const = default;
};

// All that a decision needs: alerts that are open, or young, or not delivered. In the order in which they were made.
struct alert_book {
  std::vector<alert_record> alerts;
};
// An alert is part of the book for so long after it was last seen.
inline constexpr std::chrono::hours alert_book_window{7 * 24};
inline constexpr std::size_t alert_book_max = 500;
// And of the table.
inline constexpr std::chrono::hours alerts_kept{90 * 24};

struct outbox_channel {
  std::string name;
  std::set<alert_kind> kinds;  // what it is told
  bool says_recovery = true;
  std::string check_in_job;  // whose ends it is told; empty: nobody's
};
struct outbox_rules {
  std::chrono::milliseconds cool_down = std::chrono::hours{12};
  std::chrono::milliseconds expiry = std::chrono::hours{24};
  std::vector<outbox_channel> channels;
};

inline constexpr int delivery_tries_max = 10;
inline constexpr std::chrono::minutes delivery_backoff_first{1};
inline constexpr std::chrono::hours delivery_backoff_max{4};
// Longest rest that a channel is given because it asks for it.
inline constexpr std::chrono::hours channel_rest_max{1};
// A process that claimed something and is gone: another one may send after this.
inline constexpr std::chrono::minutes delivery_claim{2};
// From here on what is due for a channel at the same time is one message.
inline constexpr std::size_t messages_at_once_max = 3;

// ---- what was seen

// Notes a trouble. False where that is no news: seen before, or over meanwhile. `not_to`: a channel that is not told.
bool note_firing(alert_book& book, const alert_news& news, const outbox_rules& rules, utc_time now,
                 std::string_view not_to = {});
// Notes that it is over. `occurrence`: which time it was seen to be well (a run's id); one before the trouble says
// nothing. Empty: at news of `now`. False where nothing was open.
bool note_recovery(alert_book& book, std::string_view fingerprint, std::string_view occurrence, utc_time now);
// The end of a run, for channels that watch its job. Earlier ones that were not delivered are not worth it any more.
void note_check_in(alert_book& book, const alert_news& news, const outbox_rules& rules, utc_time now);
// For this channel alone.
void note_test(alert_book& book, const alert_news& news, const std::string& channel, utc_time now);

// ---- what is due

enum class parcel_kind { firing, again, recovered, digest, check_in, test };
std::string_view to_string(parcel_kind value);

struct parcel_part {
  std::string fingerprint;
  utc_time created_at{};  // with the fingerprint: which alert
  parcel_kind what = parcel_kind::firing;
  alert_news news;
  utc_time last_seen_at{};
  std::int64_t repeats = 0;  // since it was made
  std::int64_t unsaid = 0;   // of these, not told yet
  bool over = false;
  bool was_lost = false;  // expired or refused here before, and still so
};
// One message for one channel.
struct parcel {
  std::string channel;
  parcel_kind what = parcel_kind::firing;
  std::string message_id;  // a UUID; the same for every try
  std::string body;        // as an earlier try sent it; empty: to be made
  std::vector<parcel_part> parts;
};
// What is to be sent now, claimed for whoever asks. Whatever is not worth sending any more is settled on the way.
std::vector<parcel> take_due(alert_book& book, const outbox_rules& rules, utc_time now);

// ---- what became of it

enum class delivery_outcome { delivered, try_later, refused };
struct delivery_answer {
  delivery_outcome outcome = delivery_outcome::try_later;
  std::string why;                                 // without secrets; empty when delivered
  std::optional<std::chrono::seconds> not_before;  // what the channel asked for
};
// `body`: the bytes that were sent, kept for the next try.
void note_answer(alert_book& book, const parcel& sent, const delivery_answer& answer, std::string_view body,
                 const outbox_rules& rules, utc_time now);
// A parcel that was not sent after all: the next one to ask gets it.
void note_unsent(alert_book& book, const parcel& taken);

// Channels that refuse for good, each with why: by their latest answers.
struct broken_channel {
  std::string name, why;
  utc_time since{};
};
std::vector<broken_channel> find_broken(const alert_book& book, const outbox_rules& rules);

}  // namespace nba
