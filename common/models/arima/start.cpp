#include "common/models/arima/start.h"

#include <algorithm>
#include <array>

#include "common/models/arima/positive_solve.h"

namespace fitd::arima {
namespace {

// A regression on collinear columns stays solvable; its solution is only where a search begins.
constexpr double kRidge = 1.001;
constexpr double kLeastDiagonal = 1e-9;
constexpr double kFarthestStart = 0.95;  // of a partial: nearer to 1 the likelihood is flat in what lies behind it

}  // namespace

Coefficients NeighbourStart(const ArimaOrder& order, const ArimaOrder& from, const Coefficients& partials) {
  const std::array<int, 4> have{from.p, from.q, from.P, from.Q};
  const std::array<int, 4> want{order.p, order.q, order.P, order.Q};
  Coefficients out{};
  int source = 0;
  int target = 0;
  for (std::size_t f = 0; f < have.size(); ++f) {
    for (int i = 0; i < std::min(have[f], want[f]); ++i) out[target + i] = partials[source + i];
    source += have[f];
    target += want[f];
  }
  return out;
}

Coefficients RegressionStart(std::span<const double> y, const ArimaOrder& o, std::span<const double> innovations) {
  const int k = o.NumCoefficients();
  std::array<const double*, kMaxCoefficients> column{};
  std::array<std::size_t, kMaxCoefficients> lag{};
  int at = 0;
  std::size_t first = 0;
  const std::array<std::array<int, 2>, 4> factors{{{o.p, 1}, {o.q, 1}, {o.P, o.m}, {o.Q, o.m}}};
  for (std::size_t f = 0; f < factors.size(); ++f) {
    for (int i = 1; i <= factors[f][0]; ++i, ++at) {
      column[at] = f % 2 == 0 ? y.data() : innovations.data();
      lag[at] = static_cast<std::size_t>(i) * static_cast<std::size_t>(factors[f][1]);
      if (2 * lag[at] < y.size()) first = std::max(first, lag[at]);
    }
  }
  Matrix normal{};
  Coefficients right{};
  std::array<int, kMaxCoefficients> all{};
  for (int i = 0; i < k; ++i) {
    all[i] = i;
    for (std::size_t t = std::max(first, lag[i]); t < y.size(); ++t) right[i] += column[i][t - lag[i]] * y[t];
    for (int j = 0; j <= i; ++j) {
      double sum = 0;
      for (std::size_t t = std::max({first, lag[i], lag[j]}); t < y.size(); ++t) {
        sum += column[i][t - lag[i]] * column[j][t - lag[j]];
      }
      normal[i][j] = normal[j][i] = sum;
    }
    normal[i][i] = normal[i][i] * kRidge + kLeastDiagonal;
  }
  Coefficients solution{};
  SolvePositive(normal, {all.data(), static_cast<std::size_t>(k)}, right, &solution);
  return ToPartials(o, solution, kFarthestStart);
}

}  // namespace fitd::arima
