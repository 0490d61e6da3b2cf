// A target whose models have gone on with new values without a fit: what a backtest that does not refit at every cut
// forecasts with. Daemon; one at a time.
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
  // `target` with its models moved on over `values` (NaN: missing), which follow its last one. The weights and
  // intervals of the combination stay those of the fit. kInvalidInput names a model that cannot go on.
  static Result<MovedTarget> Move(const TargetRecord& target, const RunModels& models, std::span<const double> values);

  // Views into this object and into the record that was moved.
  TargetRecord record() const;

 private:
  TargetRecord target_;
  std::vector<std::string> archives_;
};

}  // namespace fitd
