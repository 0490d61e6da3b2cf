// What an update continues from: checks that the run is whole and that code which it names may run, and reads the steps
// of its targets. Daemon.
#pragma once

#include <cstdint>
#include <memory>

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

class KnownSteps;

// kInvalidInput when the run is unfinished, a shard, or merged without some shards, whose targets would then be fitted
// to the few new values only. kPermission when the store belongs to another user and names users' algorithms, which new
// targets are fitted by, unless `allow_code`.
Status ExpectUpdatable(const Store& store, const RunInfo& run, bool allow_code);

// The steps of the run's targets. Errors of the store.
Result<std::shared_ptr<const KnownSteps>> KnownStepsOf(const Store& store, std::int64_t run);

}  // namespace fitd
