#include "common/models/pooled_ar/layout.h"

#include <algorithm>
#include <cmath>

namespace fitd::pooled_ar {
namespace {

constexpr std::size_t kDenseSteps = 24;  // steps 1..24 each have coefficients; later ones are interpolated between
constexpr double kStepRatio = 1.15;      // steps this far apart

}  // namespace

std::vector<std::size_t> StepsOf(int horizon) {
  std::vector<std::size_t> steps;
  const auto last = static_cast<std::size_t>(horizon);
  for (std::size_t h = 1; h < last;) {
    steps.push_back(h);
    h = h < kDenseSteps ? h + 1 : static_cast<std::size_t>(std::ceil(static_cast<double>(h) * kStepRatio));
  }
  steps.push_back(last);
  return steps;
}

bool IsShapeHeader(std::span<const double> data) {
  constexpr double kLargest = 1e6;  // of a season or horizon; keeps the conversion to int defined
  if (data.size() < kHeader || data[0] != kVersion) return false;
  return std::all_of(data.begin() + 1, data.begin() + kHeader,
                     [](double v) { return v >= 1 && v <= kLargest && v == std::floor(v); });
}

}  // namespace fitd::pooled_ar
