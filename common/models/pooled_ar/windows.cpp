#include "common/models/pooled_ar/windows.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "common/models/numeric/vectors.h"

namespace fitd::pooled_ar {
namespace {

constexpr int kShortestSeason = 24;  // the lags of layout.h reach a shorter one
constexpr int kLongestSeason = 366;  // bounds the sums: 85,000 doubles
// Days of the week, or parts of a day: what a year of them has beside it reaches further than those lags too. Cash
// machines by the day, 56 days ahead, four horizons held out: 25.22 of sMAPE without such windows, 24.97 with one of 16
// weeks, 24.60 with 32 beside it, 24.56 with 20 and 40; with 8 alone 26.4. Not tried on parts of years, whose series
// are never as long.
constexpr int kShortestOfDays = 5;
constexpr int kLongestOfDays = 11;
constexpr std::size_t kWindowsOfDays[] = {16, 32};  // seasons
// Values of a window of several seasons: two weeks of hours. 348 and 360 miss one held-out week of hourly loads by 20 %
// more and two earlier ones by as much.
constexpr std::size_t kLongest = 336;
// Seasons of a window between: a week and a day of hours, for series of a few weeks.
constexpr std::size_t kMiddle = 8;
constexpr std::size_t kMostWindows = 1U << 14;  // the latest of a series that teach
constexpr std::size_t kMostResiduals = 2048;
// Of the mean variance of a window's values: what stays with many windows, and with as many as the window has values.
// Weekly series of three years and hourly ones of three weeks, 16 of each, lose nothing from 0.01 to 0.05 (0.05 and
// 0.13 windows a value), hourly ones of a year nothing from 0.0003 to 0.002. A window of several seasons holds the same
// hour several times over: kRidgeOfSeveral 3 instead of 0.3 takes 0.7 % off nine held-out weeks of 20 hourly loads,
// 1.5 % off five loads alone and 3.5 % off cash machines alone. One of a season and an eighth holds it once: 3 costs
// weekly series with a strong pattern 2 %.
constexpr double kWindowRidge = 3e-4;
constexpr double kWindowRidgeSmall = 0.3;
constexpr double kRidgeOfSeveral = 3;
constexpr double kFewestWindows = 4;  // per value of the window
constexpr double kApart = 0.002;      // share of the values at either end that may stand apart
// Multiples of the one-step deviation that a path may reach over kStableSteps: beyond, the weights are no model.
constexpr double kStableSteps = 2000;
constexpr double kLargestResponse = 3;

std::size_t Triangle(std::size_t window) {
  return (window + 1) * (window + 2) / 2;
}

double MeanSeasonalChange(std::span<const double> z, std::size_t m) {
  const std::size_t lag = z.size() > m ? m : 1;
  double sum = 0;
  for (std::size_t t = lag; t < z.size(); ++t) sum += std::abs(z[t] - z[t - lag]);
  return z.size() > lag ? sum / static_cast<double>(z.size() - lag) : 0.0;
}

// Adds sum of x_{t-i} x_{t-j} over t = window .. n-1 for 0 <= i <= j <= window, row by row. Along a diagonal only the
// ends change, so a series costs window x (n + window).
void AddMoments(std::span<const double> x, std::size_t window, std::span<double> sums) {
  const std::size_t n = x.size();
  std::vector<double> row(window + 1, 0.0);
  for (std::size_t t = window; t < n; ++t) {
    for (std::size_t j = 0; j <= window; ++j) row[j] += x[t] * x[t - j];
  }
  double* out = sums.data();
  for (std::size_t i = 0; i <= window; ++i) {
    for (std::size_t j = i; j <= window; ++j) *out++ += row[j];
    for (std::size_t j = window; j > i; --j) {
      row[j] = row[j - 1] + x[window - 1 - i] * x[window - j] - x[n - 1 - i] * x[n - j];
    }
  }
}

// Whether what a shock leaves behind stays near it.
bool IsStable(std::span<const double> weights) {
  std::vector<double> response(weights.size(), 0.0);
  response.push_back(1);
  for (std::size_t step = 0; step < static_cast<std::size_t>(kStableSteps); ++step) {
    const double next = WindowStep(weights, response);
    if (!(std::abs(next) <= kLargestResponse)) return false;
    response.push_back(next);
  }
  return true;
}

WindowWeights SolveWindow(std::size_t window, bool several, double windows, std::span<const double> moments) {
  WindowWeights out;
  out.windows = windows;
  const auto size = static_cast<double>(window);
  if (windows < kFewestWindows * size) return out;
  const auto n = static_cast<Eigen::Index>(window);
  Eigen::MatrixXd all(n + 1, n + 1);
  const double* next = moments.data();
  for (Eigen::Index i = 0; i <= n; ++i) {
    for (Eigen::Index j = i; j <= n; ++j) all(i, j) = all(j, i) = *next++ / windows;
  }
  // Each window less its own mean.
  const Eigen::VectorXd with_mean = all.rightCols(n).rowwise().sum() / size;
  const double mean_square = with_mean.tail(n).sum() / size;
  Eigen::MatrixXd gram = all.bottomRightCorner(n, n);
  Eigen::VectorXd product = all.col(0).tail(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    product(i) += mean_square - with_mean(0) - with_mean(i + 1);
    for (Eigen::Index j = 0; j < n; ++j) gram(i, j) += mean_square - with_mean(i + 1) - with_mean(j + 1);
  }
  const double small = several ? kRidgeOfSeveral : kWindowRidgeSmall;
  const double ridge = (kWindowRidge + small * size / windows) * gram.trace() / size;
  if (!(ridge > 0)) return out;
  gram.diagonal().array() += ridge;
  const Eigen::VectorXd b = gram.ldlt().solve(product);
  if (!b.allFinite()) return out;
  const double rest = (1 - b.sum()) / size;
  out.weights.resize(window);
  for (Eigen::Index i = 0; i < n; ++i) out.weights[static_cast<std::size_t>(i)] = b(i) + rest;
  if (!IsStable(out.weights)) out.weights.clear();
  return out;
}

}  // namespace

std::vector<std::size_t> WindowsOf(int season) {
  const auto m = static_cast<std::size_t>(season);
  std::vector<std::size_t> windows;
  if (season >= kShortestOfDays && season <= kLongestOfDays) {
    for (const std::size_t seasons : kWindowsOfDays) windows.push_back(seasons * m);
  }
  if (season < kShortestSeason || season > kLongestSeason) return windows;
  windows = {m + m / 8};
  const std::size_t several = kLongest / m * m;
  if (kMiddle * m < several) windows.push_back(kMiddle * m);
  if (several >= 2 * m) windows.push_back(several);
  return windows;
}

double CleanNext(std::span<const double> before, double z, int season, double limit) {
  const auto m = static_cast<std::size_t>(season);
  const double last = before.back();
  const double seasonal = before.size() >= m ? before[before.size() - m] : last;
  return std::clamp(z, std::min(last, seasonal) - limit, std::max(last, seasonal) + limit);
}

WindowSeries CleanForWindows(std::vector<double> z, int season) {
  WindowSeries out;
  if (z.empty()) return out;
  std::vector<double> sorted = z;
  std::sort(sorted.begin(), sorted.end());
  const auto apart = std::max<std::size_t>(static_cast<std::size_t>(kApart * static_cast<double>(z.size())), 1);
  if (sorted.size() > 2 * apart) out.limit = sorted[sorted.size() - 1 - apart] - sorted[apart];
  for (std::size_t t = 1; t < z.size(); ++t) z[t] = CleanNext(std::span(z).first(t), z[t], season, out.limit);
  out.z = std::move(z);
  return out;
}

std::size_t WindowSumsSize(int season) {
  std::size_t size = 0;
  for (const std::size_t window : WindowsOf(season)) size += 1 + Triangle(window);
  return size;
}

void AddToWindowSums(std::span<const double> z, int season, std::span<double> sums) {
  const double unit = MeanSeasonalChange(z, static_cast<std::size_t>(season));
  if (!(unit > 0)) return;
  std::vector<double> x(z.begin(), z.end());
  double mean = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (double& v : x) v = (v - mean) / unit;
  if (!AllFinite(x)) return;
  for (const std::size_t window : WindowsOf(season)) {
    const std::size_t used = std::min(x.size(), kMostWindows + window);
    if (used > window) {
      sums[0] += static_cast<double>(used - window);
      AddMoments(std::span(x).last(used), window, sums.subspan(1, Triangle(window)));
    }
    sums = sums.subspan(1 + Triangle(window));
  }
}

std::vector<WindowWeights> SolveWindows(int season, std::span<const double> sums) {
  std::vector<WindowWeights> out;
  for (const std::size_t window : WindowsOf(season)) {
    const bool several = window >= 2 * static_cast<std::size_t>(season);
    out.push_back(SolveWindow(window, several, sums[0], sums.subspan(1, Triangle(window))));
    sums = sums.subspan(1 + Triangle(window));
  }
  return out;
}

const WindowWeights* WindowFor(std::span<const WindowWeights> learned, std::size_t n) {
  // 60 hourly series of 376 values: forecast by a window of 336 (half a season before it was enough) 80 % intervals
  // covered 59 % of the next day and the error was 12 % more than by one of 27, whose intervals cover 89 %.
  constexpr double kLengthsOfWindow = 2.2;
  const WindowWeights* longest = nullptr;
  for (const WindowWeights& one : learned) {
    const auto least = static_cast<std::size_t>(kLengthsOfWindow * static_cast<double>(one.weights.size()));
    if (!one.weights.empty() && n >= least) longest = &one;
  }
  return longest;
}

const WindowWeights* WindowOfSize(std::span<const WindowWeights> learned, std::size_t size) {
  for (const WindowWeights& one : learned) {
    if (size > 0 && one.weights.size() == size) return &one;
  }
  return nullptr;
}

double WindowStep(std::span<const double> weights, std::span<const double> last) {
  double next = 0;
  const double* newest = last.data() + last.size() - 1;
  for (std::size_t i = 0; i < weights.size(); ++i) next += weights[i] * *(newest - i);
  return next;
}

double WindowSigma(std::span<const double> weights, std::span<const double> z) {
  const std::size_t window = weights.size();
  if (z.size() <= window) return 0;
  const std::size_t first = std::max(window, z.size() - std::min(z.size(), kMostResiduals));
  double mean = 0;
  double count = 0;
  for (std::size_t t = first; t < z.size(); ++t) {
    const double error = z[t] - WindowStep(weights, z.first(t));
    count += 1;
    mean += (error * error - mean) / count;
  }
  return std::sqrt(mean);
}

std::vector<double> WindowDeviations(std::span<const double> weights, std::size_t horizon) {
  std::vector<double> response(weights.size(), 0.0);
  std::vector<double> deviations;
  double variance = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    response.push_back(h == 0 ? 1.0 : WindowStep(weights, response));
    variance += response.back() * response.back();
    deviations.push_back(std::sqrt(variance));
  }
  return deviations;
}

}  // namespace fitd::pooled_ar
