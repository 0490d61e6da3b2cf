// Targets that killed or hung their workers; they are skipped until their data or the models change.
// Daemon, main thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/model_store.h"

namespace fitd {

class Quarantine {
 public:
  // `algorithm_fingerprint` identifies the models of the current run.
  static Result<Quarantine> Load(const Store& store, std::string algorithm_fingerprint);

  // Why the target must not be fitted; empty: it may. Only entries with this data fingerprint apply.
  std::string_view CauseFor(std::string_view target, std::uint64_t data_fingerprint) const;
  // Adds a target, also in the store.
  Status Put(Store& store, std::string_view target, std::string_view cause, std::uint64_t data_fingerprint,
             WallTime now);
  // Removes every target, also from the store.
  Status Clear(Store& store);

 private:
  struct Entry {
    std::string cause;
    std::string data_fingerprint;
  };
  std::string algorithm_fingerprint_;
  std::map<std::string, Entry, std::less<>> entries_;  // entries with this algorithm_fingerprint, by id
  std::vector<std::string> all_ids_;
};

}  // namespace fitd
