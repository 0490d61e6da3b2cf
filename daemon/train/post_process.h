// After the last target: what the whole fleet teaches about combining, and the counts of the summary. Reads the store,
// so that it says the same after any number of interruptions. Daemon, main thread.
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

// The combination learned from at most kMaxValidations targets, evenly spaced over the frame (more teach nothing new
// and would cost memory), and a fleet of few from M3 too unless `prior` is false. `names` are those of its algorithms;
// `rule` empty: the best by held-out error.
inline constexpr std::uint64_t kMaxValidations = 50'000;
Result<FleetCombination> LearnFleet(const Store& store, std::int64_t run, const std::vector<std::string>& names,
                                    std::uint64_t num_targets, std::optional<CombineRule> rule, bool prior);

// Counts by status and lists the failures (fallback or failed) in target order.
Status CountOutcomes(const Store& store, std::int64_t run, RunSummary& summary);

}  // namespace fitd
