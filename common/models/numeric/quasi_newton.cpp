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
  product_.resize(n_);
  constexpr double kLeastCurvature = 0.1;
  const auto row = [this](std::size_t i) { return hessian_.data() + i * n_; };
  if (UpdateDamped(step, change, product_, kLeastCurvature, row)) fresh_ = false;
}

}  // namespace fitd
