// croston, sba and tsb: a size and how often, smoothed apart.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "common/models/base/filter.h"
#include "common/models/base/model_check.h"
#include "common/models/intermittent/intermittent.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// The middle of what is usual. On the monthly demand of car parts, their last year held out, nothing from 0.05 to 0.2
// is more than 3 % from it, nor is what each series fits best itself.
constexpr double kAlpha = 0.1;
constexpr double kRateSecondsPerValue = 5e-9;
constexpr double kRateSecondsPerFit = 1e-6;
constexpr std::size_t kStateSize = 4;

enum class RateKind { kCroston, kSba, kTsb };

struct Demand {
  RateKind kind;
  double alpha = 0;
  double size = 0;       // of a demand
  double often = 0;      // tsb: the probability of one; else the steps from one to the next
  double variation = 0;  // squared, of sizes
  double since = 1;      // steps since the last demand, the next value's included

  double probability() const {
    const double p = kind == RateKind::kTsb ? often : 1 / std::max(often, 1.0);
    return std::clamp(kind == RateKind::kSba ? (1 - alpha / 2) * p : p, 0.0, 1.0);
  }
  double mean() const { return probability() * size; }
  double deviation() const {
    const double p = probability();
    return ToFinite(std::abs(size) * std::sqrt(std::max(p * (1 + variation) - p * p, 0.0)));
  }

  void Update(double y) {
    if (kind == RateKind::kTsb) often += alpha * ((y != 0 ? 1.0 : 0.0) - often);
    if (y == 0) {
      since += 1;
      return;
    }
    if (size != 0) {
      const double relative = y / size - 1;
      const double moved = variation + alpha * (relative * relative - variation);
      if (std::isfinite(moved)) variation = moved;
    }
    size = MovedState(size + (alpha * y - alpha * size), size);
    if (kind != RateKind::kTsb) often += alpha * (since - often);
    since = 1;
  }

  // The value that is not exceeded with probability q.
  double Quantile(double q) const {
    if (size < 0) return -Of(1 - q, -size);
    return Of(q, size);
  }

 private:
  double Of(double q, double mean_size) const {
    const double p = probability();
    const double share = p > 0 ? (q - (1 - p)) / p : 0.0;
    if (!(share > 0)) return 0;
    if (!(variation > 0)) return mean_size;
    const double log_variance = Log(1 + variation);
    const double z = NormalQuantile(std::clamp(share, 1e-12, 1 - 1e-12));
    return ToFinite(mean_size * Exp(std::clamp(z * std::sqrt(log_variance) - log_variance / 2, -700.0, 700.0)));
  }
};

// Before the first value: the averages of the whole series.
Demand StartOf(RateKind kind, double alpha, std::span<const double> x) {
  Demand start{.kind = kind, .alpha = alpha};
  double demands = 0;
  for (const double v : x) {
    if (v == 0) continue;
    demands += 1;
    start.size += (v - start.size) / demands;
  }
  const auto n = static_cast<double>(x.size());
  start.often = kind == RateKind::kTsb ? demands / n : demands > 0 ? n / demands : n;
  for (const double v : x) {
    if (v == 0 || start.size == 0) continue;
    const double relative = v / start.size - 1;
    start.variation += relative * relative / demands;
  }
  if (!std::isfinite(start.variation)) start.variation = 0;
  return start;
}

std::vector<double> Pack(const Demand& d) {
  return {d.size, d.often, d.variation, d.since};
}

Demand Unpack(RateKind kind, const Model& model) {
  const std::vector<double>& s = *model.State("demand");
  return {
      .kind = kind, .alpha = model.Parameter("alpha"), .size = s[0], .often = s[1], .variation = s[2], .since = s[3]};
}

class RateFilter final : public ModelFilter {
 public:
  RateFilter(const Model& model, const Demand& demand) : ModelFilter(model), demand_(demand) {}
  double Expect() const override { return demand_.mean(); }
  double DeviationOfFit() const override { return demand_.deviation(); }

 private:
  void Update(double y) override { demand_.Update(y); }
  void Skip() override {}  // the mean rate is no demand
  void PutStates(Model& model) const override { ReplaceState(model, "demand", Pack(demand_)); }

  Demand demand_;
};

class DemandRate final : public Algorithm {
 public:
  DemandRate(std::string_view name, RateKind kind) : name_(name), kind_(kind) {}
  std::string_view name() const override { return name_; }

  FitOutcome Fit(const FitRequest& request) const override {
    const bool constant = IsConstant(request.y);
    const int exponent = ScaleExponent(request.y);
    const std::vector<double> x = ScaleDown(request.y, exponent);
    Demand demand = StartOf(kind_, constant ? 0 : kAlpha, x);
    double squares = 0;
    for (const double v : x) {
      const double error = v - demand.mean();
      squares += error * error;
      demand.Update(v);
    }
    const double sigma = std::sqrt(squares / static_cast<double>(x.size()));
    demand.size = constant ? request.y[0] : ScaleUp(demand.size, exponent);
    FitOutcome outcome;
    outcome.status = x.size() == 1 ? FitStatus::kShort : constant ? FitStatus::kConstant : FitStatus::kFitted;
    outcome.reason = x.size() == 1 ? "a single value" : constant ? "all values are equal" : "";
    Model& model = outcome.model;
    model.algorithm = name_;
    model.num_observations = x.size();
    model.parameters = {{"alpha", demand.alpha}, {"sigma", ScaleUp(sigma, exponent)}};
    model.states = {{"demand", Pack(demand)}};
    model.criteria.sigma2 = std::ldexp(sigma * sigma, 2 * exponent);
    if (!std::isfinite(model.criteria.sigma2)) model.criteria.sigma2 = kNotAvailable;
    return outcome;
  }

  std::string Damage(const Model& model) const override {
    ModelCheck check(model);
    check.HasFinite("alpha").HasState("demand", kStateSize);
    if (!check.damage().empty()) return check.damage();
    const double alpha = model.Parameter("alpha");
    const std::vector<double>& s = *model.State("demand");
    return check.Expect(alpha >= 0 && alpha <= 1, "parameter 'alpha' is no share")
        .Expect(s[1] >= 0 && s[2] >= 0 && s[3] >= 0, "state 'demand' is out of range")
        .damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    const Demand demand = Unpack(kind_, model);
    const auto steps = static_cast<std::size_t>(horizon);
    Forecast forecast;
    forecast.mean.assign(steps, demand.mean());
    for (const double level : levels) {
      const double lo = demand.Quantile(0.5 - level / 200), hi = demand.Quantile(0.5 + level / 200);
      forecast.intervals.push_back({level, std::vector<double>(steps, lo), std::vector<double>(steps, hi)});
    }
    return forecast;
  }

  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
    if (!Damage(model).empty()) return nullptr;
    return std::make_unique<RateFilter>(model, Unpack(kind_, model));
  }

  double ExpectedSeconds(std::size_t n, std::span<const int>) const override {
    return kRateSecondsPerFit + kRateSecondsPerValue * static_cast<double>(n);
  }

 private:
  std::string_view name_;
  RateKind kind_;
};

}  // namespace

std::unique_ptr<Algorithm> MakeCroston() {
  return std::make_unique<DemandRate>("croston", RateKind::kCroston);
}

std::unique_ptr<Algorithm> MakeSba() {
  return std::make_unique<DemandRate>("sba", RateKind::kSba);
}

std::unique_ptr<Algorithm> MakeTsb() {
  return std::make_unique<DemandRate>("tsb", RateKind::kTsb);
}

bool IsIntermittent(std::span<const double> y) {
  constexpr double kDemandInterval = 1.32;
  double values = 0;
  double demands = 0;
  for (const double v : y) {
    if (std::isnan(v)) continue;
    if (v < 0) return false;
    values += 1;
    demands += v != 0 ? 1 : 0;
  }
  return demands > 0 && values >= kDemandInterval * demands;
}

bool ZerosFollowSeason(std::span<const double> y, int season) {
  // Of 2474 car parts, 39 months each, 6 have more than half explained, by 2 to 6 demands in the same months.
  constexpr double kMostOfIt = 0.5;
  constexpr double kFewest = 8;  // zeros, and others
  const auto places = static_cast<std::size_t>(std::max(season, 1));
  if (y.size() < 2 * places || season < 2) return false;
  std::vector<double> values(places, 0.0);
  std::vector<double> zeros(places, 0.0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    values[t % places] += 1;
    zeros[t % places] += y[t] == 0 ? 1 : 0;
  }
  const double count = std::accumulate(values.begin(), values.end(), 0.0);
  const double all_zeros = std::accumulate(zeros.begin(), zeros.end(), 0.0);
  if (std::min(all_zeros, count - all_zeros) < kFewest) return false;
  const double share = all_zeros / count;
  const double all = count * share * (1 - share);
  double within = 0;
  for (std::size_t i = 0; i < places; ++i) within += values[i] > 0 ? zeros[i] * (1 - zeros[i] / values[i]) : 0.0;
  const double freedom = count - static_cast<double>(places);
  // The explained share of the variance, less what as many places explain by chance.
  return freedom > 0 && all > 0 && 1 - within / freedom * (count - 1) / all > kMostOfIt;
}

}  // namespace fitd
