#include "daemon/store_commands.h"

namespace fitd {

Result<OpenedRun> OpenLatestRun(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(RunInfo run, store.LatestRun());
  return OpenedRun{std::move(store), std::move(run)};
}

}  // namespace fitd
