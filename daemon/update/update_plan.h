// Merges the targets of the store and of the data into one order and finds what is new for each. Daemon, main thread.
#pragma once

#include <cstdint>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/words_check.h"
#include "daemon/store/model_store.h"
#include "daemon/update/new_values.h"
#include "daemon/update/update_summary.h"

namespace fitd {

// A target of the updated run; UpdatePlan::targets are sorted by id (bytes).
struct UpdateTarget {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t base = kNone;   // index in the base run; kNone: new to the store
  std::uint32_t frame = kNone;  // index in the data; kNone: not in the data
  bool advances = false;        // has values after its last known one
};

struct UpdatePlan {
  std::vector<UpdateTarget> targets;
  bool anything_new = false;
};

// Reads the targets of the base run; `words` sees those that the data have. Counts into `summary`: kept, vanished,
// values, missing, outliers, skipped, corrections. Targets that cannot continue with their new values become failures.
// kInvalidInput when words beside the values or ids are not those of the store.
Result<UpdatePlan> MakeUpdatePlan(const Store& store, const RunInfo& base, const Frame& frame,
                                  const PlacingRules& rules, WordsCheck& words, UpdateSummary& summary);

}  // namespace fitd
