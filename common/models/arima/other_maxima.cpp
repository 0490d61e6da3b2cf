#include "common/models/arima/other_maxima.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "common/models/arima/start.h"
#include "common/models/numeric/elementary.h"

namespace fitd::arima {
namespace {

// 1 - first B^step - second B^(2 step), a factor of both parts, and what is gained by letting them differ.
struct Place {
  double first = 0;
  double second = 0;
  double first_change = 0;  // autoregressive part less moving average
  double second_change = 0;
  double gain = 0;  // of the sum of squares
};

// Which factors lose how many coefficients each.
struct Pair {
  int length;  // 1: a real root; 2: two
  bool seasonal;
  double margin;  // of the log-likelihood, by which the score statistic may understate what is gained
  std::size_t places;
};

// The models of 2000 targets of hourly telemetry a day after their first fit: with these each of 1276 that kept its
// order came as high as a search from nothing. With a margin of 2 for single roots too four did not, without two
// seasonal ones one.
constexpr std::array<Pair, 4> kPairs{{{1, false, 10, 2}, {2, false, 10, 1}, {1, true, 2, 1}, {2, true, 10, 1}}};

// The factor 1 - first B^step - second B^(2 step); `second` 0 stands for a single root.
Place PlaceAt(std::span<const double> e, double first, double second, std::size_t step) {
  Place out{.first = first, .second = second};
  std::vector<double> filtered(e.size(), 0.0);
  const auto ago = [&](std::size_t t, std::size_t lag) { return t < lag ? 0.0 : filtered[t - lag]; };
  std::array<double, 3> squares{};
  std::array<double, 2> crosses{};
  for (std::size_t t = 0; t < e.size(); ++t) {
    const double last = ago(t, step);
    const double before = ago(t, 2 * step);
    squares[0] += last * last;
    squares[1] += last * before;
    squares[2] += before * before;
    crosses[0] += e[t] * last;
    crosses[1] += e[t] * before;
    filtered[t] = e[t] + first * last + second * before;
  }
  constexpr double kLeastDeterminant = 1e-9;  // of the product of squares: else the two lags are one
  const double determinant = squares[0] * squares[2] - squares[1] * squares[1];
  if (second == 0) {
    if (squares[0] > 0) out.first_change = crosses[0] / squares[0];
  } else if (determinant > kLeastDeterminant * squares[0] * squares[2]) {
    out.first_change = (crosses[0] * squares[2] - crosses[1] * squares[1]) / determinant;
    out.second_change = (crosses[1] * squares[0] - crosses[0] * squares[1]) / determinant;
  }
  out.gain = crosses[0] * out.first_change + crosses[1] * out.second_change;
  return out;
}

// The places of a grid where the gain is no less than at their neighbours, the most first.
std::vector<Place> LocalMaxima(const std::vector<Place>& grid, std::size_t columns) {
  std::vector<Place> out;
  const std::size_t rows = grid.size() / columns;
  for (std::size_t at = 0; at < grid.size(); ++at) {
    const std::size_t row = at / columns;
    const std::size_t column = at % columns;
    const double gain = grid[at].gain;
    const bool most =
        (column == 0 || gain >= grid[at - 1].gain) && (column + 1 == columns || gain >= grid[at + 1].gain) &&
        (row == 0 || gain >= grid[at - columns].gain) && (row + 1 == rows || gain >= grid[at + columns].gain);
    if (most && gain > 0) out.push_back(grid[at]);
  }
  std::sort(out.begin(), out.end(), [](const Place& a, const Place& b) { return a.gain > b.gain; });
  return out;
}

std::vector<Place> Places(std::span<const double> e, const Pair& pair, int m) {
  constexpr std::array<double, 12> kRoots{0.985, 0.96, 0.92, 0.85, 0.75, 0.6, 0.4, 0.2, -0.2, -0.5, -0.8, -0.96};
  constexpr std::array<double, 4> kModuli{0.985, 0.96, 0.92, 0.8};
  constexpr std::array<double, 15> kAngles{0, 0.02, 0.04, 0.08, 0.14, 0.2, 0.28, 0.45, 0.7, 1, 1.3, 1.6, 1.9, 2.3, 2.7};
  const auto step = static_cast<std::size_t>(pair.seasonal ? m : 1);
  const double most = std::pow(kMinRootModulus, -static_cast<double>(step));
  std::vector<Place> grid;
  if (pair.length == 1) {
    for (const double root : kRoots) grid.push_back(PlaceAt(e, root * most, 0, step));
    return LocalMaxima(grid, kRoots.size());
  }
  for (const double modulus : kModuli) {
    const double shrunk = modulus * most;
    for (const double angle : kAngles) {
      grid.push_back(PlaceAt(e, 2 * shrunk * std::cos(angle), -shrunk * shrunk, step));
    }
  }
  return LocalMaxima(grid, kAngles.size());
}

// `factor`, 1 - sign c_1 B - ..., times 1 - first B - second B^2.
void Multiply(std::span<const double> factor, double sign, double first, double second, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  const auto at = [&](std::size_t i) { return i == 0 ? 1.0 : i <= factor.size() ? -sign * factor[i - 1] : 0.0; };
  for (std::size_t i = 1; i <= out.size(); ++i) {
    double sum = at(i) - first * at(i - 1);
    if (i > 1) sum -= second * at(i - 2);
    out[i - 1] = -sign * sum;
  }
}

Coefficients With(const Estimate& smaller, const ArimaOrder& order, const Pair& pair, const Place& place) {
  const ArimaOrder& s = smaller.order;
  const std::array<int, 4> have{s.p, s.q, s.P, s.Q};
  const std::array<int, 4> want{order.p, order.q, order.P, order.Q};
  Coefficients out{};
  std::size_t from = 0;
  std::size_t to = 0;
  for (std::size_t f = 0; f < have.size(); ++f) {
    const std::span<const double> factor(smaller.coefficients.data() + from, static_cast<std::size_t>(have[f]));
    const std::span<double> product(out.data() + to, static_cast<std::size_t>(want[f]));
    const bool autoregressive = f % 2 == 0;
    if ((f >= 2) != pair.seasonal) {
      std::copy(factor.begin(), factor.end(), product.begin());
    } else {
      Multiply(factor, autoregressive ? 1 : -1, place.first + (autoregressive ? place.first_change : 0),
               place.second + (autoregressive ? place.second_change : 0), product);
    }
    from += factor.size();
    to += product.size();
  }
  constexpr double kFarthest = 1 - 1e-4;  // of a partial: on the bound itself it would be held there
  return ToPartials(order, out, kFarthest);
}

}  // namespace

std::vector<Coefficients> OtherStarts(Estimator* estimator, const Estimate& found, int* evaluations) {
  const ArimaOrder& order = found.order;
  std::vector<Coefficients> out;
  for (const Pair& pair : kPairs) {
    if (std::min(pair.seasonal ? order.P : order.p, pair.seasonal ? order.Q : order.q) < pair.length) continue;
    ArimaOrder smaller = order;
    (pair.seasonal ? smaller.P : smaller.p) -= pair.length;
    (pair.seasonal ? smaller.Q : smaller.q) -= pair.length;
    EstimateOptions options;
    options.tolerance = 1e-1;
    ArimaOrder bare = smaller;
    (pair.seasonal ? bare.P : bare.p) = 0;
    (pair.seasonal ? bare.Q : bare.q) = 0;
    const std::array<Coefficients, 2> starts{
        NeighbourStart(smaller, order, found.partials),
        NeighbourStart(smaller, bare, NeighbourStart(bare, order, found.partials))};
    const Estimate estimate = estimator->Fit(smaller, starts, options);
    *evaluations += estimate.evaluations + 1;
    if (!estimate.usable) continue;
    estimator->Revisit(estimate);
    std::vector<double> innovations;
    estimator->likelihood().StandardisedInnovations(&innovations);
    const double sum = estimator->likelihood().sum_of_squares();
    const auto n = static_cast<double>(innovations.size());
    const std::vector<Place> places = Places(innovations, pair, order.m);
    for (std::size_t i = 0; i < std::min(places.size(), pair.places); ++i) {
      const double left = std::max(1 - places[i].gain / sum, 0.0);
      if (estimate.objective + 0.5 * n * Log(left) > found.objective + pair.margin) break;
      out.push_back(With(estimate, order, pair, places[i]));
    }
  }
  return out;
}

}  // namespace fitd::arima
