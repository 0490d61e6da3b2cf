// Opening a store for the commands that read it. Daemon executable, main thread.
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
// Opens the store and its Store::LatestRun. For an unfinished run: a warning on stderr, or kInvalidInput when
// `complete`.
Result<OpenedRun> OpenLatestRun(const std::string& path, bool complete = false);

}  // namespace fitd
