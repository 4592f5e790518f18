#include "cli/logging.hpp"

#include "cli/text.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>
#include <spdlog/details/file_helper.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <mutex>
#include <utility>

namespace nba::cli {
namespace {

spdlog::level::level_enum spdlog_level(event_level level) {
  switch (level) {
    case event_level::debug:
      return spdlog::level::debug;
    case event_level::info:
      return spdlog::level::info;
    case event_level::warn:
      return spdlog::level::warn;
    case event_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Lines go through the terminal, which keeps the progress line out of their way. The level of an ERROR is marked, but
// never inside of JSON.
class terminal_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  terminal_sink(terminal& screen, log_format format) : screen_(screen), format_(format) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const bool marks = format_ == log_format::text && message.level == spdlog::level::err;
    screen_.write_line({message.payload.data(), message.payload.size()},
                       marks ? level_name(event_level::error) : std::string_view{});
  }
  void flush_() override {}

  terminal& screen_;
  const log_format format_;
};

constexpr std::string_view said_by = "nba-scraper:";
// A file that can be opened again by its name. Throws spdlog_ex when it cannot be opened.
class log_file_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit log_file_sink(const std::string& path) : path_(path), file_(opened(path)) {}

  void reopen() {
    auto fresh = opened(path_);  // first: the old one stays when this fails
    const std::lock_guard lock{mutex_};
    file_ = std::move(fresh);
  }

 private:
  using file = std::unique_ptr<spdlog::details::file_helper>;
  static file opened(const std::string& path) {
    auto out = std::make_unique<spdlog::details::file_helper>();
    out->open(path);
    return out;
  }
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_->write(line);
  }
  void flush_() override { file_->flush(); }

  const std::string path_;
  file file_;
};

}  // namespace

struct log_sink::state {
  log_format format = log_format::text;
  terminal* screen = nullptr;
  std::shared_ptr<spdlog::logger> logger;
  std::function<void(const log_event&, utc_time)> listener;  // may be empty
  redactor hide;
  std::shared_ptr<spdlog::logger> file_logger;  // null without a file, as the next one is
  std::shared_ptr<log_file_sink> file;
  std::atomic<bool> has_error = false;
  std::mutex mutex;  // guards run_id
  std::string run_id;
};

log_sink::log_sink(std::unique_ptr<state> held) : state_(std::move(held)) {}
log_sink::~log_sink() = default;

result<std::unique_ptr<log_sink>> log_sink::open(const log_options& options, terminal& screen) {
  auto held = std::make_unique<state>();
  held->format = options.format;
  held->screen = &screen;
  auto on_terminal = std::make_shared<terminal_sink>(screen, options.format);
  on_terminal->set_level(spdlog_level(options.terminal_level));
  std::vector<spdlog::sink_ptr> sinks{std::move(on_terminal)};
  if (!options.file.empty()) {
    try {
      held->file = std::make_shared<log_file_sink>(options.file);
      sinks.push_back(held->file);
    } catch (const spdlog::spdlog_ex& error) {
      return failure{failure_class::configuration,
                     fmt::format("cannot write the log file '{}' ({}); choose another with --log-file", options.file,
                                 error.what()),
                     "log_file"};
    }
    sinks.back()->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::local));
  }
  const auto said = std::make_shared<std::atomic_flag>();
  const auto make_logger = [&](auto begin, auto end) {
    // Not in spdlog's registry: two sinks (of two tests) never share state.
    auto logger = std::make_shared<spdlog::logger>("events", begin, end);
    logger->set_level(spdlog_level(options.level));
    logger->flush_on(spdlog::level::debug);  // a killed process leaves complete lines
    // A full disk must neither end the run nor fill the terminal: said once.
    logger->set_error_handler([&screen, said, format = options.format](const std::string& what) {
      if (said->test_and_set()) return;
      const auto message = "cannot write the log: " + redact_secrets(what);
      screen.write_line(format == log_format::json ? format_json(events::log_error(message), utc_now(), {})
                                                   : "nba-scraper: " + message);
    });
    return logger;
  };
  held->logger = make_logger(sinks.begin(), sinks.end());
  if (sinks.size() > 1) held->file_logger = make_logger(sinks.begin() + 1, sinks.end());
  return std::unique_ptr<log_sink>(new log_sink(std::move(held)));
}

void log_sink::write(const log_event& event) { write_at(event, utc_now()); }

void log_sink::write_at(const log_event& event, utc_time at) {
  if (state_->listener) state_->listener(event, at);
  write_to(*state_->logger, event, at);
}

void log_sink::tell(const log_event& event, std::string_view message) {
  if (state_->format == log_format::json) return write(event);
  state_->screen->write_line("nba-scraper: " + redact_secrets(message),
                             event.level == event_level::error ? said_by : std::string_view{});
  if (state_->listener) state_->listener(event, utc_now());
  state_->has_error = state_->has_error || event.level == event_level::error;
  if (state_->file_logger) write_to(*state_->file_logger, event, utc_now());
}

void log_sink::say(std::string_view message) {
  if (state_->format == log_format::text)
    state_->screen->write_line("nba-scraper: " + state_->hide(redact_secrets(message)));
}

void log_sink::reopen() {
  if (!state_->file) return;
  try {
    state_->file->reopen();
  } catch (const spdlog::spdlog_ex& error) {
    write(events::log_error(fmt::format("the log file could not be opened again: {}", error.what())));
  }
}

bool log_sink::has_error() const { return state_->has_error; }

void log_sink::write_to(spdlog::logger& logger, const log_event& given, utc_time at) {
  const auto event = without_secrets(given);
  if (event.level == event_level::error) state_->has_error = true;
  const auto level = spdlog_level(event.level);
  if (!logger.should_log(level)) return;
  if (state_->format == log_format::text) {
    logger.log(level, spdlog::string_view_t{format_text(event, at)});
    return;
  }
  std::string run_id;
  {
    const std::lock_guard lock{state_->mutex};
    run_id = state_->run_id;
  }
  logger.log(level, spdlog::string_view_t{format_json(event, at, run_id)});
}

log_event log_sink::without_secrets(const log_event& event) const {
  if (state_->hide.empty()) return event;
  auto out = event;
  for (auto& field : out.fields)
    if (auto* text = std::get_if<std::string>(&field.value)) *text = state_->hide(*text);
  return out;
}

void log_sink::set_listener(std::function<void(const log_event&, utc_time)> listener) {
  state_->listener = std::move(listener);
}

void log_sink::set_redactor(redactor hide) { state_->hide = std::move(hide); }

void log_sink::set_run_id(std::string run_id) {
  const std::lock_guard lock{state_->mutex};
  state_->run_id = std::move(run_id);
}

}  // namespace nba::cli
