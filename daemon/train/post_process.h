// After the last target: learns from the whole fleet how to combine models, and counts outcomes for the summary. Reads
// everything from the store, so interruptions do not change the result. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/status.h"
#include "daemon/store/model_store.h"
#include "daemon/train/run_summary.h"

namespace fitd {

// Learns the combination from at most kMaxValidations targets, evenly spaced over the frame (more would only cost
// memory). A small fleet also learns from M3 unless `prior` is false. `names`: the algorithms. `rule`: nullopt chooses
// the rule with the least held-out error.
inline constexpr std::uint64_t kMaxValidations = 50'000;
Result<FleetCombination> LearnFleet(const Store& store, std::int64_t run, const std::vector<std::string>& names,
                                    std::uint64_t num_targets, std::optional<CombineRule> rule, bool prior);

// Counts targets by status and lists failures (fallback or failed) in target order.
Status CountOutcomes(const Store& store, std::int64_t run, RunSummary& summary);

}  // namespace fitd
