#include "common/models/ets/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// Relative errors compound, and those of spikes are as large as the values or larger, which normal errors of a positive
// value cannot be: beside values below 50 the exact deviation 72 steps ahead was 1e35. The exact one counts up to this
// many times that without compounding, of errors no larger than the value: 1.5 is reached by a walk whose errors'
// deviation is 10 % after 150 steps, of 30 % after 17.
constexpr double kMostCompounding = 1.5;
constexpr double kLargestError = 1;
constexpr double kFewDigits = 1e-8;  // of a square that is left of a difference: half of a number's digits

// Overflow of a product of moments leaves infinity minus infinity: as wide as a forecast can be.
double Finite(double v) {
  return ToFinite(v, std::numeric_limits<double>::max());
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

// First and second moments of (level, growth), weighted by the seasonal factor that one place in the season has
// reached: E[x S] and E[x x' S^2].
struct WeightedMoments {
  double level, growth;
  double square, cross, growth_square;
};

// One step. The next state is (F + G e) times the last, with relative error e ~ N(0, v); at the place in question the
// factor grows by 1 + gamma e. Moments of e up to the fourth, which is 3 v^2, give the expectations exactly.
void Advance(const EtsSmoothing& p, double v, bool season, WeightedMoments& m) {
  const double q = m.level + p.phi * m.growth;
  const double level_q = m.square + p.phi * m.cross;  // E[level q S^2] and so on
  const double growth_q = m.cross + p.phi * m.growth_square;
  const double q_square = level_q + p.phi * growth_q;
  const double gamma = season ? p.gamma : 0;
  const double none = 1 + gamma * gamma * v;
  const double one = 2 * gamma * v;
  const double two = v + 3 * gamma * gamma * v * v;
  const double kept = p.phi * m.growth;
  const double kept_q = p.phi * growth_q;
  const double kept_square = p.phi * p.phi * m.growth_square;
  m.level = q + gamma * v * p.alpha * q;
  m.growth = kept + gamma * v * p.beta * q;
  m.square = (none + one * 2 * p.alpha + two * p.alpha * p.alpha) * q_square;
  m.cross = none * kept_q + one * (p.beta * q_square + p.alpha * kept_q) + two * p.alpha * p.beta * q_square;
  m.growth_square = none * kept_square + one * 2 * p.beta * kept_q + two * p.beta * p.beta * q_square;
}

// Holds the deviations of multiplicative errors to what does not explode.
void LimitCompounding(const EtsOrigin& origin, std::span<const double> means, std::span<double> deviations) {
  const std::vector<double> c = ErrorWeights(origin, static_cast<int>(means.size()));
  const bool ratio = origin.form.season == EtsSeason::kMultiplicative;
  const double error = kMostCompounding * std::min(origin.sigma, kLargestError);
  double unit = 0;
  double sum = 1;
  for (std::size_t h = 0; h < means.size(); ++h) {
    unit = std::max(unit, std::fabs(means[h]));
    deviations[h] = std::min(deviations[h], Finite(error * unit * std::sqrt(sum)));
    const bool season_ahead = (h + 1) % static_cast<std::size_t>(origin.form.period) == 0;
    const double weight = c[h] + (ratio && season_ahead ? origin.smoothing.gamma : 0);
    sum += weight * weight;
  }
}

struct Moments {
  std::vector<double> means;
  std::vector<double> deviations;
};

// Sums over all values before: of each its weight in what comes, as a square or as it is, times what the value adds.
// One step costs the same however many there are. The first kExact values are added up as they always were, so that
// their forecasts keep their last digits.
constexpr std::size_t kExact = 2000;

class WeightedPast {
 public:
  explicit WeightedPast(const EtsOrigin& origin)
      : p_(origin.smoothing),
        trend_(origin.form.has_trend()),
        places_(static_cast<std::size_t>(origin.form.period)),
        season_(places_) {
    double power = 1;
    for (std::size_t i = 0; i < places_; ++i) season_damping_ += power *= p_.phi;
    season_power_ = power;
  }

  // Of the next value: the sum of c_j^2 times what the value j + 1 before it adds, c_j as in ErrorWeights without the
  // season, and over the values of its place in the season that of c_j and that of 1.
  double squares() const { return p_.alpha * p_.alpha * none_ + (trend_ ? TrendOf(once_, twice_) : 0); }
  double same_place() const {
    const Place& at = season_[next_ % places_];
    return p_.alpha * at.none + (trend_ ? p_.beta * at.once : 0);
  }
  double same_place_values() const { return season_[next_ % places_].none; }

  // What the next value adds to the squares, and at its place.
  void Add(double square, double at_place) {
    // d_j, the sum of phi^1 to phi^(j + 1), is phi (1 + d_(j - 1)): each sum follows from those of a step before.
    const double all = none_ + square;
    twice_ = p_.phi * p_.phi * (all + 2 * once_ + twice_);
    once_ = p_.phi * (all + once_);
    none_ = all;
    Place& at = season_[next_++ % places_];
    at.none += at_place;
    at.once = season_damping_ * at.none + season_power_ * at.once;
  }

 private:
  struct Place {
    double none = 0, once = 0;
  };
  double TrendOf(double once, double twice) const { return 2 * p_.alpha * p_.beta * once + p_.beta * p_.beta * twice; }

  EtsSmoothing p_;
  bool trend_;
  std::size_t places_;
  double season_damping_ = 0, season_power_ = 1;
  double none_ = 0, once_ = 0, twice_ = 0;
  std::vector<Place> season_;
  std::size_t next_ = 0;
};

// Of the value with index `h`, to the first order of the errors: exact where their squares have no digit beside 1.
// `means` over the level's unit without their seasons.
double SmallVariance(const EtsOrigin& origin, std::span<const double> c, std::span<const double> means, std::size_t h) {
  const auto period = static_cast<std::size_t>(origin.form.period);
  double sum = means[h] * means[h];
  for (std::size_t j = 0; j < h; ++j) {
    const bool same_place = (j + 1) % period == 0;
    const double weight = c[j] * means[h - 1 - j] + (same_place ? origin.smoothing.gamma * means[h] : 0);
    sum += weight * weight;
  }
  return origin.sigma * origin.sigma * sum;
}

// The same of all values from kExact on, by their places behind it.
std::vector<double> FarSmallVariances(const EtsOrigin& origin, std::span<const double> means) {
  std::vector<double> variances;
  WeightedPast squares(origin), values(origin);
  const double gamma = origin.smoothing.gamma;
  for (std::size_t h = 0; h < means.size(); ++h) {
    const double mean = means[h];
    const double count = std::floor(static_cast<double>(h) / origin.form.period);  // of values of its place before it
    const double sum =
        mean * mean + squares.squares() + gamma * mean * (2 * values.same_place() + gamma * mean * count);
    if (h >= kExact) variances.push_back(origin.sigma * origin.sigma * sum);
    squares.Add(mean * mean, 0);
    values.Add(0, mean);
  }
  return variances;
}

// Level times season. The two are correlated from the second season on, which moves the mean a little as well.
Moments RatioMoments(const EtsOrigin& origin, int horizon) {
  const auto size = static_cast<std::size_t>(horizon);
  Moments moments{std::vector<double>(size, 0.0), std::vector<double>(size, 0.0)};
  const double unit = std::max(std::fabs(origin.state.level), std::fabs(origin.state.growth));
  if (unit == 0) return moments;
  const auto period = static_cast<std::size_t>(origin.form.period);
  const double v = origin.sigma * origin.sigma;
  const double phi = origin.smoothing.phi;
  const std::vector<double> c = ErrorWeights(origin, horizon);
  const double l = origin.state.level / unit;
  const double b = origin.form.has_trend() ? origin.state.growth / unit : 0;
  std::vector<double> path(size);  // without season and errors
  double damping = 0, power = 1;
  for (double& q : path) {
    damping += power *= phi;
    q = l + damping * b;
  }
  std::vector<double> far;  // made when one of them is asked for
  const auto small_variance = [&](std::size_t h) {
    if (h < kExact) return SmallVariance(origin, c, path, h);
    if (far.empty()) far = FarSmallVariances(origin, path);
    return far[h - kExact];
  };
  for (std::size_t place = 0; place < std::min(period, size); ++place) {
    WeightedMoments m{l, b, l * l, l * b, b * b};
    const double season = SeasonOf(origin, place);
    for (std::size_t h = 0; h < size; ++h) {
      if (h % period == place) {
        const double mean = m.level + phi * m.growth;
        const double square = m.square + 2 * phi * m.cross + phi * phi * m.growth_square;
        double variance = std::max((1 + v) * square - mean * mean, 0.0);
        if (variance < kFewDigits * mean * mean) variance = small_variance(h);
        moments.means[h] = Finite(mean * season * unit);
        moments.deviations[h] = Finite(std::sqrt(variance) * std::fabs(season) * unit);
      }
      Advance(origin.smoothing, v, h % period == place, m);
    }
  }
  return moments;
}

}  // namespace

std::vector<double> EtsMeans(const EtsOrigin& origin, int horizon) {
  if (origin.form.season == EtsSeason::kMultiplicative) return RatioMoments(origin, horizon).means;
  std::vector<double> means(static_cast<std::size_t>(horizon));
  double damping = 0;
  double power = 1;
  for (std::size_t h = 0; h < means.size(); ++h) {
    power *= origin.smoothing.phi;
    damping += power;
    means[h] = origin.state.level;
    if (origin.form.has_trend()) means[h] += damping * origin.state.growth;
    if (origin.form.has_season()) means[h] += SeasonOf(origin, h);
    means[h] = Finite(means[h]);
  }
  return means;
}

std::vector<double> EtsStandardDeviations(const EtsOrigin& origin, int horizon) {
  if (origin.form.error == EtsError::kAdditive) return AdditiveDeviations(origin, horizon);
  if (origin.form.season == EtsSeason::kMultiplicative) {
    Moments moments = RatioMoments(origin, horizon);
    LimitCompounding(origin, moments.means, moments.deviations);
    return std::move(moments.deviations);
  }
  const std::vector<double> mean = EtsMeans(origin, horizon);
  double unit = 0;  // squares of the data's units may not be representable
  for (const double m : mean) unit = std::max(unit, std::fabs(m));
  if (unit == 0) return std::vector<double>(mean.size(), 0.0);
  const std::vector<double> c = ErrorWeights(origin, horizon);
  const double variance = origin.sigma * origin.sigma;
  std::vector<double> theta(mean.size());  // expected squares of the forecasts
  std::vector<double> known(mean.size());  // their variances
  std::vector<double> deviations(mean.size());
  WeightedPast expected(origin), sure(origin);
  const double gamma = origin.form.season == EtsSeason::kAdditive ? origin.smoothing.gamma : 0;
  const auto far = [gamma](const WeightedPast& past) {
    return past.squares() + gamma * (2 * past.same_place() + gamma * past.same_place_values());
  };
  for (std::size_t h = 0; h < mean.size(); ++h) {
    const double m = mean[h] / unit;
    theta[h] = m * m;
    for (std::size_t j = 0; j < h && h < kExact; ++j) {
      const double before = mean[h - 1 - j] / unit;
      theta[h] += variance * c[j] * c[j] * theta[h - 1 - j];
      known[h] += variance * c[j] * c[j] * (before * before + known[h - 1 - j]);
    }
    if (h >= kExact) {
      theta[h] += variance * far(expected);
      known[h] = variance * far(sure);
    }
    expected.Add(theta[h], theta[h]);
    sure.Add(m * m + known[h], m * m + known[h]);
    double square = theta[h] * (1 + variance) - m * m;
    // A counter near 1e9 that moves by 1 a step would have no digit of it.
    if (square < kFewDigits * m * m) square = known[h] * (1 + variance) + variance * m * m;
    deviations[h] = Finite(std::sqrt(square) * unit);
  }
  LimitCompounding(origin, mean, deviations);
  return deviations;
}

}  // namespace fitd
