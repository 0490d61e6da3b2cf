#include "common/models/lgt/mixture.h"

#include <algorithm>
#include <cmath>

#include "common/models/base/filter.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr double kLowestLevel = 0.05;
constexpr double kSurest = 0.1;

double Beyond(const LgtComponent& c, double unit, double level, double slope) {
  const std::array<double, kLgtPowers> powers = LgtPowersOf(level, unit);
  double step = c.local * slope;
  for (std::size_t r = 0; r < kLgtPowers; ++r) step += c.growth[r] * powers[r];
  return step;
}

// The level's derivative of what is expected beyond it.
double GrowthRate(const LgtComponent& c, double unit, double level) {
  const double size = level / unit;
  return size > kLowestLevel ? 0.5 * c.growth[1] / std::sqrt(size) + c.growth[2] : 0.0;
}

// One component on its own forecasts, with the covariance of its level and slope by the linear part of each step.
struct Walker {
  double level = 0, slope = 0;
  double ll = 0, lb = 0, bb = 0;
};

// Moves it on, an error's deviation being `error`. Its level moves by its rate times what is beyond it and the error,
// its slope by its own rate towards that.
void Walk(const LgtMixture& mixture, std::size_t component, double error, Walker& w) {
  const std::size_t rates = mixture.slope_rates.size();
  const LgtComponent& c = mixture.components[component];
  const double rate = mixture.level_rates[component / rates];
  const double slope_rate = mixture.slope_rates[component % rates];
  const double beyond = Beyond(c, mixture.unit, w.level, w.slope);
  const double ll = 1 + rate * GrowthRate(c, mixture.unit, w.level), lb = rate * c.local;
  const double bl = slope_rate * (ll - 1), bb = 1 - slope_rate + slope_rate * lb;
  const double square = rate * rate * error * error;
  const Walker before = w;
  w.ll = ll * ll * before.ll + 2 * ll * lb * before.lb + lb * lb * before.bb + square;
  w.lb = ll * bl * before.ll + (ll * bb + lb * bl) * before.lb + lb * bb * before.bb + slope_rate * square;
  w.bb = bl * bl * before.ll + 2 * bl * bb * before.lb + bb * bb * before.bb + slope_rate * slope_rate * square;
  w.level = ToFinite(w.level + rate * beyond, w.level);
  w.slope = ToFinite(before.slope + slope_rate * (rate * beyond - before.slope), before.slope);
}

}  // namespace

std::array<double, kLgtPowers> LgtPowersOf(double level, double unit) {
  const double size = std::max(level / unit, kLowestLevel);
  return {unit, unit * std::sqrt(size), unit * size};
}

double LgtErrorUnit(const LgtMixture& mixture, double level) {
  return mixture.growing ? std::max(level, 0.0) + kSurest * mixture.unit : mixture.unit;
}

double LgtExpect(const LgtMixture& mixture) {
  const std::size_t rates = mixture.slope_rates.size();
  double mean = 0;
  for (std::size_t i = 0; i < mixture.components.size(); ++i) {
    const LgtComponent& c = mixture.components[i];
    const double level = mixture.levels[i / rates];
    mean += c.weight * (level + Beyond(c, mixture.unit, level, mixture.slopes[i]));
  }
  return mean;
}

double LgtNextErrorUnit(const LgtMixture& mixture) {
  const std::size_t rates = mixture.slope_rates.size();
  double level = 0;
  for (std::size_t i = 0; i < mixture.components.size(); ++i) {
    level += mixture.components[i].weight * mixture.levels[i / rates];
  }
  return LgtErrorUnit(mixture, level);
}

void LgtMove(LgtMixture& mixture, double value) {
  const std::size_t rates = mixture.slope_rates.size();
  for (std::size_t a = 0; a < mixture.levels.size(); ++a) {
    double& level = mixture.levels[a];
    const double next = MovedState(level + mixture.level_rates[a] * (value - level), level);
    const double moved = next - level;
    for (std::size_t c = 0; c < rates; ++c) {
      double& slope = mixture.slopes[a * rates + c];
      slope = MovedState(slope + mixture.slope_rates[c] * (moved - slope), slope);
    }
    level = next;
  }
}

LgtPath LgtForecast(const LgtMixture& mixture, double sigma, int horizon) {
  const std::size_t rates = mixture.slope_rates.size();
  std::vector<Walker> walkers;
  for (std::size_t i = 0; i < mixture.components.size(); ++i) {
    walkers.push_back({.level = mixture.levels[i / rates], .slope = mixture.slopes[i]});
  }
  LgtMixture moved = mixture;
  LgtPath path;
  double first_spread = 0;
  for (int h = 0; h < horizon; ++h) {
    const double mean = LgtExpect(moved);
    const double error = sigma * LgtNextErrorUnit(moved);
    double known = 0, off = 0, squares = 0;
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      const LgtComponent& c = mixture.components[i];
      Walker& w = walkers[i];
      const double growth = 1 + GrowthRate(c, mixture.unit, w.level);
      const double apart = w.level + Beyond(c, mixture.unit, w.level, w.slope) - mean;
      known += c.weight * (growth * (growth * w.ll + 2 * c.local * w.lb) + c.local * c.local * w.bb);
      off += c.weight * apart;
      squares += c.weight * apart * apart;
      Walk(mixture, i, error, w);
    }
    const double spread = squares - off * off;
    if (h == 0) first_spread = spread;  // the errors have it in them
    path.mean.push_back(ToFinite(mean, mixture.levels.back()));
    path.variance.push_back(std::max(ToFinite(error * error + known + std::max(spread - first_spread, 0.0), 0), 0.0));
    LgtMove(moved, path.mean.back());
  }
  return path;
}

}  // namespace fitd
