// Named values that a run stores once for all its targets: the algorithms in their order, the pooled regression, the
// learned combination. Daemon.
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

// Get returns an empty vector when the run has none (yet).
Status PutPooledAr(Store& store, std::int64_t run, const std::vector<PooledArGlobal>& globals);
Result<std::vector<PooledArGlobal>> GetPooledAr(const Store& store, std::int64_t run);

// The same bytes as in the store, for files beside a store. nullopt for other bytes.
std::string EncodeRegressions(const std::vector<PooledArGlobal>& globals);
std::optional<std::vector<PooledArGlobal>> DecodeRegressions(std::string_view bytes);

// Marks a run as one shard of a fleet. GetShardMark returns nullopt for a run of the whole fleet.
struct ShardMark {
  std::string shard;        // "2/8"
  std::string fingerprint;  // fingerprint of the whole run
  std::string options;      // options (RunHeader::options) of the whole run
  TargetRanges targets;     // the targets of the shard
};
Status PutShardMark(Store& store, std::int64_t run, const ShardMark& mark);
Result<std::optional<ShardMark>> GetShardMark(const Store& store, std::int64_t run);

// FingerprintWithout: the fingerprint of a run merged without some shards (such as "2/3"). MissingShards: those shards;
// empty for other fingerprints.
std::string FingerprintWithout(const std::string& fingerprint, const std::vector<std::string>& shards);
std::string MissingShards(std::string_view fingerprint);

// True when the value with this name is equal in all shards of a run, so that the merged run takes it over.
bool IsOfTheWholeFleet(std::string_view name);

// The result of a user's own global stage; nullopt when the run has none (yet).
Status PutUserGlobal(Store& store, std::int64_t run, std::string_view result);
Result<std::optional<std::string>> GetUserGlobal(const Store& store, std::int64_t run);

// The learned combination; nullopt when nothing is combined or it was not learned yet.
Status PutFleet(Store& store, std::int64_t run, const FleetCombination& fleet);
Result<std::optional<FleetCombination>> GetFleet(const Store& store, std::int64_t run);

}  // namespace fitd
