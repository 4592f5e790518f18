#include "cli/database.hpp"

#include "actors/run/run_session.hpp"
#include "cli/app.hpp"
#include "cli/hints.hpp"
#include "pipeline/health/first_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace nba::cli {
namespace {

opened_database refuse(const context& with, int code, const std::string& message) {
  return {nullptr, with.fail(code, message)};
}

// Opens what the settings name. A database that cannot be used is 121, whatever class the store gives its failure.
opened_database open_named(const context& with, const database_url& url, bool create) {
  auto options = store_options_of(with.settings);
  options.create = create;
  auto opened = open_store(url, options);
  if (!opened)
    return refuse(with, exit_database,
                  fmt::format("{}\n  Where that URL comes from: {}. To check it: `nba-scraper doctor --offline`",
                              describe_unopened(url, opened.error()), to_string(origin_of(with.settings, "database"))));
  return {std::move(opened).value(), exit_success};
}

result<database_url> named_url(const context& with) {
  auto url = parse_database_url(with.settings.database);
  if (!url) url.error().where = to_string(origin_of(with.settings, "database"));
  return url;
}

// The kind of games that --source, its variable or the file asks for; nullopt when nobody does.
std::optional<data_kind> asked_kind(const context& with) {
  if (origin_of(with.settings, "source").kind == origin_kind::fallback) return std::nullopt;
  return kind_of_source(with.settings.source);
}

// Beside the default file of the other kind: what to type to see it.
std::string hint_at_other_file(const context& with, const database_url& url) {
  if (origin_of(with.settings, "database").kind != origin_kind::fallback) return {};
  const bool synthetic = kind_of_source(with.settings.source) == data_kind::synthetic;
  std::error_code ignored;
  const auto other = std::filesystem::path(url.path).replace_filename(synthetic ? "nba.db" : "sim.db");
  if (!std::filesystem::exists(other, ignored)) return {};
  return synthetic ? fmt::format("\n  There is one of real games: leave out --source sim ({})", other.string())
                   : fmt::format("\n  There is one of the synthetic league: add --source sim ({})", other.string());
}

}  // namespace

std::string describe_unopened(const database_url& url, const failure& why) {
  // What the store says begins with the database, too.
  std::string_view reason = why.message;
  if (const auto prefix = fmt::format("database {}: ", url.description); reason.starts_with(prefix))
    reason.remove_prefix(prefix.size());
  return fmt::format("cannot open the database {}: {}", url.redacted, reason);
}

result<void> place_locks(const context& with, std::function<bool()> stopped) {
  auto url = parse_database_url(with.settings.database);
  if (!url) return url.error();
  with.session->locks_at(
      {std::move(*url), store_options_of(with.settings), lock_settings_of(with.settings), std::move(stopped)});
  return {};
}

int take_lock(const context& with, nba::store& database, const std::string& stage, const std::string& key) {
  const auto held = with.session->lock(database, stage, key);
  if (!held) return with.fail(held.error());
  if (!*held) return exit_success;
  return with.fail(exit_lock_held, lock_held_message(stage, key, **held));
}

int fail_database(const context& with, const failure& why) { return with.fail(exit_database, why.message); }

store_options store_options_of(const settings& values) {
  store_options options;
  options.synchronous_commit = values.synchronous_commit;
  return options;
}

lock_settings lock_settings_of(const settings& values) { return {std::chrono::seconds{values.lock_patience_seconds}}; }

bool database_exists(const database_url& url) {
  if (!url.kind().is_file) return true;
  std::error_code ignored;
  return std::filesystem::exists(url.path, ignored);
}

opened_database open_existing(const context& with, schema_check check) {
  const auto url = named_url(with);
  if (!url) return {nullptr, with.fail(url.error())};
  const auto repeated = options_to_repeat(with.settings);
  if (!database_exists(*url))
    return refuse(with, exit_database,
                  fmt::format("there is no database at {} yet\n"
                              "  To fill one:         {}\n"
                              "  To look at another:  --database URL (this one comes from: {}){}",
                              url->redacted, first_run_command(utc_now()) + repeated,
                              to_string(origin_of(with.settings, "database")), hint_at_other_file(with, *url)));
  auto opened = open_named(with, *url, false);
  if (!opened || check == schema_check::any) return opened;

  const auto steps = opened.store->check_schema();
  if (!steps) return refuse(with, exit_database, steps.error().message);
  const auto is_applied = [](const migration_step& step) { return step.applied; };
  if (std::none_of(steps->begin(), steps->end(), is_applied))
    return refuse(with, exit_database,
                  fmt::format("the database {} has no tables yet\n"
                              "  To fill it:           {}\n"
                              "  To only make tables:  {}",
                              url->redacted, first_run_command(utc_now()) + repeated, with.command("db migrate")));
  if (!std::all_of(steps->begin(), steps->end(), is_applied))
    return refuse(with, exit_database,
                  fmt::format("the database {} was made by an older version; run: {}", url->redacted,
                              with.command("db migrate")));
  return opened;
}

result<std::unique_ptr<nba::store>> open_another(const context& with) {
  const auto url = named_url(with);
  if (!url) return url.error();
  auto options = store_options_of(with.settings);
  options.create = false;
  return open_store(*url, options);
}

opened_database open_to_change(const context& with) {
  auto opened = open_existing(with);
  const auto wanted = asked_kind(with);
  if (!opened || !wanted) return opened;
  const auto held = opened.store->read_contents();
  if (!held) return refuse(with, exit_database, held.error().message);
  if (const auto mixes = refuse_mix(*held, *wanted, opened.store->description()))
    return refuse(with, exit_configuration, mixes->message);
  return opened;
}

opened_database open_or_create(const context& with) {
  const auto url = named_url(with);
  if (!url) return {nullptr, with.fail(url.error())};
  auto opened = open_named(with, *url, true);
  if (!opened) return opened;
  const auto wanted = asked_kind(with);
  if (wanted) {
    // As for a run: before anything is changed.
    if (const auto refused = take_database(*opened.store, *wanted, program_version()))
      return refuse(with, refused->mixes ? exit_configuration : exit_database, refused->why.message);
    return opened;
  }
  const auto steps = opened.store->migrate();
  if (!steps) return refuse(with, exit_database, steps.error().message);
  const auto claimed = opened.store->claim(std::nullopt, program_version());
  if (!claimed) return refuse(with, exit_database, claimed.error().message);
  return opened;
}

}  // namespace nba::cli
