#include "common/models/ets/kernel.h"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "common/models/ets/kernel.cpp"
#include "hwy/foreach_target.h"
// After foreach_target, so that they are compiled once per target.
#include "common/models/ets/concentrate-inl.h"
#include "common/models/ets/recursion-inl.h"
#include "common/models/ets/sensitivity-inl.h"
#include "common/models/numeric/simd_target.h"
#include "hwy/highway.h"

#if HWY_ONCE
namespace fitd {

void EtsTape::Resize(std::size_t n) {
  const std::size_t padded = (n + 3) / 4 * 4;
  for (std::vector<double>* v : {&residual, &relative, &slope, &growth, &level, &season, &impulse}) {
    if (v->size() < padded) v->resize(padded);
  }
  if (columns.size() < 4 * padded) columns.resize(4 * padded);
}

double EtsDeviance(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, const EtsState& initial,
                   EtsTape& tape) {
  tape.Resize(data.y.size());
  return FITD_SIMD(DevianceAnyForm)(form, data, smoothing, initial, tape);
}

double EtsDevianceGradient(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing,
                           const EtsState& initial, EtsTape& tape, EtsGradient& gradient) {
  tape.Resize(data.y.size());
  return FITD_SIMD(GradientAnyForm)(form, data, smoothing, initial, tape, gradient);
}

bool EtsConcentrate(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, EtsTape& tape,
                    EtsState& initial) {
  tape.Resize(data.y.size());
  return FITD_SIMD(ConcentrateAnyForm)(form, data, smoothing, tape, initial);
}

void EtsGaussNewton(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, const EtsState& initial,
                    EtsTape& tape, std::vector<double>& matrix) {
  tape.Resize(data.y.size());
  const std::size_t size = 6 + static_cast<std::size_t>(form.period) - 1;
  matrix.assign(size * size, 0.0);
  FITD_SIMD(GaussNewtonAnyForm)(form, data, smoothing, initial, tape, matrix.data());
}

EtsState EtsFinalState(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial) {
  EtsState x = initial;
  std::size_t j = 0;
  for (const double y : data.y) {
    const double damped = p.phi * x.growth;
    const double q = x.level + damped;
    double& s = x.season[j];
    double u = y - q;
    if (form.season == EtsSeason::kAdditive) {
      u -= s;
      s += p.gamma * u;
    } else if (form.season == EtsSeason::kMultiplicative) {
      u = y / s - q;
      s += p.gamma * (y / q - s);
    }
    x.level = q + p.alpha * u;
    if (form.has_trend()) x.growth = damped + p.beta * u;
    if (form.has_season()) j = j + 1 == static_cast<std::size_t>(form.period) ? 0 : j + 1;
  }
  return x;
}

}  // namespace fitd
#endif  // HWY_ONCE
