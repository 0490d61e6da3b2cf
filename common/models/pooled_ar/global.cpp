#include "common/models/pooled_ar/global.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "common/models/pooled_ar/layout.h"
#include "common/models/pooled_ar/prior.h"
#include "common/models/pooled_ar/season_index.h"
#include "common/models/pooled_ar/windows.h"

namespace fitd {
namespace {

using namespace pooled_ar;

constexpr double kRidge = 0.05;     // relative to the diagonal of the Gram matrix,
constexpr double kRidgeSmall = 10;  // and more when there are few windows per feature
// Times as much where the ridge leads to a prior and not to nothing: single series of M3 lose 0.5 % less than with 1,
// and no less with 5.
constexpr double kRidgeToPrior = 3;
// Windows that a prior's deviation counts as: with 50 intervals are no better covered, with 1 those of quarters are
// narrower by 3 points.
constexpr double kSigmaWindows = 10;

// Ridge coefficients of one step and the standard deviation of its errors.
struct StepFit {
  Eigen::VectorXd weights;
  double sigma = 0;
};
StepFit SolveStep(const Eigen::MatrixXd& gram, std::span<const double> products, const PriorStep& prior) {
  const Eigen::Index p = gram.rows();
  const auto features = static_cast<std::size_t>(p);
  const double weight = products[features + 1];
  const double count = products[features + 2];
  StepFit fit{Eigen::VectorXd::Zero(p), prior.sigma};
  if (prior.share > 0) fit.weights = Eigen::Map<const Eigen::VectorXd>(prior.weights.data(), p);
  if (!(weight > 0)) return fit;
  Eigen::MatrixXd ridge = gram / weight;
  const double small = kRidgeSmall * (1 + (kRidgeToPrior - 1) * prior.share);
  const double strength = kRidge + small * static_cast<double>(p) / count;
  const Eigen::VectorXd xy = Eigen::Map<const Eigen::VectorXd>(products.data(), p) / weight;
  Eigen::VectorXd drawn = xy;
  for (Eigen::Index i = 0; i < p; ++i) {
    const double penalty = strength * ridge(i, i) + 1e-9;
    ridge(i, i) += penalty;
    if (prior.share > 0) drawn(i) += penalty * fit.weights(i);
  }
  const Eigen::VectorXd b = ridge.ldlt().solve(drawn);
  // Weights and clipping serve the mean; intervals need the errors of all windows alike: the size of the changes, less
  // the share of it that the regression explains.
  const double squares = products[features] / weight;
  double unexplained = 1;
  if (b.allFinite()) {
    fit.weights = b;
    if (squares > 0) unexplained = std::clamp(1 - (2 * b.dot(xy) - b.dot(gram * b) / weight) / squares, 0.0, 1.0);
  }
  const double others = prior.share * kSigmaWindows;
  const double own = products[features + 3] / count * unexplained;
  fit.sigma = std::sqrt(others > 0 ? (count * own + others * prior.sigma * prior.sigma) / (count + others) : own);
  return fit;
}

// Steps no series is long enough for are forecast flat: their errors grow as a random walk's from the last step that
// has windows, or from one change of the series (kGaussianRatio times its mean size).
void WidenStepsWithoutWindows(const Layout& layout, std::span<const double> products, std::vector<double>* sigma) {
  constexpr double kGaussianRatio = 1.2533;  // standard deviation / mean absolute value
  double known = kGaussianRatio;
  double known_step = 1;
  for (std::size_t k = 0; k < layout.steps.size(); ++k) {
    const auto step = static_cast<double>(layout.steps[k]);
    if (products[k * layout.step_size() + layout.features + 1] > 0) {
      known = (*sigma)[k];
      known_step = step;
    } else {
      (*sigma)[k] = known * std::sqrt(step / known_step);
    }
  }
}

PooledArCoefficients SolveHalf(const Layout& layout, int season, std::uint64_t targets, std::span<const double> half) {
  const auto p = static_cast<Eigen::Index>(layout.features);
  PooledArCoefficients out;
  out.weights.assign(layout.steps.size() * layout.features, 0.0);
  out.sigma.assign(layout.steps.size(), 0.0);
  const std::span<const double> products = half.subspan(layout.steps.size() * layout.gram());
  out.windows = products[layout.features + 2];
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(p, p);
  bool drawn = false;
  for (std::size_t k = layout.steps.size(); k-- > 0;) {  // a window with a steps known takes part in steps 1..a
    const double* g = half.data() + k * layout.gram();
    for (Eigen::Index i = 0; i < p; ++i) {
      for (Eigen::Index j = i; j < p; ++j, ++g) {
        gram(i, j) += *g;
        gram(j, i) = gram(i, j);
      }
    }
    const PriorStep prior = PriorOf(season, layout.steps[k], targets, out.windows);
    drawn = prior.share > 0;
    const StepFit fit = SolveStep(gram, products.subspan(k * layout.step_size(), layout.step_size()), prior);
    std::copy(fit.weights.data(), fit.weights.data() + p,
              out.weights.begin() + static_cast<std::ptrdiff_t>(k * layout.features));
    out.sigma[k] = fit.sigma;
  }
  if (!drawn) WidenStepsWithoutWindows(layout, products, &out.sigma);
  return out;
}

}  // namespace

PooledArGlobal Solve(const PooledArSums& sums, std::uint64_t targets) {
  const auto [season, horizon] = sums.options();
  const Layout layout(season, horizon);
  const std::span<const double> halves = sums.data().subspan(kHeader, 2 * layout.half());
  const bool dropped = sums.data().size() == layout.without_windows();
  const std::vector<double> none(dropped ? 2 * layout.windows : 0);
  const std::span<const double> windows = dropped ? none : sums.data().last(2 * layout.windows);
  PooledArGlobal global{kVersion,
                        season,
                        horizon,
                        SolveHalf(layout, season, targets, halves.first(layout.half())),
                        SolveHalf(layout, season, targets, halves.last(layout.half())),
                        SolveSeasonIndex(sums.data().subspan(kHeader + 2 * layout.half(), layout.index), season)};
  global.all.long_windows = SolveWindows(season, windows.first(layout.windows));
  global.held_out.long_windows = SolveWindows(season, windows.last(layout.windows));
  for (std::size_t i = 0; i < global.all.long_windows.size(); ++i) {  // what cannot be validated has no say
    if (global.held_out.long_windows[i].weights.empty()) global.all.long_windows[i].weights.clear();
  }
  return global;
}

namespace {

// Number of windows and weights of each length; none where nothing was learned.
void AppendWindows(const std::vector<WindowWeights>& windows, std::vector<double>& out) {
  for (const WindowWeights& one : windows) {
    out.insert(out.end(), {one.windows, static_cast<double>(one.weights.size())});
    out.insert(out.end(), one.weights.begin(), one.weights.end());
  }
}

// What AppendWindows wrote at the beginning of `data`, which it takes off; false: something else.
bool TakeWindows(int season, std::span<const double>& data, std::vector<WindowWeights>& out) {
  for (const std::size_t window : WindowsOf(season)) {
    if (data.size() < 2 || (data[1] != 0 && data[1] != static_cast<double>(window))) return false;
    const auto size = static_cast<std::size_t>(data[1]);
    if (data.size() < 2 + size) return false;
    const std::span<const double> weights = data.subspan(2, size);
    out.push_back({data[0], {weights.begin(), weights.end()}});
    data = data.subspan(2 + size);
  }
  return true;
}

}  // namespace

std::vector<double> PackPooledAr(const PooledArGlobal& global) {
  std::vector<double> out = {static_cast<double>(global.version), static_cast<double>(global.season),
                             static_cast<double>(global.horizon), global.all.windows, global.held_out.windows};
  for (const PooledArCoefficients* c : {&global.all, &global.held_out}) {
    out.insert(out.end(), c->weights.begin(), c->weights.end());
    out.insert(out.end(), c->sigma.begin(), c->sigma.end());
  }
  for (const PooledArCoefficients* c : {&global.all, &global.held_out}) AppendWindows(c->long_windows, out);
  out.insert(out.end(), global.season_index.begin(), global.season_index.end());
  return out;
}

std::optional<PooledArGlobal> UnpackPooledAr(std::span<const double> data) {
  constexpr std::size_t kPackedHeader = 5;
  if (data.size() < kPackedHeader || !IsShapeHeader(data)) return std::nullopt;
  PooledArGlobal global;
  global.version = kVersion;
  global.season = static_cast<int>(data[1]);
  global.horizon = static_cast<int>(data[2]);
  global.all.windows = data[3];
  global.held_out.windows = data[4];
  const Layout layout(global.season, global.horizon);
  const std::size_t weights = layout.steps.size() * layout.features;
  if (data.size() < kPackedHeader + 2 * (weights + layout.steps.size())) return std::nullopt;
  data = data.subspan(kPackedHeader);
  for (PooledArCoefficients* c : {&global.all, &global.held_out}) {
    c->weights.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(weights));
    data = data.subspan(weights);
    c->sigma.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(layout.steps.size()));
    data = data.subspan(layout.steps.size());
  }
  if (data.empty()) return global;  // no long windows: of their seasons, by an earlier fitd
  for (PooledArCoefficients* c : {&global.all, &global.held_out}) {
    if (!TakeWindows(global.season, data, c->long_windows)) return std::nullopt;
  }
  if (data.empty()) return global;
  if (global.season < 2 || data.size() != static_cast<std::size_t>(global.season) + kBesideIndex) return std::nullopt;
  global.season_index.assign(data.begin(), data.end());
  return global;
}

bool HasItsShape(const PooledArGlobal& global) {
  const double header[] = {static_cast<double>(global.version), static_cast<double>(global.season),
                           static_cast<double>(global.horizon)};
  if (!IsShapeHeader(header)) return false;
  const Layout layout(global.season, global.horizon);
  const auto fits = [&](const PooledArCoefficients& c) {
    if (c.weights.size() != layout.steps.size() * layout.features || c.sigma.size() != layout.steps.size())
      return false;
    const std::vector<std::size_t> windows = WindowsOf(global.season);
    return c.long_windows.size() <= windows.size() &&
           std::equal(c.long_windows.begin(), c.long_windows.end(), windows.begin(),
                      windows.begin() + static_cast<std::ptrdiff_t>(c.long_windows.size()),
                      [](const WindowWeights& one, std::size_t window) {
                        return one.weights.empty() || one.weights.size() == window;
                      });
  };
  const bool any_index = !global.season_index.empty();
  return fits(global.all) && fits(global.held_out) &&
         (!any_index || global.season_index.size() == static_cast<std::size_t>(global.season) + kBesideIndex);
}

}  // namespace fitd
