// Whether --min and --max fit the data that a run is to learn from: forecasts are brought inside whatever the data are,
// so bounds of another unit would turn all of them into one number. Daemon; pure, linear in the values.
#pragma once

#include <optional>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct BoundsCheck {
  std::string warning;  // how many values lie outside, and of which target; empty: none
  std::string refusal;  // more than a tenth of the targets have no value inside; empty: not so
};

// Values that were made up for gaps do not count.
BoundsCheck CheckBounds(std::optional<double> lowest, std::optional<double> highest, const Frame& frame);

}  // namespace fitd
