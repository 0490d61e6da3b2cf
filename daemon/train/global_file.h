// A file with the regression of a whole fleet: `fitd sums --merge` makes it from the sums of all shards, and `fitd
// train --global-from` uses it instead of its own global stage. Daemon, main
// thread; blocks for the disk.
#pragma once

#include <string>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"

namespace fitd {

struct GlobalFile {
  std::string fingerprint;  // of the data and options of the whole run
  std::vector<PooledArGlobal> globals;
};

Status WriteGlobalFile(const std::string& path, const GlobalFile& file);
// kCorrupt when the file is damaged or of another kind.
Result<GlobalFile> ReadGlobalFile(const std::string& path);

}  // namespace fitd
