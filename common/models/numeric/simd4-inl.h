// Four doubles side by side, in as many registers as the target needs: two of SSE2, one of AVX2 or wider. Every
// operation is done lane by lane in the same order whatever the width, and never contracted, so that all targets
// compute the same bits. Included once per target by a file that uses Highway's foreach_target.
#if defined(FITD_SIMD4_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FITD_SIMD4_INL_H_
#undef FITD_SIMD4_INL_H_
#else
#define FITD_SIMD4_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace fitd::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Vec4 {
  using Tag = hn::CappedTag<double, 4>;
  static constexpr std::size_t kWidth = hn::MaxLanes(Tag());
  static constexpr std::size_t kParts = 4 / kWidth;
  hn::Vec<Tag> part[kParts];

  static HWY_INLINE Vec4 Load(const double* from) {
    Vec4 v;
    for (std::size_t i = 0; i < kParts; ++i) v.part[i] = hn::LoadU(Tag(), from + i * kWidth);
    return v;
  }
  static HWY_INLINE Vec4 Set(double x) {
    Vec4 v;
    for (std::size_t i = 0; i < kParts; ++i) v.part[i] = hn::Set(Tag(), x);
    return v;
  }
  HWY_INLINE void Store(double* to) const {
    for (std::size_t i = 0; i < kParts; ++i) hn::StoreU(part[i], Tag(), to + i * kWidth);
  }
  friend HWY_INLINE Vec4 operator+(Vec4 a, Vec4 b) {
    for (std::size_t i = 0; i < kParts; ++i) a.part[i] = hn::Add(a.part[i], b.part[i]);
    return a;
  }
  friend HWY_INLINE Vec4 operator-(Vec4 a, Vec4 b) {
    for (std::size_t i = 0; i < kParts; ++i) a.part[i] = hn::Sub(a.part[i], b.part[i]);
    return a;
  }
  friend HWY_INLINE Vec4 operator*(Vec4 a, Vec4 b) {
    for (std::size_t i = 0; i < kParts; ++i) a.part[i] = hn::Mul(a.part[i], b.part[i]);
    return a;
  }
  friend HWY_INLINE Vec4 operator/(Vec4 a, Vec4 b) {
    for (std::size_t i = 0; i < kParts; ++i) a.part[i] = hn::Div(a.part[i], b.part[i]);
    return a;
  }
  HWY_INLINE Vec4 Abs() const {
    Vec4 v;
    for (std::size_t i = 0; i < kParts; ++i) v.part[i] = hn::Abs(part[i]);
    return v;
  }
};

}  // namespace fitd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
