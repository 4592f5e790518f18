// A bounded queue in front of workers that do one kind of work on the scheduler: what transform and derive share.
//
// An item holds its slot from admission until its result has been handed to the next stage, or it has left in another
// way; so queue, workers and outbox together never hold more than the link's bound.
// Threads: the state belongs to the stage's actor; do_task runs in a worker.
#pragma once

#include "actors/actor_support.hpp"
#include "actors/stage_counters.hpp"
#include "actors/stage_queue.hpp"
#include "pipeline/failure.hpp"

#include <cstddef>
#include <deque>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace nba {

// State of a stage. `Item` comes in and costs `bytes` on the link; a `Worker` gets a `Task`, which is an item; `Out` is
// what goes to the next stage.
template <class Item, class Task, class Out, class Worker>
struct worker_stage {
  std::vector<Worker> workers;
  idle_workers idle;
  std::deque<Item> waiting;
  nba::outbox<Out> outbox;
  std::deque<std::size_t> outbox_costs;  // inbound bytes of what waits in the outbox, in the same order
  link_account account;
  stage_counters counters{"stage"};

  void open(const std::string& name, link_limits limits, const std::string& next, link_limits next_limits) {
    idle = idle_workers{workers.size()};
    account = link_account{name, limits};
    outbox = nba::outbox<Out>{next, next_limits};
    counters = stage_counters{name, workers.size()};
  }

  template <class Self>
  void dispatch(Self* self) {
    while (!waiting.empty()) {
      const auto worker = idle.take();
      if (!worker) return;
      self->send(workers[*worker], Task{std::move(waiting.front())});
      waiting.pop_front();
    }
  }
  template <class Self>
  void admit(Self* self, const Item& item) {
    account.take(item.bytes);
    counters.came_in();
    waiting.push_back(item);
    dispatch(self);
  }
  // A worker has done its task; `dispatch` gives it the next one.
  void worker_is_back(std::size_t worker, const work_time& spent) {
    idle.put(worker);
    counters.worked(spent);
  }
  // The result of an item that came in with so many bytes.
  void push(Out out, std::size_t cost) {
    outbox.push(std::move(out));
    outbox_costs.push_back(cost);
  }
  // Hands on what the next stage has room for: `send_on(Out)`, then `freed(bytes)` for the slot.
  template <class SendOn, class Freed>
  void flush(SendOn send_on, Freed freed) {
    while (auto ready = outbox.take_ready()) {
      send_on(std::move(*ready));
      counters.went_out();
      freed(outbox_costs.front());
      outbox_costs.pop_front();
    }
  }
};

// A worker's turn: `work(result)` sets `result.value`, and the stage that sent the task gets the result. A bug in the
// work costs one game, not the run: it is parked as `internal`, with `where`.
template <class Stage, class Result, class Self, class Task, class Work>
void do_task(Self* self, std::size_t index, const Task& task, const char* where, Work work) {
  work_timer timer;
  Result out;
  out.worker = index;
  out.item = task.item;
  try {
    work(out);
  } catch (const invariant_violation&) {
    throw;
  } catch (const std::exception& bug) {
    out.value = failure{failure_class::internal, bug.what(), where};
  }
  out.spent = timer.spent();
  self->send(caf::actor_cast<Stage>(self->current_sender()), std::move(out));
}

}  // namespace nba
