// The values that a series can have: --min, --max and --integer of a run, as stored in its options. Forecasts of all
// models and their bounds are brought inside. Daemon; pure.
#pragma once

#include <optional>
#include <string_view>

#include "common/models/base/model.h"

namespace fitd {

struct ValueRange {
  std::optional<double> lowest, highest;
  bool integer = false;
};

// Parses a run's options (DescribeOptions); without limits when they have none.
ValueRange ValueRangeOf(std::string_view options);

// Brings means and bounds inside the range. With `integer`, rounds means and bounds, and uses the whole numbers of the
// range.
void BringInside(const ValueRange& range, Forecast& forecast);

}  // namespace fitd
