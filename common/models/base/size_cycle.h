// Whether the sizes of a series' errors go round where its values do not: calm and rough stretches in turn, with a
// period that nobody has named. A harmonic regression of the logarithms of the errors' absolute values (Harvey 1976,
// "multiplicative heteroscedasticity"), at the period that explains most. The present size of errors, which
// volatility.h follows, is wrong of them: what is calm now is what will be rough. Point forecasts know nothing of it.
// Any process, any thread; pure values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/models/base/model.h"

namespace fitd {

// A logarithm of sizes that swings: along cos(2 pi place / period) + across sin(2 pi place / period).
struct SizeCycle {
  double period = 0;  // steps
  double along = 0;
  double across = 0;
  double place = 0;  // of the next error, in [0, period)
  double width = 1;  // the deviation of errors of mean size over that of all

  // Of the k-th next error, from 0, or of those before (-1: the last one), over the deviation of all.
  double Factor(std::ptrdiff_t k) const;
  void Step();  // one error later
};

// From one-step errors in any one unit, NaN where nothing was observed. nullopt: they are few, or their sizes show no
// cycle.
std::optional<SizeCycle> MeasureSizeCycle(std::span<const double> errors);
// Likewise, of those of the last values of request.y, whose made-up values count as nothing. None of a series that has
// seasons: what goes round there goes round with them.
std::optional<SizeCycle> MeasureSizeCycle(std::span<const double> errors, const FitRequest& request);
// Those errors, NaN where values were made up.
std::vector<double> ObservedErrors(std::span<const double> errors, const FitRequest& request);

// As a state of a model, which has it or not.
inline constexpr std::string_view kSizeCycleState = "size_cycle";
std::vector<double> PackSizeCycle(const SizeCycle& cycle);
// nullopt: the model has none, or one that is damaged.
std::optional<SizeCycle> SizeCycleOf(const Model& model);
// Whether it has none, or one that is not damaged.
bool HasSoundSizeCycle(const Model& model);

// Multiplies the deviations of steps 1.. by what the cycle makes of them. Every step's error weighs in them as it does
// when all are alike.
void FollowSizeCycle(const Model& model, std::span<double> deviations);

}  // namespace fitd
