// The stores of a fleet's shards, opened and found to be parts of one run. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/series/target_ranges.h"
#include "common/status.h"
#include "daemon/plan/shard.h"
#include "daemon/store/model_store.h"
#include "daemon/store/run_globals.h"

namespace fitd {

// A shard's store, read.
struct ShardStore {
  Store store;
  RunInfo run;
  ShardMark mark;
  Shard shard;
};

// Targets next to each other that are in one shard.
struct Strip {
  const ShardStore* shard;
  TargetRanges::Range targets;
};

struct ShardSetOptions {
  std::vector<std::string> paths;
  bool partial = false;     // some may be missing
  bool allow_code = false;  // stores of others may name users' code
};

class ShardSet {
 public:
  // kInvalidInput names stores of other data, options or releases, shards that are there twice, not complete or
  // missing, with the command that makes them; kNotFound files that are not there; otherwise the stores' errors.
  static Result<ShardSet> Open(const ShardSetOptions& options);

  const std::vector<ShardStore>& shards() const { return shards_; }  // by number; at least one
  const ShardStore& first() const { return shards_.front(); }        // which says of the fleet what all say
  const std::vector<std::string>& missing() const { return missing_; }
  std::uint64_t fleet() const { return first().run.header.num_targets; }  // targets of all shards and of missing ones
  // The strips of all shards in the order of their targets. They point into this set.
  std::vector<Strip> Strips() const;

 private:
  Status OpenAll(const ShardSetOptions& options);
  Status CheckAlike(const ShardStore& one) const;
  Status CheckCover(bool partial);
  Status CheckTargets() const;

  std::vector<ShardStore> shards_;
  std::vector<std::string> missing_;  // "2/3"
  std::vector<std::string> absent_;   // files that are not there
};

}  // namespace fitd
