#include "pipeline/transform/document_age.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace nba {
namespace {

std::optional<utc_time> newest_edit(const game_rows& rows) {
  std::optional<utc_time> newest;
  for (const auto& event : rows.events)
    if (event.edited_at) newest = std::max(newest.value_or(*event.edited_at), *event.edited_at);
  return newest;
}

std::optional<utc_time> end_of_game(const game_rows& rows) {
  std::optional<utc_time> end;
  for (const auto& event : rows.events)
    if (event.action_type == "game" && event.sub_type == "end" && event.time_actual)
      end = std::max(end.value_or(*event.time_actual), *event.time_actual);
  return end;
}

std::optional<std::string> compare(std::string_view what, utc_time offered, utc_time stored) {
  if (offered >= stored) return std::nullopt;
  return fmt::format("its {} is of {}, the stored one of {}", what, format_timestamp(offered),
                     format_timestamp(stored));
}

}  // namespace

std::optional<std::string> why_older(const game_rows& offered, const game_rows& stored) {
  const auto edit = newest_edit(offered), stored_edit = newest_edit(stored);
  if (edit && stored_edit) return compare("newest edit", *edit, *stored_edit);
  const auto end = end_of_game(offered), stored_end = end_of_game(stored);
  if (end && stored_end) return compare("end", *end, *stored_end);
  return std::nullopt;
}

}  // namespace nba
