#include "cli/database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace nba::cli {
namespace {

opened_database refuse(const context& with, int code, const std::string& message) {
  return {nullptr, with.fail(code, message)};
}

// Opens what the settings name. A database that cannot be used is 121, whatever class the store gives its failure.
opened_database open_named(const context& with, const database_url& url) {
  auto opened = open_store(url, store_options_of(with.settings));
  if (!opened)
    return refuse(with, exit_database,
                  fmt::format("cannot open the database {}: {}\n  It comes from: {}. `nba-scraper doctor` checks it.",
                              url.redacted, opened.error().message, to_string(origin_of(with.settings, "database"))));
  return {std::move(opened).value(), exit_success};
}

result<database_url> named_url(const context& with) {
  auto url = parse_database_url(with.settings.database);
  if (!url) url.error().where = to_string(origin_of(with.settings, "database"));
  return url;
}

}  // namespace

store_options store_options_of(const settings& values) {
  store_options options;
  options.synchronous_commit = values.synchronous_commit;
  return options;
}

bool database_exists(const database_url& url) {
  if (url.backend != database_url::kind::sqlite) return true;
  std::error_code ignored;
  return std::filesystem::exists(url.path, ignored);
}

opened_database open_existing(const context& with, schema_check check) {
  const auto url = named_url(with);
  if (!url) return {nullptr, with.fail(url.error())};
  if (!database_exists(*url))
    return refuse(with, exit_database,
                  fmt::format("there is no database at {} yet\n"
                              "  To fill one:     nba-scraper schedule backfill --season 2024-25\n"
                              "  To look at another:  --database URL (this one comes from: {})",
                              url->redacted, to_string(origin_of(with.settings, "database"))));
  auto opened = open_named(with, *url);
  if (!opened || check == schema_check::any) return opened;

  const auto steps = opened.store->check_schema();
  if (!steps) return refuse(with, exit_database, steps.error().message);
  const auto is_applied = [](const migration_step& step) { return step.applied; };
  if (std::none_of(steps->begin(), steps->end(), is_applied))
    return refuse(with, exit_database,
                  fmt::format("the database {} has no tables yet\n"
                              "  To fill it:           nba-scraper schedule backfill --season 2024-25\n"
                              "  To only make tables:  nba-scraper db migrate",
                              url->redacted));
  if (!std::all_of(steps->begin(), steps->end(), is_applied))
    return refuse(
        with, exit_database,
        fmt::format("the database {} was made by an older version; run: nba-scraper db migrate", url->redacted));
  return opened;
}

result<std::unique_ptr<nba::store>> open_another(const context& with) {
  const auto url = named_url(with);
  if (!url) return url.error();
  return open_store(*url, store_options_of(with.settings));
}

opened_database open_or_create(const context& with) {
  const auto url = named_url(with);
  if (!url) return {nullptr, with.fail(url.error())};
  auto opened = open_named(with, *url);
  if (!opened) return opened;
  const auto steps = opened.store->migrate();
  if (!steps) return refuse(with, exit_database, steps.error().message);
  return opened;
}

}  // namespace nba::cli
