#include "actors/job_end.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"

#include <utility>

namespace nba {
namespace {

// How long the last answers of a run may take before the report goes without them.
constexpr std::chrono::seconds flush_timeout{60};
constexpr std::chrono::seconds status_timeout{5};

// Asks one stage after the other for its last status, then delivers.
template <class Stage, class Next>
void ask_status(job_self self, Stage stage, Next next) {
  self->request(stage, status_timeout, status_query{})
      .then(
          [self, next](const stage_status& status) {
            self->state.report.stages.push_back(status);
            next();
          },
          [next](const caf::error&) { next(); });
}

void collect_and_deliver(job_self self) {
  auto& c = self->state.children;
  ask_status(self, c.fetch, [self] {
    for (const auto& stage : self->state.report.stages)
      self->state.report.bytes_fetched = static_cast<std::int64_t>(stage.bytes_total);
    auto& children = self->state.children;
    ask_status(self, children.transform, [self] {
      ask_status(self, self->state.children.load, [self] {
        ask_status(self, self->state.children.derive,
                   [self] { ask_status(self, self->state.children.watermark, [self] { deliver_report(self); }); });
      });
    });
  });
}

// Names every game that did not come to its end: under way, next in line, never admitted.
void name_unfinished(job_self self) {
  auto& s = self->state;
  const auto name = [&s](const planned_game& game, const char* reason) {
    const auto known = s.options.known.find(game.id);
    const auto state = known == s.options.known.end() ? game_state::planned : known->second.state;
    s.report.not_ready.push_back({game.id, game.date, state, "", reason});
  };
  for (const auto& game : s.admission->unfinished())
    if (!s.held || game.id != s.held->game.id) name(game, "the run ended while this game was under way");
  constexpr auto untouched = "the run ended before it got to this game";
  if (s.held) name(s.held->game, untouched);
  for (const auto& game : s.admission->unadmitted()) name(game, untouched);
}

void set_ending(job_self self, run_ending ending, std::string reason) {
  self->state.report.ending = ending;
  if (ending != run_ending::completed) self->state.report.ending_reason = std::move(reason);
}

void flush_and_deliver(job_self self) {
  self->request(self->state.children.watermark, flush_timeout, flush_watermarks{})
      .then(
          [self](const watermarks_flushed& flushed) {
            self->state.report.watermarks = flushed.rows;
            if (flushed.why) set_ending(self, run_ending::storage_lost, describe(*flushed.why));
            collect_and_deliver(self);
          },
          [self](const caf::error&) {
            set_ending(self, run_ending::storage_lost, "the watermark could not be written in time");
            deliver_report(self);
          });
}

// Everything is over: the last checkpoint, the last figures, the report.
void end_run(job_self self, run_ending ending, std::string reason) {
  auto& s = self->state;
  if (s.ended) return;
  s.ended = true;
  set_ending(self, ending, std::move(reason));
  name_unfinished(self);
  flush_and_deliver(self);
}

}  // namespace

std::chrono::milliseconds elapsed_of(const job_state& s) {
  if (!s.promise) return s.report.elapsed;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - s.started);
}

void deliver_report(job_self self) {
  auto& s = self->state;
  if (!s.promise) return;
  if (s.stopping && s.options.log) s.options.log->write(events::drain_end(s.report.ending));
  s.report.elapsed = elapsed_of(s);
  s.promise->deliver(run_finished{std::make_shared<run_report>(s.report)});
  s.promise.reset();
}

void abandon_run(job_self self, run_ending ending, std::string reason) {
  auto& s = self->state;
  if (s.ended && !s.promise) return;  // delivered
  if (!s.ended) name_unfinished(self);
  s.ended = true;
  set_ending(self, ending, std::move(reason));
  deliver_report(self);
}

void end_if_over(job_self self) {
  auto& s = self->state;
  if (s.ended) return;
  const std::size_t held = s.held ? 1 : 0;  // admitted, but it never left the job
  if (s.admission->all_finished()) {
    if (s.stopping && s.gave_up_games)
      end_run(self, run_ending::interrupted, "stopped by a signal");
    else if (!s.documents_changed.empty())
      end_run(self, run_ending::documents_changed, s.documents_changed);
    else if (!s.host_lost.empty())
      end_run(self, run_ending::host_lost, s.host_lost);
    else
      end_run(self, run_ending::completed, "");
  } else if (s.stopping && s.admission->in_flight() == held) {
    end_run(self, run_ending::interrupted, "stopped by a signal");
  } else if (!s.documents_changed.empty() && s.admission->in_flight() == held) {
    end_run(self, run_ending::documents_changed, s.documents_changed);
  }
}

}  // namespace nba
