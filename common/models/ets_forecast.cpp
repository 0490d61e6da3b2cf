#include "common/models/ets_forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fitd {
namespace {

double Finite(double v) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::isnan(v) ? kLargest : std::clamp(v, -kLargest, kLargest);
}

// Level and trend of steps 1..horizon without the season.
std::vector<double> LevelMeans(const EtsOrigin& origin, int horizon) {
  std::vector<double> means(static_cast<std::size_t>(horizon));
  double damping = 0;
  double power = 1;
  for (double& mean : means) {
    power *= origin.smoothing.phi;
    damping += power;
    mean = origin.state.level + (origin.form.has_trend() ? damping * origin.state.growth : 0);
  }
  return means;
}

double SeasonOf(const EtsOrigin& origin, std::size_t step) {
  return origin.state.season[step % static_cast<std::size_t>(origin.form.period)];
}

// c[j]: what an error now adds to the value j + 1 steps later, per unit of its own size. A multiplicative season is
// left out; it enters the variance as a factor.
std::vector<double> ErrorWeights(const EtsOrigin& origin, int horizon) {
  std::vector<double> c(static_cast<std::size_t>(horizon));
  double damping = 0;
  double power = 1;
  for (std::size_t j = 0; j < c.size(); ++j) {
    power *= origin.smoothing.phi;
    damping += power;
    c[j] = origin.smoothing.alpha + (origin.form.has_trend() ? origin.smoothing.beta * damping : 0);
    const bool season_ahead = (j + 1) % static_cast<std::size_t>(origin.form.period) == 0;
    if (origin.form.season == EtsSeason::kAdditive && season_ahead) c[j] += origin.smoothing.gamma;
  }
  return c;
}

std::vector<double> AdditiveDeviations(const EtsOrigin& origin, int horizon) {
  const std::vector<double> c = ErrorWeights(origin, horizon);
  std::vector<double> deviations(c.size());
  double sum = 1;
  for (std::size_t h = 0; h < c.size(); ++h) {
    deviations[h] = Finite(origin.sigma * std::sqrt(sum));
    sum += c[h] * c[h];
  }
  return deviations;
}

}  // namespace

std::vector<double> EtsMeans(const EtsOrigin& origin, int horizon) {
  std::vector<double> means = LevelMeans(origin, horizon);
  for (std::size_t h = 0; h < means.size(); ++h) {
    if (origin.form.season == EtsSeason::kAdditive) means[h] += SeasonOf(origin, h);
    if (origin.form.season == EtsSeason::kMultiplicative) means[h] *= SeasonOf(origin, h);
    means[h] = Finite(means[h]);
  }
  return means;
}

std::vector<double> EtsStandardDeviations(const EtsOrigin& origin, int horizon) {
  if (origin.form.error == EtsError::kAdditive) return AdditiveDeviations(origin, horizon);
  const bool ratio = origin.form.season == EtsSeason::kMultiplicative;
  std::vector<double> mean = ratio ? LevelMeans(origin, horizon) : EtsMeans(origin, horizon);
  double unit = 0;  // squares of the data's units may not be representable
  for (const double m : mean) unit = std::max(unit, std::fabs(m));
  if (unit == 0) return std::vector<double>(mean.size(), 0.0);
  const std::vector<double> c = ErrorWeights(origin, horizon);
  const double variance = origin.sigma * origin.sigma;
  const double season_variance = 1 + origin.smoothing.gamma * origin.smoothing.gamma * variance;
  std::vector<double> theta(mean.size());  // expected squares of the level's forecasts
  std::vector<double> deviations(mean.size());
  for (std::size_t h = 0; h < mean.size(); ++h) {
    const double m = mean[h] / unit;
    theta[h] = m * m;
    for (std::size_t j = 0; j < h; ++j) theta[h] += variance * c[j] * c[j] * theta[h - 1 - j];
    double square = theta[h] * (1 + variance);
    if (ratio)
      square *= std::pow(season_variance, static_cast<double>(h / static_cast<std::size_t>(origin.form.period)));
    const double season = ratio ? std::fabs(SeasonOf(origin, h)) : 1;
    deviations[h] = Finite(std::sqrt(std::max(square - m * m, 0.0)) * unit * season);
  }
  return deviations;
}

}  // namespace fitd
