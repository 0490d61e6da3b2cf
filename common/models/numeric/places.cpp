#include "common/models/numeric/places.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// Whether the means of `x`, which is around 0, at the places of a season are further apart than chance has them in one
// of 20 (F test, with the normal approximation of Paulson 1942). `used`: parameters that were taken out before.
bool PlacesDiffer(std::span<const double> x, std::size_t m, double used, double rounding) {
  constexpr double kOneOf20 = 1.645;
  double between = 0;
  double within = 0;
  for (std::size_t place = 0; place < m; ++place) {
    double count = 0, mean = 0, squares = 0;
    for (std::size_t t = place; t < x.size(); t += m) {
      const double off = x[t] - mean;
      mean += off / ++count;
      squares += off * (x[t] - mean);
    }
    between += count * mean * mean;
    within += squares;
  }
  const double of_places = static_cast<double>(m) - 1;
  const double left = static_cast<double>(x.size()) - of_places - used;
  if (!(between > rounding * rounding * static_cast<double>(x.size()))) return false;
  if (!(within > 0)) return true;
  const double root = Exp(Log(between / of_places / (within / left)) / 3);
  const double a = 2 / (9 * of_places), b = 2 / (9 * left);
  return (1 - b) * root - (1 - a) > kOneOf20 * std::sqrt(b * root * root + a);
}

}  // namespace

// By its components over [-1, 1].
std::vector<double> BesideParabola(std::span<const double> y) {
  const double n = static_cast<double>(y.size());
  const double scale = 2 / std::max(n - 1, 1.0);
  double squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t)
    squares += (scale * static_cast<double>(t) - 1) * (scale * static_cast<double>(t) - 1);
  const double mean_square = squares / n;
  double sum = 0, along = 0, bent = 0, bent_squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double x = scale * static_cast<double>(t) - 1;
    const double bend = x * x - mean_square;
    sum += y[t], along += x * y[t], bent += bend * y[t], bent_squares += bend * bend;
  }
  const double level = sum / n;
  const double slope = squares > 0 ? along / squares : 0;
  const double bend = bent_squares > 0 ? bent / bent_squares : 0;
  std::vector<double> left;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double x = scale * static_cast<double>(t) - 1;
    left.push_back(y[t] - level - slope * x - bend * (x * x - mean_square));
  }
  return left;
}

double RoundingOf(std::span<const double> y) {
  constexpr double kRounding = 1e-12;
  double most = 0;
  for (const double v : y) most = std::max(most, std::abs(v));
  return kRounding * most;
}

bool PlacesAreAlike(std::span<const double> y, std::size_t m) {
  constexpr std::size_t kMostTimes = 5;
  constexpr std::size_t kFewestMore = 6;
  if (m < 2 || y.size() < m + kFewestMore || y.size() > kMostTimes * m) return false;
  const double rounding = RoundingOf(y);
  if (PlacesDiffer(BesideParabola(y), m, 3, rounding)) return false;
  std::vector<double> changes;
  const double mean = (y.back() - y.front()) / static_cast<double>(y.size() - 1);
  for (std::size_t t = 1; t < y.size(); ++t) changes.push_back(y[t] - y[t - 1] - mean);
  return !PlacesDiffer(changes, m, 1, rounding);
}

}  // namespace fitd
