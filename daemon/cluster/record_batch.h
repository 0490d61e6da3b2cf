// Targets of a store, copied, until there are enough for one transaction. Daemon; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/store/model_store.h"

namespace fitd {

class RecordBatch {
 public:
  void Add(const TargetRecord& record);
  bool full() const { return records_.size() >= kTargets || bytes_ >= kBytes; }
  std::size_t size() const { return records_.size(); }
  // Saves what there is in one transaction, and is empty again.
  Status SaveTo(Store& store, std::int64_t run);

 private:
  // As many as ResultSaver puts into a transaction.
  static constexpr std::size_t kTargets = 8192;
  static constexpr std::size_t kBytes = 16 << 20;

  std::string_view Keep(std::string_view bytes);

  std::vector<TargetRecord> records_;
  std::deque<std::string> bytes_kept_;
  std::size_t bytes_ = 0;
};

}  // namespace fitd
