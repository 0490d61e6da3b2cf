// Describes what the previous run had and the data of a new one lack. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

// "2 targets of run 3 are not in the data, 'C', 'D'; 1 ends before it did there, 'B'", with at most three ids each;
// empty when all targets are there and at least as long. Reads the earlier run's targets once.
Result<std::string> DescribeGoneTargets(const Store& store, std::int64_t earlier, const Frame& frame);

}  // namespace fitd
