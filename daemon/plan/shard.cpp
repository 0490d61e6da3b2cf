#include "daemon/plan/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string_view>

#include "common/whole_number.h"

namespace fitd {
namespace {

// How a scheduler numbers the tasks of an array. Without a last number FITD_SHARDS says how many there are.
struct Scheduler {
  const char* name;
  const char* task;
  const char* first;  // nullptr: from `base`
  const char* last;
  int base;
};
constexpr Scheduler kSchedulers[] = {
    {"Slurm array", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", 0},
    {"Kubernetes job", "JOB_COMPLETION_INDEX", nullptr, nullptr, 0},
    {"Grid Engine array", "SGE_TASK_ID", "SGE_TASK_FIRST", "SGE_TASK_LAST", 1},
    {"PBS array", "PBS_ARRAY_INDEX", nullptr, nullptr, 0},
};

Result<int> Number(const EnvironmentLookup& environment, const char* name) {
  const char* text = environment(name);
  const std::optional<int> number = text == nullptr ? std::nullopt : ParseWhole<int>(text, 0);
  if (number) return *number;
  return Status(StatusCode::kUsage,
                fmt::format("--shard auto: {} {}", name, text == nullptr ? "is not set" : "is not a whole number"));
}

Result<Shard> ShardOf(const Scheduler& scheduler, const EnvironmentLookup& environment) {
  FITD_ASSIGN_OR_RETURN(const int task, Number(environment, scheduler.task));
  int first = scheduler.base;
  int count = 0;
  if (scheduler.last != nullptr) {
    FITD_ASSIGN_OR_RETURN(first, Number(environment, scheduler.first));
    FITD_ASSIGN_OR_RETURN(const int last, Number(environment, scheduler.last));
    count = last - first + 1;
    if (const char* tasks = environment("SLURM_ARRAY_TASK_COUNT");
        tasks != nullptr && ParseWhole<int>(tasks) != count) {
      return Status(StatusCode::kUsage,
                    fmt::format("--shard auto: the {} has holes ({} tasks from {} to {}); say --shard I/N",
                                scheduler.name, tasks, first, last));
    }
  } else {
    FITD_ASSIGN_OR_RETURN(count, Number(environment, "FITD_SHARDS"));
  }
  const Shard shard{task - first + 1, count};
  if (shard.index < 1 || shard.index > shard.count) {
    return Status(StatusCode::kUsage, fmt::format("--shard auto: task {} of the {} is none of the {} from {} on", task,
                                                  scheduler.name, count, first));
  }
  return shard;
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
  if (text == "auto") {
    for (const Scheduler& scheduler : kSchedulers) {
      if (environment(scheduler.task) != nullptr) return ShardOf(scheduler, environment);
    }
    return Status(StatusCode::kUsage,
                  "--shard auto: this is no task of an array (none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, "
                  "SGE_TASK_ID, PBS_ARRAY_INDEX is set); say --shard I/N");
  }
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = ParseWhole(std::string_view(text).substr(0, slash), 1);
  const auto count = ParseWhole(std::string_view(text).substr(std::min(slash + 1, text.size())), 1);
  if (!index || !count || *index > *count) {
    return Status(StatusCode::kUsage, fmt::format("--shard: '{}' is not auto, or I/N with I from 1 to N", text));
  }
  return Shard{*index, *count};
}

Result<Shard> ParseShard(const std::string& text) {
  return ParseShard(text, [](const char* name) { return static_cast<const char*>(std::getenv(name)); });
}

std::vector<std::uint32_t> ShardBounds(std::span<const double> costs, int count) {
  const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
  std::vector<std::uint32_t> bounds = {0};
  double before = 0;
  std::uint32_t target = 0;
  for (int shard = 1; shard < count; ++shard) {
    const double due = total * shard / count;
    // A target goes to the side of the boundary that its middle is on.
    while (target < costs.size() && before + costs[target] / 2 < due) before += costs[target++];
    bounds.push_back(target);
  }
  bounds.push_back(static_cast<std::uint32_t>(costs.size()));
  return bounds;
}

}  // namespace fitd
