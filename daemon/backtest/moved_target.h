// A fitted target whose models were moved on over new values without a refit, for cuts of a backtest that are not
// refitted. Daemon; one at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/output/target_forecast.h"
#include "daemon/store/model_store.h"

namespace fitd {

class MovedTarget {
 public:
  // Moves the models of `target` on over `values` (NaN: missing), which follow its last fitted one. Weights and
  // intervals of the combination stay those of the fit. kInvalidInput names a model that cannot be moved on.
  static Result<MovedTarget> Move(const TargetRecord& target, const RunModels& models, std::span<const double> values);

  // The moved target; views into this object and into the record that was moved.
  TargetRecord record() const;

 private:
  TargetRecord target_;
  std::vector<std::string> archives_;
};

}  // namespace fitd
