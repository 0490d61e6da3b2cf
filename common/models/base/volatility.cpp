#include "common/models/base/volatility.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// The constants were chosen by 80 % intervals of the next value of simulated errors (normal, t with 3 and 5 degrees,
// GARCH, stochastic volatility, scales that grow, jump, have a day or spikes; 60 to 2000 values) and of the first
// halves of seven daily prices (DJIA, NYSE, MSCI Switzerland, BMW, gold, silver, GBP/DEM): interval scores of windows
// of 300 fall from 3.740 to 3.619, of 1000 from 3.648 to 3.382; RiskMetrics' 0.94 has 3.623 and 3.388. They hardly
// matter: evidence of 2 and 3, or of 3 and 8 (the next two), gives 3.613, 3.380 and 3.630, 3.384.
constexpr double kLeastEvidence = 2.5;  // standard errors of the sizes' memory, by the score test of no reaction
constexpr double kFadeIn = 5;  // likelihood ratio at which there is no reaction yet; twice: half of what is found
constexpr std::size_t kFewestErrors = 60;
constexpr double kLargestSize = 5;  // times the mean: an outlier says no more than that
constexpr double kLongestSize = 1e3;
// Half of a change is left after 7, 14, 34, 69 and 138 steps.
constexpr std::array<double, 5> kPersistences{0.9, 0.95, 0.98, 0.99, 0.995};
constexpr std::array<double, 6> kReactions{0.02, 0.04, 0.07, 0.11, 0.16, 0.23};

// Sizes of errors, NaN where nothing was observed.
struct Sizes {
  std::vector<double> values;
  double count = 0;
  double mean = 0;
  double squares = 0;  // mean
};

Sizes SizesOf(std::span<const double> errors, double deviation, const FitRequest& request) {
  Sizes sizes;
  sizes.values.reserve(errors.size());
  const std::size_t before = request.y.size() - std::min(request.y.size(), errors.size());
  for (std::size_t t = 0; t < errors.size(); ++t) {
    const bool made_up = before + t < request.observed.size() && std::isnan(request.observed[before + t]);
    sizes.values.push_back(made_up ? kNotAvailable : std::fabs(errors[t] / deviation));
    if (made_up) continue;
    sizes.count += 1;
    sizes.mean += sizes.values.back();
    sizes.squares += sizes.values.back() * sizes.values.back();
  }
  sizes.mean /= std::max(sizes.count, 1.0);
  sizes.squares /= std::max(sizes.count, 1.0);
  return sizes;
}

bool IsSound(const Volatility& v) {
  const auto is_size = [](double x) { return x >= 0 && x <= kLongestSize; };
  return is_size(v.now) && is_size(v.usual) && v.usual > 0 && is_size(v.width) && v.reaction >= 0 &&
         v.reaction <= v.persistence && v.persistence < 1;
}

// The largest of the score statistics of no reaction, in standard errors, over persistences: whether sizes go with the
// decaying sum of those before (Engle 1982, of absolute values).
double EvidenceOf(const Sizes& sizes) {
  constexpr std::size_t kNum = kPersistences.size();
  std::array<double, kNum> past{}, along{}, across{};
  double variance = 0;
  for (const double size : sizes.values) {
    const double beyond = std::isnan(size) ? 0 : std::min(size / sizes.mean, kLargestSize) - 1;
    variance += beyond * beyond / sizes.count;
    for (std::size_t i = 0; i < kNum; ++i) {
      along[i] += beyond * past[i];
      across[i] += past[i] * past[i];
      past[i] = kPersistences[i] * past[i] + beyond;
    }
  }
  double evidence = 0;
  for (std::size_t i = 0; i < kNum; ++i) {
    if (across[i] > 0 && variance > 0) evidence = std::max(evidence, along[i] / std::sqrt(across[i] * variance));
  }
  return evidence;
}

// The volatility moved through all sizes, and what their relative sizes are like then.
struct Pass {
  Volatility end;
  double likelihood = 0;  // of Laplace's distribution, less that of a constant size
  double variation = 0;   // of the relative sizes: variance over squared mean
  double squares = 0;     // of the relative sizes, mean
};

Pass MoveThrough(const Sizes& sizes, double reaction, double persistence) {
  Pass pass;
  pass.end = {sizes.mean, sizes.mean, reaction, persistence, 1};
  double logs = 0;
  double product = 1;  // a logarithm of a few values at once
  double sum = 0;
  for (const double size : sizes.values) {
    if (!std::isnan(size)) {
      const double relative = size / pass.end.now;
      sum += relative;
      pass.squares += relative * relative / sizes.count;
      product *= pass.end.now / sizes.mean;
      if (product > 1e100 || product < 1e-100) {
        logs += Log(product);
        product = 1;
      }
    }
    pass.end.Observe(std::isnan(size) ? std::nullopt : std::optional<double>(size));
  }
  const double mean = sum / sizes.count;
  pass.likelihood = sizes.count - sum - logs - Log(product);
  pass.variation = pass.squares / (mean * mean) - 1;
  return pass;
}

// The likelihood, as above, of errors that are alike in the units of the values, where they are given as shares; 0: not
// above that of shares that are alike. A trend makes the shares of the one shrink or grow.
double GainOfAbsolute(const Sizes& sizes, const FitRequest& request) {
  const std::span<const double> values = request.y.last(std::min(request.y.size(), sizes.values.size()));
  if (values.size() != sizes.values.size()) return 0;
  double mean = 0;
  double logs = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (std::isnan(sizes.values[t])) continue;
    if (!(values[t] > 0)) return 0;
    mean += sizes.values[t] / sizes.count * (values[t] / values.back());
    logs += Log(values[t] / values.back());
  }
  const double gain = mean > 0 ? sizes.count * Log(sizes.mean / mean) + logs : 0;
  return std::isfinite(gain) ? std::max(gain, 0.0) : 0;
}

}  // namespace

void Volatility::Observe(std::optional<double> size) {
  const double from_usual = persistence * (now - usual);
  now = size ? usual + from_usual + reaction * (std::min(*size, kLargestSize * usual) - now) : usual + from_usual;
}

std::optional<Volatility> MeasureVolatility(std::span<const double> errors, double deviation, const FitRequest& request,
                                            bool relative) {
  if (errors.size() < kFewestErrors || !(deviation > 0) || !std::isfinite(deviation)) return std::nullopt;
  const Sizes sizes = SizesOf(errors, deviation, request);
  if (sizes.count < kFewestErrors || !(sizes.mean > 0) || !std::isfinite(sizes.squares)) return std::nullopt;
  if (EvidenceOf(sizes) < kLeastEvidence) return std::nullopt;
  // What goes round with a season is no volatility: weights reach over one.
  const std::span<const int> seasons = request.seasons.empty() ? request.removed_seasons : request.seasons;
  const double longest = seasons.empty() ? 1 : 1 - 1 / static_cast<double>(seasons[0]);
  Pass best;
  for (const double persistence : kPersistences) {
    for (const double reaction : kReactions) {
      if (!seasons.empty() && persistence - reaction < longest) continue;
      const Pass pass = MoveThrough(sizes, reaction, persistence);
      if (pass.likelihood > best.likelihood) best = pass;
    }
  }
  // Sizes vary less or more than those of Laplace's distribution: the ratio counts by what it would be of theirs.
  const double gain = best.likelihood - (relative ? GainOfAbsolute(sizes, request) : 0);
  const double ratio = best.variation > 0 ? 2 * gain / best.variation : 0;
  if (!(ratio > kFadeIn)) return std::nullopt;
  const Pass kept = MoveThrough(sizes, best.end.reaction * (1 - kFadeIn / ratio), best.end.persistence);
  Volatility volatility = kept.end;
  volatility.width = std::sqrt(kept.squares / sizes.squares);
  return IsSound(volatility) ? std::optional<Volatility>(volatility) : std::nullopt;  // of rounding it may be anything
}

std::vector<double> PackVolatility(const Volatility& v) {
  return {v.now, v.usual, v.reaction, v.persistence, v.width};
}

void PutVolatility(const std::optional<Volatility>& volatility, Model& model) {
  if (volatility) model.states.push_back({std::string(kVolatilityState), PackVolatility(*volatility)});
}

std::optional<Volatility> VolatilityOf(const Model& model) {
  const std::vector<double>* state = model.State(kVolatilityState);
  if (state == nullptr || state->size() != 5) return std::nullopt;
  const Volatility v{(*state)[0], (*state)[1], (*state)[2], (*state)[3], (*state)[4]};
  return IsSound(v) ? std::optional<Volatility>(v) : std::nullopt;
}

bool HasSoundVolatility(const Model& model) {
  return model.State(kVolatilityState) == nullptr || VolatilityOf(model).has_value();
}

void FollowVolatility(const Model& model, std::span<double> deviations) {
  const std::optional<Volatility> v = VolatilityOf(model);
  if (!v || deviations.empty() || !(deviations[0] > 0) || !std::isfinite(deviations[0])) return;
  // The squared ratio of the k-th next error is a + b p^(k-1) + c p^(2 (k-1)).
  const double a = v->width * v->usual;
  const double d = v->width * (v->now - v->usual);
  const double p = v->persistence;
  double known = 0;  // of the variance, in units of the first step's
  double once = 0;   // the shares of errors, decayed by p, and
  double twice = 0;  // by its square
  const double first = deviations[0];
  for (double& deviation : deviations) {
    const double relative = deviation / first;
    const double share = std::max(relative * relative - known, 0.0);
    if (!std::isfinite(relative * relative)) return;
    once = p * once + share;
    twice = p * p * twice + share;
    known += share;
    deviation *= std::sqrt(a * a + (2 * a * d * once + d * d * twice) / known);
  }
}

}  // namespace fitd
