#include "common/models/numeric/gaussian.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// Horner evaluation, highest power first.
template <int N>
double Polynomial(const double (&c)[N], double x) {
  double v = c[0];
  for (int i = 1; i < N; ++i) v = v * x + c[i];
  return v;
}

constexpr double kA[] = {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
                         13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608};
constexpr double kB[] = {5226.495278852545925,  28729.085735721942674, 39307.89580009271061,  21213.794301586595867,
                         5394.1960214247511077, 687.1870074920579083,  42.313330701600911252, 1.0};
constexpr double kC[] = {7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
                         1.27045825245236838258,   3.64784832476320460504,   5.7694972214606914055,
                         4.6303378461565452959,    1.42343711074968357734};
constexpr double kD[] = {
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455,    1.6763848301838038494,   2.05319162663775882187,   1.0};
constexpr double kE[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
                         0.026532189526576123093,   0.29656057182850489123,    1.7848265399172913358,
                         5.4637849111641143699,     6.6579046435011037772};
constexpr double kF[] = {
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525,   0.13692988092273580531,   0.59983220655588793769,   1.0};

}  // namespace

double NormalQuantile(double p) {
  if (!(p > 0.0 && p < 1.0)) return std::numeric_limits<double>::quiet_NaN();
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * Polynomial(kA, r) / Polynomial(kB, r);
  }
  double r = std::sqrt(-Log(q < 0 ? p : 1 - p));
  const double x =
      r <= 5 ? Polynomial(kC, r - 1.6) / Polynomial(kD, r - 1.6) : Polynomial(kE, r - 5) / Polynomial(kF, r - 5);
  return q < 0 ? -x : x;
}

double NormalIntervalQuantile(double level_percent) {
  return NormalQuantile(0.5 + level_percent / 200);
}

double StudentIntervalQuantile(double level_percent, double degrees) {
  const double z = NormalIntervalQuantile(level_percent);
  const double v = 1 / std::max(degrees, 3.0);
  const double s = z * z;
  const double first = (s + 1) / 4;
  const double second = ((5 * s + 16) * s + 3) / 96;
  const double third = (((3 * s + 19) * s + 17) * s - 15) / 384;
  const double fourth = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z * (1 + v * (first + v * (second + v * (third + v * fourth))));
}

}  // namespace fitd
