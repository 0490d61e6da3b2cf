// The values that a series can have: what --min, --max and --integer say of a run's data, as the run's options keep it.
// Forecasts of every model and their bounds are brought inside. Daemon; pure.
#pragma once

#include <optional>
#include <string_view>

#include "common/models/base/model.h"

namespace fitd {

struct ValueRange {
  std::optional<double> lowest, highest;
  bool integer = false;
};

// From a run's options (DescribeOptions); all values where they say nothing.
ValueRange ValueRangeOf(std::string_view options);

// Means and bounds inside the range; whole numbers where only those are possible, with bounds rounded outwards.
void BringInside(const ValueRange& range, Forecast& forecast);

}  // namespace fitd
