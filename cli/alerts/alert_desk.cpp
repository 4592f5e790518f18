#include "cli/alerts/alert_desk.hpp"

#include <algorithm>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::chrono::milliseconds desk_patience{2'000};

// The book of a process that can write nowhere: it forgets, so what fires may be said again.
class memory_book final : public alert_store {
 public:
  result<void> change_alerts(utc_time, const std::function<void(alert_book&)>& decide) override {
    decide(book_);
    return {};
  }
  result<std::vector<alert_record>> read_alerts(std::size_t) override { return book_.alerts; }

 private:
  alert_book book_;
};

bool is_of_no_season(const alert_news& news, const sightings::good_job& good) {
  if (news.kind != alert_kind::run_failed && news.kind != alert_kind::run_died) return false;
  const auto season = news.subject.starts_with(good.job + " ") ? news.subject.substr(good.job.size() + 1) : "";
  return !season.empty() && !good.planned.contains(season);
}

// What a book knows already is no news to the file beside it.
sightings without_known(const sightings& seen, alert_book book, const alert_setup& setup, utc_time now) {
  auto out = seen;
  std::erase_if(out.firing, [&](const alert_news& news) { return !note_firing(book, news, setup.rules, now); });
  return out;
}

}  // namespace

void note_sightings(alert_book& book, const sightings& seen, const alert_setup& setup, utc_time now,
                    bool without_firing) {
  std::set<std::string> present;
  for (const auto& news : seen.firing) present.insert(fingerprint_of(news));
  for (const auto& one : seen.over)
    if (!present.contains(one.fingerprint)) note_recovery(book, one.fingerprint, one.occurrence, now);
  std::vector<std::pair<std::string, std::string>> slips;  // with the run that ends them
  for (const auto& good : seen.good_jobs)
    for (const auto& alert : book.alerts)
      if (alert.is_open() && is_of_no_season(alert.news, good) && !present.contains(alert.fingerprint))
        slips.emplace_back(alert.fingerprint, good.run_id);
  for (const auto& [fingerprint, run_id] : slips) note_recovery(book, fingerprint, run_id, now);
  std::vector<std::string> gone;
  for (const auto& alert : book.alerts)
    if (alert.is_open() && seen.complete.contains(alert.news.kind) && !present.contains(alert.fingerprint))
      gone.push_back(alert.fingerprint);
  for (const auto& fingerprint : gone) note_recovery(book, fingerprint, {}, now);
  if (without_firing) return;
  for (const auto& news : seen.firing) note_firing(book, news, setup.rules, now);
  for (const auto& news : seen.check_ins) note_check_in(book, news, setup.rules, now);
}

alert_state_file alert_desk::file_of(const alert_setup& setup) const {
  return {setup.state_file, {setup.database, job_}};
}

std::unique_ptr<store> alert_desk::open(std::string& why) const {
  if (!database_) {
    why = database_.error().message;
    return nullptr;
  }
  auto options = options_;
  options.busy_timeout = desk_patience;
  options.connect_timeout = desk_patience;
  options.create = false;
  auto opened = open_store(*database_, options);
  if (!opened) {
    why = opened.error().message;
    return nullptr;
  }
  return std::move(*opened);
}

visit_result alert_desk::visit(const alert_courier& courier, const sightings& seen,
                               alert_courier::clock::time_point deadline) const {
  const auto& setup = courier.setup();
  auto file = file_of(setup);
  visit_result out;
  auto rest = seen;
  if (const auto database = open(out.trouble)) {
    out = courier.visit(
        *database, [&](alert_book& book) { note_sightings(book, seen, setup, utc_now()); }, deadline);
    if (out.noted) {
      if (file.has_alerts())
        courier.visit(
            file, [&](alert_book& book) { note_sightings(book, seen, setup, utc_now(), true); }, deadline);
      return out;
    }
    if (auto known = database->read_alerts(alert_book_max)) rest = without_known(seen, {*known}, setup, utc_now());
  }
  const auto note = [&](alert_book& book) { note_sightings(book, rest, setup, utc_now()); };
  auto beside = courier.visit(file, note, deadline);
  if (!beside.noted) {
    memory_book memory;
    beside = courier.visit(memory, note, deadline);
  }
  beside.trouble = out.trouble;
  return beside;
}

result<std::vector<alert_record>> alert_desk::read(const alert_setup& setup) const {
  std::string why;
  const auto database = open(why);
  std::vector<alert_record> out;
  if (auto beside = file_of(setup).read_alerts(alert_book_max)) out = std::move(*beside);
  if (!database) {
    if (out.empty()) return failure{failure_class::storage, why};
    return out;
  }
  auto stored = database->read_alerts(alert_book_max);
  if (!stored && out.empty()) return std::move(stored).error();
  if (stored) out.insert(out.end(), stored->begin(), stored->end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
  return out;
}

}  // namespace nba::cli
