// Whether an update can go on from a run: it is whole, and the code that it names may run. Daemon.
#pragma once

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

// kInvalidInput where the run is unfinished, a shard, or merged without some: targets of the missing ones would be
// fitted to the few new values. kPermission where the store is somebody else's and names users' algorithms, which new
// targets are fitted by, unless `allow_code`.
Status ExpectUpdatable(const Store& store, const RunInfo& run, bool allow_code);

}  // namespace fitd
