// Decides which run of the store a training continues: an unfinished one of the same data and models, a finished one
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

// What a shard must know about the whole fleet.
struct PlaceInFleet {                       // number of targets of the fleet
  std::uint64_t fleet = 0;                  // of the shard
  TargetRanges targets;                     // of the frame: all, or only those of the shard
  TargetRanges frame;                       // of the frame's targets, by frame index
  std::vector<std::uint64_t> fingerprints;  // of these, by frame index
  std::string whole_fingerprint;            // of the run without its shard
};

struct OpeningOptions {
  bool fresh = false;              // start a new run without earlier models
  bool reselect = false;           // start a new run when the old one is complete
  bool retry_quarantined = false;  // fit quarantined targets again
  Shard shard;
  std::string data_note;              // stored with a new run
  std::optional<PlaceInFleet> place;  // nullopt: derived from the frame, which must then hold all targets
};

struct OpenedTraining {
  OpenRun open;
  std::optional<Quarantine> quarantine;
  std::string whole_fingerprint;  // of the run without its shard
  std::uint64_t targets = 0;      // number of targets of the shard
  std::uint64_t resumed = 0;      // of them, those that an earlier attempt saved
  bool complete = false;          // an earlier run has all of them
};

// Opens the run. kUsage when the store holds another shard; kCorrupt when the run to resume is damaged; other errors
// are the store's.
Result<OpenedTraining> OpenTraining(Store& store, const Frame& frame, const ModelPlan& plan,
                                    const OpeningOptions& options, const Clock& clock);

}  // namespace fitd
