#include "common/models/ets/estimate.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

constexpr std::size_t kLevel = 4;   // the four box coordinates come first in a search over everything, then the level,
constexpr std::size_t kGrowth = 5;  // the growth
constexpr std::size_t kSeason = 6;  // and period - 1 seasonal states; the last one is fixed
constexpr double kAdaptiveSeason = 0.1;
constexpr double kLeastSeason = 1e-6;  // a multiplicative season stays positive

std::size_t NumUnknowns(const EtsForm& form) {
  return kSeason + static_cast<std::size_t>(form.has_season() ? form.period - 1 : 0);
}

EtsBox BoxOf(std::span<const double> x) {
  return {x[0], x[1], x[2], x[3]};
}

EtsState StateOf(const EtsForm& form, std::span<const double> x) {
  EtsState state;
  state.level = x[kLevel];
  state.growth = x[kGrowth];
  if (form.has_season()) {
    std::copy(x.begin() + kSeason, x.end(), state.season.begin());
    state.season[static_cast<std::size_t>(form.period) - 1] = form.linear() ? 0 : 1;
  }
  return state;
}

}  // namespace

EtsEstimator::EtsEstimator(std::span<const double> y) {
  double largest = 0;
  double smallest = std::numeric_limits<double>::infinity();
  for (const double v : y) {
    largest = std::max(largest, std::fabs(v));
    smallest = std::min(smallest, v);
  }
  positive_ = smallest > 0;
  if (largest > 0) unit_ = std::ldexp(1.0, std::clamp(std::ilogb(largest), -1000, 1000));
  scaled_.resize(y.size());
  double sum = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    scaled_[t] = y[t] / unit_;
    sum += scaled_[t];
  }
  offset_ = sum / static_cast<double>(y.size());
  shifted_.resize(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) shifted_[t] = scaled_[t] - offset_;
}

EtsData EtsEstimator::Data(const EtsForm& form) const {
  if (form.linear()) return {shifted_, offset_};
  return {scaled_, 0};
}

double EtsEstimator::Deviance(const EtsForm& form, const EtsSmoothing& smoothing, const EtsState& initial) {
  return EtsDeviance(form, Data(form), smoothing, initial, tape_);
}

double EtsEstimator::SumOfSquares(const EtsForm& form, const EtsSmoothing& smoothing, const EtsState& initial) {
  Deviance(form, smoothing, initial);
  return tape_.sum_squares;
}

bool EtsEstimator::Concentrate(EtsFit& point) {
  if (!IsAdmissible(point.form, point.smoothing)) return false;
  if (!EtsConcentrate(point.form, Data(point.form), point.smoothing, tape_, point.initial)) return false;
  point.deviance = Deviance(point.form, point.smoothing, point.initial);
  return point.usable();
}

EtsState EtsEstimator::ToDataUnits(const EtsForm& form, const EtsState& state) const {
  EtsState s = state;
  s.level = (form.linear() ? s.level + offset_ : s.level) * unit_;
  s.growth *= unit_;
  if (form.season == EtsSeason::kAdditive) {
    for (double& v : s.season) v *= unit_;
  }
  return s;
}

EtsState EtsEstimator::FromDataUnits(const EtsForm& form, const EtsState& state) const {
  EtsState s = state;
  s.level = form.linear() ? s.level / unit_ - offset_ : s.level / unit_;
  s.growth /= unit_;
  if (form.season == EtsSeason::kAdditive) {
    for (double& v : s.season) v /= unit_;
  }
  return s;
}

double EtsEstimator::DevianceInDataUnits(double deviance) const {
  return deviance + 2 * static_cast<double>(scaled_.size()) * Log(unit_);
}

double EtsEstimator::AdditiveObjective(const EtsForm& form, std::span<const double> x, std::span<double> gradient) {
  const EtsBox box = BoxOf(x);
  const EtsSmoothing smoothing = FromBox(form, box);
  EtsState initial;
  if (!IsAdmissible(form, smoothing) || !EtsConcentrate(form, Data(form), smoothing, tape_, initial)) {
    return std::numeric_limits<double>::infinity();
  }
  if (gradient.empty()) return EtsDeviance(form, Data(form), smoothing, initial, tape_);
  // At the best initial states the derivatives through them vanish, so the partial ones are the total ones.
  const double deviance = EtsDevianceGradient(form, Data(form), smoothing, initial, tape_, gradient_);
  GradientToBox(form, box, gradient_.smoothing);
  std::copy(gradient_.smoothing.begin(), gradient_.smoothing.end(), gradient.begin());
  return deviance;
}

EtsFit EtsEstimator::FitAdditive(const EtsForm& form, const EtsSmoothing& start, const MinimizeOptions& options) {
  EtsFit fit;
  fit.form = form;
  EtsBox lower;
  EtsBox upper;
  BoxBounds(form, lower, upper);
  const Objective objective = [&](std::span<const double> x, std::span<double> gradient) {
    return AdditiveObjective(form, x, gradient);
  };
  const MinimizeResult result = MinimizeBounded(objective, ToBox(form, start), lower, upper, options);
  fit.evaluations = result.evaluations;
  fit.smoothing = FromBox(form, BoxOf(result.x));
  fit.deviance = result.value;
  if (!EtsConcentrate(form, Data(form), fit.smoothing, tape_, fit.initial)) {
    fit.deviance = std::numeric_limits<double>::infinity();
  }
  return fit;
}

double EtsEstimator::FullObjective(const EtsForm& form, std::span<const double> x, std::span<double> gradient) {
  const EtsBox box = BoxOf(x);
  const EtsSmoothing smoothing = FromBox(form, box);
  if (!IsAdmissible(form, smoothing)) return std::numeric_limits<double>::infinity();
  const double deviance = EtsDevianceGradient(form, Data(form), smoothing, StateOf(form, x), tape_, gradient_);
  GradientToBox(form, box, gradient_.smoothing);
  std::copy(gradient_.smoothing.begin(), gradient_.smoothing.end(), gradient.begin());
  gradient[kLevel] = gradient_.state.level;
  gradient[kGrowth] = form.has_trend() ? gradient_.state.growth : 0;
  for (std::size_t i = kSeason; i < gradient.size(); ++i) gradient[i] = gradient_.state.season[i - kSeason];
  return deviance;
}

std::vector<double> EtsEstimator::StartingHessian(const EtsForm& form, const EtsBox& box, const EtsState& state) {
  std::vector<double> h;
  EtsGaussNewton(form, Data(form), FromBox(form, box), state, tape_, h);
  const std::size_t n = NumUnknowns(form);
  const double alpha_to_beta = form.has_trend() ? box[1] : 0;
  const double alpha_to_gamma = form.has_season() ? -box[2] : 0;
  const double beta = box[0] - kEtsLowest;
  const double gamma = 1 - box[0] - kEtsLowest;
  const auto to_box = [&](double* v, std::size_t stride) {
    v[0] += alpha_to_beta * v[stride] + alpha_to_gamma * v[2 * stride];
    v[stride] *= beta;
    v[2 * stride] *= gamma;
  };
  for (std::size_t i = 0; i < n; ++i) to_box(h.data() + i * n, 1);
  for (std::size_t i = 0; i < n; ++i) to_box(h.data() + i, n);
  // Parameters without a curvature of their own make it singular.
  constexpr double kRelativeRidge = 1e-6;
  constexpr double kRidge = 1e-2;
  for (std::size_t i = 0; i < n; ++i) h[i * n + i] += kRelativeRidge * h[i * n + i] + kRidge;
  return h;
}

EtsFit EtsEstimator::FitFrom(const EtsForm& form, const EtsFit& start, const MinimizeOptions& options) {
  const std::size_t n = NumUnknowns(form);
  std::vector<double> x(n);
  std::vector<double> lower(n, -std::numeric_limits<double>::infinity());
  std::vector<double> upper(n, std::numeric_limits<double>::infinity());
  EtsBox box_lower;
  EtsBox box_upper;
  BoxBounds(form, box_lower, box_upper);
  const EtsBox box = ToBox(form, start.smoothing);
  std::copy(box_lower.begin(), box_lower.end(), lower.begin());
  std::copy(box_upper.begin(), box_upper.end(), upper.begin());
  std::copy(box.begin(), box.end(), x.begin());
  EtsState state = start.initial;
  if (form.has_season()) {  // the last seasonal state is the one that is fixed
    const double last = state.season[static_cast<std::size_t>(form.period) - 1];
    if (form.linear()) {
      state.level += last;
      for (double& s : state.season) s -= last;
    } else {
      state.level *= last;
      state.growth *= last;
      for (double& s : state.season) s /= last;
      std::fill(lower.begin() + kSeason, lower.end(), kLeastSeason);
    }
  }
  x[kLevel] = state.level;
  x[kGrowth] = state.growth;
  if (!form.has_trend()) lower[kGrowth] = upper[kGrowth] = 0;
  for (std::size_t i = kSeason; i < n; ++i) x[i] = state.season[i - kSeason];
  const std::vector<double> hessian = StartingHessian(form, box, StateOf(form, x));
  MinimizeOptions with_hessian = options;
  with_hessian.initial_hessian = hessian;
  const Objective objective = [&](std::span<const double> v, std::span<double> gradient) {
    return FullObjective(form, v, gradient);
  };
  MinimizeResult result = MinimizeBounded(objective, x, lower, upper, with_hessian);
  EtsFit fit;
  fit.form = form;
  fit.smoothing = FromBox(form, BoxOf(result.x));
  fit.initial = StateOf(form, result.x);
  fit.deviance = result.value;
  fit.evaluations = result.evaluations;
  return fit;
}

EtsFit EtsEstimator::WithMultiplicativeSeason(const EtsFit& fit) const {
  // Ratios that a search can leave again in either direction.
  constexpr double kLeastLevel = 1e-3;
  constexpr double kLeastFirstSeason = 0.05;
  EtsFit out = fit;
  out.form.season = EtsSeason::kMultiplicative;
  out.form.error = EtsError::kMultiplicative;
  EtsState state = fit.initial;
  NormalizeSeason(fit.form, state);
  out.initial.level = std::max(state.level + offset_, kLeastLevel * offset_);
  out.initial.growth = state.growth;
  // A season that hardly adapts was fitted to the average level, one that adapts to the first.
  const double base = fit.smoothing.gamma < kAdaptiveSeason ? offset_ : out.initial.level;
  for (std::size_t j = 0; j < static_cast<std::size_t>(fit.form.period); ++j) {
    out.initial.season[j] = std::max(1 + state.season[j] / base, kLeastFirstSeason);
  }
  out.deviance = std::numeric_limits<double>::infinity();
  return out;
}

void NormalizeSeason(const EtsForm& form, EtsState& state) {
  if (!form.has_season()) return;
  const auto period = static_cast<std::size_t>(form.period);
  double sum = 0;
  for (std::size_t j = 0; j < period; ++j) sum += state.season[j];
  const double mean = sum / static_cast<double>(period);
  if (form.linear()) {
    state.level += mean;
    for (std::size_t j = 0; j < period; ++j) state.season[j] -= mean;
  } else if (mean > 0) {
    state.level *= mean;
    state.growth *= mean;
    for (std::size_t j = 0; j < period; ++j) state.season[j] /= mean;
  }
}

}  // namespace fitd
