#include "daemon/store/quarantine.h"

#include <fmt/format.h>

namespace fitd {
Result<Quarantine> Quarantine::Load(const Store& store, std::string algorithm_fingerprint) {
  Quarantine quarantine;
  quarantine.algorithm_fingerprint_ = std::move(algorithm_fingerprint);
  FITD_ASSIGN_OR_RETURN(const std::vector<QuarantineEntry> entries, store.ListQuarantine());
  for (const QuarantineEntry& entry : entries) {
    quarantine.all_ids_.push_back(entry.id);
    if (entry.algorithm_fingerprint != quarantine.algorithm_fingerprint_) continue;
    quarantine.entries_[entry.id] = {entry.cause, entry.data_fingerprint};
  }
  return quarantine;
}

std::string_view Quarantine::CauseFor(std::string_view target, std::uint64_t data_fingerprint) const {
  const auto found = entries_.find(target);
  if (found == entries_.end() || found->second.data_fingerprint != fmt::format("{:016x}", data_fingerprint)) return {};
  return found->second.cause;
}

Status Quarantine::Put(Store& store, std::string_view target, std::string_view cause, std::uint64_t data_fingerprint,
                       WallTime now) {
  QuarantineEntry entry;
  entry.id = target;
  entry.cause = cause;
  entry.data_fingerprint = fmt::format("{:016x}", data_fingerprint);
  entry.algorithm_fingerprint = algorithm_fingerprint_;
  entry.time = FormatUtc(now);
  entries_[entry.id] = {entry.cause, entry.data_fingerprint};
  all_ids_.push_back(entry.id);
  return store.PutQuarantine({&entry, 1});
}

Status Quarantine::Clear(Store& store) {
  entries_.clear();
  const Status status = store.RemoveQuarantine(all_ids_);
  all_ids_.clear();
  return status;
}

}  // namespace fitd
