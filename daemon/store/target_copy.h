// Copies targets from runs of other stores into a run of one store, inside SQLite. Rows are copied unchanged and
// checked on the way, so that nothing damaged or incomplete is copied. Daemon process; one thread, and nobody else may
// use the store meanwhile. Memory: page caches of a few stores.
#pragma once

#include <cstdint>
#include <memory>

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

class TargetCopy {
 public:
  // Copies into run `run` of `to`, which outlives this.
  TargetCopy(Store& to, std::int64_t run);
  TargetCopy(TargetCopy&&) = delete;
  ~TargetCopy();  // discards what was not committed

  // Copies targets [first, beyond) with models and last values from run `from_run` of `from`, a complete store that
  // outlives this. kCorrupt, naming `from`, when its rows are damaged or incomplete; then everything since the last
  // Commit is discarded. Commits by itself before it attaches more than kStoresAtOnce stores.
  Status Copy(const Store& from, std::int64_t from_run, std::uint64_t first, std::uint64_t beyond);
  // Makes everything copied permanent in case a process dies. A power cut may lose the last part until something else
  // is committed to the store.
  Status Commit();

  static constexpr std::size_t kStoresAtOnce = 8;  // SQLite attaches ten

 private:
  class Connection;
  Store& to_;
  std::int64_t run_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace fitd
