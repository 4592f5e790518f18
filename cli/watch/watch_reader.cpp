#include "cli/watch/watch_facts.hpp"

#include "cli/alerts/alert_courier.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/database.hpp"
#include "cli/secrets.hpp"
#include "cli/text.hpp"
#include "cli/watch/health_facts.hpp"
#include "cli/watch/watched_runs.hpp"
#include "pipeline/health/first_run.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/statvfs.h>

namespace nba::cli {
namespace {

using steady = std::chrono::steady_clock;

// SQLite's other writer is waited for no longer than that; a server has a little more to say that it is there.
constexpr std::chrono::milliseconds watch_busy_timeout{1'000};
constexpr std::chrono::milliseconds watch_connect_timeout{2'000};
// While a run goes on its season changes all the time; it is read again no more often than this.
constexpr std::chrono::milliseconds season_interval{4'000};
constexpr std::chrono::seconds writable_interval{60};

store_options watch_options(const settings& values) {
  auto options = store_options_of(values);
  options.create = false;
  options.busy_timeout = watch_busy_timeout;
  options.connect_timeout = watch_connect_timeout;
  return options;
}

// Whether a pair of a season's letters or checkpoints belongs to it, as text that changes with them.
std::string stamp_of(season of, const std::string& stored, et_date today, const std::vector<watermark_row>& marks,
                     const std::vector<dead_letter>& letters) {
  auto stamp = format_date(today) + ' ' + stored;
  for (const auto& mark : marks)
    if (const auto lane = mark.stage == "backfill" ? parse_watermark_key(mark.key) : std::nullopt;
        lane && lane->season == of)
      stamp += fmt::format(" {}={}", mark.key, mark.value);
  for (const auto& letter : letters)
    if (letter.game_id.in_season() == of) stamp += fmt::format(" {}:{}", letter.game_id.str(), letter.stage);
  return stamp;
}

// Reads on the thread that calls it, and waits as long as the database takes.
class direct_reader {
 public:
  explicit direct_reader(settings values)
      : values_(std::move(values)), runs_(std::chrono::seconds{values_.lock_patience_seconds}) {}

  watch_facts read(const std::string& own_run_id, const run_snapshot* own);
  const watch_facts& last() const { return last_; }

 private:
  struct known_season {
    std::string stamp;
    season_status status;
    steady::time_point read_at{};
  };
  struct refusal {
    std::string why, help;
  };

  std::optional<refusal> open();
  result<void> read_all(watch_facts& facts, et_date today);
  result<void> read_seasons(watch_facts& facts, et_date today);
  void read_disk(watch_facts& facts) const;
  result<void> read_writable(watch_facts& facts);
  result<void> read_undelivered(watch_facts& facts);

  settings values_;
  std::unique_ptr<nba::store> store_;
  std::string path_;  // of an SQLite file
  run_watch runs_;
  std::map<season, known_season> seasons_;
  std::optional<steady::time_point> writable_at_;
  watch_facts last_;  // of the last reading that went well
};

std::optional<direct_reader::refusal> direct_reader::open() {
  if (store_) return std::nullopt;
  const auto url = parse_database_url(values_.database);
  if (!url) return refusal{redact_secrets(url.error().message), "nba-scraper doctor"};
  if (url->kind().is_file) path_ = url->path;
  const auto first_run = first_run_command(utc_now());
  // What this process has read was made once. A first run would begin another one in its place.
  const bool was_there = last_.was_read();
  if (!database_exists(*url)) {
    if (was_there)
      return refusal{fmt::format("the database {} is gone: its file was moved or removed", url->redacted),
                     "nba-scraper db check"};
    return refusal{fmt::format("there is no database at {} yet", url->redacted), first_run};
  }
  auto opened = open_store(*url, watch_options(values_));
  if (!opened) return refusal{redact_secrets(opened.error().message), "nba-scraper doctor"};
  const auto steps = (*opened)->check_schema();
  if (!steps) return refusal{redact_secrets(steps.error().message), "nba-scraper doctor"};
  const auto is_applied = [](const migration_step& step) { return step.applied; };
  if (std::none_of(steps->begin(), steps->end(), is_applied))
    return was_there
               ? refusal{fmt::format("the database {} is another one than before: it has no tables", url->redacted),
                         "nba-scraper db check"}
               : refusal{fmt::format("the database {} has no tables yet", url->redacted), first_run};
  if (!std::all_of(steps->begin(), steps->end(), is_applied))
    return refusal{fmt::format("the database {} was made by an older version", url->redacted),
                   "nba-scraper db migrate"};
  store_ = std::move(*opened);
  writable_at_.reset();
  return std::nullopt;
}

void direct_reader::read_disk(watch_facts& facts) const {
  if (path_.empty()) return;
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(path_, ignored).parent_path();
  struct statvfs found {};
  if (::statvfs(folder.c_str(), &found) != 0) return;
  const auto unit = static_cast<std::int64_t>(found.f_frsize);
  facts.disk = {folder.string(), static_cast<std::int64_t>(found.f_bavail) * unit,
                static_cast<std::int64_t>(found.f_blocks) * unit};
}

result<void> direct_reader::read_writable(watch_facts& facts) {
  const auto now = steady::now();
  if (writable_at_ && now - *writable_at_ < writable_interval) return {};
  const auto reason = store_->why_read_only();
  if (!reason) return reason.error();
  writable_at_ = now;
  facts.unwritable.reset();
  if (*reason && (*reason)->for_everybody) facts.unwritable = (*reason)->why;
  return {};
}

result<void> direct_reader::read_undelivered(watch_facts& facts) {
  if (values_.alerts.channels.empty()) return {};
  const auto alerts = store_->read_alerts(alert_book_max);
  if (!alerts) return alerts.error();
  // Anew each time: a secret that was put right is no trouble any more.
  facts.undelivered = undelivered_channels(*make_alert_setup(values_, process_environment), *alerts);
  return {};
}

result<void> direct_reader::read_seasons(watch_facts& facts, et_date today) {
  const auto stamps = store_->read_season_stamps();
  if (!stamps) return stamps.error();
  const bool is_changing = facts.under_way() != nullptr;
  const auto now = steady::now();
  std::map<season, known_season> kept;
  for (const auto& [of, value] : *stamps) {
    auto stamp = stamp_of(of, value, today, facts.marks, facts.letters);
    auto known = seasons_.extract(of);
    const bool is_current =
        known && (known.mapped().stamp == stamp || (is_changing && now - known.mapped().read_at < season_interval));
    if (is_current) {
      kept.insert(std::move(known));
      continue;
    }
    auto read = read_season_status(*store_, of, to_game_types(""), today, values_);
    if (!read) return std::move(read).error();
    kept[of] = {std::move(stamp), std::move(*read), now};
  }
  seasons_ = std::move(kept);
  for (const auto& [of, known] : seasons_) {
    facts.status.seasons.push_back(known.status.report);
    facts.status.overrides[of] = known.status.overrides;
  }
  return {};
}

result<void> direct_reader::read_all(watch_facts& facts, et_date today) {
  auto runs = runs_.read(*store_);
  if (!runs) return std::move(runs).error();
  auto marks = store_->read_watermarks();
  if (!marks) return std::move(marks).error();
  auto letters = store_->read_dead_letters(false);
  if (!letters) return std::move(letters).error();
  auto successes = store_->last_successes();
  if (!successes) return std::move(successes).error();
  facts.runs = std::move(*runs);
  facts.successes = std::move(*successes);
  facts.marks = std::move(*marks);
  facts.letters = std::move(*letters);
  facts.status = begin_database_status(*store_, facts.marks, today, facts.at, values_);
  if (!facts.runs.empty()) facts.status.last_run = facts.runs.front().row;
  if (auto read = read_writable(facts); !read) return read;
  if (auto read = read_undelivered(facts); !read) return read;
  return read_seasons(facts, today);
}

void take_own(watch_facts& facts, const std::string& run_id, const run_snapshot* own) {
  for (auto& run : facts.runs) {
    if (!own || run.row.run_id != run_id || run.row.ended_at) continue;
    run.state = watched_run::phase::under_way;
    run.snapshot = *own;
    run.heard_at = own->at;
  }
}

watch_facts direct_reader::read(const std::string& own_run_id, const run_snapshot* own) {
  watch_facts facts;
  facts.at = utc_now();
  facts.unwritable = last_.unwritable;
  std::optional<refusal> refused;
  if (!tz_available()) {
    refused = refusal{"there is no time zone data, so dates in New York are unknown", "apt-get install tzdata"};
  } else if (!(refused = open())) {
    const auto read = read_all(facts, et_date_of(facts.at));
    if (!read) {
      refused = refusal{redact_secrets(read.error().message), "nba-scraper doctor"};
      store_.reset();  // opened anew for the next reading
    }
  }
  if (refused) {
    auto older = last_;
    older.at = facts.at;
    older.trouble = std::move(refused->why);
    older.trouble_help = std::move(refused->help);
    facts = std::move(older);
  } else {
    facts.read_at = facts.at;
  }
  read_disk(facts);
  take_own(facts, own_run_id, own);
  facts.health =
      judge_health(health_facts_of(facts, tz_available() ? et_date_of(facts.at) : et_date{}), values_.health);
  if (!refused) last_ = facts;
  return facts;
}

// One thread for the database, and callers that wait for it so long and no longer. A thread that hangs in the database
// is left to itself when the reader goes; it owns what it uses.
class bounded_reader final : public watch_reader {
 public:
  bounded_reader(const settings& values, std::chrono::milliseconds patience)
      : shared_(std::make_shared<shared_state>(values)), health_(values.health), patience_(patience) {
    thread_ = std::thread([shared = shared_] { shared->work(); });
  }
  bounded_reader(const bounded_reader&) = delete;
  bounded_reader& operator=(const bounded_reader&) = delete;
  ~bounded_reader() override {
    bool hangs = false;
    {
      const std::lock_guard guard(shared_->mutex);
      shared_->ending = true;
      hangs = shared_->is_reading;
    }
    shared_->wake.notify_all();
    if (hangs)
      thread_.detach();
    else
      thread_.join();
  }

  std::shared_ptr<const watch_facts> read(const std::string& own_run_id, const run_snapshot* own) override {
    std::unique_lock guard(shared_->mutex);
    if (!shared_->is_reading) {
      shared_->own_run_id = own_run_id;
      shared_->own = own ? std::optional{*own} : std::nullopt;
      shared_->is_reading = true;
      shared_->wake.notify_all();
    }
    if (shared_->wake.wait_for(guard, patience_, [&] { return !shared_->is_reading; })) {
      last_ = shared_->newest;
      return last_;
    }
    guard.unlock();
    return make_unanswered(own_run_id, own);
  }

 private:
  struct shared_state {
    explicit shared_state(const settings& values) : reader(values) {}
    void work();

    std::mutex mutex;
    std::condition_variable wake;
    bool is_reading = false;  // asked for, and not answered yet
    bool ending = false;
    std::string own_run_id;
    std::optional<run_snapshot> own;
    std::shared_ptr<const watch_facts> newest;
    direct_reader reader;  // of the thread
  };

  std::shared_ptr<const watch_facts> make_unanswered(const std::string& own_run_id, const run_snapshot* own) const {
    auto facts = last_ ? *last_ : watch_facts{};
    facts.at = utc_now();
    facts.trouble = fmt::format("the database has not answered for {} seconds",
                                std::max<std::int64_t>(1, patience_.count() / 1000));
    facts.trouble_help = "nba-scraper doctor";
    take_own(facts, own_run_id, own);
    facts.health = judge_health(health_facts_of(facts, {}), health_);
    return std::make_shared<const watch_facts>(std::move(facts));
  }

  std::shared_ptr<shared_state> shared_;
  health_settings health_;
  std::chrono::milliseconds patience_;
  std::shared_ptr<const watch_facts> last_;
  std::thread thread_;
};

void bounded_reader::shared_state::work() {
  std::unique_lock guard(mutex);
  for (;;) {
    wake.wait(guard, [this] { return is_reading || ending; });
    if (ending) return;
    const auto run_id = own_run_id;
    const auto snapshot = own;
    guard.unlock();
    std::shared_ptr<const watch_facts> made;
    try {
      made = std::make_shared<const watch_facts>(reader.read(run_id, snapshot ? &*snapshot : nullptr));
    } catch (const std::exception& error) {
      watch_facts failed;
      failed.at = utc_now();
      failed.trouble = redact_secrets(error.what());
      failed.health = judge_health(health_facts_of(failed, {}), {});
      made = std::make_shared<const watch_facts>(std::move(failed));
    }
    guard.lock();
    newest = std::move(made);
    is_reading = false;
    wake.notify_all();
    if (ending) return;
  }
}

}  // namespace

std::unique_ptr<watch_reader> make_watch_reader(const settings& values, std::chrono::milliseconds patience) {
  return std::make_unique<bounded_reader>(values, patience);
}

}  // namespace nba::cli
