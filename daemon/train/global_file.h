// The regression of a fleet in a file: what `fitd sums --merge` makes of all shards' sums and `fitd train
// --global-from` takes instead of its own global stage. Daemon.
#pragma once

#include <string>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"

namespace fitd {

struct GlobalFile {
  std::string fingerprint;  // of the whole run's data and options
  std::vector<PooledArGlobal> globals;
};

Status WriteGlobalFile(const std::string& path, const GlobalFile& file);
// kCorrupt for a file that is not one, or is damaged.
Result<GlobalFile> ReadGlobalFile(const std::string& path);

}  // namespace fitd
