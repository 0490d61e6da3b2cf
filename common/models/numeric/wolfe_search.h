// How far a minimiser goes along its direction. Plain values, one object per thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/models/numeric/minimize.h"

namespace fitd {

// A search for a step that meets the weak Wolfe conditions (Nocedal & Wright 2006, chapter 3) within bounds. Keeps
// objective and bounds by reference.
class WolfeSearch {
 public:
  WolfeSearch(const Objective& objective, std::span<const double> lower, std::span<const double> upper);

  // Where it starts: the point, its gradient and value, the direction, and what it may spend.
  struct Line {
    std::span<const double> x;
    std::span<const double> gradient;
    double f = 0;
    std::span<const double> direction;
    double longest = 1;  // largest multiple of the direction
    int max_evaluations = 0;
  };
  // False when nothing lower was found; else x(), gradient() and f() are the best point.
  bool Run(const Line& line);

  std::span<const double> x() const { return best_; }
  std::span<const double> gradient() const { return best_gradient_; }
  double f() const { return best_f_; }
  int evaluations() const { return evaluations_; }  // of the last Run

 private:
  double EvaluateAt(const Line& line, double t);
  double Shorter(const Line& line, double low, double high, double f, double slope) const;

  const Objective& objective_;
  std::span<const double> lower_;
  std::span<const double> upper_;
  std::vector<double> trial_, trial_gradient_;  // the point just evaluated
  std::vector<double> best_, best_gradient_;
  double best_f_ = 0;
  int evaluations_ = 0;
};

}  // namespace fitd
