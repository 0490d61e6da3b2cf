#include "common/models/combination/trials.h"

namespace fitd {
namespace {

std::vector<bool> UsableForecasts(const Validation& v) {
  std::vector<bool> usable;
  for (const std::vector<double>& f : v.forecast) usable.push_back(IsUsable(f));
  return usable;
}

}  // namespace

Combined CombineHeldOut(CombineRule rule, const FleetGroup& group, const Validation& v, std::span<const double> own) {
  std::vector<const std::vector<double>*> means, deviations;
  for (const std::vector<double>& f : v.forecast) means.push_back(&f);
  for (const std::vector<double>& d : v.deviation) deviations.push_back(&d);
  deviations.resize(means.size(), nullptr);
  const TargetKnowledge known{{own.begin(), own.end()}, Claims(v)};
  return CombinePaths(rule, TargetWeights(rule, &group, known, UsableForecasts(v)), v.traits.scale, means, deviations);
}

std::vector<double> EarlierOrNone(const Validation& v) {
  std::vector<double> own = EarlierErrors(v);
  own.resize(v.forecast.size(), kNotAvailable);
  return own;
}

}  // namespace fitd
