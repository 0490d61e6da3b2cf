// counts: the distribution of the last values.
#include <algorithm>
#include <cmath>
#include <utility>

#include "common/models/base/filter.h"
#include "common/models/base/model_check.h"
#include "common/models/intermittent/intermittent.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// What a value counts of the next one. On the monthly demand of car parts, their last year held out, the pinball loss
// of seven quantiles is 0.561 without decay, 0.521 with 0.96, 0.513 with 0.94 and 0.505 with 0.9, where the quantiles
// begin to cover less; that of counts that do not change grows the other way.
constexpr double kDecay = 0.95;
constexpr std::size_t kMostValues = 128;  // 0.95^128 is 0.001
constexpr double kSecondsPerCountFit = 5e-6;

// Values with weights, ascending.
class Distribution {
 public:
  Distribution() { sorted_.reserve(kMostValues); }
  void Assign(std::span<const double> oldest_first, double decay) {
    sorted_.clear();
    total_ = 0;
    double weight = 1;
    for (std::size_t i = oldest_first.size(); i-- > 0; weight *= decay) {
      sorted_.emplace_back(oldest_first[i], weight);
      total_ += weight;
    }
    std::sort(sorted_.begin(), sorted_.end());
  }
  // The least value that a share q of the weight does not exceed.
  double Quantile(double q) const {
    constexpr double kRounding = 1e-9;
    double below = 0;
    for (const auto& [value, weight] : sorted_) {
      below += weight;
      if (below >= (q - kRounding) * total_) return value;
    }
    return sorted_.back().first;
  }
  // Root mean squared distance from `middle`.
  double DeviationFrom(double middle) const {
    const double size = std::max({std::abs(sorted_.front().first), std::abs(sorted_.back().first), std::abs(middle)});
    if (!(size > 0)) return 0;
    double sum = 0;
    for (const auto& [value, weight] : sorted_) {
      const double d = value / size - middle / size;
      sum += weight * d * d;
    }
    return ToFinite(size * std::sqrt(sum / total_));
  }

 private:
  std::vector<std::pair<double, double>> sorted_;
  double total_ = 0;
};

class CountsFilter final : public ModelFilter {
 public:
  CountsFilter(const Model& model, std::vector<double> recent)
      : ModelFilter(model), decay_(model.Parameter("decay")), recent_(std::move(recent)) {
    recent_.reserve(kMostValues);
    Describe();
  }
  double Expect() const override { return median_; }
  double DeviationOfFit() const override { return deviation_; }

 private:
  void Update(double y) override {
    if (recent_.size() >= kMostValues) recent_.erase(recent_.begin());
    recent_.push_back(y);
    Describe();
  }
  void Skip() override {}  // what was not seen is in no distribution
  void PutStates(Model& model) const override { ReplaceState(model, "recent", recent_); }
  void Describe() {
    distribution_.Assign(recent_, decay_);
    median_ = distribution_.Quantile(0.5);
    deviation_ = distribution_.DeviationFrom(median_);
  }

  double decay_;
  std::vector<double> recent_;
  Distribution distribution_;
  double median_ = 0;
  double deviation_ = 0;
};

class Counts final : public Algorithm {
 public:
  std::string_view name() const override { return "counts"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::span<const double> y = request.y;
    const std::span<const double> last = y.last(std::min(y.size(), kMostValues));
    Distribution distribution;
    distribution.Assign(last, kDecay);
    const double sigma = distribution.DeviationFrom(distribution.Quantile(0.5));
    FitOutcome outcome;
    const bool constant = IsConstant(y);
    outcome.status = y.size() == 1 ? FitStatus::kShort : constant ? FitStatus::kConstant : FitStatus::kFitted;
    outcome.reason = y.size() == 1 ? "a single value" : constant ? "all values are equal" : "";
    Model& model = outcome.model;
    model.algorithm = name();
    model.num_observations = y.size();
    model.parameters = {{"decay", kDecay}, {"sigma", sigma}};
    model.states = {{"recent", {last.begin(), last.end()}}};
    model.criteria.sigma2 = sigma * sigma;
    if (!std::isfinite(model.criteria.sigma2)) model.criteria.sigma2 = kNotAvailable;
    return outcome;
  }

  std::string Damage(const Model& model) const override {
    ModelCheck check(model);
    check.HasFinite("decay").HasSomeState("recent");
    if (!check.damage().empty()) return check.damage();
    const double decay = model.Parameter("decay");
    return check.Expect(decay >= 0 && decay <= 1, "parameter 'decay' is no share")
        .Expect(model.State("recent")->size() <= kMostValues, "state 'recent' has too many values")
        .damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    Distribution distribution;
    distribution.Assign(*model.State("recent"), model.Parameter("decay"));
    const auto steps = static_cast<std::size_t>(horizon);
    Forecast forecast;
    forecast.mean.assign(steps, distribution.Quantile(0.5));
    for (const double level : levels) {
      const double lo = distribution.Quantile(0.5 - level / 200), hi = distribution.Quantile(0.5 + level / 200);
      forecast.intervals.push_back({level, std::vector<double>(steps, lo), std::vector<double>(steps, hi)});
    }
    return forecast;
  }

  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
    if (!Damage(model).empty()) return nullptr;
    return std::make_unique<CountsFilter>(model, *model.State("recent"));
  }

  double ExpectedSeconds(std::size_t, std::span<const int>) const override { return kSecondsPerCountFit; }
};

}  // namespace

std::unique_ptr<Algorithm> MakeCounts() {
  return std::make_unique<Counts>();
}

}  // namespace fitd
