// Following a series with a fitted model: the model's own recursion, one observation at a time, without a refit. What a
// nightly update moves the stored states with and what anomaly detection takes its one-step errors from.
//
// A filter is made by Algorithm::Resume (or ResumePooledAr) and belongs to one thread. It keeps a copy of the model it
// was made from; Observe and Expect allocate nothing. Its states are those that a model stores, in the data's units, so
// that Finish and Resume between any two observations change no bit of what follows: a series may come one value at a
// time, in pieces or at once. Parameters, criteria and initial states stay those of the fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/models/base/level_size.h"
#include "common/models/base/model.h"
#include "common/models/base/size_cycle.h"
#include "common/models/base/volatility.h"
#include "common/status.h"

namespace fitd {

class ModelFilter {
 public:
  virtual ~ModelFilter() = default;
  ModelFilter(const ModelFilter&) = delete;
  ModelFilter& operator=(const ModelFilter&) = delete;

  // The mean of the next value given all before it: what Predict says of step 1. Finite.
  virtual double Expect() const = 0;
  // The standard deviation of the next value's error, at least 0, by the variance of the fit and the level that the
  // series has come to, whatever the volatility and the cycle of sizes.
  double StandardDeviation() const;
  // The next value: the observed one, or what the caller puts in its place (an outlier clipped). NaN is a missing
  // value: the state moves on by its own expectation, as it does for infinities.
  void Observe(double y);
  // The model with its states and number of observations moved on.
  Model Finish() const;
  std::uint64_t num_observations() const { return num_observations_; }

 protected:
  explicit ModelFilter(const Model& model)
      : model_(model),
        num_observations_(model.num_observations),
        level_size_(LevelSizeOf(model)),
        volatility_(VolatilityOf(model)),
        size_cycle_(SizeCycleOf(model)) {}
  const Model& model() const { return model_; }

 private:
  // By the variance of the fit alone.
  virtual double DeviationOfFit() const = 0;
  // `y` is finite; num_observations() does not count it yet.
  virtual void Update(double y) = 0;
  // A value is missing. Models whose expectation is no value that could be observed leave their states as they are.
  virtual void Skip() { Update(Expect()); }
  // Replaces the states that have moved, in place.
  virtual void PutStates(Model& model) const = 0;

  Model model_;
  std::uint64_t num_observations_;
  double level_size_;
  std::optional<Volatility> volatility_;
  std::optional<SizeCycle> size_cycle_;
};

// A season that goes round: the value for the next observation is at hand, those after it follow.
class SeasonRing {
 public:
  SeasonRing() = default;
  // From the next observation on, as models store seasons. Empty: there is no season.
  explicit SeasonRing(std::vector<double> from_next) : values_(std::move(from_next)) {}

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  double now() const { return values_[at_]; }
  double& now() { return values_[at_]; }
  // The value `back` observations ago, where now() is the oldest of size() values kept; 1 <= back <= size().
  double ago(std::size_t back) const { return values_[at_ >= back ? at_ - back : at_ + values_.size() - back]; }
  void Step() { at_ = at_ + 1 == values_.size() ? 0 : at_ + 1; }
  std::vector<double> FromNext() const;

 private:
  std::vector<double> values_;
  std::size_t at_ = 0;
};

// Puts `values` in the place of a state that the model has.
void ReplaceState(Model& model, std::string_view name, std::vector<double> values);
// What a state becomes: `next` drawn into the finite range, or `before` when the recursion has lost itself in NaN.
double MovedState(double next, double before);

// One step ahead of each observation: what was expected, and with what standard deviation.
struct Innovation {
  double expected = 0;
  double deviation = 0;
};

// The model after `values` (NaN: missing), which follow its last observation; with the innovations, when asked for, one
// a value. A pure function. kInvalidInput when the algorithm has no recursion to go on with, or the model is of
// an earlier version that did not store what it needs: the message says to train again.
Result<Model> Advance(const Algorithm& algorithm, const Model& model, std::span<const double> values,
                      std::vector<Innovation>* innovations = nullptr);
// Moves a filter through values as Advance does.
void Follow(ModelFilter& filter, std::span<const double> values, std::vector<Innovation>* innovations = nullptr);

}  // namespace fitd
