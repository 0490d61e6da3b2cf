#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "common/models/numeric/minimize.h"

namespace fitd {
namespace {

// Nelder & Mead with the coefficients of Gao & Han (2012), which keep the simplex from collapsing in more than a few
// dimensions (their values are the classical ones for n = 2).
class Simplex {
 public:
  Simplex(const Objective& objective, std::span<const double> lower, std::span<const double> upper,
          const MinimizeOptions& options, std::size_t n)
      : objective_(objective), lower_(lower), upper_(upper), options_(options), n_(n), centre_(n) {}

  MinimizeResult Run(std::span<const double> x0, std::span<const double> step) {
    Build(x0, step);
    Sort();
    if (!std::isfinite(vertices_[0].f)) return Finish(Termination::kObjectiveInvalid);
    while (evaluations_ + 2 <= options_.max_evaluations) {  // a round needs up to two
      if (Collapsed()) return Finish(Termination::kDecreaseSmall);
      Improve();
      Sort();
    }
    return Finish(Termination::kEvaluationCap);
  }

 private:
  struct Vertex {
    std::vector<double> x;
    double f = 0;
  };

  MinimizeResult Finish(Termination reason) { return {vertices_[0].x, vertices_[0].f, evaluations_, reason}; }

  Vertex At(std::vector<double> x) {
    for (std::size_t i = 0; i < n_; ++i) x[i] = std::min(std::max(x[i], lower_[i]), upper_[i]);
    ++evaluations_;
    const double f = objective_(x, {});
    return {std::move(x), std::isnan(f) ? std::numeric_limits<double>::infinity() : f};
  }

  void Build(std::span<const double> x0, std::span<const double> step) {
    vertices_.push_back(At({x0.begin(), x0.end()}));
    const std::vector<double> start = vertices_[0].x;
    for (std::size_t i = 0; i < n_; ++i) {
      std::vector<double> x = start;
      x[i] += x[i] + step[i] > upper_[i] || x[i] + step[i] < lower_[i] ? -step[i] : step[i];
      vertices_.push_back(At(std::move(x)));
    }
  }

  void Sort() {
    std::stable_sort(vertices_.begin(), vertices_.end(), [](const Vertex& a, const Vertex& b) { return a.f < b.f; });
  }

  bool Collapsed() const {
    const double best = vertices_.front().f;
    const double spread = vertices_.back().f - best;
    if (!(spread <= options_.function_tolerance * std::max(1.0, std::fabs(best)))) return false;
    double size = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      for (const Vertex& v : vertices_) {
        const double scale = std::max(1.0, std::fabs(vertices_[0].x[i]));
        size = std::max(size, std::fabs(v.x[i] - vertices_[0].x[i]) / scale);
      }
    }
    return size <= std::sqrt(options_.function_tolerance);
  }

  // The point at centre + t * (worst - centre).
  Vertex Along(double t) {
    std::vector<double> x(n_);
    for (std::size_t i = 0; i < n_; ++i) x[i] = centre_[i] + t * (vertices_.back().x[i] - centre_[i]);
    return At(std::move(x));
  }

  void Improve() {
    const double n = std::max(2.0, static_cast<double>(n_));
    std::fill(centre_.begin(), centre_.end(), 0.0);
    for (std::size_t v = 0; v < n_; ++v) {
      for (std::size_t i = 0; i < n_; ++i) centre_[i] += vertices_[v].x[i] / static_cast<double>(n_);
    }
    Vertex reflected = Along(-1);
    if (reflected.f < vertices_.front().f) {
      Vertex expanded = Along(-(1 + 2 / n));
      vertices_.back() = std::move(expanded.f < reflected.f ? expanded : reflected);
      return;
    }
    if (n_ > 1 && reflected.f < vertices_[n_ - 1].f) {
      vertices_.back() = std::move(reflected);
      return;
    }
    const double inwards = 0.75 - 0.5 / n;
    const bool outside = reflected.f < vertices_.back().f;
    Vertex contracted = Along(outside ? -inwards : inwards);
    if (contracted.f < std::min(reflected.f, vertices_.back().f)) {
      vertices_.back() = std::move(contracted);
      return;
    }
    Shrink(1 - 1 / n);
  }

  void Shrink(double factor) {
    for (std::size_t v = 1; v <= n_ && evaluations_ < options_.max_evaluations; ++v) {
      std::vector<double> x = vertices_[v].x;
      for (std::size_t i = 0; i < n_; ++i) x[i] = vertices_[0].x[i] + factor * (x[i] - vertices_[0].x[i]);
      vertices_[v] = At(std::move(x));
    }
  }

  const Objective& objective_;
  std::span<const double> lower_;
  std::span<const double> upper_;
  const MinimizeOptions& options_;
  std::size_t n_;
  std::vector<double> centre_;
  std::vector<Vertex> vertices_;
  int evaluations_ = 0;
};

}  // namespace

MinimizeResult MinimizeSimplex(const Objective& objective, std::span<const double> x0, std::span<const double> step,
                               std::span<const double> lower, std::span<const double> upper,
                               const MinimizeOptions& options) {
  return Simplex(objective, lower, upper, options, x0.size()).Run(x0, step);
}

}  // namespace fitd
