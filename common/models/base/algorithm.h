// One local-stage algorithm: fits a series, forecasts from the fitted model. Implementations are stateless and const,
// so one object serves any number of threads. Worker process fits; daemon and worker forecast.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

class ModelFilter;  // common/models/base/filter.h

struct FitRequest {
  std::span<const double> y;     // at least one value, all finite; never modified, not owned
  std::span<const int> seasons;  // season lengths > 1, ascending; empty: none
  int horizon = 1;               // what validation and intervals are tuned for
  // When set: keep this model's form (spec) and start from its parameters; only estimate. Used to refit on a shorter
  // or longer series cheaply (validation, warm start). Null: select the form.
  const Model* like = nullptr;
  // A model of the same kind for most of the same values. When set, a search for the form may begin there and end at the
  // first form that has no better one beside it (validation). Null: where it always does.
  const Model* near = nullptr;
  // Which series it is and where it stands in time, for algorithms that care (users' own); built-in ones do not.
  std::string_view target = {};
  std::int64_t start_ns = 0;     // time of y[0], nanoseconds since 1970
  std::int64_t step_ns = 0;      // distance of two values, or 0 when it is
  std::int64_t step_months = 0;  // this many calendar months
  int day_of_month = 0;          // on this day, whatever that of y[0]; 0: on that of y[0]
  // As --frequency takes it: "1h", "1M", and "B", "Mon-Sat" or "5min@Mon-Fri@09:30-15:55", whose points are not
  // step_ns apart where days or hours are left out (common/series/step.h).
  std::string_view step_text = {};
  std::span<const double> grid_values = {};  // y with NaN where values are missing
  // y with NaN in place of all values that were made up, or longer; empty: all were observed.
  std::span<const double> observed = {};
  std::span<const int> removed_seasons = {};  // lengths of seasons that y had and was rid of
};

class Algorithm {
 public:
  virtual ~Algorithm() = default;

  virtual std::string_view name() const = 0;

  // Never throws for numerical reasons, never returns NaN in a usable model, never loops without a cap on evaluations.
  // A series that cannot be fitted gives kFailed with a reason of one sentence.
  virtual FitOutcome Fit(const FitRequest& request) const = 0;

  // What is wrong with a model that claims to be this algorithm's, whatever it holds: the first thing that Predict
  // relies on and that is not so ("state 'level' has 0 values instead of 1"). Empty: nothing is. Asked of every model
  // that comes out of an archive.
  virtual std::string Damage(const Model& model) const = 0;

  // `model` was produced by this algorithm, or has no damage. horizon >= 1; levels in percent, (0, 100).
  // Intervals are empty when the algorithm has none of its own.
  virtual Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const = 0;

  // A filter that goes on from `model`, produced by this algorithm, with the observations after its last. Null when the
  // algorithm has no recursion, or the model lacks a state that it needs (those of earlier versions may).
  virtual std::unique_ptr<ModelFilter> Resume(const Model& model) const;

  // Expected seconds to fit `n` values with these seasons, for the plan before anything was measured.
  virtual double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const = 0;
};

// The built-in algorithms by name ("naive", "seasonal-naive", "mean", "ets", "arima", "ces", "theta", "theta:dotm",
// ..., "lgt", "mstl", "profile", "croston", "sba", "tsb", "counts"); null when unknown. Objects live for the whole process.
// All are in common/models/registry.cpp.
const Algorithm* FindAlgorithm(std::string_view name);
std::vector<std::string_view> AlgorithmNames();

}  // namespace fitd
