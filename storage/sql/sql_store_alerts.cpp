// Alerts.
#include "storage/sql/sql_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace nba::sql {
namespace {

constexpr std::string_view alert_columns =
    "a.alert_id, a.fingerprint, a.payload, a.created_at, a.last_seen_at, a.repeats, a.recovered_at, a.expires_at";
constexpr std::string_view delivery_columns =
    "alert_id, channel, state, tries, next_try_at, claimed_until, tried_at, delivered_at, recovery_sent_at, "
    "quiet_until, repeats_told, last_error, message_id, body";

std::string text_of_cell(const cell& value) { return is_null(value) ? std::string() : as_text(value); }

alert_record to_alert(const cell_row& row) {
  alert_record alert;
  alert.alert_id = as_integer(row[0]);
  alert.fingerprint = as_text(row[1]);
  alert.news = parse_payload(as_text(row[2]));
  alert.created_at = as_timestamp(row[3]);
  alert.last_seen_at = as_timestamp(row[4]);
  alert.repeats = as_integer(row[5]);
  alert.recovered_at = as_optional_timestamp(row[6]);
  alert.expires_at = as_timestamp(row[7]);
  return alert;
}

alert_delivery to_delivery(const cell_row& row) {
  alert_delivery one;
  one.channel = as_text(row[1]);
  one.state = parse_delivery_state(as_text(row[2]));
  one.tries = static_cast<int>(as_integer(row[3]));
  one.next_try_at = as_timestamp(row[4]);
  one.claimed_until = as_optional_timestamp(row[5]);
  one.tried_at = as_optional_timestamp(row[6]);
  one.delivered_at = as_optional_timestamp(row[7]);
  one.recovery_sent_at = as_optional_timestamp(row[8]);
  one.quiet_until = as_optional_timestamp(row[9]);
  one.repeats_told = as_integer(row[10]);
  one.last_error = text_of_cell(row[11]);
  one.message_id = text_of_cell(row[12]);
  one.body = text_of_cell(row[13]);
  return one;
}

// Alerts in the order in which they were made, with their deliveries.
std::vector<alert_record> with_deliveries(session& db, const row_set& found) {
  std::vector<alert_record> alerts;
  for (const auto& row : found.rows) alerts.push_back(to_alert(row));
  if (alerts.empty()) return alerts;
  std::sort(alerts.begin(), alerts.end(), [](const auto& a, const auto& b) { return a.alert_id < b.alert_id; });
  std::map<std::int64_t, alert_record*> by_id;
  for (auto& alert : alerts) by_id[alert.alert_id] = &alert;
  const cell_row from{integer(alerts.front().alert_id)};
  const auto deliveries = db.query(fmt::format("SELECT {} FROM alert_deliveries WHERE alert_id >= $1 "
                                               "ORDER BY alert_id, channel",
                                               delivery_columns),
                                   from);
  for (const auto& row : deliveries.rows)
    if (const auto of = by_id.find(as_integer(row[0])); of != by_id.end())
      of->second->deliveries.push_back(to_delivery(row));
  return alerts;
}

alert_book read_book(session& db, utc_time now) {
  const cell_row limits{timestamp(now - alert_book_window), integer(static_cast<std::int64_t>(alert_book_max))};
  return {with_deliveries(db, db.query(fmt::format("SELECT {} FROM alerts a WHERE a.last_seen_at > $1 OR "
                                                   "a.recovered_at IS NULL OR EXISTS (SELECT 1 FROM alert_deliveries d "
                                                   "WHERE d.alert_id = a.alert_id AND d.state = 'pending') "
                                                   "ORDER BY a.alert_id DESC LIMIT $2",
                                                   alert_columns),
                                       limits))};
}

void insert_alert(session& db, alert_record& alert) {
  const cell_row values{text(to_string(alert.news.kind)),      text(alert.fingerprint),
                        text(to_payload(alert.news)),          timestamp(alert.created_at),
                        timestamp(alert.last_seen_at),         integer(alert.repeats),
                        timestamp_or_null(alert.recovered_at), timestamp(alert.expires_at)};
  const auto made = db.query(
      "INSERT INTO alerts (kind, fingerprint, payload, created_at, last_seen_at, repeats, recovered_at, expires_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING alert_id",
      values);
  alert.alert_id = as_integer(made.rows.at(0).at(0));
}

void update_alert(session& db, const alert_record& alert) {
  const cell_row values{integer(alert.alert_id), text(to_payload(alert.news)),          timestamp(alert.last_seen_at),
                        integer(alert.repeats),  timestamp_or_null(alert.recovered_at), timestamp(alert.expires_at)};
  db.execute(
      "UPDATE alerts SET payload = $2, last_seen_at = $3, repeats = $4, recovered_at = $5, expires_at = $6 "
      "WHERE alert_id = $1",
      values);
}

void write_delivery(session& db, std::int64_t alert_id, const alert_delivery& one) {
  const cell_row values{integer(alert_id),
                        text(one.channel),
                        text(to_string(one.state)),
                        integer(one.tries),
                        timestamp(one.next_try_at),
                        timestamp_or_null(one.claimed_until),
                        timestamp_or_null(one.tried_at),
                        timestamp_or_null(one.delivered_at),
                        timestamp_or_null(one.recovery_sent_at),
                        timestamp_or_null(one.quiet_until),
                        integer(one.repeats_told),
                        text_or_null(one.last_error),
                        text_or_null(one.message_id),
                        text_or_null(one.body)};
  db.execute(fmt::format("INSERT INTO alert_deliveries ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
                         "$12, $13, $14) ON CONFLICT (alert_id, channel) DO UPDATE SET state = excluded.state, "
                         "tries = excluded.tries, next_try_at = excluded.next_try_at, "
                         "claimed_until = excluded.claimed_until, tried_at = excluded.tried_at, "
                         "delivered_at = excluded.delivered_at, recovery_sent_at = excluded.recovery_sent_at, "
                         "quiet_until = excluded.quiet_until, repeats_told = excluded.repeats_told, "
                         "last_error = excluded.last_error, message_id = excluded.message_id, body = excluded.body",
                         delivery_columns),
             values);
}

void write_changes(session& db, const alert_book& before, alert_book& after) {
  for (auto& alert : after.alerts) {
    const alert_record* was = nullptr;
    for (const auto& one : before.alerts)
      if (alert.alert_id != 0 && one.alert_id == alert.alert_id) was = &one;
    if (was && *was == alert) continue;
    if (!was)
      insert_alert(db, alert);
    else
      update_alert(db, alert);
    for (const auto& delivery : alert.deliveries)
      if (!was || std::find(was->deliveries.begin(), was->deliveries.end(), delivery) == was->deliveries.end())
        write_delivery(db, alert.alert_id, delivery);
  }
}

void remove_old(session& db, utc_time now) {
  const cell_row limit{timestamp(now - alerts_kept)};
  db.execute(
      "DELETE FROM alert_deliveries WHERE alert_id IN "
      "(SELECT alert_id FROM alerts WHERE last_seen_at < $1 AND recovered_at IS NOT NULL)",
      limit);
  db.execute("DELETE FROM alerts WHERE last_seen_at < $1 AND recovered_at IS NOT NULL", limit);
}

}  // namespace

result<void> sql_store::change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) {
  return transact(transaction_mode::write, [&] {
    // One process at a time: whoever comes second waits here, and then sees what the first one has written.
    db_->query(fmt::format("SELECT version FROM schema_migrations WHERE version = 13{}", db_->dialect().for_update),
               {});
    const auto before = read_book(*db_, now);
    auto after = before;
    decide(after);
    write_changes(*db_, before, after);
    remove_old(*db_, now);
  });
}

result<std::vector<alert_record>> sql_store::read_alerts(std::size_t alerts_max) {
  return transact(transaction_mode::read, [&] {
    const cell_row most{integer(static_cast<std::int64_t>(alerts_max))};
    return with_deliveries(
        *db_,
        db_->query(fmt::format("SELECT {} FROM alerts a ORDER BY a.alert_id DESC LIMIT $1", alert_columns), most));
  });
}

}  // namespace nba::sql
