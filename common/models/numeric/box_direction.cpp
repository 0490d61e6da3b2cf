#include "common/models/numeric/box_direction.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/cholesky.h"

namespace fitd {

// Fills free_ with the indices that are not held at a bound, and `rhs_` with minus the model's gradient there.
void BoxDirection::CollectFree() {
  free_.clear();
  rhs_.clear();
  for (std::size_t i = 0; i < n_; ++i) {
    if (held_[i]) continue;
    free_.push_back(i);
    rhs_.push_back(-ModelGradient(i));
  }
  const std::size_t k = free_.size();
  block_.assign(k * k, 0.0);
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = 0; b <= a; ++b) block_[a * k + b] = hessian_->At(free_[a], free_[b]);
  }
}

double BoxDirection::ModelGradient(std::size_t i) const {
  double v = g_[i];
  if (!moved_) return v;  // d_ is still 0
  for (std::size_t j = 0; j < n_; ++j) v += hessian_->At(i, j) * d_[j];
  return v;
}

bool BoxDirection::Compute(const QuasiNewton& hessian, std::span<const double> x, std::span<const double> gradient) {
  hessian_ = &hessian;
  x_ = x;
  g_ = gradient;
  std::fill(d_.begin(), d_.end(), 0.0);
  moved_ = false;
  held_.assign(n_, 0);
  for (std::size_t i = 0; i < n_; ++i) {
    held_[i] = (x_[i] <= lower_[i] && g_[i] >= 0) || (x_[i] >= upper_[i] && g_[i] <= 0);
  }
  for (std::size_t round = 0; round < 3 * n_ + 3; ++round) {
    CollectFree();
    const std::size_t k = free_.size();
    column_.resize(k);
    const auto entry = [&](std::size_t i, std::size_t j) -> double& { return block_[i * k + j]; };
    if (!SolveCholeskyInPlace(k, entry, rhs_.data(), column_.data())) return false;
    if (MoveToFirstBound()) continue;
    if (!ReleaseOne()) break;
  }
  return true;
}

// Moves d_ by rhs_ on the free parameters as far as the bounds allow; true when one was hit (and is now held).
bool BoxDirection::MoveToFirstBound() {
  double t = 1;
  std::size_t hit = n_;
  for (std::size_t a = 0; a < free_.size(); ++a) {
    const std::size_t i = free_[a];
    const double target = x_[i] + d_[i] + rhs_[a];
    const double room = target < lower_[i] ? lower_[i] - x_[i] - d_[i] : upper_[i] - x_[i] - d_[i];
    if (target >= lower_[i] && target <= upper_[i]) continue;
    const double ratio = std::max(room / rhs_[a], 0.0);
    if (ratio < t) {
      t = ratio;
      hit = i;
    }
  }
  for (std::size_t a = 0; a < free_.size(); ++a) d_[free_[a]] += t * rhs_[a];
  moved_ = true;
  if (hit == n_) return false;
  const bool at_lower = std::fabs(x_[hit] + d_[hit] - lower_[hit]) < std::fabs(upper_[hit] - x_[hit] - d_[hit]);
  d_[hit] = (at_lower ? lower_[hit] : upper_[hit]) - x_[hit];
  held_[hit] = 1;
  return true;
}

// Frees the held parameter whose multiplier has the wrong sign most; false when there is none.
bool BoxDirection::ReleaseOne() {
  double worst = 0;
  std::size_t which = n_;
  for (std::size_t i = 0; i < n_; ++i) {
    if (!held_[i] || lower_[i] >= upper_[i]) continue;
    const double m = ModelGradient(i);
    const bool at_lower = x_[i] + d_[i] <= lower_[i];
    const double violation = at_lower ? -m : m;
    if (violation > worst + 1e-14 * std::fabs(g_[i])) {
      worst = violation;
      which = i;
    }
  }
  if (which == n_) return false;
  held_[which] = 0;
  return true;
}

double BoxDirection::LongestStep() const {
  double longest = 1e10;
  for (std::size_t i = 0; i < n_; ++i) {
    if (d_[i] > 0) longest = std::min(longest, (upper_[i] - x_[i]) / d_[i]);
    if (d_[i] < 0) longest = std::min(longest, (lower_[i] - x_[i]) / d_[i]);
  }
  return std::max(longest, 1.0);
}

}  // namespace fitd
