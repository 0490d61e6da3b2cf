// Checks whether --min and --max fit the data of a run. Forecasts are always brought inside the bounds, so bounds in
// another unit would turn all forecasts into one number. Daemon; pure, linear in the values.
#pragma once

#include <optional>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct BoundsCheck {
  std::string warning;  // how many values lie outside, and an example target; empty: none
  std::string refusal;  // set when more than a tenth of the targets have no value inside
};

// NaN values are not counted.
BoundsCheck CheckBounds(std::optional<double> lowest, std::optional<double> highest, const Frame& frame);

}  // namespace fitd
