#include "common/models/season/spectrum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// Above this many products the transform is cheaper than direct sums.
constexpr std::size_t kMaxDirectProducts = 400'000;

void ReverseBits(std::span<std::complex<double>> x) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
}

// exp(-2 pi i k / n), k < n/2. Those of short transforms are computed once in each thread; others go into `storage`.
std::span<const std::complex<double>> UnitRoots(std::size_t n, std::vector<std::complex<double>>& storage) {
  constexpr std::size_t kKept = 12;
  thread_local std::array<std::vector<std::complex<double>>, kKept + 1> kept;
  const auto log = static_cast<std::size_t>(std::countr_zero(n));
  std::vector<std::complex<double>>& roots = log <= kKept ? kept[log] : storage;
  if (!roots.empty()) return roots;
  roots.resize(n / 2);
  for (std::size_t k = 0; k < n / 2; ++k) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
    roots[k] = {Cos(angle), Sin(angle)};
  }
  return roots;
}

std::complex<double> Times(const std::complex<double>& a, const std::complex<double>& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// `roots` of a transform that is a whole number of times as long.
void Transform(std::span<std::complex<double>> x, std::span<const std::complex<double>> roots) {
  const std::size_t n = x.size();
  ReverseBits(x);
  for (std::size_t half = 1; half < n; half *= 2) {
    const std::size_t stride = roots.size() / half;
    for (std::size_t start = 0; start < n; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<double> product = Times(roots[k * stride], x[start + half + k]);
        x[start + half + k] = x[start + k] - product;
        x[start + k] += product;
      }
    }
  }
}

// Values less their mean, scaled so that their squares are safe.
std::vector<double> Centred(std::span<const double> y) {
  std::vector<double> x = ScaleDown(y, ScaleExponent(y));
  double sum = 0;
  for (const double v : x) sum += v - x[0];
  const double mean = x[0] + sum / static_cast<double>(x.size());
  for (double& v : x) v -= mean;
  return ScaleDown(x, ScaleExponent(x));
}

std::vector<double> DirectProducts(std::span<const double> x, std::size_t max_lag) {
  std::vector<double> products(max_lag + 1, 0.0);
  for (std::size_t lag = 0; lag <= max_lag; ++lag) {
    double sums[4] = {0, 0, 0, 0};
    std::size_t t = lag;
    for (; t + 4 <= x.size(); t += 4) {
      for (std::size_t k = 0; k < 4; ++k) sums[k] += x[t + k] * x[t + k - lag];
    }
    for (; t < x.size(); ++t) sums[0] += x[t] * x[t - lag];
    products[lag] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  return products;
}

std::vector<double> TransformedProducts(std::span<const double> x, std::size_t max_lag) {
  const std::size_t size = NextPowerOfTwo(x.size() + max_lag + 1);
  std::vector<std::complex<double>> z(size);
  std::copy(x.begin(), x.end(), z.begin());
  FourierTransform(z);
  for (std::complex<double>& v : z) v = std::norm(v);
  FourierTransform(z);  // of a symmetric real sequence: the inverse but for the factor
  std::vector<double> products(max_lag + 1);
  for (std::size_t lag = 0; lag <= max_lag; ++lag) products[lag] = z[lag].real() / static_cast<double>(size);
  return products;
}

}  // namespace

std::size_t NextPowerOfTwo(std::size_t n) {
  std::size_t size = 1;
  while (size < n) size *= 2;
  return size;
}

void FourierTransform(std::span<std::complex<double>> x) {
  if (x.size() < 2) return;
  std::vector<std::complex<double>> storage;
  Transform(x, UnitRoots(x.size(), storage));
}

std::vector<double> PowerSpectrum(std::span<const double> x, std::size_t size) {
  const std::size_t half = size / 2;
  std::vector<std::complex<double>> storage;
  const std::span<const std::complex<double>> roots = UnitRoots(size, storage);
  std::vector<std::complex<double>> z(half);  // even values are the real parts, odd ones the imaginary
  for (std::size_t t = 0; t < x.size(); t += 2) z[t / 2] = {x[t], t + 1 < x.size() ? x[t + 1] : 0.0};
  Transform(z, roots);
  std::vector<double> power(half + 1);
  for (std::size_t k = 0; k <= half; ++k) {
    const std::complex<double> a = z[k % half];
    const std::complex<double> b = std::conj(z[(half - k) % half]);
    const std::complex<double> even = a + b;
    const std::complex<double> odd = Times(k < half ? roots[k] : -roots[0], {a.imag() - b.imag(), b.real() - a.real()});
    power[k] = 0.25 * std::norm(even + odd);
  }
  return power;
}

std::vector<double> Autocorrelation(std::span<const double> y, std::size_t max_lag) {
  if (IsConstant(y) || y.empty()) return std::vector<double>(max_lag + 1, 0.0);
  const std::vector<double> x = Centred(y);
  std::vector<double> r =
      x.size() * max_lag <= kMaxDirectProducts ? DirectProducts(x, max_lag) : TransformedProducts(x, max_lag);
  const double variance = r[0];
  for (double& v : r) v = variance > 0 ? v / variance : 0;
  return r;
}

}  // namespace fitd
