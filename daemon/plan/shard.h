// A part of a fleet that is fitted separately, on another host or at another time. Values; daemon.
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

// Part `index` (from 1) of `count` parts (at most kMostShards).
struct Shard {
  int index = 1;
  int count = 1;

  bool whole() const { return count == 1; }
  std::string Text() const;  // "2/8"
};
bool operator==(const Shard& a, const Shard& b);

// Returns the value of an environment variable; null when it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

// Parses "2/8"; empty: the whole fleet. "auto": this process's task of a Slurm array (SLURM_ARRAY_TASK_ID of _MIN to
// _MAX), Kubernetes indexed job (JOB_COMPLETION_INDEX, with FITD_SHARDS), Grid Engine array (SGE_TASK_ID of
// SGE_TASK_FIRST to SGE_TASK_LAST) or PBS array (PBS_ARRAY_INDEX, with FITD_SHARDS). kUsage names what is missing.
Result<Shard> ParseShard(const std::string& text, const EnvironmentLookup& environment);
Result<Shard> ParseShard(const std::string& text);  // with this process's environment

// Divides targets with these costs into `count` consecutive parts of nearly equal cost: returns where each begins, and
// the end (count + 1 ascending indexes). Deterministic: equal on every host with the same costs.
std::vector<std::uint32_t> EqualParts(std::span<const double> costs, int count);

// The targets of each of `shards` shards. Targets sorted by id are cut into strips of nearly equal cost, and each strip
// is dealt to the shard with the least cost so far. The expected cost only depends on the length; the real one also on
// what the series is like, and neighbouring ids are alike. So many short strips divide more evenly than one long
// stretch. Equal on every host with the same costs.
std::vector<TargetRanges> DivideFleet(std::span<const double> costs, int shards);

}  // namespace fitd
