#include "common/models/arima/kernel.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/simd_target.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "common/models/arima/kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file again for each instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fitd::arima::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kKernelBlock>;
constexpr std::size_t kLanes = hn::MaxLanes(Tag());
constexpr std::size_t kSums = kKernelBlock / kLanes;

// Eight partial sums, added in one fixed order whatever the width.
struct Sums {
  hn::Vec<Tag> part[kSums];
  HWY_INLINE Sums() {
    for (auto& p : part) p = hn::Zero(Tag());
  }
  HWY_INLINE double Total() const {
    HWY_ALIGN double x[kKernelBlock];
    for (std::size_t k = 0; k < kSums; ++k) hn::Store(part[k], Tag(), x + k * kLanes);
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
  }
};

HWY_INLINE bool Vanished(const double* l, std::size_t width, double bound) {
  const Tag d;
  auto largest = hn::Zero(d);
  for (std::size_t i = 0; i < width; i += kLanes) largest = hn::Max(largest, hn::Abs(hn::LoadU(d, l + i)));
  return hn::AllTrue(d, hn::Lt(largest, hn::Set(d, bound)));
}

template <bool kAutoregressive>
HWY_INLINE void AdvanceState(const double* HWY_RESTRICT b, const double* HWY_RESTRICT phi, double head, double scaled,
                             std::size_t width, double* HWY_RESTRICT state) {
  const Tag d;
  const auto vhead = hn::Set(d, head);
  const auto vscaled = hn::Set(d, scaled);
  for (std::size_t i = 0; i < width; i += kLanes) {
    auto next = hn::LoadU(d, state + i + 1);
    if constexpr (kAutoregressive) next = hn::Add(next, hn::Mul(hn::LoadU(d, phi + i), vhead));
    hn::StoreU(hn::Add(next, hn::Mul(hn::LoadU(d, b + i), vscaled)), d, state + i);
  }
}

template <bool kAutoregressive>
HWY_INLINE void AdvanceGain(const double* HWY_RESTRICT row, const double* HWY_RESTRICT phi, double c, double head,
                            std::size_t width, double* HWY_RESTRICT next) {
  const Tag d;
  const auto vc = hn::Set(d, c);
  const auto vhead = hn::Set(d, head);
  for (std::size_t i = 0; i < width; i += kLanes) {
    auto u = hn::LoadU(d, row + width + i + 1);
    if constexpr (kAutoregressive) u = hn::Add(u, hn::Mul(hn::LoadU(d, phi + i), vhead));
    const auto b = hn::LoadU(d, row + i);
    hn::StoreU(hn::Sub(b, hn::Mul(vc, u)), d, next + i);
    hn::StoreU(hn::Sub(u, hn::Mul(vc, b)), d, next + width + i);
  }
}

template <bool kAutoregressive>
void Forward(Recursion& r) {
  constexpr std::size_t kCheckEvery = 16;
  constexpr double kVanishing = 1e-10;
  const std::size_t width = r.width;
  const std::size_t stride = KernelStride(width);
  std::size_t stop = std::min(r.steps, r.transient_cap);
  bool vanished = false;
  double f = r.start_variance;
  double product = 1;
  r.log_determinant = 0;
  std::size_t t = 0;
  for (; t < stop; ++t) {
    const double* row = r.history + t * stride;
    const double head = r.state[0];
    const double v = r.series[t] - head;
    const double l0 = row[width];
    const double c = l0 / f;
    r.innovations[t] = v;
    r.variances[t] = f;
    r.reflections[t] = c;
    product *= f;
    if (product > 1e150) {
      r.log_determinant += Log(product);
      product = 1;
    }
    AdvanceState<kAutoregressive>(row, r.phi, head, v / f, width, r.state);
    if (r.unit_state != nullptr) {
      const double unit_head = r.unit_state[0];
      const double unit = 1 - unit_head;
      r.unit_innovations[t] = unit;
      AdvanceState<kAutoregressive>(row, r.phi, unit_head, unit / f, width, r.unit_state);
    }
    AdvanceGain<kAutoregressive>(row, r.phi, c, l0, width, r.history + (t + 1) * stride);
    f -= c * l0;
    if (!vanished && t % kCheckEvery == kCheckEvery - 1 &&
        Vanished(r.history + (t + 1) * stride + width, width, kVanishing * f)) {
      vanished = true;
      stop = std::min(stop, t + 1 + width);
    }
  }
  r.log_determinant += Log(product);
  r.done = t;
}

// One step back. `a`, `b` and `l` are the adjoints of the state, b and l after the step; on return before it, `l` being
// written to `l_before` (shifted by one).
struct StepSums {
  double c = 0;
  double s = 0;
  double phi_u = 0;
  double phi_a = 0;
};

template <bool kAutoregressive>
HWY_INLINE StepSums Back(const double* HWY_RESTRICT row, const double* HWY_RESTRICT phi, double c, double s, double l0,
                         double a0, std::size_t width, const double* HWY_RESTRICT a, double* HWY_RESTRICT b,
                         const double* HWY_RESTRICT l, double* HWY_RESTRICT a_before, double* HWY_RESTRICT l_before,
                         double* HWY_RESTRICT phi_gradient) {
  const Tag d;
  const auto vc = hn::Set(d, c);
  const auto vs = hn::Set(d, s);
  const auto vl0 = hn::Set(d, l0);
  const auto va0 = hn::Set(d, a0);
  Sums sum_c;
  Sums sum_s;
  Sums sum_u;
  Sums sum_a;
  for (std::size_t block = 0; block < width; block += kKernelBlock) {
    for (std::size_t k = 0; k < kSums; ++k) {
      const std::size_t i = block + k * kLanes;
      auto u = hn::LoadU(d, row + width + i + 1);
      auto weights = hn::Zero(d);
      if constexpr (kAutoregressive) {
        weights = hn::LoadU(d, phi + i);
        u = hn::Add(u, hn::Mul(weights, vl0));
      }
      const auto b_row = hn::LoadU(d, row + i);
      const auto a_bar = hn::LoadU(d, a + i);
      const auto b_bar = hn::LoadU(d, b + i);
      const auto l_bar = hn::LoadU(d, l + i);
      const auto u_bar = hn::Sub(l_bar, hn::Mul(vc, b_bar));
      sum_c.part[k] = hn::Add(sum_c.part[k], hn::Add(hn::Mul(b_bar, u), hn::Mul(l_bar, b_row)));
      sum_s.part[k] = hn::Add(sum_s.part[k], hn::Mul(a_bar, b_row));
      hn::StoreU(hn::Add(hn::Sub(b_bar, hn::Mul(vc, l_bar)), hn::Mul(vs, a_bar)), d, b + i);
      hn::StoreU(u_bar, d, l_before + i + 1);
      hn::StoreU(a_bar, d, a_before + i + 1);
      if constexpr (kAutoregressive) {
        sum_u.part[k] = hn::Add(sum_u.part[k], hn::Mul(weights, u_bar));
        sum_a.part[k] = hn::Add(sum_a.part[k], hn::Mul(weights, a_bar));
        const auto direct = hn::Add(hn::Mul(u_bar, vl0), hn::Mul(a_bar, va0));
        hn::StoreU(hn::Add(hn::LoadU(d, phi_gradient + i), direct), d, phi_gradient + i);
      }
    }
  }
  StepSums out;
  out.c = sum_c.Total();
  out.s = sum_s.Total();
  if constexpr (kAutoregressive) {
    out.phi_u = sum_u.Total();
    out.phi_a = sum_a.Total();
  }
  return out;
}

template <bool kAutoregressive>
void Backward(Adjoint& adjoint) {
  const Recursion& r = *adjoint.forward;
  const std::size_t width = r.width;
  const std::size_t stride = KernelStride(width);
  const std::size_t lane = width + kKernelBlock;
  double* a = adjoint.scratch;
  double* a_before = a + lane;
  double* l = a_before + lane;
  double* l_before = l + lane;
  double* b = adjoint.start_gradient;
  std::fill_n(adjoint.scratch, 4 * lane, 0.0);
  std::fill_n(b, width, 0.0);
  double f_bar = 0;
  for (std::size_t t = r.done; t-- > 0;) {
    const double f = r.variances[t];
    const double c = r.reflections[t];
    const double v = adjoint.innovations[t];
    const double s = v / f;
    const double* row = r.history + t * stride;
    const double l0 = row[width];
    const StepSums sums = Back<kAutoregressive>(row, r.phi, c, s, l0, adjoint.series[t] - v, width, a, b, l, a_before,
                                                l_before, adjoint.phi_gradient);
    const double c_bar = -sums.c - f_bar * l0;
    const double later = adjoint.later_gradient != nullptr ? adjoint.later_gradient[t] : 0.0;
    const double v_bar = sums.s / f + 2 * adjoint.weight * s + later;
    l_before[0] = sums.phi_u - c * f_bar + c_bar / f;
    a_before[0] = sums.phi_a - v_bar;
    f_bar += (0.5 - c_bar * c - sums.s * s - adjoint.weight * v * s) / f;
    std::swap(a, a_before);
    std::swap(l, l_before);
  }
  for (std::size_t i = 0; i < width; ++i) b[i] += l[i];
  adjoint.start_variance_gradient = f_bar;
}

void ForwardAny(Recursion& r) {
  r.phi != nullptr ? Forward<true>(r) : Forward<false>(r);
}
void BackwardAny(Adjoint& a) {
  a.forward->phi != nullptr ? Backward<true>(a) : Backward<false>(a);
}

}  // namespace fitd::arima::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fitd::arima {

void RunRecursion(Recursion* recursion) {
  FITD_SIMD(ForwardAny)(*recursion);
}
void RunAdjoint(Adjoint* adjoint) {
  FITD_SIMD(BackwardAny)(*adjoint);
}

}  // namespace fitd::arima
#endif
