// Which targets an update is about: those of the store and those of the data, in one order, and what is new of each.
// Daemon, main thread.
#pragma once

#include <cstdint>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/store/model_store.h"
#include "daemon/update/update_summary.h"

namespace fitd {

// A target of the updated run, at its place among all of them by bytes of the id.
struct UpdateTarget {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t base = kNone;   // index in the base run; kNone: new to the store
  std::uint32_t frame = kNone;  // index in the data; kNone: not in them
  bool advances = false;        // there are values after its last one
};

struct UpdatePlan {
  std::vector<UpdateTarget> targets;
  bool anything_new = false;
};

// Reads what the run knows of its targets. Counts into `summary`: kept, vanished, values, missing, outliers,
// skipped, corrections; targets that cannot go on with their values are failures.
Result<UpdatePlan> MakeUpdatePlan(const Store& store, const RunInfo& base, const Frame& frame,
                                  const PlacingRules& rules, UpdateSummary& summary);

}  // namespace fitd
