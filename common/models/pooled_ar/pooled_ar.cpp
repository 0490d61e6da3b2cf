#include "common/models/pooled_ar/pooled_ar.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "common/models/base/model_check.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"
#include "common/models/pooled_ar/series.h"

namespace fitd {
namespace {

constexpr int kVersion = 3;                // of the features and of the layout of the sums
constexpr std::size_t kDenseSteps = 24;    // steps 1..24 each have coefficients; later ones are interpolated between
constexpr double kStepRatio = 1.15;        // steps this far apart
constexpr std::size_t kMostWindows = 256;  // the latest origins of a series that teach
constexpr std::size_t kFewestValues = 3;
constexpr double kSigmaClip = 3;     // times that limit: changes that still count whole for the intervals
constexpr double kClip = 2;          // targets beyond kClip sqrt(step) scales count as that: robust against jumps
constexpr double kRidge = 0.05;      // relative to the diagonal of the Gram matrix,
constexpr double kRidgeSmall = 10;   // and more when there are few windows per feature
constexpr double kLargestLog = 700;  // exp() stays finite

// Layout of PooledArSums::data_: {version, season, horizon}, then two halves. A half has, for a = 1..steps, the Gram
// matrix (upper triangle) of the windows with exactly a steps known after them, then per step: the products
// features x target, the target's square, the windows' weight and their number, the unweighted square of the change.
constexpr std::size_t kHeader = 3;

// The steps ahead that have coefficients of their own, ascending, the last one is the horizon.
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

struct Layout {
  Layout(int season, int horizon) : features(PooledState::NumFeatures(season)), steps(StepsOf(horizon)) {}
  std::size_t features;
  std::vector<std::size_t> steps;

  std::size_t gram() const { return features * (features + 1) / 2; }
  std::size_t step_size() const { return features + 4; }
  std::size_t half() const { return steps.size() * (gram() + step_size()); }
  std::size_t total() const { return kHeader + 2 * half(); }
};

// {version, season, horizon}, with values that a Layout takes.
bool IsShapeHeader(std::span<const double> data) {
  constexpr double kLargest = 1e6;  // of a season or horizon; keeps the conversion to int defined
  if (data.size() < kHeader || data[0] != kVersion) return false;
  return std::all_of(data.begin() + 1, data.begin() + kHeader,
                     [](double v) { return v >= 1 && v <= kLargest && v == std::floor(v); });
}

// One window: what was known at an origin (features x in units of `scale`), and the values after it.
void AddWindow(std::span<const double> x, double scale, double last, std::span<const double> later,
               const Layout& layout, std::span<double> half) {
  const std::size_t known = static_cast<std::size_t>(
      std::upper_bound(layout.steps.begin(), layout.steps.end(), later.size()) - layout.steps.begin());
  // Errors are scaled, but what a user sees is relative error, so erratic series have to count more.
  const double size = std::min(scale, 1.0);
  const double weight = size * std::sqrt(std::sqrt(size));  // to the power of 1.25
  const auto features = static_cast<Eigen::Index>(x.size());
  const Eigen::Map<const Eigen::ArrayXd> all(x.data(), features);
  double* gram = half.data() + (known - 1) * layout.gram();
  for (Eigen::Index left = features; left > 0; gram += left--) {
    Eigen::Map<Eigen::ArrayXd>(gram, left) += weight * all[features - left] * all.tail(left);
  }
  double* products = half.data() + layout.steps.size() * layout.gram();
  for (std::size_t k = 0; k < known; ++k, products += layout.step_size()) {
    const double limit = kClip * std::sqrt(static_cast<double>(layout.steps[k]));
    const double change = (later[layout.steps[k] - 1] - last) / scale;
    const double target = std::clamp(change, -limit, limit);
    const double size = std::min(std::abs(change), kSigmaClip * limit);
    const double wy = weight * target;
    Eigen::Map<Eigen::ArrayXd>(products, features) += wy * all;
    products[x.size()] += wy * target;
    products[x.size() + 1] += weight;
    products[x.size() + 2] += 1;
    products[x.size() + 3] += size * size;
  }
}

void AddSeries(std::span<const double> y, int season, const Layout& layout, std::span<double> half) {
  if (y.size() < kFewestValues || IsConstant(y)) return;
  const std::vector<double> z = PreparePooledSeries(y, season).z;
  const std::size_t settled = std::max<std::size_t>(kFewestValues, season > 1 ? static_cast<std::size_t>(season) : 0);
  const std::size_t first = std::max(settled, z.size() > kMostWindows ? z.size() - 1 - kMostWindows : 0);
  PooledState state(season);
  std::vector<double> x(layout.features);
  for (std::size_t t = 0; t + 1 < z.size(); ++t) {
    state.Update(z[t]);
    const double scale = state.scale();
    if (t < first || !(scale > 0)) continue;
    state.Features(x);
    AddWindow(x, scale, z[t], std::span(z).subspan(t + 1), layout, half);
  }
}

// Ridge coefficients of one step and the standard deviation of its errors.
struct StepFit {
  Eigen::VectorXd weights;
  double sigma = 0;
};
StepFit SolveStep(const Eigen::MatrixXd& gram, std::span<const double> products) {
  const Eigen::Index p = gram.rows();
  const auto features = static_cast<std::size_t>(p);
  const double weight = products[features + 1];
  const double count = products[features + 2];
  StepFit fit{Eigen::VectorXd::Zero(p), 0};
  if (!(weight > 0)) return fit;
  Eigen::MatrixXd ridge = gram / weight;
  const double strength = kRidge + kRidgeSmall * static_cast<double>(p) / count;
  for (Eigen::Index i = 0; i < p; ++i) ridge(i, i) += strength * ridge(i, i) + 1e-9;
  const Eigen::VectorXd xy = Eigen::Map<const Eigen::VectorXd>(products.data(), p) / weight;
  const Eigen::VectorXd b = ridge.ldlt().solve(xy);
  // Weights and clipping serve the mean; intervals need the errors of all windows alike: the size of the changes, less
  // the share of it that the regression explains.
  const double squares = products[features] / weight;
  double unexplained = 1;
  if (b.allFinite()) {
    fit.weights = b;
    if (squares > 0) unexplained = std::clamp(1 - (2 * b.dot(xy) - b.dot(gram * b) / weight) / squares, 0.0, 1.0);
  }
  fit.sigma = std::sqrt(products[features + 3] / count * unexplained);
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

PooledArCoefficients SolveHalf(const Layout& layout, std::span<const double> half) {
  const auto p = static_cast<Eigen::Index>(layout.features);
  PooledArCoefficients out;
  out.weights.assign(layout.steps.size() * layout.features, 0.0);
  out.sigma.assign(layout.steps.size(), 0.0);
  const std::span<const double> products = half.subspan(layout.steps.size() * layout.gram());
  out.windows = products[layout.features + 2];
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(p, p);
  for (std::size_t k = layout.steps.size(); k-- > 0;) {  // a window with a steps known takes part in steps 1..a
    const double* g = half.data() + k * layout.gram();
    for (Eigen::Index i = 0; i < p; ++i) {
      for (Eigen::Index j = i; j < p; ++j, ++g) {
        gram(i, j) += *g;
        gram(j, i) = gram(i, j);
      }
    }
    const StepFit fit = SolveStep(gram, products.subspan(k * layout.step_size(), layout.step_size()));
    std::copy(fit.weights.data(), fit.weights.data() + p,
              out.weights.begin() + static_cast<std::ptrdiff_t>(k * layout.features));
    out.sigma[k] = fit.sigma;
  }
  WidenStepsWithoutWindows(layout, products, &out.sigma);
  return out;
}

// Forecasts on the regression's scale.
struct Path {
  std::vector<double> z;         // season not put back
  std::vector<double> variance;  // same scale, squared
};

// Steps 1..horizon of the coefficients, from one origin; between steps with coefficients of their own, straight lines.
Path PredictBlock(const PooledState& state, const PooledArCoefficients& coefficients,
                  std::span<const std::size_t> steps) {
  const double scale = state.scale();
  std::vector<double> x(coefficients.weights.size() / steps.size());
  if (scale > 0) state.Features(x);
  Path path;
  double z = state.last();
  double variance = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    double next_z = state.last();
    double next_variance = 0;
    if (scale > 0) {
      double change = 0;
      for (std::size_t i = 0; i < x.size(); ++i) change += coefficients.weights[k * x.size() + i] * x[i];
      next_z += change * scale;
      next_variance = coefficients.sigma[k] * scale * coefficients.sigma[k] * scale;
    }
    const double gap = static_cast<double>(steps[k] - path.z.size());
    for (double i = 1; path.z.size() < steps[k]; ++i) {
      path.z.push_back(z + i / gap * (next_z - z));
      path.variance.push_back(variance + i / gap * (next_variance - variance));
    }
    z = next_z;
    variance = next_variance;
  }
  return path;
}

Path PredictPath(PooledState state, const PooledArCoefficients& coefficients, int trained, int horizon) {
  const std::vector<std::size_t> steps = StepsOf(trained);
  Path path;
  double variance = 0;  // of the forecasts that a later block starts from
  while (path.z.size() < static_cast<std::size_t>(horizon)) {
    const Path block = PredictBlock(state, coefficients, steps);
    for (std::size_t h = 0; h < block.z.size(); ++h) {
      path.z.push_back(block.z[h]);
      path.variance.push_back(variance + block.variance[h]);
      state.Update(block.z[h]);
    }
    variance = path.variance.back();
  }
  path.z.resize(static_cast<std::size_t>(horizon));
  path.variance.resize(static_cast<std::size_t>(horizon));
  return path;
}

}  // namespace

PooledArSums::PooledArSums(const PooledArOptions& options) {
  assert(options.season >= 1 && options.horizon >= 1);
  data_.assign(Layout(options.season, options.horizon).total(), 0.0);
  data_[0] = kVersion;
  data_[1] = options.season;
  data_[2] = options.horizon;
}

std::optional<PooledArSums> PooledArSums::FromData(std::vector<double> data) {
  if (!IsShapeHeader(data)) return std::nullopt;
  if (data.size() != Layout(static_cast<int>(data[1]), static_cast<int>(data[2])).total()) return std::nullopt;
  PooledArSums sums;
  sums.data_ = std::move(data);
  return sums;
}

PooledArOptions PooledArSums::options() const {
  return {static_cast<int>(data_[1]), static_cast<int>(data_[2])};
}

void PooledArSums::Add(std::span<const double> y) {
  if (y.empty() || !std::all_of(y.begin(), y.end(), [](double v) { return std::isfinite(v); })) return;
  const auto [season, horizon] = options();
  const Layout layout(season, horizon);
  const std::span<double> halves = std::span(data_).subspan(kHeader);
  AddSeries(y, season, layout, halves.first(layout.half()));
  if (y.size() > static_cast<std::size_t>(horizon)) {
    AddSeries(y.first(y.size() - static_cast<std::size_t>(horizon)), season, layout, halves.last(layout.half()));
  }
}

void PooledArSums::Merge(const PooledArSums& other) {
  assert(other.data_.size() == data_.size() && std::equal(data_.begin(), data_.begin() + kHeader, other.data_.begin()));
  for (std::size_t i = kHeader; i < data_.size(); ++i) data_[i] += other.data_[i];
}

PooledArGlobal Solve(const PooledArSums& sums) {
  const auto [season, horizon] = sums.options();
  const Layout layout(season, horizon);
  const std::span<const double> halves = sums.data().subspan(kHeader);
  return {kVersion, season, horizon, SolveHalf(layout, halves.first(layout.half())),
          SolveHalf(layout, halves.last(layout.half()))};
}

std::vector<double> PackPooledAr(const PooledArGlobal& global) {
  std::vector<double> out = {static_cast<double>(global.version), static_cast<double>(global.season),
                             static_cast<double>(global.horizon), global.all.windows, global.held_out.windows};
  for (const PooledArCoefficients* c : {&global.all, &global.held_out}) {
    out.insert(out.end(), c->weights.begin(), c->weights.end());
    out.insert(out.end(), c->sigma.begin(), c->sigma.end());
  }
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
  if (data.size() != kPackedHeader + 2 * (weights + layout.steps.size())) return std::nullopt;
  data = data.subspan(kPackedHeader);
  for (PooledArCoefficients* c : {&global.all, &global.held_out}) {
    c->weights.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(weights));
    data = data.subspan(weights);
    c->sigma.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(layout.steps.size()));
    data = data.subspan(layout.steps.size());
  }
  return global;
}

FitOutcome FitPooledAr(std::span<const double> y, const PooledArGlobal& global, bool held_out) {
  FitOutcome outcome;
  if (y.empty()) {
    outcome.reason = "the series has no values";
    return outcome;
  }
  if (global.version != kVersion) {
    outcome.reason = "the pooled coefficients are of another version";
    return outcome;
  }
  const PooledSeries series = PreparePooledSeries(y, global.season);
  const bool is_short = y.size() < kFewestValues;
  outcome.reason.clear();
  outcome.status = is_short ? FitStatus::kShort : IsConstant(y) ? FitStatus::kConstant : FitStatus::kFitted;
  PooledState state(global.season);
  const std::span<const double> z(series.z);
  for (const double v : is_short ? z.last(1) : z) state.Update(v);  // one value alone: nothing moves, flat forecast
  Model& model = outcome.model;
  model.algorithm = "pooled-ar";
  model.spec = series.log ? "log" : "linear";
  model.num_observations = y.size();
  model.parameters = {{"season", static_cast<double>(global.season)},
                      {"log", series.log ? 1.0 : 0.0},
                      {"unit", series.unit},
                      {"held_out", held_out ? 1.0 : 0.0}};
  model.states = {{"recursion", state.Pack()}, {"seasonal", series.seasonal}};
  return outcome;
}

bool HasItsShape(const PooledArGlobal& global) {
  const double header[] = {static_cast<double>(global.version), static_cast<double>(global.season),
                           static_cast<double>(global.horizon)};
  if (!IsShapeHeader(header)) return false;
  const Layout layout(global.season, global.horizon);
  const auto fits = [&](const PooledArCoefficients& c) {
    return c.weights.size() == layout.steps.size() * layout.features && c.sigma.size() == layout.steps.size();
  };
  return fits(global.all) && fits(global.held_out);
}

std::string PooledArDamage(const Model& model, const PooledArGlobal& global) {
  ModelCheck check(model);
  check.Expect(HasItsShape(global), "the pooled coefficients are of another version or cut off");
  check.HasSomeState("recursion").HasSomeState("seasonal").HasFinite("unit").HasFinite("log").HasFinite("held_out");
  if (!check.damage().empty()) return check.damage();
  const bool readable = PooledState::Unpack(global.season, *model.State("recursion")).has_value();
  return check.Expect(readable, "state 'recursion' does not fit season " + std::to_string(global.season)).damage();
}

Forecast PredictPooledAr(const Model& model, const PooledArGlobal& global, int horizon,
                         std::span<const double> levels) {
  const std::vector<double>* recursion = model.State("recursion");
  const std::vector<double>* seasonal = model.State("seasonal");
  assert(recursion != nullptr && seasonal != nullptr && !seasonal->empty() && global.version == kVersion);
  const std::optional<PooledState> state = PooledState::Unpack(global.season, *recursion);
  assert(state.has_value());
  if (!state.has_value()) return {};
  const PooledArCoefficients& coefficients = model.Parameter("held_out") != 0 ? global.held_out : global.all;
  const Path path = PredictPath(*state, coefficients, global.horizon, horizon);
  const bool log = model.Parameter("log") != 0;
  const double unit = model.Parameter("unit");
  const auto value = [&](std::size_t h, double quantile) {
    const double v = path.z[h] + quantile * std::sqrt(path.variance[h]) + (*seasonal)[h % seasonal->size()];
    return ToFinite(unit * (log ? Exp(std::clamp(v, -kLargestLog, kLargestLog)) : v));
  };
  Forecast forecast;
  for (std::size_t h = 0; h < path.z.size(); ++h) forecast.mean.push_back(value(h, 0));
  for (const double level : levels) {
    const double quantile = NormalIntervalQuantile(level);
    ForecastInterval interval{level, {}, {}};
    for (std::size_t h = 0; h < path.z.size(); ++h) {
      interval.lo.push_back(value(h, -quantile));
      interval.hi.push_back(value(h, quantile));
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
