#include "daemon/plan/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <queue>
#include <string_view>
#include <utility>

#include "common/whole_number.h"

namespace fitd {
namespace {

constexpr const char* kShards = "FITD_SHARDS";

// Environment variables of a scheduler's array. Without `last`, FITD_SHARDS is the number of tasks, numbered from 0.
struct Scheduler {
  const char* name;
  const char* task;
  const char* first = nullptr;
  const char* last = nullptr;
  const char* tasks = nullptr;  // number of tasks, to detect holes
  const char* step = nullptr;   // step between task numbers
};
constexpr Scheduler kSchedulers[] = {
    {"Slurm array", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT",
     "SLURM_ARRAY_TASK_STEP"},
    {"Kubernetes job", "JOB_COMPLETION_INDEX"},
    {"Grid Engine array", "SGE_TASK_ID", "SGE_TASK_FIRST", "SGE_TASK_LAST", nullptr, "SGE_TASK_STEPSIZE"},
    {"PBS array", "PBS_ARRAY_INDEX"},
};

// Grid Engine sets "undefined" in jobs that are not arrays.
bool IsTaskOf(const Scheduler& scheduler, const EnvironmentLookup& environment) {
  const char* task = environment(scheduler.task);
  return task != nullptr && std::string_view(task) != "undefined";
}

Status RefuseShard(const std::string& why) {
  return {StatusCode::kUsage, "--shard auto: " + why + "; say --shard I/N"};
}

Result<int> Number(const EnvironmentLookup& environment, const char* name) {
  const char* text = environment(name);
  const std::optional<int> number = text == nullptr ? std::nullopt : ParseWhole<int>(text, 0, 1'000'000'000);
  if (number) return *number;
  return Status(StatusCode::kUsage,
                fmt::format("--shard auto: {} {}", name, text == nullptr ? "is not set" : "is not a whole number"));
}

// The number of tasks of an array from its first and last number. Arrays with holes are refused: after part of an array
// is submitted again the fleet would be divided differently.
Result<int> CountTasks(const Scheduler& scheduler, int first, const EnvironmentLookup& environment) {
  FITD_ASSIGN_OR_RETURN(const int last, Number(environment, scheduler.last));
  const int count = last - first + 1;
  const char* tasks = scheduler.tasks == nullptr ? nullptr : environment(scheduler.tasks);
  if (tasks != nullptr && ParseWhole<int>(tasks) != count) {
    return RefuseShard(fmt::format("the {} has holes ({} tasks from {} to {})", scheduler.name, tasks, first, last));
  }
  const char* step = scheduler.step == nullptr ? nullptr : environment(scheduler.step);
  if (step != nullptr && count > 1 && ParseWhole<int>(step) != 1) {
    return RefuseShard(fmt::format("the {} has holes ({} is {})", scheduler.name, scheduler.step, step));
  }
  if (first > 1) {
    return RefuseShard(
        fmt::format("the {} begins with task {}, so it may be a part of a larger one", scheduler.name, first));
  }
  if (environment(kShards) == nullptr) return count;
  FITD_ASSIGN_OR_RETURN(const int said, Number(environment, kShards));
  if (said == count) return count;
  return RefuseShard(fmt::format("the {} has {} tasks, and {} is {}", scheduler.name, count, kShards, said));
}

Result<Shard> ShardOf(const Scheduler& scheduler, const EnvironmentLookup& environment) {
  FITD_ASSIGN_OR_RETURN(const int task, Number(environment, scheduler.task));
  int first = 0;
  int count = 0;
  if (scheduler.last != nullptr) {
    FITD_ASSIGN_OR_RETURN(first, Number(environment, scheduler.first));
    FITD_ASSIGN_OR_RETURN(count, CountTasks(scheduler, first, environment));
  } else {
    FITD_ASSIGN_OR_RETURN(count, Number(environment, kShards));
  }
  const Shard shard{task - first + 1, count};
  if (shard.index < 1 || shard.index > shard.count || shard.count > kMostShards) {
    const std::string counted = scheduler.last != nullptr
                                    ? ""
                                    : fmt::format(" ({} says how many; number them from 0 to {})", kShards, count - 1);
    return Status(StatusCode::kUsage, fmt::format("--shard auto: task {} of the {} is none of the {} from {} on{}",
                                                  task, scheduler.name, count, first, counted));
  }
  return shard;
}

// The shard of the scheduler whose variables are set, or of several that agree.
Result<Shard> TaskOfArray(const EnvironmentLookup& environment) {
  const Scheduler* heard = nullptr;
  Shard shard;
  for (const Scheduler& scheduler : kSchedulers) {
    if (!IsTaskOf(scheduler, environment)) continue;
    FITD_ASSIGN_OR_RETURN(const Shard other, ShardOf(scheduler, environment));
    if (heard != nullptr && !(shard == other)) {
      return RefuseShard(fmt::format("this is task {} of a {} and task {} of a {}", shard.Text(), heard->name,
                                     other.Text(), scheduler.name));
    }
    heard = &scheduler;
    shard = other;
  }
  if (heard != nullptr) return shard;
  return Status(StatusCode::kUsage,
                "--shard auto: this is no task of an array (none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, "
                "SGE_TASK_ID, PBS_ARRAY_INDEX is set); say --shard I/N");
}

// Strips per shard. Measured on eleven fleets (M3, carparts, CIF 2016, NN5, three simulated; 57 to 2509 targets) with
// 2, 3, 4 and 8 shards: the slowest shard takes 17 % more seconds than the mean with one strip per shard, 10 % with 8
// and 7 % with 16 to 64.
constexpr int kStripsOfAShard = 48;
// Limit for all shards: a merge switches between the shards' files once per strip.
constexpr int kMostStrips = 4096;
// A strip with more than this many times the mean cost contains a target that is most of it. Such strips are dealt
// first, by falling cost, because an imbalance at the end cannot be made up for.
constexpr double kHeavy = 2;

struct CostStrip {
  std::uint32_t first = 0, end = 0;
  double cost = 0;
};

std::vector<CostStrip> StripsOf(std::span<const double> costs, int shards) {
  const int strips_of_a_shard = std::clamp(kMostStrips / shards, 1, kStripsOfAShard);
  const std::vector<std::uint32_t> bounds = EqualParts(costs, shards == 1 ? 1 : shards * strips_of_a_shard);
  std::vector<CostStrip> strips;
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    if (bounds[i - 1] == bounds[i]) continue;
    const auto in = costs.subspan(bounds[i - 1], bounds[i] - bounds[i - 1]);
    strips.push_back({bounds[i - 1], bounds[i], std::accumulate(in.begin(), in.end(), 0.0)});
  }
  return strips;
}

std::vector<std::size_t> DealingOrder(const std::vector<CostStrip>& strips) {
  double total = 0;
  for (const CostStrip& strip : strips) total += strip.cost;
  const double heavy = kHeavy * total / static_cast<double>(strips.size());
  std::vector<std::size_t> order(strips.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double first = strips[a].cost > heavy ? strips[a].cost : 0;
    const double second = strips[b].cost > heavy ? strips[b].cost : 0;
    return first > second;
  });
  return order;
}

}  // namespace

std::string Shard::Text() const {
  return fmt::format("{}/{}", index, count);
}

bool operator==(const Shard& a, const Shard& b) {
  return a.index == b.index && a.count == b.count;
}

Result<Shard> ParseShard(const std::string& text, const EnvironmentLookup& environment) {
  if (text.empty()) return Shard();
  if (text == "auto") return TaskOfArray(environment);
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = ParseWhole(std::string_view(text).substr(0, slash), 1);
  const auto count = ParseWhole(std::string_view(text).substr(std::min(slash + 1, text.size())), 1, kMostShards);
  if (!index || !count || *index > *count) {
    return Status(
        StatusCode::kUsage,
        fmt::format("--shard: '{}' is not auto, or I/N with I from 1 to N and N at most {}", text, kMostShards));
  }
  return Shard{*index, *count};
}

Result<Shard> ParseShard(const std::string& text) {
  return ParseShard(text, [](const char* name) { return static_cast<const char*>(std::getenv(name)); });
}

std::vector<std::uint32_t> EqualParts(std::span<const double> costs, int count) {
  const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
  std::vector<std::uint32_t> bounds = {0};
  double before = 0;
  std::uint32_t target = 0;
  for (int part = 1; part < count; ++part) {
    const double due = total * part / count;
    // A target belongs to the side of the boundary that its middle is on.
    while (target < costs.size() && before + costs[target] / 2 < due) before += costs[target++];
    bounds.push_back(target);
  }
  bounds.push_back(static_cast<std::uint32_t>(costs.size()));
  return bounds;
}

std::vector<TargetRanges> DivideFleet(std::span<const double> costs, int shards) {
  const std::vector<CostStrip> strips = StripsOf(costs, shards);
  std::vector<std::size_t> shard_of(strips.size());
  using Dealt = std::pair<double, std::size_t>;  // cost so far, shard; on a tie the first shard is next
  std::priority_queue<Dealt, std::vector<Dealt>, std::greater<>> least;
  for (std::size_t shard = 0; shard < static_cast<std::size_t>(shards); ++shard) least.emplace(0.0, shard);
  for (const std::size_t strip : DealingOrder(strips)) {
    const auto [cost, shard] = least.top();
    least.pop();
    least.emplace(cost + strips[strip].cost, shard);
    shard_of[strip] = shard;
  }
  std::vector<TargetRanges> targets(static_cast<std::size_t>(shards));
  for (std::size_t strip = 0; strip < strips.size(); ++strip) {
    targets[shard_of[strip]].Add(strips[strip].first, strips[strip].end);
  }
  return targets;
}

}  // namespace fitd
