#include "actors/watermark_actor.hpp"

#include "actors/actor_support.hpp"
#include "pipeline/events.hpp"
#include "pipeline/source/host_pause.hpp"

#include <thread>

namespace nba {
namespace {

using self_ptr = watermark_actor::stateful_pointer<watermark_state>;

// Lanes whose tracker is ahead of what is durable.
std::vector<watermark_row> lagging(const watermark_state& s) {
  std::vector<watermark_row> rows;
  for (const auto& one : s.options.lanes) {
    const auto mark = one.tracker.watermark();
    if (mark && mark->str() > one.durable) rows.push_back({lane_stage, watermark_key(one.lane), mark->str(), {}});
  }
  for (const auto& [name, value] : s.others) rows.push_back({name.first, name.second, value, {}});
  return rows;
}

std::vector<watermark_row> durable_rows(const watermark_state& s) {
  std::vector<watermark_row> rows;
  for (const auto& one : s.options.lanes)
    if (!one.durable.empty()) rows.push_back({lane_stage, watermark_key(one.lane), one.durable, {}});
  return rows;
}

void write_if_needed(self_ptr self) {
  auto& s = self->state;
  if (s.writing) return;
  auto rows = s.why ? std::vector<watermark_row>{} : lagging(s);
  if (rows.empty()) {
    for (auto& promise : s.flushes) promise.deliver(watermarks_flushed{durable_rows(s), s.why});
    s.flushes.clear();
    return;
  }
  if (s.resting && s.flushes.empty()) return;  // the tick comes back to it
  s.writing = true;
  s.account.take(0);
  s.counters.came_in();
  self->send(s.writer, checkpoint_task{std::move(rows)});
}

void publish(self_ptr self, const watermark_row& stored) {
  auto& s = self->state;
  const auto tell = [&](event_value from, event_value lag) {
    if (s.options.log)
      s.options.log->write(
          events::watermark_advance(stored.stage, stored.key, stored.value, std::move(from), std::move(lag)));
  };
  if (const auto other = s.others.find({stored.stage, stored.key}); other != s.others.end()) {
    // Of a pause its budget tells; and what is gone has not advanced.
    if (stored.stage != host_reason_stage && !stored.value.empty()) tell(std::nullopt, std::nullopt);
    // A higher value, or none, may have been asked for while this one was written.
    const bool asked_since = other->second.empty() != stored.value.empty() || other->second > stored.value;
    if (!asked_since) s.others.erase(other);
    return;
  }
  for (auto& one : s.options.lanes) {
    if (stored.stage != lane_stage || watermark_key(one.lane) != stored.key || stored.value == one.durable) continue;
    tell(one.durable, one.tracker.lag());
    one.durable = stored.value;
  }
}

}  // namespace

watermark_actor::behavior_type make_watermark(self_ptr self, watermark_options options,
                                              std::shared_ptr<store> connection, bool detached) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  for (auto& one : s.options.lanes) s.by_lane[one.lane] = &one;
  const auto tries = s.options.write_tries_max;
  const auto backoff = s.options.write_backoff_first;
  s.writer = detached ? self->spawn<caf::linked + caf::detached>(make_checkpoint_writer, connection, tries, backoff)
                      : self->spawn<caf::linked>(make_checkpoint_writer, connection, tries, backoff);
  write_if_needed(self);
  return {
      [self](const game_terminal& message) {
        auto& state = self->state;
        const auto found = state.by_lane.find(lane_of(message.id));
        if (found == state.by_lane.end() || !found->second->tracker.is_planned(message.id))
          throw invariant_violation("game " + message.id.str() + " became terminal but is in no plan of this run");
        found->second->tracker.resolve(message.id);
        write_if_needed(self);
      },
      [self](const checkpoint_result& message) {
        auto& state = self->state;
        state.writing = false;
        state.account.give_back(0);
        state.counters.went_out();
        if (message.why) state.why = message.why;
        for (const auto& row : message.stored) publish(self, row);
        state.resting = true;
        self->delayed_send(self, state.options.interval, tick{});
        write_if_needed(self);
      },
      [self](const tick&) {
        self->state.resting = false;
        write_if_needed(self);
      },
      [self](const flush_watermarks&) {
        auto promise = self->make_response_promise<watermarks_flushed>();
        self->state.flushes.push_back(promise);
        write_if_needed(self);
        return promise;
      },
      [self](const advance_checkpoint& message) {
        auto& state = self->state;
        auto promise = self->make_response_promise<watermarks_flushed>();
        state.others[{message.row.stage, message.row.key}] = message.row.value;
        state.flushes.push_back(promise);
        write_if_needed(self);
        return promise;
      },
      [self](const lanes_query&) {
        lanes_status out;
        for (const auto& one : self->state.options.lanes)
          out.lanes.push_back({watermark_key(one.lane), one.durable, one.tracker.lag()});
        return out;
      },
      [self](const status_query&) { return self->state.counters.snapshot(self->state.account); },
  };
}

namespace {

// The value that is stored then: a higher one may have been there. Empty when it was to be removed.
result<std::string> write_checkpoint(mark_store& database, const watermark_row& row) {
  if (!row.value.empty()) return database.advance_watermark(row.stage, row.key, row.value);
  if (const auto removed = database.decree_watermark(row.stage, row.key, std::nullopt); !removed)
    return removed.error();
  return std::string{};
}

}  // namespace

checkpoint_writer::behavior_type make_checkpoint_writer(
    checkpoint_writer::stateful_pointer<checkpoint_writer_state> self, std::shared_ptr<store> connection, int tries_max,
    std::chrono::milliseconds backoff_first) {
  install_handlers(self);
  self->state.store = std::move(connection);
  return {[self, tries_max, backoff_first](const checkpoint_task& task) {
    checkpoint_result out;
    auto& store = *self->state.store;
    for (const auto& row : task.rows) {
      auto stored = write_checkpoint(store, row);
      auto pause = backoff_first;
      for (int tries = 1; !stored && !is_lock_lost(stored.error()) && tries < tries_max; ++tries, pause *= 2) {
        std::this_thread::sleep_for(pause);
        (void)store.reconnect();
        stored = write_checkpoint(store, row);
      }
      if (!stored) {
        out.why = stored.error();
        break;
      }
      out.stored.push_back({row.stage, row.key, *stored, {}});
    }
    self->send(caf::actor_cast<watermark_actor>(self->current_sender()), std::move(out));
  }};
}

}  // namespace nba
