// What the commands that read a store share. Daemon executable, main thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "daemon/store/model_store.h"

namespace fitd {

struct OpenedRun {
  Store store;
  RunInfo run;
};
// The run to read from: Store::LatestRun, with a warning on stderr when it is not finished, or, when only a `complete`
// one will do, kInvalidInput.
Result<OpenedRun> OpenLatestRun(const std::string& path, bool complete = false);

}  // namespace fitd
