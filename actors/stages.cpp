#include "actors/stages.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <utility>

namespace nba {

run_stages spawn_stages(caf::actor_system& system, const run_input& input, stage_parts parts) {
  const auto& bounds = parts.bounds;
  run_stages out;

  parts.job.chunks = input.chunks;
  parts.job.parallel = input.parallel;
  parts.job.known = input.known;
  parts.job.recover = input.recover;
  parts.job.derive_again = input.derive_again;
  parts.job.closes_nothing = input.closes_nothing;
  parts.job.fetch_limits = bounds.fetch;
  parts.job.recover_limits = bounds.recover;
  out.job = system.spawn(make_job, std::move(parts.job));

  parts.watermark.lanes = input.lanes;
  out.children.watermark =
      system.spawn(make_watermark, std::move(parts.watermark), std::move(parts.checkpoint_store), parts.detached);

  parts.derive.limits = bounds.derive;
  parts.derive.finish_limits = bounds.finish;
  parts.derive.travel = input.travel;
  out.children.derive = system.spawn(make_derive, std::move(parts.derive), out.job);

  parts.load.run_id = input.run_id;
  parts.load.limits = bounds.load;
  parts.load.recover_limits = bounds.recover;
  parts.load.finish_limits = bounds.finish;
  parts.load.derive_limits = bounds.derive;
  out.children.load = system.spawn(make_load, std::move(parts.load), std::move(parts.stores), parts.detached,
                                   out.children.derive, out.job);

  parts.transform.limits = bounds.transform;
  parts.transform.load_limits = bounds.load;
  out.children.transform = system.spawn(make_transform, std::move(parts.transform), out.children.load, out.job);

  parts.fetch.limits = bounds.fetch;
  parts.fetch.transform_limits = bounds.transform;
  if (!parts.known_good.empty()) caf::anon_send(parts.documents, known_games{std::move(parts.known_good)});
  out.children.fetch =
      system.spawn(make_fetch, std::move(parts.fetch), std::move(parts.documents), out.children.transform);
  return out;
}

}  // namespace nba
