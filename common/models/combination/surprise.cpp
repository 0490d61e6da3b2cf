#include "common/models/combination/surprise.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// Of a window's size: times the median one, and deviations of the logarithms, by their lower quartile, which surprises
// do not move. Eight fleets of 40 monthly targets, of which ten have moved to 1.6 times their level for the last 4 of
// 12 held-out values: 95 % intervals of the others cover 99.6 % and score 1.42 times what the best member's do with all
// errors alike; 96.6, 96.5 and 96.2 % and 1.08, 1.05 and 1.05 with 4, 3.5 and 3 deviations. Held-out ends of M3's years
// score 0.0, 0.4 and 0.5 % more at 95 %, all other groups within 0.1 %.
constexpr double kFarTimes = 4;
constexpr double kFarOut = 4;
constexpr double kPower = 8;  // of how many times too far; a smooth end. With 4, 1.11 in the place of 1.08
constexpr double kSmallest = 1e-100;

}  // namespace

std::vector<double> ErrorWeights(std::span<const ErrorWindow> windows) {
  constexpr double kQuartile = 0.6745;  // of a normal distribution, in deviations
  std::vector<double> weights(windows.size(), 1.0);
  if (windows.size() < kFewestToTell) return weights;
  std::vector<double> sizes;
  for (const ErrorWindow& window : windows) sizes.push_back(Log(std::clamp(window.size, kSmallest, 1 / kSmallest)));
  std::vector<double> sorted = sizes;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted[sorted.size() / 2];
  const double deviation = (usual - sorted[sorted.size() / 4]) / kQuartile;
  const double far = usual + std::max(Log(kFarTimes), kFarOut * deviation);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    const double one_in_all = 1 / static_cast<double>(std::max<std::size_t>(windows[k].values, 1));
    weights[k] = std::max(Exp(kPower * std::min(far - sizes[k], 0.0)), one_in_all);
  }
  return weights;
}

}  // namespace fitd
