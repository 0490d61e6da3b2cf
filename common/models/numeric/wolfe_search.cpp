#include "common/models/numeric/wolfe_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/models/numeric/vectors.h"

namespace fitd {
namespace {

constexpr double kArmijo = 1e-4;    // sufficient decrease
constexpr double kCurvature = 0.9;  // slope that must be left behind (weak Wolfe)
constexpr int kMaxTrialsASearch = 30;

}  // namespace

WolfeSearch::WolfeSearch(const Objective& objective, std::span<const double> lower, std::span<const double> upper)
    : objective_(objective),
      lower_(lower),
      upper_(upper),
      trial_(lower.size()),
      trial_gradient_(lower.size()),
      best_(lower.size()),
      best_gradient_(lower.size()) {}

double WolfeSearch::EvaluateAt(const Line& line, double t) {
  for (std::size_t i = 0; i < trial_.size(); ++i) {
    trial_[i] = std::min(std::max(line.x[i] + t * line.direction[i], lower_[i]), upper_[i]);
  }
  ++evaluations_;
  const double f = objective_(trial_, trial_gradient_);
  return std::isfinite(f) && AllFinite(trial_gradient_) ? f : std::numeric_limits<double>::infinity();
}

bool WolfeSearch::Run(const Line& line) {
  const double slope = Dot(line.gradient, line.direction);
  evaluations_ = 0;
  best_f_ = line.f;
  double low = 0;    // a step known to be too short, or 0
  double high = -1;  // a step known to be too long, or negative
  double t = 1;
  for (int trial = 0; trial < kMaxTrialsASearch && evaluations_ < line.max_evaluations; ++trial) {
    const double f = EvaluateAt(line, t);
    if (!(f <= line.f + kArmijo * t * slope) || f > best_f_) {
      high = t;
      t = Shorter(line, low, high, f, slope);
      if (low > 0 && high - low < 0.2 * high) break;  // close enough to a step already accepted
      continue;
    }
    best_f_ = f;
    best_ = trial_;
    best_gradient_ = trial_gradient_;
    low = t;
    if (Dot(trial_gradient_, line.direction) >= kCurvature * slope || t >= line.longest) break;
    t = high > 0 ? 0.5 * (low + high) : std::min(4 * t, line.longest);
  }
  return low > 0;
}

// The next trial between `low` and `high` after f at `high` was too large: the minimum of the cubic through both
// ends when low is 0 (values and slopes), kept away from the ends; else the middle.
double WolfeSearch::Shorter(const Line& line, double low, double high, double f, double slope) const {
  if (low > 0) return 0.5 * (low + high);
  if (!std::isfinite(f)) return 0.2 * high;
  const double end_slope = Dot(trial_gradient_, line.direction);
  const double z = 3 * (line.f - f) / high + slope + end_slope;
  const double w2 = z * z - slope * end_slope;
  double t = 0.5 * high;
  if (w2 >= 0) {
    const double w = std::sqrt(w2);
    const double candidate = high * (1 - (end_slope + w - z) / (end_slope - slope + 2 * w));
    if (std::isfinite(candidate)) t = candidate;
  }
  return std::min(std::max(t, 0.05 * high), 0.6 * high);
}

}  // namespace fitd
