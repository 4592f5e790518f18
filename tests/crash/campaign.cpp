#include "tests/crash/campaign.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace nba::test {
namespace {

constexpr int kills_in_ci = 200;
// A run that is not killed, on a busy machine.
constexpr std::chrono::seconds run_time_max{120};

// What one run must not do, whether it was killed or not.
class run_check {
 public:
  run_check(scene& world, const std::string& database, const job_of_campaign& job)
      : world_(world), database_(database), job_(job), before_(observe(world, database, job.corrections)) {
    if (!job_.corrections) asked_before_ = requests_for(world_, before_.done);
  }

  // Empty when all is well.
  std::string verdict(const process_result& ended) {
    const auto after = observe(world_, database_, job_.corrections);
    auto wrong = lost_between(before_, after, job_.corrections);
    if (wrong.empty() && !job_.corrections)
      for (const auto& [id, count] : requests_for(world_, before_.done))
        if (count != asked_before_[id]) wrong = id + " was done and was fetched again";
    if (wrong.empty() && ended.signal == 0 && ended.exit_code != job_.exit_code)
      wrong = "exit code " + std::to_string(ended.exit_code) + " instead of " + std::to_string(job_.exit_code);
    if (wrong.empty() && ended.signal != 0 && ended.signal != SIGKILL)
      wrong = "died by signal " + std::to_string(ended.signal);
    return wrong.empty() ? wrong : wrong + "\n" + ended.err + ended.out;
  }

 private:
  scene& world_;
  const std::string& database_;
  const job_of_campaign& job_;
  observation before_;
  std::map<std::string, std::uint64_t> asked_before_;
};

process_result run_and_kill(scene& world, const std::string& database, const job_of_campaign& job,
                            const kill_order& order) {
  std::map<std::string, std::string> environment;
  if (!order.failpoint.empty()) environment["NBA_FAILPOINT"] = order.failpoint;
  const auto run = world.start(database, job.arguments, environment);
  if (order.failpoint.empty()) {
    if (auto ended = run->wait(order.after)) return *std::move(ended);
    run->signal(SIGKILL);
  }
  auto ended = run->wait(run_time_max);
  if (!ended) throw std::runtime_error("a run does not end:\n" + run->err_so_far());
  return *std::move(ended);
}

}  // namespace

campaign_result run_campaign(scene& world, const std::string& database, const job_of_campaign& job,
                             const std::function<std::optional<kill_order>(int run)>& next) {
  campaign_result out;
  for (int run = 1;; ++run) {
    const auto order = next(run);
    if (!order) return out;
    run_check check{world, database, job};
    const auto ended = run_and_kill(world, database, job, *order);
    if (auto wrong = check.verdict(ended); !wrong.empty()) {
      out.broken = "run " + std::to_string(run) + ": " + wrong;
      return out;
    }
    if (ended.signal == 0) {
      out.completed = true;
      return out;
    }
    ++out.kills;
    ++kills_survived();
  }
}

std::string complete(scene& world, const std::string& database, const job_of_campaign& job) {
  run_check check{world, database, job};
  return check.verdict(world.run(database, job.arguments));
}

int& kills_survived() {
  static int count = 0;
  return count;
}

std::uint64_t crash_seed() {
  if (const char* given = std::getenv("NBA_CRASH_SEED"); given && *given) return std::strtoull(given, nullptr, 10);
  static const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(now) % 1'000'000'007;
}

int kills_wanted() {
  const char* given = std::getenv("NBA_CRASH_KILLS");
  return given && *given ? std::atoi(given) : kills_in_ci;
}

}  // namespace nba::test
