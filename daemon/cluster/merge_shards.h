// One complete run from the stores of a fleet's shards: the same targets, the same models, and the weights, rule and
// interval factors that one host learns from all of them. Daemon, main thread. Memory: a batch of targets, and the
// validations that a single host keeps too.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/status.h"

namespace fitd {

struct MergeOptions {
  std::string out;                  // the store of the merged run; made when it is not there
  std::vector<std::string> shards;  // stores, in any order
  bool partial = false;             // go on without the shards that are missing
  bool allow_code = false;          // take shards of others that name users' code: the merged store is the caller's own
  int keep_runs = 10;
  // May be empty. Called now and then.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  std::function<Status()> check_cancelled;
};

struct MergeReport {
  std::int64_t run = 0;
  std::uint64_t targets = 0;
  std::uint64_t failed = 0;          // fallback or failed
  std::vector<std::string> missing;  // shards that --partial went on without
  bool already_merged = false;       // the store had this very run
  std::string rule;                  // of the ensemble; empty: nothing is combined
};

// The same call again does only what is missing. kInvalidInput names stores of other data, options or versions, shards
// that are there twice, not complete or missing, with the command that makes them; otherwise the stores' errors.
Result<MergeReport> MergeShards(const MergeOptions& options, const Clock& clock);

}  // namespace fitd
