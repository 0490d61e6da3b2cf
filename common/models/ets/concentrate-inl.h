// The least-squares initial states of a linear form, compiled once per SIMD target. See kernel.h.
//
// One pass filters four inputs side by side: the observations from a zero state, a unit level, a unit growth, and a
// unit seasonal state. The response to any other seasonal state is the last one delayed, so the normal equations are
// correlations of these four columns.
#if defined(FITD_ETS_CONCENTRATE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FITD_ETS_CONCENTRATE_INL_H_
#undef FITD_ETS_CONCENTRATE_INL_H_
#else
#define FITD_ETS_CONCENTRATE_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "common/models/ets/kernel.h"
#include "common/models/numeric/cholesky.h"
#include "common/models/numeric/simd4-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fitd::HWY_NAMESPACE {

inline constexpr std::size_t kMaxUnknowns = 2 + kEtsMaxPeriod - 1;

// Symmetric positive definite system, lower triangle, solved in place.
struct NormalEquations {
  std::size_t size = 0;
  double a[kMaxUnknowns][kMaxUnknowns];
  double x[kMaxUnknowns];
  double column[kMaxUnknowns];  // scratch of Solve

  bool Solve() {
    double largest = 0;
    for (std::size_t i = 0; i < size; ++i) largest = std::max(largest, a[i][i]);
    for (std::size_t i = 0; i < size; ++i) a[i][i] += 1e-13 * largest;  // two states may act alike when smoothing is 1
    const auto entry = [this](std::size_t i, std::size_t j) -> double& { return a[i][j]; };
    if (!SolveCholeskyInPlace(size, entry, x, column)) return false;
    return std::all_of(x, x + size, [](double v) { return std::isfinite(v); });
  }
};

template <bool kTrend, bool kSeason>
HWY_INLINE void FilterColumns(const EtsData& data, const EtsSmoothing& p, std::size_t period, EtsTape& tape) {
  const double unit[4][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
  const Vec4 alpha = Vec4::Set(p.alpha);
  const Vec4 beta = Vec4::Set(p.beta);
  const Vec4 gamma = Vec4::Set(p.gamma);
  const Vec4 phi = Vec4::Set(p.phi);
  const Vec4 observed = Vec4::Load(unit[0]);
  Vec4 l = Vec4::Load(unit[1]);
  Vec4 b = Vec4::Load(unit[2]);
  double ring[kEtsMaxPeriod][4] = {{0, 0, 0, 1}};
  double* out = tape.columns.data();
  const double* y = data.y.data();
  for (std::size_t t = 0, j = 0; t < data.y.size(); ++t) {
    Vec4 q = l;
    Vec4 damped = b;
    if constexpr (kTrend) {
      damped = phi * b;
      q = q + damped;
    }
    Vec4 e = observed * Vec4::Set(y[t]);
    Vec4 s = e;
    if constexpr (kSeason) {
      s = Vec4::Load(ring[j]);
      e = e - s;
    }
    e = e - q;
    e.Store(out + 4 * t);
    l = q + alpha * e;
    if constexpr (kTrend) b = damped + beta * e;
    if constexpr (kSeason) {
      (s + gamma * e).Store(ring[j]);
      if (++j == period) j = 0;
      tape.impulse[t] = out[4 * t + 3];
    }
  }
}

// cross[k] = sum over t of columns[t] * impulse[t - first - k], k = 0..3: four delays at a time.
HWY_INLINE void CorrelateFour(const double* columns, const double* impulse, std::size_t n, std::size_t first,
                              double (*cross)[4]) {
  Vec4 c0 = Vec4::Set(0);
  Vec4 c1 = c0;
  Vec4 c2 = c0;
  Vec4 c3 = c0;
  std::size_t t = first;
  for (; t < std::min(n, first + 3); ++t) {
    const Vec4 x = Vec4::Load(columns + 4 * t);
    c0 = c0 + x * Vec4::Set(impulse[t - first]);
    if (t >= first + 1) c1 = c1 + x * Vec4::Set(impulse[t - first - 1]);
    if (t >= first + 2) c2 = c2 + x * Vec4::Set(impulse[t - first - 2]);
  }
  for (; t < n; ++t) {
    const Vec4 x = Vec4::Load(columns + 4 * t);
    const double* h = impulse + (t - first);
    c0 = c0 + x * Vec4::Set(h[0]);
    c1 = c1 + x * Vec4::Set(*(h - 1));
    c2 = c2 + x * Vec4::Set(*(h - 2));
    c3 = c3 + x * Vec4::Set(*(h - 3));
  }
  c0.Store(cross[0]);
  c1.Store(cross[1]);
  c2.Store(cross[2]);
  c3.Store(cross[3]);
}

HWY_INLINE void CorrelateStates(const double* columns, std::size_t n, double* by_level, double* by_growth) {
  Vec4 level = Vec4::Set(0);
  Vec4 growth = level;
  for (std::size_t t = 0; t < n; ++t) {
    const Vec4 x = Vec4::Load(columns + 4 * t);
    level = level + x * Vec4::Set(columns[4 * t + 1]);
    growth = growth + x * Vec4::Set(columns[4 * t + 2]);
  }
  level.Store(by_level);
  growth.Store(by_growth);
}

// Unknowns: level, growth (if any), season[0 .. period - 2].
HWY_INLINE void FormEquations(bool trend, std::size_t season_states, const EtsTape& tape, std::size_t n,
                              NormalEquations& eq) {
  const double* h = tape.impulse.data();
  double by_level[4];
  double by_growth[4];
  CorrelateStates(tape.columns.data(), n, by_level, by_growth);
  const std::size_t first = trend ? 2 : 1;
  eq.size = first + season_states;
  eq.a[0][0] = by_level[1];
  eq.x[0] = -by_level[0];
  if (trend) {
    eq.a[1][0] = by_level[2];
    eq.a[1][1] = by_growth[2];
    eq.x[1] = -by_growth[0];
  }
  double cross[kEtsMaxPeriod + 4][4];
  for (std::size_t j = 0; j < season_states; j += 4) CorrelateFour(tape.columns.data(), h, n, j, cross + j);
  for (std::size_t j = 0; j < season_states; ++j) {
    eq.a[first + j][0] = cross[j][1];
    if (trend) eq.a[first + j][1] = cross[j][2];
    eq.x[first + j] = -cross[j][0];
    eq.a[first + j][first] = cross[j][3];
  }
  // The block of two delays i and i + d is the one before with its last term left out.
  for (std::size_t i = 1; i < season_states; ++i) {
    for (std::size_t k = i; k < season_states; ++k) {
      eq.a[first + k][first + i] = eq.a[first + k - 1][first + i - 1] - h[n - i] * h[n - i - (k - i)];
    }
  }
}

bool ConcentrateAnyForm(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, EtsTape& tape,
                        EtsState& initial) {
  const auto period = static_cast<std::size_t>(form.period);
  const bool trend = form.has_trend();
  if (form.has_season()) {
    if (trend) {
      FilterColumns<true, true>(data, p, period, tape);
    } else {
      FilterColumns<false, true>(data, p, period, tape);
    }
  } else if (trend) {
    FilterColumns<true, false>(data, p, period, tape);
  } else {
    FilterColumns<false, false>(data, p, period, tape);
  }
  NormalEquations eq;
  FormEquations(trend, form.has_season() ? period - 1 : 0, tape, data.y.size(), eq);
  if (!eq.Solve()) return false;
  initial = {};
  initial.level = eq.x[0];
  if (trend) initial.growth = eq.x[1];
  const std::size_t first = trend ? 2 : 1;
  for (std::size_t j = first; j < eq.size; ++j) initial.season[j - first] = eq.x[j];
  return true;
}

}  // namespace fitd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
