#include "storage/identity.hpp"

#include "storage/store.hpp"

#include <fmt/format.h>

namespace nba {

std::string_view to_string(data_kind kind) { return kind == data_kind::real ? "real" : "synthetic"; }

std::optional<data_kind> parse_data_kind(std::string_view text) {
  if (text == "real") return data_kind::real;
  if (text == "synthetic") return data_kind::synthetic;
  return std::nullopt;
}

data_kind kind_of_source(std::string_view source) { return source == "sim" ? data_kind::synthetic : data_kind::real; }

std::optional<data_kind> database_contents::kind() const {
  if (stated) return stated;
  if (is_mixed() || real_games + synthetic_games == 0) return std::nullopt;
  return real_games > 0 ? data_kind::real : data_kind::synthetic;
}

std::optional<failure> refuse_mix(const database_contents& held, data_kind wanted, std::string_view database) {
  const auto refusal = [](std::string message) {
    return failure{failure_class::configuration, std::move(message), "source"};
  };
  if (held.is_mixed())
    return refusal(
        fmt::format("the database {} holds {} real and {} synthetic games (an earlier version let them mix), and "
                    "nothing tells which of its other rows are whose: fill a new one, --database URL",
                    database, held.real_games, held.synthetic_games));
  const auto kind = held.kind();
  if (!kind || *kind == wanted) return std::nullopt;
  if (*kind == data_kind::synthetic)
    return refusal(
        fmt::format("the database {} holds games of the synthetic league, and real ones are never put beside them: "
                    "name another one with --database URL, or move it away; for more synthetic games add --source sim",
                    database));
  return refusal(
      fmt::format("the database {} holds real games, and synthetic ones (--source sim) are never put beside them: name "
                  "another one with --database URL; without any, --source sim has a file of its own",
                  database));
}

std::optional<database_refusal> prepare_database(store& database, data_kind kind, std::string_view made_by) {
  const auto held = database.read_contents();
  if (!held) return database_refusal{false, held.error()};
  if (auto mixes = refuse_mix(*held, kind, database.description())) return database_refusal{true, std::move(*mixes)};
  if (const auto migrated = database.migrate(); !migrated) return database_refusal{false, migrated.error()};
  // Whose it is; not yet what it is for.
  if (const auto ours = database.claim(std::nullopt, made_by); !ours) return database_refusal{false, ours.error()};
  return std::nullopt;
}

std::optional<database_refusal> claim_database(store& database, data_kind kind, std::string_view made_by) {
  // Another process may have said otherwise meanwhile: the one that comes second is refused.
  const auto claimed = database.claim(kind, made_by);
  if (!claimed) return database_refusal{false, claimed.error()};
  if (auto mixes = refuse_mix(*claimed, kind, database.description())) return database_refusal{true, std::move(*mixes)};
  return std::nullopt;
}

std::optional<database_refusal> take_database(store& database, data_kind kind, std::string_view made_by) {
  if (auto refused = prepare_database(database, kind, made_by)) return refused;
  return claim_database(database, kind, made_by);
}

}  // namespace nba
