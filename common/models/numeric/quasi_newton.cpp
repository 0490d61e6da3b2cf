#include "common/models/numeric/quasi_newton.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/vectors.h"

namespace fitd {

void QuasiNewton::Reset(std::span<const double> x, std::span<const double> gradient) {
  double size = 0;
  double slope = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    size = std::max(size, std::fabs(x[i]));
    slope = std::max(slope, std::fabs(gradient[i]));
  }
  const double diagonal = std::max(slope / (0.1 * std::max(size, 1.0)), 1e-300);
  std::fill(hessian_.begin(), hessian_.end(), 0.0);
  for (std::size_t i = 0; i < n_; ++i) hessian_[i * n_ + i] = diagonal;
  fresh_ = true;
}

void QuasiNewton::Assign(std::span<const double> hessian) {
  std::copy(hessian.begin(), hessian.end(), hessian_.begin());
  fresh_ = false;
}

void QuasiNewton::Update(std::span<const double> step, std::span<double> change) {
  const double sy = Dot(step, change);
  if (fresh_ && sy > 0) {
    const double scale = Dot(change, change) / sy;
    for (std::size_t i = 0; i < n_; ++i) hessian_[i * n_ + i] = scale;
  }
  product_.assign(n_, 0.0);
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = 0; j < n_; ++j) product_[i] += hessian_[i * n_ + j] * step[j];
  }
  const double sbs = Dot(step, product_);
  if (!(sbs > 0)) return;
  const double theta = sy >= 0.1 * sbs ? 1.0 : 0.9 * sbs / (sbs - sy);
  for (std::size_t i = 0; i < n_; ++i) change[i] = theta * change[i] + (1 - theta) * product_[i];
  const double sr = Dot(step, change);
  if (!(sr > 0) || !std::isfinite(1 / sr) || !std::isfinite(1 / sbs)) return;
  for (std::size_t i = 0; i < n_; ++i) {
    const double up = change[i] / sr;
    const double down = product_[i] / sbs;
    double* row = hessian_.data() + i * n_;
    for (std::size_t j = 0; j < n_; ++j) row[j] += up * change[j] - down * product_[j];
  }
  fresh_ = false;
}

}  // namespace fitd
