// The sums of some superblocks of a fleet's targets in a file, as `fitd sums --shard` writes them, and the regression
// that the files of all shards give. Daemon, main thread; blocks for the disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/train/global_file.h"
#include "daemon/train/global_sums.h"

namespace fitd {

struct SumsFile {
  std::string fingerprint;        // of the whole run's data and options
  std::uint64_t superblocks = 0;  // of the fleet
  std::uint64_t targets = 0;      // likewise; without the prior kTargetsWithoutPrior, as in Solve
  std::uint64_t first = 0;        // superblock of sums[0]
  std::vector<SeasonSums> sums;
};

Status WriteSumsFile(const std::string& path, const SumsFile& file);
// kCorrupt for a file that is not one, or is damaged.
Result<SumsFile> ReadSumsFile(const std::string& path);

// Adds the superblocks of all files in order. kInvalidInput names files of other data or options, and superblocks that
// are missing or there twice with other sums. Memory: one file.
Result<GlobalFile> MergeSumsFiles(const std::vector<std::string>& paths);

}  // namespace fitd
