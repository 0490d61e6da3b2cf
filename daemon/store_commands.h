// What the commands that read a store share. Daemon executable, main thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "daemon/model_store.h"

namespace fitd {

// `fitd train` without --store saves here, and the reading commands look here.
inline constexpr const char* kDefaultStore = "fitd.db";

struct OpenedRun {
  Store store;
  RunInfo run;
};
// The run to read from: the newest complete one, else what there is of the newest.
Result<OpenedRun> OpenLatestRun(const std::string& path);

}  // namespace fitd
