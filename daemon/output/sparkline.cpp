#include "daemon/output/sparkline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fitd {

std::string Sparkline(std::span<const double> values, std::size_t most) {
  values = values.last(std::min(values.size(), most));
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  std::string line;
  for (const double v : values) {
    if (!std::isfinite(v)) {
      line += ' ';
      continue;
    }
    // The difference of two numbers may be none; that of their halves is one.
    const double span = high - low;
    const double share = std::isinf(span) ? (v / 2 - low / 2) / (high / 2 - low / 2)
                         : span > 0       ? (v - low) / span
                                          : 0.5;
    // U+2581 to U+2588: a lower block of one to eight eighths.
    line += "\xe2\x96";
    line += static_cast<char>(0x81 + static_cast<int>(std::clamp(share * 7.999, 0.0, 7.0)));
  }
  return line;
}

}  // namespace fitd
