#include "common/models/arima/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "common/models/arima/start.h"

namespace fitd::arima {
namespace {

struct Move {
  int p = 0;
  int q = 0;
  int P = 0;
  int Q = 0;
  bool toggle = false;
};

// In the order auto.arima tries them.
constexpr std::array<Move, 17> kMoves{{{0, 0, -1, 0},
                                       {0, 0, 0, -1},
                                       {0, 0, 1, 0},
                                       {0, 0, 0, 1},
                                       {0, 0, -1, -1},
                                       {0, 0, -1, 1},
                                       {0, 0, 1, -1},
                                       {0, 0, 1, 1},
                                       {-1, 0, 0, 0},
                                       {0, -1, 0, 0},
                                       {1, 0, 0, 0},
                                       {0, 1, 0, 0},
                                       {-1, -1, 0, 0},
                                       {-1, 1, 0, 0},
                                       {1, -1, 0, 0},
                                       {1, 1, 0, 0},
                                       {0, 0, 0, 0, true}}};

constexpr std::array<Move, 6> kSimpleOrders{{{1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, 2}, {2, 2}}};

// Residuals of an autoregression long enough to whiten the series, by Levinson's recursion.
std::vector<double> LongAutoregressionResiduals(std::span<const double> y, int m) {
  const std::size_t n = y.size();
  const std::size_t order = std::min(n / 4, static_cast<std::size_t>(m > 1 ? std::min(m, 60) + 3 : 8));
  std::vector<double> covariance(order + 1, 0.0);
  for (std::size_t lag = 0; lag <= order; ++lag) {
    for (std::size_t t = lag; t < n; ++t) covariance[lag] += y[t] * y[t - lag];
  }
  std::vector<double> phi;
  std::vector<double> before;
  double error = covariance[0];
  constexpr double kPredicted = 1e-8;  // of the variance: what is left is rounding
  for (std::size_t k = 1; k <= order && error > kPredicted * covariance[0]; ++k) {
    double sum = covariance[k];
    for (std::size_t i = 0; i + 1 < k; ++i) sum -= phi[i] * covariance[k - 1 - i];
    const double r = sum / error;
    before = phi;
    for (std::size_t i = 0; i + 1 < k; ++i) phi[i] -= r * before[k - 2 - i];
    phi.push_back(r);
    error *= 1 - r * r;
  }
  std::vector<double> residuals(y.begin(), y.end());
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t i = 0; i < std::min(phi.size(), t); ++i) residuals[t] -= phi[i] * y[t - 1 - i];
  }
  return residuals;
}

struct Ranked {
  Estimate estimate;
  double score = 0;  // AICc and what overdifferencing adds
};

bool Overdifferenced(const Estimate& estimate) {
  constexpr double kOnBound = 1 - 1e-5;
  for (int i = estimate.order.p; i < estimate.order.p + estimate.order.q; ++i) {
    if (std::abs(estimate.partials[i]) > kOnBound) return true;
  }
  return false;
}

double ScoreOf(const Estimate& estimate) {
  return estimate.aicc + (Overdifferenced(estimate) ? kOverdifferencedPenalty : 0);
}

class Search {
 public:
  Search(Estimator* estimator, const ArimaOrder& base, const SearchLimits& limits)
      : estimator_(*estimator), base_(base), limits_(limits) {
    innovations_ = LongAutoregressionResiduals(estimator->likelihood().series(), base.m);
  }

  Selection Run(std::size_t n, const SearchStart* near) {
    if (near != nullptr && Begin(*near)) {
      Descend();
    } else {
      StartModels(n);
      Descend();
      SimpleModels();
      Widen();
    }
    Selection out;
    out.models = static_cast<int>(tried_.size());
    out.evaluations = evaluations_;
    if (!ranked_.empty()) out.best = ranked_.front().estimate;
    return out;
  }

 private:
  using Key = std::tuple<int, int, int, int, bool>;

  static Key KeyOf(const ArimaOrder& o) { return {o.p, o.q, o.P, o.Q, o.constant}; }
  bool Exhausted() const { return static_cast<int>(tried_.size()) >= limits_.max_models; }

  bool Allowed(const ArimaOrder& o) const {
    return o.p >= 0 && o.q >= 0 && o.P >= 0 && o.Q >= 0 && o.p <= limits_.max_p && o.q <= limits_.max_q &&
           o.P <= limits_.max_P && o.Q <= limits_.max_Q && (o.constant || !limits_.constant_required) &&
           (o.constant || o.p + o.P > 0 || !limits_.noise_has_mean) && (!o.constant || limits_.constant_allowed);
  }

  // True when the model is new, within the limits and better than all before.
  bool Try(int p, int q, int P, int Q, bool constant) {
    ArimaOrder order = base_;
    order.p = p;
    order.q = q;
    order.P = P;
    order.Q = Q;
    order.constant = constant;
    if (!Allowed(order) || Exhausted() || !tried_.insert(KeyOf(order)).second) return false;
    Ranked found;
    if (!EstimateBest(order, &found)) return false;
    const auto place = std::upper_bound(ranked_.begin(), ranked_.end(), found,
                                        [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
    const bool best = place == ranked_.begin();
    ranked_.insert(place, found);
    if (best) {
      estimator_.Revisit(found.estimate);
      ++evaluations_;
      estimator_.likelihood().StandardisedInnovations(&innovations_);
    }
    return best;
  }

  bool EstimateBest(const ArimaOrder& order, Ranked* out) {
    constexpr double kNear = 3;  // in AICc: close enough to the best for another start to matter
    EstimateOptions options;
    options.tolerance = 1e-5;  // of the log-likelihood, far below a difference in AICc that chooses
    if (static_cast<int>(ranked_.size()) >= limits_.expand) {
      options.abandon_above = ranked_[static_cast<std::size_t>(limits_.expand) - 1].score + 1;
    }
    const std::array<Coefficients, 2> starts{
        RegressionStart(estimator_.likelihood().series(), order, innovations_),
        ranked_.empty() ? first_
                        : NeighbourStart(order, ranked_[current_].estimate.order, ranked_[current_].estimate.partials)};
    *out = EstimateFrom(order, starts, options);
    if (!out->estimate.usable) return false;
    const bool bound = Overdifferenced(out->estimate);
    const bool mixed = (order.p > 0 && order.q > 0) || (order.P > 0 && order.Q > 0);
    const bool near = mixed && (ranked_.empty() || out->score < ranked_.front().score + kNear);
    const auto again = [&](const Coefficients& start) {
      const Ranked other = EstimateFrom(order, {&start, 1}, options);
      if (other.estimate.usable && other.score < out->score) *out = other;
    };
    if (bound) again(starts[0]);
    if (bound || near) again(Coefficients{});
    return true;
  }

  Ranked EstimateFrom(const ArimaOrder& order, std::span<const Coefficients> starts, const EstimateOptions& options) {
    Ranked out;
    out.estimate = estimator_.Fit(order, starts, options);
    evaluations_ += out.estimate.evaluations;
    if (out.estimate.abandoned) out.estimate.usable = false;
    out.score = ScoreOf(out.estimate);
    return out;
  }

  // False where that model cannot be one of these values.
  bool Begin(const SearchStart& near) {
    const int expand = std::exchange(limits_.expand, 1);
    first_ = near.partials;
    Try(near.order.p, near.order.q, near.order.P, near.order.Q, near.order.constant);
    if (!ranked_.empty()) return true;
    limits_.expand = expand;
    first_ = {};
    return false;
  }

  void StartModels(std::size_t n) {
    const bool constant = limits_.constant_allowed;
    const int start = n < 10 ? 1 : 2;
    const int seasonal_start = n < 10 ? 0 : 1;
    Try(std::min(start, limits_.max_p), std::min(start, limits_.max_q), std::min(seasonal_start, limits_.max_P),
        std::min(seasonal_start, limits_.max_Q), constant);
    Try(0, 0, 0, 0, constant);
    Try(std::min(1, limits_.max_p), 0, std::min(1, limits_.max_P), 0, constant);
    Try(0, std::min(1, limits_.max_q), 0, std::min(1, limits_.max_Q), constant);
    if (constant) Try(0, 0, 0, 0, false);
  }

  void SimpleModels() {
    for (const bool constant : {true, false}) {
      for (const Move& o : kSimpleOrders) Try(o.p, o.q, 0, 0, constant);
    }
  }

  bool TryMove(const ArimaOrder& from, const Move& move) {
    return Try(from.p + move.p, from.q + move.q, from.P + move.P, from.Q + move.Q, from.constant != move.toggle);
  }

  void Descend() {
    for (bool moved = !ranked_.empty(); moved && !Exhausted();) {
      moved = false;
      const ArimaOrder from = ranked_.front().estimate.order;
      for (const Move& move : kMoves) {
        if (TryMove(from, move)) {
          moved = true;
          break;
        }
      }
    }
  }

  // All neighbours of the best few models, over again whenever a model not yet expanded comes among them.
  void Widen() {
    std::set<Key> expanded;
    const auto few = static_cast<std::size_t>(limits_.expand);
    for (std::size_t i = 0; i < std::min(ranked_.size(), few) && !Exhausted();) {
      const ArimaOrder from = ranked_[i].estimate.order;
      if (!expanded.insert(KeyOf(from)).second) {
        ++i;
        continue;
      }
      for (const Move& move : kMoves) {
        // Where `from` stands may change with every model found.
        for (current_ = 0; current_ + 1 < ranked_.size() && ranked_[current_].estimate.order != from;) ++current_;
        TryMove(from, move);
      }
      current_ = 0;
      i = 0;
    }
  }

  Estimator& estimator_;
  ArimaOrder base_;
  SearchLimits limits_;
  std::set<Key> tried_;
  std::vector<Ranked> ranked_;  // by score
  std::size_t current_ = 0;     // whose neighbours are being tried
  std::vector<double> innovations_;
  Coefficients first_{};  // where the first model starts from
  int evaluations_ = 0;
};

}  // namespace

SearchLimits LimitsFor(std::size_t n, int m) {
  SearchLimits out;
  const int third = static_cast<int>(std::min<std::size_t>(n / 3, kMaxNonseasonal));
  out.max_p = third;
  out.max_q = third;
  out.max_P = 0;
  if (m > 1) {
    const auto thirds = static_cast<int>(std::min<std::size_t>(n / 3 / static_cast<std::size_t>(m), kMaxSeasonal));
    out.max_P = std::min(thirds, kMaxSeasonalStates / m);
  }
  out.max_Q = out.max_P;
  if (out.max_P > 0) {
    out.max_p = std::min(out.max_p, m - 1);
    out.max_q = std::min(out.max_q, m - 1);
  }
  return out;
}

Selection SelectOrder(Estimator* estimator, const ArimaOrder& differencing, const SearchLimits& limits, std::size_t n,
                      const SearchStart* near) {
  SearchLimits allowed = limits;
  allowed.constant_allowed = limits.constant_allowed && differencing.d + differencing.D <= 1;
  allowed.constant_required = limits.constant_required && allowed.constant_allowed;
  allowed.noise_has_mean = limits.noise_has_mean && allowed.constant_allowed;
  return Search(estimator, differencing, allowed).Run(n, near);
}

}  // namespace fitd::arima
