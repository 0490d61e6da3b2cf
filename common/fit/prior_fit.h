// What an earlier run knows of a target, and the two ways to go on from it: moving its models through new values with
// their parameters as they are (`fitd update`), and fitting them again from where they were (`fitd train` on a series
// that has grown). Pure computation: worker processes and the parent call it; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/fit/local_fit.h"
#include "common/fit/target_history.h"
#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

struct PriorFit {
  enum class Use : std::uint8_t { kAdvance = 1, kRefit = 2 };  // part of the wire protocol: never renumber
  Use use = Use::kAdvance;
  bool select_anew = false;  // of a refit: the forms too
  std::uint64_t num_values = 0;
  TargetFitRecord record;  // with history
};
// As it travels to a worker (SeriesView::prior), and back. Decoding untrusted bytes gives kCorrupt.
std::string EncodePriorFit(const PriorFit& prior);
Result<PriorFit> DecodePriorFit(std::string_view bytes);

// Moves every model of the prior through the values of `series`, which are those that follow. Parameters, criteria, the
// held-out forecasts and the status stay. A target of which one model cannot go on stays as it was as a whole: status
// kFailed and the reason, no fits.
TargetFitRecord AdvanceTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                              const AlgorithmResolver& resolve = FindAlgorithm);

// Whether the errors that a target's models had since their fit say that its forms no longer hold.
bool ErrorsAreDoubtful(const TargetHistory& history);

// Fits the whole series anew, each model from the one before: same form, parameters searched from where they were. The
// models before forecast the values that are held out; where these are older than the models (less than a horizon has
// come), held-out forecasts stay as they were. Every kReselectEvery-th time, when the series has another main season
// now, when its level has moved for good since (member_series.h), and when the one-step errors of the values since the
// last fit are out of proportion, it is FitTarget.
TargetFit RefitTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                      const AlgorithmResolver& resolve = FindAlgorithm);
// The record of a fit with the history of the values it was made of.
TargetFitRecord FitRecord(std::span<const double> values, const TargetFit& fit);
inline constexpr std::uint32_t kReselectEvery = 14;  // two weeks of nights

}  // namespace fitd
