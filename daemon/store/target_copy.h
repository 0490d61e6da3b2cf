// Copies targets from the runs of other stores into a run of one, inside SQLite: rows go over as they are, and are
// looked at on their way, so that nothing damaged and nothing incomplete is copied. Daemon process; one thread, which
// alone uses the store meanwhile. Memory: a page cache for each of a few stores.
#pragma once

#include <cstdint>
#include <memory>

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

class TargetCopy {
 public:
  // Into `run` of `to`, which outlives this.
  TargetCopy(Store& to, std::int64_t run);
  TargetCopy(TargetCopy&&) = delete;
  ~TargetCopy();  // what was not committed is not copied

  // Copies the targets [first, beyond) with their models and last values from `from_run` of a complete store, which
  // outlives this. kCorrupt, naming `from`, when what it has of them is damaged or incomplete: then nothing since the
  // last Commit is copied. Commits by itself when more than kStoresAtOnce stores were copied from since the last.
  Status Copy(const Store& from, std::int64_t from_run, std::uint64_t first, std::uint64_t beyond);
  // Everything copied is in the store, whoever dies; a power cut may take the last of it, until something else is
  // committed to the store.
  Status Commit();

  static constexpr std::size_t kStoresAtOnce = 8;  // SQLite attaches ten

 private:
  class Connection;
  Store& to_;
  std::int64_t run_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace fitd
