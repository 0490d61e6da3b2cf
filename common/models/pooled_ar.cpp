#include "common/models/pooled_ar.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "common/models/gaussian.h"
#include "common/models/pooled_ar_window.h"

namespace fitd {
namespace {

constexpr int kVersion = 1;     // of the features and of the layout of the sums
constexpr int kMostSteps = 60;  // steps with coefficients of their own; later ones repeat from the forecasts
constexpr double kRidge = 1e-3;
constexpr double kFewestValues = 3;
constexpr double kLargestLog = 700;  // exp() stays finite

// Layout of PooledArSums::data_: {version, season, horizon}, then two halves. A half has, for a = 1..steps, the Gram
// matrix (upper triangle) of the windows that have exactly a later values (a = steps: at least), then per step the
// products features x target, the target's square and the number of windows.
constexpr std::size_t kHeader = 3;

struct Layout {
  std::size_t features;
  std::size_t steps;
  std::size_t gram() const { return features * (features + 1) / 2; }
  std::size_t step_size() const { return features + 2; }
  std::size_t half() const { return steps * (gram() + step_size()); }
  std::size_t total() const { return kHeader + 2 * half(); }
};

Layout LayoutOf(int season, int horizon) {
  return {static_cast<std::size_t>(PooledFeatureCount(season)),
          static_cast<std::size_t>(std::min(horizon, kMostSteps))};
}

// {version, season, horizon}, with values that LayoutOf takes.
bool IsShapeHeader(std::span<const double> data) {
  constexpr double kLargest = 1e6;  // of a season or horizon; keeps the conversion to int defined
  if (data.size() < kHeader || data[0] != kVersion) return false;
  return std::all_of(data.begin() + 1, data.begin() + kHeader,
                     [](double v) { return v >= 1 && v <= kLargest && v == std::floor(v); });
}

// One window whose targets are the values of `z` after position `t`.
void AddWindow(const PooledSeries& series, std::size_t t, int season, const Layout& layout, std::span<double> half) {
  const std::span<const double> z = series.z;
  const std::vector<double> window = PooledWindow(z.first(t + 1), season);
  const double scale = PooledWindowScale(window, series.step);
  std::vector<double> x(layout.features);
  PooledFeatures(window, scale, x);
  const std::size_t later = std::min(layout.steps, z.size() - 1 - t);
  double* gram = half.data() + (later - 1) * layout.gram();
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i; j < x.size(); ++j) *gram++ += x[i] * x[j];
  }
  double* products = half.data() + layout.steps * layout.gram();
  for (std::size_t h = 0; h < later; ++h, products += layout.step_size()) {
    const double target = (z[t + 1 + h] - z[t]) / scale;
    for (std::size_t i = 0; i < x.size(); ++i) products[i] += x[i] * target;
    products[x.size()] += target * target;
    products[x.size() + 1] += 1;
  }
}

void AddSeries(std::span<const double> y, int season, const Layout& layout, std::span<double> half) {
  if (static_cast<double>(y.size()) < kFewestValues) return;
  const PooledSeries series = PreparePooledSeries(y, season);
  if (!(series.step > 0)) return;
  // Padded windows teach something else than whole ones: only a series too short for a whole window gives one.
  const std::size_t whole = static_cast<std::size_t>(PooledWindowLength(season)) - 1;
  const std::size_t first = std::min(whole, y.size() - 2);
  for (std::size_t t = first; t + 1 < y.size(); ++t) AddWindow(series, t, season, layout, half);
}

PooledArCoefficients SolveHalf(const Layout& layout, std::span<const double> half) {
  const auto p = static_cast<Eigen::Index>(layout.features);
  PooledArCoefficients out;
  out.weights.assign(layout.steps * layout.features, 0.0);
  out.sigma.assign(layout.steps, 0.0);
  const double* products = half.data() + layout.steps * layout.gram();
  out.windows = products[layout.features + 1];
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(p, p);
  for (std::size_t h = layout.steps; h-- > 0;) {  // a window with a later values takes part in steps 1..a
    const double* g = half.data() + h * layout.gram();
    for (Eigen::Index i = 0; i < p; ++i) {
      for (Eigen::Index j = i; j < p; ++j, ++g) {
        gram(i, j) += *g;
        if (j != i) gram(j, i) = gram(i, j);
      }
    }
    const double* step = products + h * layout.step_size();
    const double count = step[layout.features + 1];
    if (count <= 0) continue;
    Eigen::MatrixXd ridge = gram;
    for (Eigen::Index i = 0; i < p; ++i) ridge(i, i) += kRidge * gram(i, i) + 1e-9 * count;
    const Eigen::VectorXd xy = Eigen::Map<const Eigen::VectorXd>(step, p);
    const Eigen::VectorXd b = ridge.ldlt().solve(xy);
    if (!b.allFinite()) continue;
    std::copy(b.data(), b.data() + p, out.weights.begin() + static_cast<std::ptrdiff_t>(h * layout.features));
    const double squares = step[layout.features] - 2 * b.dot(xy) + b.dot(gram * b);
    out.sigma[h] = std::sqrt(std::max(squares / count, 0.0));
  }
  return out;
}

// Forecast errors on the model's scale, step by step, from the window at the end of the series.
struct Path {
  std::vector<double> z;      // deseasonalised, transformed
  std::vector<double> sigma;  // standard deviation, same scale
};

Path PredictPath(std::vector<double> window, double step, const PooledArCoefficients& coefficients, int horizon) {
  const std::size_t steps = coefficients.sigma.size();
  const std::size_t features = coefficients.weights.size() / std::max<std::size_t>(steps, 1);
  const double scale = PooledWindowScale(window, step);
  Path path;
  double variance = 0;  // of the forecasts the later blocks start from
  std::vector<double> x(features);
  while (path.z.size() < static_cast<std::size_t>(horizon)) {
    const double block_scale = PooledWindowScale(window, step);
    const double last = window.back();
    if (block_scale > 0 && features > 0) PooledFeatures(window, block_scale, x);
    double sigma = 0;
    for (std::size_t h = 0; h < std::max<std::size_t>(steps, 1); ++h) {
      double change = 0;
      if (block_scale > 0 && features > 0) {
        for (std::size_t i = 0; i < features; ++i) change += coefficients.weights[h * features + i] * x[i];
        sigma = coefficients.sigma[h] * scale;
      }
      const double next = last + change * block_scale;
      path.z.push_back(next);
      path.sigma.push_back(std::sqrt(variance + sigma * sigma));
      window.erase(window.begin());
      window.push_back(next);
    }
    variance += sigma * sigma;
  }
  path.z.resize(static_cast<std::size_t>(horizon));
  path.sigma.resize(static_cast<std::size_t>(horizon));
  return path;
}

}  // namespace

PooledArSums::PooledArSums(const PooledArOptions& options) {
  assert(options.season >= 1 && options.horizon >= 1);
  data_.assign(LayoutOf(options.season, options.horizon).total(), 0.0);
  data_[0] = kVersion;
  data_[1] = options.season;
  data_[2] = options.horizon;
}

std::optional<PooledArSums> PooledArSums::FromData(std::vector<double> data) {
  if (!IsShapeHeader(data)) return std::nullopt;
  if (data.size() != LayoutOf(static_cast<int>(data[1]), static_cast<int>(data[2])).total()) return std::nullopt;
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
  const Layout layout = LayoutOf(season, horizon);
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
  const Layout layout = LayoutOf(season, horizon);
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
  const Layout layout = LayoutOf(global.season, global.horizon);
  const std::size_t weights = layout.steps * layout.features;
  if (data.size() != kPackedHeader + 2 * (weights + layout.steps)) return std::nullopt;
  data = data.subspan(kPackedHeader);
  for (PooledArCoefficients* c : {&global.all, &global.held_out}) {
    c->weights.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(weights));
    data = data.subspan(weights);
    c->sigma.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(layout.steps));
    data = data.subspan(layout.steps);
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
  Model& model = outcome.model;
  model.algorithm = "pooled-ar";
  model.spec =
      std::string(series.log ? "log" : "linear") + ",lags=" + std::to_string(PooledWindowLength(global.season));
  model.num_observations = y.size();
  const bool short_series = static_cast<double>(y.size()) < kFewestValues;
  model.parameters = {{"season", static_cast<double>(global.season)},
                      {"log", series.log ? 1.0 : 0.0},
                      {"unit", series.unit},
                      {"step", short_series ? 0.0 : series.step},
                      {"held_out", held_out ? 1.0 : 0.0}};
  std::vector<double> window = PooledWindow(series.z, global.season);
  if (short_series) window.assign(window.size(), window.back());
  model.states = {{"window", std::move(window)}, {"seasonal", series.seasonal}};
  outcome.reason.clear();
  outcome.status = !(series.step > 0) ? FitStatus::kConstant : short_series ? FitStatus::kShort : FitStatus::kFitted;
  if (y.size() == 1) outcome.status = FitStatus::kShort;
  return outcome;
}

Forecast PredictPooledAr(const Model& model, const PooledArGlobal& global, int horizon,
                         std::span<const double> levels) {
  const std::vector<double>* window = model.State("window");
  const std::vector<double>* seasonal = model.State("seasonal");
  assert(window != nullptr && seasonal != nullptr && global.version == kVersion);
  const PooledArCoefficients& coefficients = model.Parameter("held_out") != 0 ? global.held_out : global.all;
  const Path path = PredictPath(*window, model.Parameter("step"), coefficients, horizon);
  const bool log = model.Parameter("log") != 0;
  const double unit = model.Parameter("unit");
  const auto value = [&](std::size_t h, double quantile) {
    const double v = path.z[h] + quantile * path.sigma[h] + (*seasonal)[h % seasonal->size()];
    constexpr double kLargest = std::numeric_limits<double>::max();
    return std::clamp(unit * (log ? std::exp(std::clamp(v, -kLargestLog, kLargestLog)) : v), -kLargest, kLargest);
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
