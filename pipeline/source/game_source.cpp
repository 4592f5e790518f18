#include "pipeline/source/game_source.hpp"

#include "pipeline/invariant.hpp"

#include <algorithm>
#include <utility>

namespace nba {

wanted_document game_source::document_of(const game_id& id, endpoint what) const {
  for (auto& document : documents_of(id))
    if (document.endpoint == what) return std::move(document);
  throw invariant_violation("no game of this source has a " + std::string{to_string(what)});
}

bool game_source::is_whole(const game_payloads& payloads) const {
  const auto wanted = documents_of(payloads.id);
  return std::ranges::all_of(wanted,
                             [&](const auto& document) { return payloads.bodies[document.endpoint] != nullptr; });
}

}  // namespace nba
