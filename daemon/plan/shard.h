// One of several parts of a fleet, fitted apart: on another host, or one after another. Values; daemon.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

// Part `index` (from 1) of `count`: a contiguous range of the targets sorted by id.
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

// Where each of `count` shards begins among targets of these costs, and the end: count + 1 ascending indexes, ranges of
// nearly equal cost. The same on every host that knows the same costs.
std::vector<std::uint32_t> ShardBounds(std::span<const double> costs, int count);

}  // namespace fitd
