// Which run of the store a training goes on with: one of the same data and models that is not finished, one that is
// (then nothing is left to do), or a new one. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/series/series.h"
#include "common/series/target_ranges.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/shard.h"
#include "daemon/store/model_store.h"
#include "daemon/store/quarantine.h"
#include "daemon/train/open_run.h"

namespace fitd {

// What a shard must know of the whole fleet.
struct PlaceInFleet {
  std::uint64_t fleet = 0;                  // how many targets there are
  TargetRanges targets;                     // the shard's
  TargetRanges frame;                       // that the frame has: all, or the shard's alone
  std::vector<std::uint64_t> fingerprints;  // of these, by frame index
  std::string whole_fingerprint;            // of the run without its shard
};

struct OpeningOptions {
  bool fresh = false;              // a new run, and no earlier one's models
  bool reselect = false;           // a new run where the old one is complete
  bool retry_quarantined = false;  // what is in quarantine is missing, too
  Shard shard;
  std::string data_note;              // kept with a new run
  std::optional<PlaceInFleet> place;  // nullopt: found from the frame, which then has all targets
};

struct OpenedTraining {
  OpenRun open;
  std::optional<Quarantine> quarantine;
  std::string whole_fingerprint;  // of the run without its shard
  std::uint64_t targets = 0;      // of the shard, and of them
  std::uint64_t resumed = 0;      // saved by an earlier attempt
  bool complete = false;          // an earlier run has everything
};

// Opens it. kUsage when the store holds another shard; kCorrupt when a run that would be gone on with is damaged; the
// store's errors.
Result<OpenedTraining> OpenTraining(Store& store, const Frame& frame, const ModelPlan& plan,
                                    const OpeningOptions& options, const Clock& clock);

}  // namespace fitd
