// What an earlier run knows about a target, and the two ways to continue: moving its models through new values with
// unchanged parameters (`fitd update`), or fitting them again starting from their parameters (`fitd train` on a series
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
  bool select_anew = false;  // a refit selects the forms again, too
  std::uint64_t num_values = 0;
  TargetFitRecord record;  // with history
};
// Encoded for a worker (SeriesView::prior). Decoding untrusted bytes gives kCorrupt.
std::string EncodePriorFit(const PriorFit& prior);
Result<PriorFit> DecodePriorFit(std::string_view bytes);

// Moves every model of the prior through the values of `series`, which follow its last value. Parameters, criteria,
// held-out forecasts and status stay. When one model cannot be moved the whole target stays unchanged: status kFailed
// with the reason, no fits.
TargetFitRecord AdvanceTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                              const AlgorithmResolver& resolve = FindAlgorithm);

// True when the errors of a target's models since their fit are so large that their forms no longer hold.
bool ErrorsAreDoubtful(const TargetHistory& history);

// Fits the whole series again, each model from the earlier one: same form, parameters searched from the old ones. The
// earlier models forecast the held-out values; when these are older than the models (less than a horizon is new), the
// old held-out forecasts stay. Calls FitTarget instead every kReselectEvery-th time, when the main season has changed,
// when the level has shifted since (member_series.h), and when ErrorsAreDoubtful.
TargetFit RefitTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                      const AlgorithmResolver& resolve = FindAlgorithm);
// The record of a fit, with the history of the values it was made from.
TargetFitRecord FitRecord(const SeriesView& series, const TargetFit& fit);
// Whether an observed value is no whole number.
bool HasFractions(const SeriesView& series);
inline constexpr std::uint32_t kReselectEvery = 14;  // two weeks of nightly runs

}  // namespace fitd
