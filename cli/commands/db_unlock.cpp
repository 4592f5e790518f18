#include "cli/commands/db_unlock.hpp"

#include "cli/database.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace nba::cli {
namespace {

std::string heartbeat_of(const lock_holder& holder) {
  return holder.heartbeat_at ? to_the_minute(format_timestamp(*holder.heartbeat_at)) : "none";
}

nlohmann::ordered_json to_json(const named_lock& lock) {
  const auto& holder = lock.holder;
  return {{"stage", lock.stage},
          {"key", lock.key},
          {"run_id", holder.run_id},
          {"host", holder.host},
          {"pid", holder.pid},
          {"since", format_timestamp(holder.since)},
          {"number", holder.number},
          {"heartbeat_at", holder.heartbeat_at ? nlohmann::ordered_json(format_timestamp(*holder.heartbeat_at))
                                               : nlohmann::ordered_json()},
          {"process_seen", holder.seen_alive}};
}

int list_locks(const context& with, const std::vector<named_lock>& locks, bool json) {
  if (json) {
    auto document = nlohmann::ordered_json::array();
    for (const auto& lock : locks) document.push_back(to_json(lock));
    with.print_json(document);
    return exit_success;
  }
  if (locks.empty()) {
    with.out << "No lock is held.\n";
    return exit_success;
  }
  text_table table{
      {{"STAGE"}, {"KEY"}, {"RUN"}, {"HOST"}, {"PROCESS", align::right}, {"SINCE"}, {"HEARTBEAT"}, {"PROCESS HERE"}}};
  for (const auto& [stage, key, holder] : locks)
    table.add_row({stage, key, holder.run_id, holder.host, std::to_string(holder.pid),
                   to_the_minute(format_timestamp(holder.since)), heartbeat_of(holder),
                   holder.seen_alive ? "running" : "not seen"});
  table.print(with.out);
  with.out << fmt::format(
      "\nA dead holder's lock is taken over by the next run; nobody needs to release it.\n"
      "To take one away all the same:\n  {}\n",
      with.command("db unlock --stage STAGE --key KEY"));
  return exit_success;
}

bool is_confirmed(const context& with, const db_unlock_options& options) {
  if (options.yes) return true;
  auto* answers = options.answers;
  if (!answers && ::isatty(STDIN_FILENO) == 1) answers = &std::cin;
  if (!answers) return false;
  with.out << "Release it? [y/N] " << std::flush;
  std::string answer;
  std::getline(*answers, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace

int run_db_unlock(const context& with, const db_unlock_options& options) {
  if (options.stage.empty() != options.key.empty())
    return with.fail(exit_usage, "a lock has a stage and a key: give both --stage and --key, or neither to list all");
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto locks = database.store->read_locks();
  if (!locks) return with.fail(locks.error());
  if (options.stage.empty()) return list_locks(with, *locks, options.json);
  const auto found = std::find_if(locks->begin(), locks->end(), [&](const named_lock& lock) {
    return lock.stage == options.stage && lock.key == options.key;
  });
  if (found == locks->end())
    return with.fail(exit_not_found, fmt::format("nobody holds the lock ({}, {}); `nba-scraper db unlock` lists all",
                                                 options.stage, options.key));
  const auto& holder = found->holder;
  if (!options.json)
    with.out << fmt::format(
        "The lock ({}, {}) is held by run {}: process {} on {}, since {}, last heartbeat {}.\n{}\n"
        "That process is not ended. It notices, writes nothing more and ends with 122.\n",
        found->stage, found->key, holder.run_id, holder.pid, holder.host, to_the_minute(format_timestamp(holder.since)),
        heartbeat_of(holder),
        holder.seen_alive ? "The process is running on this machine." : "The process cannot be seen from here.");
  if (!is_confirmed(with, options))
    return with.fail(exit_not_found, "nothing was released; to do it without being asked, add --yes");
  const auto released = database.store->break_lock(*found);
  if (!released) return with.fail(released.error());
  if (!*released)
    return with.fail(exit_not_found, "nothing was released: the lock has changed hands meanwhile; look again");
  with.events.write(events::lock_released(found->stage, found->key, holder.run_id, holder.host, holder.pid));
  if (options.json)
    with.print_json(to_json(*found));
  else
    with.out << "Released.\n";
  return exit_success;
}

}  // namespace nba::cli
