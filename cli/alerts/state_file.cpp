#include "cli/alerts/state_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nba::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t state_bytes_max = 4 << 20;

json time_json(const std::optional<utc_time>& value) { return value ? json(format_timestamp(*value)) : json(nullptr); }

std::optional<utc_time> time_at(const json& from, const char* key) {
  const auto found = from.find(key);
  if (found == from.end() || !found->is_string()) return std::nullopt;
  return parse_timestamp(found->get<std::string>());
}

json delivery_json(const alert_delivery& one) {
  return {{"channel", one.channel},
          {"state", to_string(one.state)},
          {"tries", one.tries},
          {"next_try_at", time_json(one.next_try_at)},
          {"claimed_until", time_json(one.claimed_until)},
          {"tried_at", time_json(one.tried_at)},
          {"delivered_at", time_json(one.delivered_at)},
          {"recovery_sent_at", time_json(one.recovery_sent_at)},
          {"quiet_until", time_json(one.quiet_until)},
          {"repeats_told", one.repeats_told},
          {"last_error", one.last_error},
          {"message_id", one.message_id},
          {"body", one.body}};
}

alert_delivery delivery_of(const json& from) {
  alert_delivery one;
  one.channel = from.value("channel", "");
  one.state = parse_delivery_state(from.value("state", ""));
  one.tries = from.value("tries", 0);
  one.next_try_at = time_at(from, "next_try_at").value_or(utc_time{});
  one.claimed_until = time_at(from, "claimed_until");
  one.tried_at = time_at(from, "tried_at");
  one.delivered_at = time_at(from, "delivered_at");
  one.recovery_sent_at = time_at(from, "recovery_sent_at");
  one.quiet_until = time_at(from, "quiet_until");
  one.repeats_told = from.value("repeats_told", std::int64_t{0});
  one.last_error = from.value("last_error", "");
  one.message_id = from.value("message_id", "");
  one.body = from.value("body", "");
  return one;
}

// An alert, and of which database.
struct filed_alert {
  alert_record alert;
  std::string database;

  bool concerns(const alert_owner& owner) const {
    if (database == owner.database || alert.news.kind == alert_kind::channel_broken) return true;
    return !owner.job.empty() && alert.news.job == owner.job;
  }
};

json alert_json(const filed_alert& filed) {
  const auto& alert = filed.alert;
  json out{{"id", alert.alert_id},
           {"database", filed.database},
           {"fingerprint", alert.fingerprint},
           {"payload", to_payload(alert.news)},
           {"created_at", time_json(alert.created_at)},
           {"last_seen_at", time_json(alert.last_seen_at)},
           {"expires_at", time_json(alert.expires_at)},
           {"recovered_at", time_json(alert.recovered_at)},
           {"repeats", alert.repeats},
           {"deliveries", json::array()}};
  for (const auto& one : alert.deliveries) out["deliveries"].push_back(delivery_json(one));
  return out;
}

filed_alert alert_of(const json& from) {
  filed_alert filed;
  auto& alert = filed.alert;
  filed.database = from.value("database", "");
  alert.alert_id = from.value("id", std::int64_t{0});
  alert.fingerprint = from.value("fingerprint", "");
  alert.news = parse_payload(from.value("payload", ""));
  alert.created_at = time_at(from, "created_at").value_or(utc_time{});
  alert.last_seen_at = time_at(from, "last_seen_at").value_or(alert.created_at);
  alert.expires_at = time_at(from, "expires_at").value_or(alert.created_at);
  alert.recovered_at = time_at(from, "recovered_at");
  alert.repeats = from.value("repeats", std::int64_t{0});
  for (const auto& one : from.value("deliveries", json::array())) alert.deliveries.push_back(delivery_of(one));
  return filed;
}

std::vector<filed_alert> read_state(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > state_bytes_max) return {};
  const auto document = json::parse(text, nullptr, false);
  std::vector<filed_alert> alerts;
  if (!document.is_object()) return alerts;
  try {
    for (const auto& one : document.value("alerts", json::array())) alerts.push_back(alert_of(one));
  } catch (const json::exception&) {
    return {};  // somebody's hand was in it
  }
  return alerts;
}

failure state_failure(const std::string& path) {
  return {failure_class::storage, fmt::format("cannot write the alerts' file {} ({})", path, std::strerror(errno)),
          "alerts.state_file"};
}

class file_lock {
 public:
  explicit file_lock(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ~file_lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  bool is_held() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

bool write_state(const std::string& path, const std::string& text) {
  const auto beside = fmt::format("{}.{}", path, ::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  bool whole = true;
  for (std::string_view left = text; whole && !left.empty();) {
    const auto put = ::write(file, left.data(), left.size());
    whole = put > 0 || (put < 0 && errno == EINTR);
    if (put > 0) left.remove_prefix(static_cast<std::size_t>(put));
  }
  whole = ::fsync(file) == 0 && whole;
  whole = ::close(file) == 0 && whole;
  if (whole && ::rename(beside.c_str(), path.c_str()) == 0) return true;
  ::unlink(beside.c_str());
  return false;
}

// What the table would keep: open, young, or undelivered.
void forget_old(std::vector<filed_alert>& alerts, utc_time now) {
  std::erase_if(alerts, [&](const filed_alert& one) {
    return !one.alert.is_open() && one.alert.last_seen_at < now - alert_book_window;
  });
  if (alerts.size() > alert_book_max)
    alerts.erase(alerts.begin(), alerts.end() - static_cast<std::ptrdiff_t>(alert_book_max));
}

// Changes the owner's part of it, and leaves the rest alone. New alerts are of the owner's database.
void change_part(std::vector<filed_alert>& alerts, const alert_owner& owner,
                 const std::function<void(alert_book&)>& decide) {
  const auto part =
      std::stable_partition(alerts.begin(), alerts.end(), [&](const filed_alert& one) { return !one.concerns(owner); });
  alert_book book;
  std::map<std::int64_t, std::string> databases;
  std::int64_t last = 0;
  for (const auto& one : alerts) last = std::max(last, one.alert.alert_id);
  for (auto one = part; one != alerts.end(); ++one) {
    databases[one->alert.alert_id] = std::move(one->database);
    book.alerts.push_back(std::move(one->alert));
  }
  alerts.erase(part, alerts.end());
  decide(book);
  for (auto& alert : book.alerts) {
    const auto known = databases.find(alert.alert_id);
    auto database = known == databases.end() ? owner.database : known->second;
    if (alert.alert_id == 0) alert.alert_id = ++last;
    alerts.push_back({std::move(alert), std::move(database)});
  }
  std::stable_sort(alerts.begin(), alerts.end(),
                   [](const auto& a, const auto& b) { return a.alert.alert_id < b.alert.alert_id; });
}

}  // namespace

bool alert_state_file::has_alerts() const {
  std::error_code none;
  if (path_.empty() || !fs::exists(path_, none)) return false;
  const auto alerts = read_state(path_);
  return std::any_of(alerts.begin(), alerts.end(), [&](const filed_alert& one) { return one.concerns(owner_); });
}

result<void> alert_state_file::change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) {
  if (path_.empty())
    return failure{failure_class::storage, "there is no place for the alerts' file; set alerts.state_file",
                   "alerts.state_file"};
  std::error_code trouble;
  const auto folder = fs::path{path_}.parent_path();
  if (!folder.empty() && !fs::exists(folder, trouble)) fs::create_directories(folder, trouble);
  const file_lock lock{path_ + ".lock"};
  if (!lock.is_held()) return state_failure(path_);
  auto alerts = read_state(path_);
  change_part(alerts, owner_, decide);
  forget_old(alerts, now);
  json document{{"alerts", json::array()}};
  for (const auto& one : alerts) document["alerts"].push_back(alert_json(one));
  if (!write_state(path_, document.dump(1, ' ', true, json::error_handler_t::replace))) return state_failure(path_);
  return {};
}

result<std::vector<alert_record>> alert_state_file::read_alerts(std::size_t alerts_max) {
  if (path_.empty()) return std::vector<alert_record>{};
  std::vector<alert_record> alerts;
  for (auto& one : read_state(path_)) alerts.push_back(std::move(one.alert));
  if (alerts.size() > alerts_max) alerts.erase(alerts.begin(), alerts.end() - static_cast<std::ptrdiff_t>(alerts_max));
  return alerts;
}

}  // namespace nba::cli
