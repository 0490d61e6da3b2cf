#include "common/models/combination/trials.h"

#include <cmath>

#include "common/models/combination/season_spread.h"

namespace fitd {
namespace {

std::vector<bool> UsableForecasts(const Validation& v) {
  std::vector<bool> usable;
  for (const std::vector<double>& f : v.forecast) usable.push_back(IsUsable(f));
  return usable;
}

}  // namespace

std::size_t NumOrigins(const Validation& v) {
  return v.actual.empty() ? 0 : 1 + v.earlier_actual.size() / v.actual.size();
}

Validation FromOrigin(const Validation& v, std::size_t origin) {
  Validation out;
  out.traits = v.traits;
  out.deviation = v.deviation;
  const std::size_t steps = v.actual.size();
  if (origin + 1 == NumOrigins(v)) {
    out.actual = v.actual;
    out.forecast = v.forecast;
    return out;
  }
  const auto part = [&](const std::vector<double>& values) {
    if (values.size() < (origin + 1) * steps) return std::vector<double>();
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(origin * steps);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(steps));
  };
  MoveSpread(out.traits.spread, -static_cast<std::ptrdiff_t>((NumOrigins(v) - 1 - origin) * steps));
  out.actual = part(v.earlier_actual);
  for (const std::vector<double>& f : v.earlier_forecast) out.forecast.push_back(part(f));
  out.forecast.resize(v.forecast.size());
  return out;
}

Combined CombineHeldOut(CombineRule rule, const FleetGroup& group, const Validation& v, std::span<const double> own) {
  std::vector<const std::vector<double>*> means, deviations;
  for (const std::vector<double>& f : v.forecast) means.push_back(&f);
  for (const std::vector<double>& d : v.deviation) deviations.push_back(&d);
  deviations.resize(means.size(), nullptr);
  const TargetKnowledge known{{own.begin(), own.end()}, Claims(v)};
  const std::vector<double> weights = TargetWeights(rule, &group, known, UsableForecasts(v));
  return CombinePaths(rule, weights, v.traits, means, deviations, WidthWeights(group, weights));
}

std::vector<Trial> TrialsOf(const Validation& v, std::size_t k, bool by_origin) {
  std::vector<Trial> trials;
  if (!by_origin) {
    Trial& last = trials.emplace_back();
    last.values.traits = v.traits;
    last.values.actual = v.actual;
    last.values.forecast = v.forecast;
    last.values.deviation = v.deviation;
    last.own = EarlierErrors(v);
    last.own.resize(v.forecast.size(), kNotAvailable);
    last.fold = k % kFolds;
    return trials;
  }
  const std::size_t origins = NumOrigins(v);
  std::vector<std::vector<double>> errors;
  for (std::size_t o = 0; o < origins; ++o) {
    Trial& trial = trials.emplace_back();
    trial.values = FromOrigin(v, o);
    trial.fold = o % kFolds;
    errors.push_back(HeldOutErrors(trial.values));
  }
  for (std::size_t o = 0; o < origins; ++o) {
    trials[o].own.assign(v.forecast.size(), 0.0);
    for (std::size_t a = 0; a < v.forecast.size(); ++a) {
      double count = 0;
      for (std::size_t other = 0; other < origins; ++other) {
        if (other == o || std::isnan(errors[other][a])) continue;
        count += 1;
        trials[o].own[a] += (errors[other][a] - trials[o].own[a]) / count;
      }
      if (count == 0) trials[o].own[a] = kNotAvailable;
    }
  }
  return trials;
}

}  // namespace fitd
