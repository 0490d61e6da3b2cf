#include "common/models/numeric/minimize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace fitd {
namespace {

constexpr double kArmijo = 1e-4;    // sufficient decrease
constexpr double kCurvature = 0.9;  // slope that must be left behind (weak Wolfe)
constexpr int kMaxTrialsASearch = 30;
constexpr double kCloseBy = 30;  // after a decrease of this many tolerances a small promise is believed
constexpr double kPromise = 4;   // the quadratic model's decrease is believed within this factor

double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

bool AllFinite(std::span<const double> v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

// Solves A p = r by Cholesky, column by column, for the k x k matrix A (row-major, lower triangle, overwritten); r
// becomes p, `column` is scratch. False when A is not positive definite.
bool SolveCholesky(std::vector<double>& a, std::vector<double>& r, std::vector<double>& column, std::size_t k) {
  column.resize(k);
  for (std::size_t j = 0; j < k; ++j) {
    const double d = a[j * k + j];
    if (!(d > 0) || !std::isfinite(d)) return false;
    const double inverse = 1 / std::sqrt(d);
    for (std::size_t i = j; i < k; ++i) column[i] = a[i * k + j] *= inverse;
    r[j] *= inverse;
    for (std::size_t i = j + 1; i < k; ++i) {
      double* row = a.data() + i * k;
      const double v = column[i];
      r[i] -= v * r[j];
      for (std::size_t c = j + 1; c <= i; ++c) row[c] -= v * column[c];
    }
  }
  for (std::size_t i = k; i-- > 0;) {
    r[i] /= a[i * k + i];
    for (std::size_t c = 0; c < i; ++c) r[c] -= a[i * k + c] * r[i];
  }
  return true;
}

// One minimisation: the quadratic model with its bounds gives a direction, a weak-Wolfe search the step along it
// (Nocedal & Wright 2006, chapters 3, 6 and 16.7). Dense, because there are at most some thirty parameters.
class BoundedBfgs {
 public:
  BoundedBfgs(const Objective& objective, std::span<const double> x0, std::span<const double> lower,
              std::span<const double> upper, const MinimizeOptions& options)
      : objective_(objective),
        lower_(lower),
        upper_(upper),
        options_(options),
        n_(x0.size()),
        x_(x0.begin(), x0.end()),
        g_(n_),
        d_(n_),
        trial_(n_),
        trial_g_(n_),
        best_trial_(n_),
        best_trial_g_(n_),
        hessian_(n_ * n_) {
    for (std::size_t i = 0; i < n_; ++i) x_[i] = std::min(std::max(x_[i], lower[i]), upper[i]);
  }

  MinimizeResult Run() {
    f_ = Evaluate(x_, g_);
    if (!std::isfinite(f_) || !AllFinite(g_)) return Finish(Termination::kObjectiveInvalid);
    ResetHessian();
    if (options_.initial_hessian.size() == n_ * n_) {
      std::copy(options_.initial_hessian.begin(), options_.initial_hessian.end(), hessian_.begin());
      hessian_fresh_ = false;
    }
    int small_decreases = 0;
    while (true) {
      if (ProjectedGradient() <= options_.gradient_tolerance * std::max(1.0, std::fabs(f_))) {
        return Finish(Termination::kGradientSmall);
      }
      if (evaluations_ >= options_.max_evaluations) return Finish(Termination::kEvaluationCap);
      const double before = f_;
      if (!Step()) {
        if (hopeless_) return Finish(Termination::kHopeless);
        if (converged_) return Finish(Termination::kDecreaseSmall);
        if (evaluations_ >= options_.max_evaluations) return Finish(Termination::kEvaluationCap);
        if (hessian_fresh_) return Finish(Termination::kNoDescent);
        ResetHessian();
        continue;
      }
      last_decrease_ = before - f_;
      small_decreases = last_decrease_ <= Tolerance() ? small_decreases + 1 : 0;
      if (small_decreases == 2) return Finish(Termination::kDecreaseSmall);
    }
  }

 private:
  double Tolerance() const { return options_.function_tolerance * std::max(1.0, std::fabs(f_)); }

  double Evaluate(const std::vector<double>& x, std::vector<double>& gradient) {
    ++evaluations_;
    return objective_(x, gradient);
  }

  MinimizeResult Finish(Termination reason) { return {std::move(x_), f_, evaluations_, reason}; }

  double ProjectedGradient() const {
    double largest = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double step = std::min(std::max(x_[i] - g_[i], lower_[i]), upper_[i]) - x_[i];
      largest = std::max(largest, std::fabs(step));
    }
    return largest;
  }

  // A multiple of the identity, such that the first step changes no parameter by more than a tenth of its size.
  void ResetHessian() {
    double size = 0;
    double slope = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      size = std::max(size, std::fabs(x_[i]));
      slope = std::max(slope, std::fabs(g_[i]));
    }
    const double diagonal = std::max(slope / (0.1 * std::max(size, 1.0)), 1e-300);
    std::fill(hessian_.begin(), hessian_.end(), 0.0);
    for (std::size_t i = 0; i < n_; ++i) hessian_[i * n_ + i] = diagonal;
    hessian_fresh_ = true;
  }

  // Fills free_ with the indices that are not held at a bound, and `rhs_` with minus the model's gradient there.
  void CollectFree(const std::vector<char>& held) {
    free_.clear();
    rhs_.clear();
    for (std::size_t i = 0; i < n_; ++i) {
      if (held[i]) continue;
      free_.push_back(i);
      rhs_.push_back(-ModelGradient(i));
    }
    const std::size_t k = free_.size();
    block_.assign(k * k, 0.0);
    for (std::size_t a = 0; a < k; ++a) {
      for (std::size_t b = 0; b <= a; ++b) block_[a * k + b] = hessian_[free_[a] * n_ + free_[b]];
    }
  }

  double ModelGradient(std::size_t i) const {
    double v = g_[i];
    if (!moved_) return v;  // d_ is still 0
    for (std::size_t j = 0; j < n_; ++j) v += hessian_[i * n_ + j] * d_[j];
    return v;
  }

  // The minimiser d_ of g'd + d'Bd/2 with x + d inside the bounds, by a primal active-set method. False when B has
  // lost definiteness.
  bool Direction() {
    std::fill(d_.begin(), d_.end(), 0.0);
    moved_ = false;
    held_.assign(n_, 0);
    for (std::size_t i = 0; i < n_; ++i) {
      held_[i] = (x_[i] <= lower_[i] && g_[i] >= 0) || (x_[i] >= upper_[i] && g_[i] <= 0);
    }
    for (std::size_t round = 0; round < 3 * n_ + 3; ++round) {
      CollectFree(held_);
      if (!free_.empty() && !SolveCholesky(block_, rhs_, column_, free_.size())) return false;
      if (MoveToFirstBound()) continue;
      if (!ReleaseOne()) break;
    }
    return true;
  }

  // Moves d_ by rhs_ on the free parameters as far as the bounds allow; true when one was hit (and is now held).
  bool MoveToFirstBound() {
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
  bool ReleaseOne() {
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

  // The largest multiple of d_ that stays inside the bounds; at least 1, since x + d_ does.
  double LongestStep() const {
    double longest = 1e10;
    for (std::size_t i = 0; i < n_; ++i) {
      if (d_[i] > 0) longest = std::min(longest, (upper_[i] - x_[i]) / d_[i]);
      if (d_[i] < 0) longest = std::min(longest, (lower_[i] - x_[i]) / d_[i]);
    }
    return std::max(longest, 1.0);
  }

  double EvaluateAt(double t) {
    for (std::size_t i = 0; i < n_; ++i) trial_[i] = std::min(std::max(x_[i] + t * d_[i], lower_[i]), upper_[i]);
    const double f = Evaluate(trial_, trial_g_);
    return std::isfinite(f) && AllFinite(trial_g_) ? f : std::numeric_limits<double>::infinity();
  }

  // One quasi-Newton step. False when nothing lower was found.
  bool Step() {
    if (!Direction()) return false;
    const double slope = Dot(g_, d_);
    if (!(slope < 0)) return false;
    // With its curvature known the model's decrease is -slope / 2 at an inner minimum and less than -slope at bounds.
    hopeless_ = !hessian_fresh_ && f_ + kPromise * slope > options_.give_up_above;
    if (hopeless_) return false;
    converged_ = !hessian_fresh_ && -slope <= Tolerance() && last_decrease_ <= kCloseBy * Tolerance();
    if (converged_) return false;
    const double longest = LongestStep();
    double low = 0;    // a step known to be too short, or 0
    double high = -1;  // a step known to be too long, or negative
    double t = 1;
    double best_f = f_;
    for (int trial = 0; trial < kMaxTrialsASearch && evaluations_ < options_.max_evaluations; ++trial) {
      const double f = EvaluateAt(t);
      if (!(f <= f_ + kArmijo * t * slope) || f > best_f) {
        high = t;
        t = Shorter(low, high, f, slope);
        if (low > 0 && high - low < 0.2 * high) break;  // close enough to a step already accepted
        continue;
      }
      best_f = f;
      best_trial_ = trial_;
      best_trial_g_ = trial_g_;
      low = t;
      if (Dot(trial_g_, d_) >= kCurvature * slope || t >= longest) break;
      t = high > 0 ? 0.5 * (low + high) : std::min(4 * t, longest);
    }
    if (low == 0) return false;
    Accept(best_f);
    return true;
  }

  // The next trial between `low` and `high` after f at `high` was too large: the minimum of the cubic through both
  // ends when low is 0 (values and slopes), kept away from the ends; else the middle.
  double Shorter(double low, double high, double f, double slope) const {
    if (low > 0) return 0.5 * (low + high);
    if (!std::isfinite(f)) return 0.2 * high;
    const double end_slope = Dot(trial_g_, d_);
    const double z = 3 * (f_ - f) / high + slope + end_slope;
    const double w2 = z * z - slope * end_slope;
    double t = 0.5 * high;
    if (w2 >= 0) {
      const double w = std::sqrt(w2);
      const double candidate = high * (1 - (end_slope + w - z) / (end_slope - slope + 2 * w));
      if (std::isfinite(candidate)) t = candidate;
    }
    return std::min(std::max(t, 0.05 * high), 0.6 * high);
  }

  // Makes the best trial the current point and updates the Hessian (BFGS with Powell's damping, Nocedal & Wright 18.3).
  void Accept(double f) {
    step_.resize(n_);
    change_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      step_[i] = best_trial_[i] - x_[i];
      change_[i] = best_trial_g_[i] - g_[i];
    }
    x_ = best_trial_;
    g_ = best_trial_g_;
    f_ = f;
    const double sy = Dot(step_, change_);
    if (hessian_fresh_ && sy > 0) {
      const double scale = Dot(change_, change_) / sy;
      for (std::size_t i = 0; i < n_; ++i) hessian_[i * n_ + i] = scale;
    }
    product_.assign(n_, 0.0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) product_[i] += hessian_[i * n_ + j] * step_[j];
    }
    const double sbs = Dot(step_, product_);
    if (!(sbs > 0)) return;
    const double theta = sy >= 0.1 * sbs ? 1.0 : 0.9 * sbs / (sbs - sy);
    for (std::size_t i = 0; i < n_; ++i) change_[i] = theta * change_[i] + (1 - theta) * product_[i];
    const double sr = Dot(step_, change_);
    if (!(sr > 0) || !std::isfinite(1 / sr) || !std::isfinite(1 / sbs)) return;
    for (std::size_t i = 0; i < n_; ++i) {
      const double up = change_[i] / sr;
      const double down = product_[i] / sbs;
      double* row = hessian_.data() + i * n_;
      for (std::size_t j = 0; j < n_; ++j) row[j] += up * change_[j] - down * product_[j];
    }
    hessian_fresh_ = false;
  }

  const Objective& objective_;
  std::span<const double> lower_;
  std::span<const double> upper_;
  const MinimizeOptions& options_;
  std::size_t n_;
  std::vector<double> x_, g_, d_;                  // the point, its gradient, the step of the quadratic model
  std::vector<double> trial_, trial_g_;            // the point just evaluated
  std::vector<double> best_trial_, best_trial_g_;  // the best one of this search
  std::vector<double> hessian_;                    // n x n, symmetric
  std::vector<double> step_, change_, product_;    // scratch of Accept
  std::vector<double> block_, rhs_, column_;       // scratch of Direction
  std::vector<std::size_t> free_;
  std::vector<char> held_;
  double f_ = 0;
  int evaluations_ = 0;
  bool hessian_fresh_ = true;
  double last_decrease_ = std::numeric_limits<double>::infinity();
  bool hopeless_ = false;
  bool converged_ = false;
  bool moved_ = false;  // d_ is not 0
};

}  // namespace

MinimizeResult MinimizeBounded(const Objective& objective, std::span<const double> x0, std::span<const double> lower,
                               std::span<const double> upper, const MinimizeOptions& options) {
  return BoundedBfgs(objective, x0, lower, upper, options).Run();
}

}  // namespace fitd
