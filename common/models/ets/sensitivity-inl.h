// Sensitivities of the ETS recursion to every parameter, carried along in whole vectors, and the Gauss-Newton matrix
// they add up to. Compiled once per SIMD target. See kernel.h.
#if defined(FITD_ETS_SENSITIVITY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FITD_ETS_SENSITIVITY_INL_H_
#undef FITD_ETS_SENSITIVITY_INL_H_
#else
#define FITD_ETS_SENSITIVITY_INL_H_
#endif

#include <array>
#include <cmath>
#include <cstddef>

#include "common/models/ets/kernel.h"
#include "common/models/ets/recursion-inl.h"
#include "common/models/numeric/simd4-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fitd::HWY_NAMESPACE {

// Derivatives of the state with respect to every parameter, carried along (rows: level, growth, then the season).
struct Sensitivity {
  static constexpr std::size_t kMax = 32;  // 6 + kEtsMaxPeriod - 1 in whole vectors
  std::size_t size = 0;                    // parameters, in whole vectors
  double level[kMax] = {};
  double growth[kMax] = {};
  double season[kEtsMaxPeriod][kMax] = {};
  double gram[kMax][kMax] = {};  // lower triangle in whole vectors
};

HWY_INLINE void AddOuterProduct(const double* v, Sensitivity& d) {
  for (std::size_t i = 0; i < d.size; ++i) {
    const Vec4 a = Vec4::Set(v[i]);
    for (std::size_t k = 0; k <= i; k += 4) (Vec4::Load(d.gram[i] + k) + a * Vec4::Load(v + k)).Store(d.gram[i] + k);
  }
}

// One observation of a linear form: `row` becomes the derivatives of the (relative) error.
template <bool kTrend, bool kSeason>
HWY_INLINE void AdvanceLinear(const EtsSmoothing& p, double error, double growth, double scale, double* season,
                              Sensitivity& d, double* row) {
  const Vec4 alpha = Vec4::Set(p.alpha);
  const Vec4 beta = Vec4::Set(p.beta);
  const Vec4 gamma = Vec4::Set(p.gamma);
  const Vec4 phi = Vec4::Set(p.phi);
  const Vec4 by = Vec4::Set(scale);
  const Vec4 direct = Vec4::Load(std::array<double, 4>{0, 0, 0, growth}.data());
  for (std::size_t i = 0; i < d.size; i += 4) {
    Vec4 q = Vec4::Load(d.level + i);
    Vec4 damped = q;
    if constexpr (kTrend) {
      damped = phi * Vec4::Load(d.growth + i);
      if (i == 0) damped = damped + direct;
      q = q + damped;
    }
    Vec4 e = Vec4::Set(0) - q;
    if constexpr (kSeason) {
      const Vec4 s = Vec4::Load(season + i);
      e = e - s;
      (s + gamma * e).Store(season + i);
    }
    (by * e).Store(row + i);
    (q + alpha * e).Store(d.level + i);
    if constexpr (kTrend) (damped + beta * e).Store(d.growth + i);
  }
  d.level[0] += error;
  if constexpr (kTrend) d.growth[1] += error;
  if constexpr (kSeason) season[2] += error;
}

// The same for a multiplicative season; `relative` is the relative error.
template <bool kTrend>
HWY_INLINE void AdvanceMultiplicative(const EtsSmoothing& p, const EtsTape& tape, double y, std::size_t t,
                                      double* season, Sensitivity& d, double* row) {
  const double q0 = tape.level[t];
  const double s0 = tape.season[t];
  const double u0 = tape.residual[t];
  const double w0 = y / q0;
  const double scale = 1 + tape.relative[t];
  const Vec4 alpha = Vec4::Set(p.alpha);
  const Vec4 beta = Vec4::Set(p.beta);
  const Vec4 gamma = Vec4::Set(p.gamma);
  const Vec4 phi = Vec4::Set(p.phi);
  const Vec4 u_by_season = Vec4::Set((u0 + q0) / s0);
  const Vec4 w_by_level = Vec4::Set(w0 / q0);
  const Vec4 row_by_level = Vec4::Set(scale / q0);
  const Vec4 row_by_season = Vec4::Set(scale / s0);
  const Vec4 zero = Vec4::Set(0);
  const Vec4 direct = Vec4::Load(std::array<double, 4>{0, 0, 0, kTrend ? tape.growth[t] : 0}.data());
  for (std::size_t i = 0; i < d.size; i += 4) {
    Vec4 q = Vec4::Load(d.level + i);
    Vec4 damped = q;
    if constexpr (kTrend) {
      damped = phi * Vec4::Load(d.growth + i);
      if (i == 0) damped = damped + direct;
      q = q + damped;
    }
    const Vec4 s = Vec4::Load(season + i);
    const Vec4 u = zero - u_by_season * s - q;
    (zero - row_by_level * q - row_by_season * s).Store(row + i);
    (s - gamma * (w_by_level * q + s)).Store(season + i);
    (q + alpha * u).Store(d.level + i);
    if constexpr (kTrend) (damped + beta * u).Store(d.growth + i);
  }
  d.level[0] += u0;
  if constexpr (kTrend) d.growth[1] += u0;
  season[2] += w0 - s0;
}

template <bool kTrend, EtsSeason kSeason>
HWY_INLINE void Accumulate(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsTape& tape,
                           Sensitivity& d) {
  const auto period = static_cast<std::size_t>(form.period);
  const bool relative = form.error == EtsError::kMultiplicative;
  double row[Sensitivity::kMax];
  for (std::size_t t = 0, j = 0; t < data.y.size(); ++t) {
    const double y = data.y[t];
    if constexpr (kSeason == EtsSeason::kMultiplicative) {
      AdvanceMultiplicative<kTrend>(p, tape, y, t, d.season[j], d, row);
    } else {
      const double e = tape.residual[t];
      const double scale = relative ? (1 + tape.relative[t]) / ((y - e) + data.offset) : 1;
      AdvanceLinear<kTrend, kSeason != EtsSeason::kNone>(p, e, kTrend ? tape.growth[t] : 0, scale, d.season[j], d, row);
    }
    AddOuterProduct(row, d);
    if constexpr (kSeason != EtsSeason::kNone) {
      if (++j == period) j = 0;
    }
  }
}

void GaussNewtonAnyForm(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                        EtsTape& tape, double* matrix) {
  if (!std::isfinite(DevianceAnyForm(form, data, p, initial, tape))) return;
  const std::size_t size = 6 + static_cast<std::size_t>(form.period) - 1;
  Sensitivity d;
  d.size = (size + 3) / 4 * 4;
  d.level[4] = 1;
  if (form.has_trend()) d.growth[5] = 1;
  for (std::size_t j = 0; j + 6 < size; ++j) d.season[j][6 + j] = 1;
  if (form.has_trend()) {
    if (form.season == EtsSeason::kNone) Accumulate<true, EtsSeason::kNone>(form, data, p, tape, d);
    if (form.season == EtsSeason::kAdditive) Accumulate<true, EtsSeason::kAdditive>(form, data, p, tape, d);
    if (form.season == EtsSeason::kMultiplicative) Accumulate<true, EtsSeason::kMultiplicative>(form, data, p, tape, d);
  } else {
    if (form.season == EtsSeason::kNone) Accumulate<false, EtsSeason::kNone>(form, data, p, tape, d);
    if (form.season == EtsSeason::kAdditive) Accumulate<false, EtsSeason::kAdditive>(form, data, p, tape, d);
    if (form.season == EtsSeason::kMultiplicative)
      Accumulate<false, EtsSeason::kMultiplicative>(form, data, p, tape, d);
  }
  const double weight = 2 * static_cast<double>(data.y.size()) / tape.sum_squares;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k <= i; ++k) matrix[i * size + k] = matrix[k * size + i] = weight * d.gram[i][k];
  }
}

}  // namespace fitd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
