#include "common/series/lone_outlier.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace fitd {
namespace {

constexpr std::size_t kFewest = 20;
constexpr double kRanges = 20;
constexpr double kTimesAsLarge = 15;
constexpr double kRangesOfLogarithms = 5;

// The two least and the two largest values, and where the extremes are.
struct Extremes {
  std::size_t count = 0;
  std::size_t least_at = 0;
  std::size_t most_at = 0;
  double least = std::numeric_limits<double>::infinity();
  double next_least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  double next_most = -std::numeric_limits<double>::infinity();
};

Extremes ExtremesOf(std::span<const double> values) {
  Extremes e;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = values[i];
    if (std::isnan(v)) continue;
    ++e.count;
    if (v < e.least) {
      e.next_least = e.least;
      e.least = v;
      e.least_at = i;
    } else if (v < e.next_least) {
      e.next_least = v;
    }
    if (v > e.most) {
      e.next_most = e.most;
      e.most = v;
      e.most_at = i;
    } else if (v > e.next_most) {
      e.next_most = v;
    }
  }
  return e;
}

// Far beyond what `least` to `most` spans, in either direction.
bool IsFar(double value, double least, double most) {
  const double distance = value > most ? value - most : least - value;
  return distance > kRanges * (most - least) &&
         std::abs(value) > kTimesAsLarge * std::max(std::abs(least), std::abs(most));
}

// On a scale that is logarithmic beyond `unit` and has a zero.
bool IsFarInLogarithms(double unit, double value, double least, double most) {
  const auto scaled = [unit](double v) { return std::asinh(v / unit); };
  return scaled(value) - scaled(most) > kRangesOfLogarithms * (scaled(most) - scaled(least));
}

double MiddleOfPositive(std::span<const double> values) {
  std::vector<double> positive;
  std::copy_if(values.begin(), values.end(), std::back_inserter(positive), [](double v) { return v > 0; });
  const auto middle = positive.begin() + static_cast<std::ptrdiff_t>(positive.size() / 2);
  std::nth_element(positive.begin(), middle, positive.end());
  return *middle;
}

// Mean distance of the values to those so many steps before; infinite where there are none.
double ErrorOf(std::span<const double> values, std::size_t back) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = back; i < values.size(); ++i) {
    const double distance = std::abs(values[i] - values[i - back]);
    if (std::isnan(distance)) continue;
    sum += distance;
    count += 1;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::infinity();
}

}  // namespace

std::optional<std::size_t> LoneOutlier(std::span<const double> values) {
  const Extremes e = ExtremesOf(values);
  if (e.count < kFewest) return std::nullopt;
  if (e.least < e.next_most && IsFar(e.most, e.least, e.next_most) &&
      (e.least < 0 || IsFarInLogarithms(MiddleOfPositive(values), e.most, e.least, e.next_most))) {
    return e.most_at;
  }
  if (e.next_least < e.most && IsFar(e.least, e.next_least, e.most)) return e.least_at;
  return std::nullopt;
}

bool IsLoneOutlier(double value, const SeenRange& seen) {
  if (seen.count < kFewest || !(seen.least < seen.most)) return false;
  if (value >= seen.least && value <= seen.most) return false;
  if (!IsFar(value, seen.least, seen.most)) return false;
  const double unit = seen.least > 0 ? seen.least : seen.most;
  return value < seen.least || seen.least < 0 || IsFarInLogarithms(unit, value, seen.least, seen.most);
}

void DropOutlier(std::span<double> values, std::size_t place, int season) {
  double& value = values[place];
  value = std::numeric_limits<double>::quiet_NaN();
  if (place == 0) {
    value = *std::find_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
    return;
  }
  if (place + 1 < values.size()) return;
  const std::span<const double> before = values.first(place);
  if (const auto back = static_cast<std::size_t>(std::max(season, 1)); back < before.size()) {
    if (ErrorOf(before, back) < ErrorOf(before, 1)) value = values[place - back];
  }
  for (std::size_t i = place; std::isnan(value) && i-- > 0;) value = values[i];
}

}  // namespace fitd
