// One of several parts of a fleet, fitted apart: on another host, or one after another. Values; daemon.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/series/target_ranges.h"
#include "common/status.h"

namespace fitd {

inline constexpr int kMostShards = 100'000;

// Part `index` (from 1) of `count`, which is at most kMostShards.
struct Shard {
  int index = 1;
  int count = 1;

  bool whole() const { return count == 1; }
  std::string Text() const;  // "2/8"
};
bool operator==(const Shard& a, const Shard& b);

// A variable of the environment; null when it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

// "2/8"; empty: everything; "auto": the task this process is of a Slurm array (SLURM_ARRAY_TASK_ID of _MIN to _MAX), a
// Kubernetes indexed job (JOB_COMPLETION_INDEX, with FITD_SHARDS), a Grid Engine array (SGE_TASK_ID of SGE_TASK_FIRST
// to SGE_TASK_LAST) or a PBS array (PBS_ARRAY_INDEX, with FITD_SHARDS). kUsage names what is missing.
Result<Shard> ParseShard(const std::string& text, const EnvironmentLookup& environment);
Result<Shard> ParseShard(const std::string& text);  // of this process's environment

// Where each of `count` parts begins among targets of these costs, and the end: count + 1 ascending indexes, ranges of
// nearly equal cost. The same on every host that knows the same costs.
std::vector<std::uint32_t> EqualParts(std::span<const double> costs, int count);

// The targets of each of `shards` shards: strips of the targets sorted by id, of nearly equal cost, dealt to whichever
// shard has least. What is expected of a target's cost is its length; what it turns out to cost depends on what the
// series is like, and neighbours in the order of ids are alike, so that few long stretches of equal expected cost are
// unequal and many short ones are not. The same on every host that knows the same costs.
std::vector<TargetRanges> DivideFleet(std::span<const double> costs, int shards);

}  // namespace fitd
