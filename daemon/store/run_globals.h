// What a run stores once for all its targets, under names of its own: which algorithms in which order, the pooled
// regression, the learned combination. Daemon.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "common/series/target_ranges.h"
#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

Status PutAlgorithmNames(Store& store, std::int64_t run, const std::vector<std::string>& names);
Result<std::vector<std::string>> GetAlgorithmNames(const Store& store, std::int64_t run);

// Empty when the run has none (yet).
Status PutPooledAr(Store& store, std::int64_t run, const std::vector<PooledArGlobal>& globals);
Result<std::vector<PooledArGlobal>> GetPooledAr(const Store& store, std::int64_t run);

// The same as bytes of the store's own form, for files beside a store. nullopt for anything else.
std::string EncodeRegressions(const std::vector<PooledArGlobal>& globals);
std::optional<std::vector<PooledArGlobal>> DecodeRegressions(std::string_view bytes);

// Marks a run that is one shard of a fleet's: which, what a whole run of the same data and options would be called and
// say of its options, and the targets it has. nullopt for a run of everything.
struct ShardMark {
  std::string shard;        // "2/8"
  std::string fingerprint;  // of the whole run
  std::string options;
  TargetRanges targets;
};
Status PutShardMark(Store& store, std::int64_t run, const ShardMark& mark);
Result<std::optional<ShardMark>> GetShardMark(const Store& store, std::int64_t run);

// The fingerprint of a run merged without some shards ("2/3"), and those shards again: empty for any other.
std::string FingerprintWithout(const std::string& fingerprint, const std::vector<std::string>& shards);
std::string MissingShards(std::string_view fingerprint);

// Whether the value of this name is the same in every shard of a run, and so belongs to the merged one.
bool IsOfTheWholeFleet(std::string_view name);

// What the user's own global stage returned. nullopt when the run has none (yet).
Status PutUserGlobal(Store& store, std::int64_t run, std::string_view result);
Result<std::optional<std::string>> GetUserGlobal(const Store& store, std::int64_t run);

// nullopt when nothing is combined, or the run has not come so far.
Status PutFleet(Store& store, std::int64_t run, const FleetCombination& fleet);
Result<std::optional<FleetCombination>> GetFleet(const Store& store, std::int64_t run);

}  // namespace fitd
