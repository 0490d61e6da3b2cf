#define HWY_COMPILE_ONLY_SCALAR  // one lane, every step a plain operation
#include "common/models/numeric/elementary.h"

#include <hwy/contrib/math/math-inl.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace fitd {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<double>;
static_assert(HWY_TARGET == HWY_SCALAR);  // NOLINT(misc-redundant-expression)

}  // namespace

double Exp(double x) {
  constexpr double kLargest = 709.782712893384;  // whose exp is finite
  constexpr double kSafe = 700;                  // where Highway's is still right
  if (std::isnan(x)) return x;
  if (x > kLargest) return std::numeric_limits<double>::infinity();
  if (x > kSafe) return Exp(x - kSafe) * Exp(kSafe);
  if (x < -kSafe) return x < -1000 ? 0 : Exp(x + kSafe) * Exp(-kSafe);
  return hn::GetLane(hn::Exp(Tag(), hn::Set(Tag(), x)));
}

double Log(double x) {
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(x)) return x;
  return hn::GetLane(hn::Log(Tag(), hn::Set(Tag(), x)));
}

double Log2(double x) {
  if (!(x > 0) || std::isinf(x)) return Log(x);
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);  // from 0.5
  return mantissa == 0.5 ? exponent - 1 : exponent + Log(mantissa) / std::numbers::ln2;
}

double Log10(double x) {
  return Log(x) / std::numbers::ln10;
}

double Exp2(double x) {
  const double whole = std::floor(x);
  return std::ldexp(Exp((x - whole) * std::numbers::ln2), static_cast<int>(whole));
}

double Sin(double x) {
  return hn::GetLane(hn::Sin(Tag(), hn::Set(Tag(), x)));
}

double Cos(double x) {
  return hn::GetLane(hn::Cos(Tag(), hn::Set(Tag(), x)));
}

}  // namespace fitd
