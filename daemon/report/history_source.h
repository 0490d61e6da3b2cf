// Where the values before a forecast come from when not from the store, which keeps only the last ones. Daemon; one
// thread.
#pragma once

#include <optional>
#include <vector>

#include "daemon/store/model_store.h"

namespace fitd {

class HistorySource {
 public:
  virtual ~HistorySource() = default;
  // The values of `target` at the points of its grid up to its last one, NaN where there is none; nullopt: it is not
  // known here, and what the store keeps is shown.
  virtual std::optional<std::vector<double>> ValuesOf(const TargetRecord& target) const = 0;
};

}  // namespace fitd
