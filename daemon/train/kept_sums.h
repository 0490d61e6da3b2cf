// The sums of superblocks of targets that a store keeps from one run to the next, so that the global stage of a fleet
// of which a part has changed sums that part. Each is kept under a fingerprint of everything it depends on, so what is
// found is what summing again would give. Daemon, main thread; blocks for the disk.
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
  // Of the fleet that these fingerprints are all of. `read`: false takes nothing from earlier runs. A fleet of one
  // superblock keeps nothing: when anything has changed all of it has to be summed. `store` outlives it.
  KeptSums(Store& store, const std::vector<std::uint64_t>& targets, const LocalFitOptions& options, bool read);

  std::uint64_t size() const { return fingerprints_.size(); }  // superblocks of the fleet
  bool Has(std::uint64_t superblock) const;
  // nullopt when they have to be made. What is damaged counts as not there, with a warning.
  Result<std::optional<SeasonSums>> Get(std::uint64_t superblock) const;
  Status Put(std::uint64_t superblock, const SeasonSums& sums);

 private:
  Store& store_;
  std::vector<std::uint64_t> fingerprints_;  // by superblock
  bool read_;
};

}  // namespace fitd
