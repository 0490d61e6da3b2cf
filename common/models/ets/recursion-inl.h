// Forward and adjoint passes of the ETS recursion, compiled once per SIMD target. See kernel.h.
//
// Linear forms: q = l + phi b; e = y - q - s; l = q + alpha e; b = phi b + beta e; s = s + gamma e.
// Multiplicative season: u = y/s - q; l = q + alpha u; b = phi b + beta u; s = s + gamma (y/q - s); forecast q s.
#if defined(FITD_ETS_RECURSION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FITD_ETS_RECURSION_INL_H_
#undef FITD_ETS_RECURSION_INL_H_
#else
#define FITD_ETS_RECURSION_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "common/models/ets/kernel.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/simd4-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fitd::HWY_NAMESPACE {

// Forecasts and seasonal divisors nearer to zero than this (in units of the largest value) have no relative error.
inline constexpr double kTooSmall = 1e-10;
// A smaller sum of squares is a perfect fit to rounding; the deviance stops falling there.
inline constexpr double kPerfectFit = 1e-28;

template <bool kTrend, EtsSeason kSeason>
HWY_INLINE void ForwardLinear(const EtsData& data, const EtsSmoothing& p, const EtsState& initial, std::size_t period,
                              EtsTape& tape) {
  double l = initial.level;
  double b = kTrend ? initial.growth : 0;
  double season[kEtsMaxPeriod];
  if constexpr (kSeason != EtsSeason::kNone) std::copy_n(initial.season.begin(), period, season);
  double* e_out = tape.residual.data();
  double* b_out = tape.growth.data();
  const double* y = data.y.data();
  const std::size_t n = data.y.size();
  for (std::size_t t = 0, j = 0; t < n; ++t) {
    double q = l;
    double damped = 0;
    if constexpr (kTrend) {
      damped = p.phi * b;
      q += damped;
      b_out[t] = b;
    }
    double e = y[t];
    if constexpr (kSeason != EtsSeason::kNone) e -= season[j];
    e -= q;
    e_out[t] = e;
    l = q + p.alpha * e;
    if constexpr (kTrend) b = damped + p.beta * e;
    if constexpr (kSeason != EtsSeason::kNone) {
      season[j] += p.gamma * e;
      if (++j == period) j = 0;
    }
  }
}

template <bool kTrend>
HWY_INLINE void ForwardMultiplicative(const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                                      std::size_t period, EtsTape& tape) {
  double l = initial.level;
  double b = kTrend ? initial.growth : 0;
  double season[kEtsMaxPeriod];
  std::copy_n(initial.season.begin(), period, season);
  const double* y = data.y.data();
  const std::size_t n = data.y.size();
  for (std::size_t t = 0, j = 0; t < n; ++t) {
    double q = l;
    double damped = 0;
    if constexpr (kTrend) {
      damped = p.phi * b;
      q += damped;
      tape.growth[t] = b;
    }
    const double s = season[j];
    tape.level[t] = q;
    tape.season[t] = s;
    const double u = y[t] / s - q;
    tape.residual[t] = u;
    l = q + p.alpha * u;
    if constexpr (kTrend) b = damped + p.beta * u;
    season[j] = s + p.gamma * (y[t] / q - s);
    if (++j == period) j = 0;
  }
}

// Four running sums, by t mod 4, added in a fixed order at the end.
HWY_INLINE double SumOfSquares(const double* v, std::size_t n) {
  Vec4 sum = Vec4::Set(0);
  const std::size_t whole = n / 4 * 4;
  for (std::size_t t = 0; t < whole; t += 4) {
    const Vec4 x = Vec4::Load(v + t);
    sum = sum + x * x;
  }
  double part[4];
  sum.Store(part);
  for (std::size_t t = whole; t < n; ++t) part[t - whole] += v[t] * v[t];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

// sum of log|f|: products of up to eight factors a lane, one logarithm per block of 32. Infinite when a factor is
// too near to zero or not finite.
HWY_INLINE double SumOfLogs(const double* f, std::size_t n) {
  double sum = 0;
  for (std::size_t start = 0; start < n; start += 32) {
    const std::size_t stop = std::min(n, start + 32);
    double part[4] = {1, 1, 1, 1};
    for (std::size_t t = start; t < stop; ++t) {
      const double a = std::fabs(f[t]);
      if (!(a > kTooSmall && a < 1e30)) return std::numeric_limits<double>::infinity();
      part[t % 4] *= a;
    }
    sum += Log(part[0] * part[1]) + Log(part[2] * part[3]);
  }
  return sum;
}

// Turns the residuals of a linear form into relative errors and adds up the deviance; the forecasts go to tape.slope.
HWY_INLINE double LinearDeviance(const EtsData& data, bool multiplicative, EtsTape& tape) {
  const std::size_t n = data.y.size();
  const double* e = tape.residual.data();
  if (!multiplicative) {
    tape.sum_squares = std::max(SumOfSquares(e, n), kPerfectFit);
    return static_cast<double>(n) * Log(tape.sum_squares);
  }
  double* f = tape.slope.data();
  double* r = tape.relative.data();
  const double* y = data.y.data();
  for (std::size_t t = 0; t < n; ++t) {
    f[t] = (y[t] - e[t]) + data.offset;
    r[t] = e[t] / f[t];
  }
  tape.sum_squares = std::max(SumOfSquares(r, n), kPerfectFit);
  return static_cast<double>(n) * Log(tape.sum_squares) + 2 * SumOfLogs(f, n);
}

HWY_INLINE double MultiplicativeDeviance(const EtsData& data, EtsTape& tape) {
  const std::size_t n = data.y.size();
  const double* y = data.y.data();
  double* f = tape.slope.data();
  double* r = tape.relative.data();
  for (std::size_t t = 0; t < n; ++t) {
    f[t] = tape.level[t] * tape.season[t];
    r[t] = (y[t] - f[t]) / f[t];
  }
  tape.sum_squares = std::max(SumOfSquares(r, n), kPerfectFit);
  return static_cast<double>(n) * Log(tape.sum_squares) + 2 * SumOfLogs(f, n);
}

template <bool kTrend, EtsSeason kSeason>
HWY_INLINE double Forward(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                          EtsTape& tape) {
  const auto period = static_cast<std::size_t>(form.period);
  double deviance;
  if constexpr (kSeason == EtsSeason::kMultiplicative) {
    ForwardMultiplicative<kTrend>(data, p, initial, period, tape);
    deviance = MultiplicativeDeviance(data, tape);
  } else {
    ForwardLinear<kTrend, kSeason>(data, p, initial, period, tape);
    deviance = LinearDeviance(data, form.error == EtsError::kMultiplicative, tape);
  }
  return std::isfinite(deviance) ? deviance : std::numeric_limits<double>::infinity();
}

// d deviance / d residual, for each t, into tape.slope.
HWY_INLINE void LinearSlopes(const EtsData& data, bool multiplicative, EtsTape& tape) {
  const std::size_t n = data.y.size();
  const double weight = 2 * static_cast<double>(n) / tape.sum_squares;
  double* slope = tape.slope.data();
  if (!multiplicative) {
    const double* e = tape.residual.data();
    for (std::size_t t = 0; t < n; ++t) slope[t] = weight * e[t];
    return;
  }
  const double* r = tape.relative.data();
  for (std::size_t t = 0; t < n; ++t) slope[t] = (weight * r[t] * (1 + r[t]) - 2) / slope[t];
}

template <bool kTrend, EtsSeason kSeason>
HWY_INLINE void BackwardLinear(const EtsData& data, const EtsSmoothing& p, std::size_t period, const EtsTape& tape,
                               EtsGradient& g) {
  double dl = 0;
  double db = 0;
  double ds[kEtsMaxPeriod] = {};
  double ga = 0;
  double gb = 0;
  double gg = 0;
  double gp = 0;
  const double* e = tape.residual.data();
  const double* slope = tape.slope.data();
  const double* growth = tape.growth.data();
  const std::size_t n = data.y.size();
  std::size_t j = kSeason == EtsSeason::kNone ? 0 : n % period;
  for (std::size_t t = n; t-- > 0;) {
    double de = slope[t];
    if constexpr (kSeason != EtsSeason::kNone) {
      j = (j == 0 ? period : j) - 1;
      de += p.gamma * ds[j];
      gg += ds[j] * e[t];
    }
    if constexpr (kTrend) {
      de += p.beta * db;
      gb += db * e[t];
    }
    de += p.alpha * dl;
    ga += dl * e[t];
    dl -= de;
    if constexpr (kSeason != EtsSeason::kNone) ds[j] -= de;
    if constexpr (kTrend) {
      const double both = dl + db;
      gp += growth[t] * both;
      db = p.phi * both;
    }
  }
  g.smoothing = {ga, gb, gg, gp};
  g.state.level = dl;
  g.state.growth = db;
  std::copy_n(ds, kEtsMaxPeriod, g.state.season.begin());
}

template <bool kTrend>
HWY_INLINE void BackwardMultiplicative(const EtsData& data, const EtsSmoothing& p, std::size_t period, EtsTape& tape,
                                       EtsGradient& g) {
  const std::size_t n = data.y.size();
  const double weight = 2 * static_cast<double>(n) / tape.sum_squares;
  double* slope = tape.slope.data();
  for (std::size_t t = 0; t < n; ++t) {  // d deviance / d forecast
    const double r = tape.relative[t];
    slope[t] = (2 - weight * r * (1 + r)) / slope[t];
  }
  double dl = 0;
  double db = 0;
  double ds[kEtsMaxPeriod] = {};
  double ga = 0;
  double gb = 0;
  double gg = 0;
  double gp = 0;
  std::size_t j = n % period;
  for (std::size_t t = n; t-- > 0;) {
    j = (j == 0 ? period : j) - 1;
    const double q = tape.level[t];
    const double s = tape.season[t];
    const double u = tape.residual[t];
    const double y = data.y[t];
    const double w = y / q;
    const double du = p.alpha * dl + p.beta * db;
    ga += dl * u;
    if constexpr (kTrend) gb += db * u;
    gg += ds[j] * (w - s);
    const double dw = p.gamma * ds[j];
    dl = dl - du - dw * (w / q) + slope[t] * s;
    ds[j] = ds[j] - dw - du * ((u + q) / s) + slope[t] * q;
    if constexpr (kTrend) {
      const double both = dl + db;
      gp += tape.growth[t] * both;
      db = p.phi * both;
    }
  }
  g.smoothing = {ga, gb, gg, gp};
  g.state.level = dl;
  g.state.growth = db;
  std::copy_n(ds, kEtsMaxPeriod, g.state.season.begin());
}

template <bool kTrend, EtsSeason kSeason>
HWY_INLINE double ForwardBackward(const EtsForm& form, const EtsData& data, const EtsSmoothing& p,
                                  const EtsState& initial, EtsTape& tape, EtsGradient& g) {
  const double deviance = Forward<kTrend, kSeason>(form, data, p, initial, tape);
  if (!std::isfinite(deviance)) return deviance;
  const auto period = static_cast<std::size_t>(form.period);
  if constexpr (kSeason == EtsSeason::kMultiplicative) {
    BackwardMultiplicative<kTrend>(data, p, period, tape, g);
  } else {
    LinearSlopes(data, form.error == EtsError::kMultiplicative, tape);
    BackwardLinear<kTrend, kSeason>(data, p, period, tape, g);
  }
  return deviance;
}

double DevianceAnyForm(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                       EtsTape& tape) {
  if (form.has_trend()) {
    if (form.season == EtsSeason::kNone) return Forward<true, EtsSeason::kNone>(form, data, p, initial, tape);
    if (form.season == EtsSeason::kAdditive) return Forward<true, EtsSeason::kAdditive>(form, data, p, initial, tape);
    return Forward<true, EtsSeason::kMultiplicative>(form, data, p, initial, tape);
  }
  if (form.season == EtsSeason::kNone) return Forward<false, EtsSeason::kNone>(form, data, p, initial, tape);
  if (form.season == EtsSeason::kAdditive) return Forward<false, EtsSeason::kAdditive>(form, data, p, initial, tape);
  return Forward<false, EtsSeason::kMultiplicative>(form, data, p, initial, tape);
}

double GradientAnyForm(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                       EtsTape& tape, EtsGradient& g) {
  if (form.has_trend()) {
    if (form.season == EtsSeason::kNone) {
      return ForwardBackward<true, EtsSeason::kNone>(form, data, p, initial, tape, g);
    }
    if (form.season == EtsSeason::kAdditive) {
      return ForwardBackward<true, EtsSeason::kAdditive>(form, data, p, initial, tape, g);
    }
    return ForwardBackward<true, EtsSeason::kMultiplicative>(form, data, p, initial, tape, g);
  }
  if (form.season == EtsSeason::kNone) {
    return ForwardBackward<false, EtsSeason::kNone>(form, data, p, initial, tape, g);
  }
  if (form.season == EtsSeason::kAdditive) {
    return ForwardBackward<false, EtsSeason::kAdditive>(form, data, p, initial, tape, g);
  }
  return ForwardBackward<false, EtsSeason::kMultiplicative>(form, data, p, initial, tape, g);
}

}  // namespace fitd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
