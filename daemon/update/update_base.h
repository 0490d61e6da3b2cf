// Checks that an update can continue from a run: the run is whole, and code that it names may run. Daemon.
#pragma once

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

// kInvalidInput when the run is unfinished, a shard, or merged without some shards, whose targets would then be fitted
// to the few new values only. kPermission when the store belongs to another user and names users' algorithms, which new
// targets are fitted by, unless `allow_code`.
Status ExpectUpdatable(const Store& store, const RunInfo& run, bool allow_code);

}  // namespace fitd
