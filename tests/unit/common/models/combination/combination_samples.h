// Fleets with known errors, for the tests of the ensemble.
#pragma once

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

inline constexpr std::array<std::string_view, 3> kNames = {"good", "fair", "bad"};

inline TargetTraits Traits(int season, std::uint64_t n = 60) {
  TargetTraits traits;
  traits.season = season;
  if (season > 1) traits.seasons = {season};
  traits.num_observations = n;
  traits.scale = 2;
  traits.level = 100;
  return traits;
}

inline const FleetGroup* GroupOf(const FleetCombination& fleet, int season) {
  return fleet.Group(Traits(season).seasons, false);
}

// A component with these means and one deviation at every step.
inline Forecast Component(std::vector<double> mean, double deviation) {
  ForecastInterval interval{kOneDeviation, mean, mean};
  for (double& v : interval.lo) v -= deviation;
  for (double& v : interval.hi) v += deviation;
  return {std::move(mean), {interval}};
}

// Forecasts that miss by 1, 3 and 9 percent, with errors independent between algorithms.
inline std::vector<Validation> MakeFleet(std::size_t targets, int season, std::size_t steps) {
  std::mt19937 bits(7);
  const auto normal = [&] {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(bits()) / 4294967296.0;
    return sum;
  };
  std::vector<Validation> fleet(targets);
  for (Validation& v : fleet) {
    v.traits = Traits(season);
    v.forecast.resize(3);
    v.deviation = {std::vector<double>(steps, 1.0), std::vector<double>(steps, 3.0), std::vector<double>(steps, 9.0)};
    for (std::size_t h = 0; h < steps; ++h) {
      v.actual.push_back(100 + 10 * normal());
      const double size[] = {1, 3, 9};
      for (std::size_t a = 0; a < 3; ++a) v.forecast[a].push_back(v.actual.back() + size[a] * normal());
    }
  }
  return fleet;
}

inline FleetCombination Learn(const std::vector<Validation>& fleet, std::optional<CombineRule> rule = std::nullopt,
                              const CombinationPrior& prior = {}) {
  return LearnCombination(
      3, fleet.size(), [&](std::size_t i) -> const Validation& { return fleet[i]; }, rule, prior);
}

}  // namespace fitd
