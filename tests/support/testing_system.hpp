// An actor system for deterministic tests: CAF's testing scheduler behind a small interface.
//
// Purpose: one message at a time, in an order that a seed decides; a clock that moves only when told; a bound on every
// wait, so that a test fails instead of hanging. CAF's own test macros do not work under doctest.
// Threads: everything runs on the thread of the test. Actors must not be spawned detached: that makes a real thread.
// Errors: std::runtime_error when a bound is exceeded or an answer does not come.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/test_actor_clock.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nba::test {

// Whether the actor has ended. Its state is destroyed then.
template <class Handle>
bool has_ended(const Handle& handle) {
  return caf::actor_cast<caf::abstract_actor*>(handle)->getf(caf::abstract_actor::is_cleaned_up_flag);
}

// The state of an actor that was made by spawning a function with a stateful_pointer<State>. Good until it ends.
template <class State, class Handle>
State& state_of(const Handle& handle) {
  using implementation = std::remove_pointer_t<typename Handle::template stateful_pointer<State>>;
  auto* found = dynamic_cast<implementation*>(caf::actor_cast<caf::abstract_actor*>(handle));
  if (!found || has_ended(handle)) throw std::runtime_error("the actor has ended or has another state");
  return found->state;
}

// Stands in for any actor: keeps what it is sent and answers nothing.
class probe {
 public:
  template <class Handle>
  Handle as() const {
    return caf::actor_cast<Handle>(actor_);
  }
  const caf::actor& actor() const { return actor_; }

  // The oldest message of this type that was not taken yet; those before it of other types stay.
  template <class T>
  std::optional<T> take() {
    auto& box = *received_;
    for (auto i = box.begin(); i != box.end(); ++i)
      if (i->size() == 1 && i->template match_element<T>(0)) {
        std::optional<T> out{i->template get_as<T>(0)};
        box.erase(i);
        return out;
      }
    return std::nullopt;
  }
  template <class T>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(received_->begin(), received_->end(), [](const auto& message) {
      return message.size() == 1 && message.template match_element<T>(0);
    }));
  }
  std::size_t size() const { return received_->size(); }

 private:
  friend class testing_system;
  caf::actor actor_;
  std::shared_ptr<std::deque<caf::message>> received_ = std::make_shared<std::deque<caf::message>>();
};

class testing_system {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // seed 0: ready actors take turns in the order in which they became ready; otherwise a random one is next.
  explicit testing_system(std::uint64_t seed = 0) : random_(seed), shuffles_(seed != 0), system_(config_) {
    scheduler_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_.scheduler());
    if (!scheduler_) throw std::runtime_error("this system has no testing scheduler");
  }
  ~testing_system() {
    held_.clear();
    for (const auto& actor : spawned_) caf::anon_send_exit(actor, caf::exit_reason::kill);
    spawned_.clear();
    for (std::size_t steps = 0; steps < steps_max && step(); ++steps) {
    }
    scheduler_->clock().cancel_all();  // periodic timers would keep the scheduler's shutdown busy for ever
    system_.await_actors_before_shutdown(false);
  }
  testing_system(const testing_system&) = delete;
  testing_system& operator=(const testing_system&) = delete;

  caf::actor_system& system() { return system_; }
  std::mt19937_64& random() { return random_; }

  // As actor_system::spawn; the actor ends with the test.
  template <class... Args>
  auto spawn(Args&&... args) {
    auto handle = system_.spawn(std::forward<Args>(args)...);
    adopt(handle);
    return handle;
  }
  // An actor that was spawned in this system by somebody else ends with the test, too.
  template <class Handle>
  void adopt(const Handle& handle) {
    spawned_.push_back(caf::actor_cast<caf::actor>(handle));
  }
  // `answers` handles what it matches; the probe keeps the rest.
  probe make_probe(caf::message_handler answers = {}) {
    probe made;
    made.actor_ = spawn([received = made.received_, answers](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(
          [received](caf::scheduled_actor*, caf::message_view& view) -> caf::result<caf::message> {
            received->push_back(view.move_content_to_message());
            return caf::delegated<caf::message>{};  // no answer
          });
      self->set_exit_handler([self](caf::exit_msg& message) { self->quit(message.reason); });
      return caf::message_handler{answers}.or_else([](caf::unit_t) {});  // without a handler it would end at once
    });
    return made;
  }

  // Sends as if `from` did.
  template <class From, class To, class Message>
  void send(const From& from, const To& to, Message message) {
    caf::actor_cast<caf::abstract_actor*>(to)->eq_impl(
        caf::make_message_id(), caf::actor_cast<caf::strong_actor_ptr>(from), nullptr, std::move(message));
  }
  template <class To, class Message>
  void send(const probe& from, const To& to, Message message) {
    send(from.actor(), to, std::move(message));
  }

  // -- steps

  // Whether an actor is ready that is not held.
  bool has_ready() const {
    return std::any_of(scheduler_->jobs.begin(), scheduler_->jobs.end(), [this](auto* job) { return !is_held(job); });
  }
  // Whether this actor has a message to take. When not, it has taken everything it was sent.
  template <class Handle>
  bool is_ready(const Handle& handle) const {
    return std::find(scheduler_->jobs.begin(), scheduler_->jobs.end(), job_of(handle)) != scheduler_->jobs.end();
  }
  // Lets one ready actor take one message. False when none is ready.
  bool step() {
    auto& jobs = scheduler_->jobs;
    candidates_.clear();
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (!is_held(jobs[i])) candidates_.push_back(i);
    if (candidates_.empty()) return false;
    const auto chosen = candidates_[shuffles_ ? random_() % candidates_.size() : 0];
    const auto at = jobs.begin() + static_cast<std::ptrdiff_t>(chosen);
    std::rotate(jobs.begin(), at, at + 1);
    scheduler_->run_once();
    ++steps_;
    return true;
  }
  // Until no actor is ready. Timers do not fire.
  void settle() {
    std::size_t steps = 0;
    while (step())
      if (++steps > steps_max) throw std::runtime_error("the actors did not come to rest");
  }
  // Steps taken so far.
  std::size_t steps() const { return steps_; }

  // A held actor takes no message until it is released: a stage that is slow.
  template <class Handle>
  void hold(const Handle& handle) {
    if (auto* job = job_of(handle); !is_held(job)) held_.push_back(job);
  }
  template <class Handle>
  void release(const Handle& handle) {
    std::erase(held_, job_of(handle));
  }

  // -- time

  time_point now() { return scheduler_->clock().current_time; }
  std::function<time_point()> clock() {
    return [this] { return now(); };
  }
  // When the next timer is due; empty without timers.
  std::optional<time_point> next_timer() {
    const auto& schedule = scheduler_->clock().schedule();
    if (schedule.empty()) return std::nullopt;
    return schedule.begin()->first;
  }
  // Moves the clock to the next timer and fires it. False without timers.
  bool fire_next_timer() { return scheduler_->trigger_timeout(); }
  // Moves the clock, fires what becomes due, and settles after each.
  void advance(std::chrono::nanoseconds duration) {
    const auto until = now() + duration;
    settle();
    for (std::size_t fired = 0; next_timer() && *next_timer() <= until; ++fired) {
      if (fired > steps_max) throw std::runtime_error("timers without end");
      fire_next_timer();
      settle();
    }
    if (now() < until) scheduler_->advance_time(until - now());
    settle();
  }

  // -- questions

  // Sends a request, settles, and answers the reply. Throws when none has come or it is an error.
  template <class Reply, class Handle, class Message>
  Reply ask(const Handle& handle, Message message) {
    auto pending = ask_later<Reply>(handle, std::move(message));
    settle();
    if (!*pending) throw std::runtime_error("no answer came");
    return **pending;
  }
  // The same without settling: filled when the answer has come.
  template <class Reply, class Handle, class Message>
  std::shared_ptr<std::optional<Reply>> ask_later(const Handle& handle, Message message) {
    auto answer = std::make_shared<std::optional<Reply>>();
    const auto target = caf::actor_cast<caf::actor>(handle);
    spawn([answer, target, message](caf::event_based_actor* self) {
      self->request(target, caf::infinite, message)
          .then([answer](const Reply& reply) { *answer = reply; }, [](const caf::error&) {});
    });
    return answer;
  }

  static constexpr std::size_t steps_max = 5'000'000;

 private:
  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("testing"));
      set("logger.file-verbosity", caf::atom("quiet"));
      set("logger.console-verbosity", caf::atom("quiet"));
    }
  };
  template <class Handle>
  static caf::resumable* job_of(const Handle& handle) {
    return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(handle));
  }
  bool is_held(const caf::resumable* job) const { return std::find(held_.begin(), held_.end(), job) != held_.end(); }

  std::mt19937_64 random_;
  bool shuffles_;
  config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::vector<caf::actor> spawned_;
  std::vector<caf::resumable*> held_;
  std::vector<std::size_t> candidates_;
  std::size_t steps_ = 0;
};

}  // namespace nba::test
