// Errors of several models, kept so that any two can be compared on the forecasts that both have given: by target, by
// cut and step, and in total. Models that lack no forecast need their own sums alone; for one that lacks some, sums of
// differences to the others are kept from its first missing forecast on, and by target where it has a part of them.
// Daemon; pure, one thread.
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

// A running mean.
struct Mean {
  double sum = 0;
  double count = 0;
  void Add(double value) {  // NaN and infinities do not count
    if (!std::isfinite(value)) return;
    sum += value;
    ++count;
  }
  void AddAll(const Mean& other) {
    sum += other.sum;
    count += other.count;
  }
  double value() const { return count > 0 ? sum / count : kNotAvailable; }
};

class PairedErrors {
 public:
  PairedErrors(std::size_t models, std::size_t steps, std::size_t targets);

  // Starts the next cut; there is none at first.
  void NextCut();
  // One target at this cut: scaled absolute errors by model and step, NaN where there is no forecast (or no value).
  // `gives[m]`: the model lacks none of the forecasts that there are values for.
  void Add(std::size_t target, std::span<const std::vector<double>> errors, const std::vector<bool>& gives);

  std::size_t cuts() const { return cuts_; }
  std::size_t steps() const { return steps_; }
  // Mean over cuts of a model's mean error at a target; NaN when there is none.
  double OfTarget(std::size_t model, std::size_t target) const { return MeanOfTarget(model, target).value(); }
  const Mean& MeanOfTarget(std::size_t model, std::size_t target) const { return by_target_[At(model, target)]; }
  // The mean error of `model` less that of `other` where both have a forecast: at a target, by the mean over its cuts;
  // at a cut and step, over targets; and over all targets and cuts. NaN: they have none in common.
  double AtTarget(std::size_t model, std::size_t other, std::size_t target) const;
  double InTime(std::size_t model, std::size_t other, std::size_t cut, std::size_t step) const;
  double InTotal(std::size_t model, std::size_t other) const { return total_[model * models_ + other].value(); }
  // Forecasts that both have given.
  std::size_t Compared(std::size_t model, std::size_t other) const { return compared_[model * models_ + other]; }

 private:
  using Track = std::vector<Mean>;  // by cut and step

  std::size_t At(std::size_t model, std::size_t target) const { return model * targets_ + target; }
  void KeepTracks(std::size_t model);
  void KeepTarget(std::size_t model, std::size_t target, bool any);

  std::size_t models_, steps_, targets_;
  std::size_t cuts_ = 0;
  std::vector<Mean> by_target_;                       // [At(model, target)]
  std::vector<Track> in_time_;                        // [model]
  std::vector<std::vector<Track>> tracks_;            // [model][other] of models that lack forecasts, else empty
  std::map<std::size_t, std::vector<Mean>> in_part_;  // At(model, target) -> [other], where it has a part
  std::vector<bool> lacks_;                           // [At(model, target)]
  std::vector<Mean> total_;                           // [model * models_ + other]
  std::vector<std::size_t> compared_;                 // likewise
};

}  // namespace fitd
