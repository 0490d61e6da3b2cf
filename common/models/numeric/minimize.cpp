#include "common/models/numeric/minimize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "common/models/numeric/box_direction.h"
#include "common/models/numeric/quasi_newton.h"
#include "common/models/numeric/vectors.h"
#include "common/models/numeric/wolfe_search.h"

namespace fitd {
namespace {

constexpr double kCloseBy = 30;  // after a decrease of this many tolerances a small promise is believed
constexpr double kPromise = 4;   // the quadratic model's decrease is believed within this factor

// One minimisation: the quadratic model with its bounds gives a direction, a search the step along it. Dense, because
// there are at most some thirty parameters.
class BoundedBfgs {
 public:
  BoundedBfgs(const Objective& objective, std::span<const double> x0, std::span<const double> lower,
              std::span<const double> upper, const MinimizeOptions& options)
      : objective_(objective),
        lower_(lower),
        upper_(upper),
        options_(options),
        x_(x0.begin(), x0.end()),
        g_(x0.size()),
        step_(x0.size()),
        change_(x0.size()),
        hessian_(x0.size()),
        direction_(lower, upper),
        search_(objective, lower, upper) {
    for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = std::min(std::max(x_[i], lower[i]), upper[i]);
  }

  MinimizeResult Run() {
    f_ = objective_(x_, g_);
    evaluations_ = 1;
    if (!std::isfinite(f_) || !AllFinite(g_)) return Finish(Termination::kObjectiveInvalid);
    hessian_.Reset(x_, g_);
    if (options_.initial_hessian.size() == x_.size() * x_.size()) hessian_.Assign(options_.initial_hessian);
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
        if (hessian_.fresh()) return Finish(Termination::kNoDescent);
        hessian_.Reset(x_, g_);
        continue;
      }
      last_decrease_ = before - f_;
      small_decreases = last_decrease_ <= Tolerance() ? small_decreases + 1 : 0;
      if (small_decreases == 2) return Finish(Termination::kDecreaseSmall);
    }
  }

 private:
  double Tolerance() const { return options_.function_tolerance * std::max(1.0, std::fabs(f_)); }

  MinimizeResult Finish(Termination reason) { return {std::move(x_), f_, evaluations_, reason}; }

  double ProjectedGradient() const {
    double largest = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const double step = std::min(std::max(x_[i] - g_[i], lower_[i]), upper_[i]) - x_[i];
      largest = std::max(largest, std::fabs(step));
    }
    return largest;
  }

  // One quasi-Newton step. False when nothing lower was found.
  bool Step() {
    if (!direction_.Compute(hessian_, x_, g_)) return false;
    const double slope = Dot(g_, direction_.step());
    if (!(slope < 0)) return false;
    // With its curvature known the model's decrease is -slope / 2 at an inner minimum and less than -slope at bounds.
    hopeless_ = !hessian_.fresh() && f_ + kPromise * slope > options_.give_up_above;
    if (hopeless_) return false;
    converged_ = !hessian_.fresh() && -slope <= Tolerance() && last_decrease_ <= kCloseBy * Tolerance();
    if (converged_) return false;
    const bool lower =
        search_.Run({x_, g_, f_, direction_.step(), direction_.LongestStep(), options_.max_evaluations - evaluations_});
    evaluations_ += search_.evaluations();
    if (lower) Accept();
    return lower;
  }

  void Accept() {
    for (std::size_t i = 0; i < x_.size(); ++i) {
      step_[i] = search_.x()[i] - x_[i];
      change_[i] = search_.gradient()[i] - g_[i];
    }
    std::copy(search_.x().begin(), search_.x().end(), x_.begin());
    std::copy(search_.gradient().begin(), search_.gradient().end(), g_.begin());
    f_ = search_.f();
    hessian_.Update(step_, change_);
  }

  const Objective& objective_;
  std::span<const double> lower_;
  std::span<const double> upper_;
  const MinimizeOptions& options_;
  std::vector<double> x_, g_;          // the point and its gradient
  std::vector<double> step_, change_;  // of the last step, what Update learns from
  QuasiNewton hessian_;
  BoxDirection direction_;
  WolfeSearch search_;
  double f_ = 0;
  int evaluations_ = 0;
  double last_decrease_ = std::numeric_limits<double>::infinity();
  bool hopeless_ = false;
  bool converged_ = false;
};

}  // namespace

MinimizeResult MinimizeBounded(const Objective& objective, std::span<const double> x0, std::span<const double> lower,
                               std::span<const double> upper, const MinimizeOptions& options) {
  return BoundedBfgs(objective, x0, lower, upper, options).Run();
}

}  // namespace fitd
