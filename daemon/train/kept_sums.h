// Keeps the sums of superblocks in the store from one run to the next, so that a fleet of which a part has changed sums
// only that part. Each is stored under a fingerprint of all it depends on, so what is found equals what summing again
// would give. Daemon, main thread; blocks for the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/status.h"
#include "daemon/store/model_store.h"
#include "daemon/train/global_sums.h"

namespace fitd {

class KeptSums {
 public:
  // `targets`: the fingerprints of all targets of the fleet. `read`: false takes nothing from earlier runs. A fleet of
  // one superblock keeps nothing, as any change affects all of it. `store` outlives this.
  KeptSums(Store& store, const std::vector<std::uint64_t>& targets, const LocalFitOptions& options, bool read);

  std::uint64_t size() const { return fingerprints_.size(); }  // superblocks of the fleet
  bool Has(std::uint64_t superblock) const;
  // nullopt when the sums must be computed. Damaged sums count as absent, with a warning.
  Result<std::optional<SeasonSums>> Get(std::uint64_t superblock) const;
  Status Put(std::uint64_t superblock, const SeasonSums& sums);

 private:
  Store& store_;
  std::vector<std::uint64_t> fingerprints_;  // by superblock
  bool read_;
};

}  // namespace fitd
