// What a run lacks that the one before it had. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

// "2 targets of run 3 are not in the data, 'C', 'D'; 1 ends before it did there, 'B'"; empty: all of them are, and as
// long. An id is named for each of the first three. Reads the earlier run's targets once.
Result<std::string> DescribeGoneTargets(const Store& store, std::int64_t earlier, const Frame& frame);

}  // namespace fitd
