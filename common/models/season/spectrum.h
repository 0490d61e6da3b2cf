// Autocorrelation and periodogram by a radix-2 fast Fourier transform. Pure functions, any thread.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// In-place forward transform X_k = sum x_t exp(-2 pi i k t / N); x.size() must be a power of two (Cooley & Tukey 1965).
void FourierTransform(std::span<std::complex<double>> x);

// Periodogram |X_k|^2, k = 0..size/2, of `x` followed by zeros up to `size`, a power of two above 1 and at least
// x.size(): a real series of size N costs a transform of size N/2.
std::vector<double> PowerSpectrum(std::span<const double> x, std::size_t size);

// Smallest power of two that is at least n.
std::size_t NextPowerOfTwo(std::size_t n);

// Sample autocorrelations at lags 0..max_lag (below y.size()), with the divisor n and the overall mean; all 0 for a
// constant series. Direct sums for short series, O(n log n) for long ones.
std::vector<double> Autocorrelation(std::span<const double> y, std::size_t max_lag);

}  // namespace fitd
