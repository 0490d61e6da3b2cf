// The local stage for one target: every algorithm asked for, a fallback where one cannot, and the held-out forecasts
// that the combination is weighted by. Pure computation: worker processes and the parent (--workers 0, closed forms)
// call it; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "common/models/base/algorithm.h"
#include "common/models/base/model.h"
#include "common/models/combination/combination.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

inline constexpr std::string_view kPooledArName = "pooled-ar";

struct LocalFitOptions {
  std::vector<std::string> algorithms;
  std::optional<std::vector<int>> seasons;  // ascending lengths > 1, empty: no season; nullopt: detect for each target
  int horizon = 0;                          // 0: one season, or kHorizonWithoutSeason
  // Also fit without the last `horizon` values, for the combination. Not for users' algorithms, as it would double
  // their cost.
  bool validate = false;
  bool members_by_season = false;  // fit each target only with the algorithms that suit its seasons and zeros
  bool fill_by_season = false;     // gaps filled by a straight line are filled along the season, if there is one
  std::string timezone;            // the place whose clock days follow (LocalClockSeries); empty: none
  // One target in this many (by the hash of its id) is also validated one horizon earlier; 0: none.
  std::uint64_t earlier_every = 0;
  std::vector<PooledArGlobal> globals;  // one per season length; empty: no pooled-ar
  UserContext user;                     // for users' algorithms
};

struct AlgorithmFit {
  std::string algorithm;    // as asked for; outcome.model.algorithm differs when it is a fallback
  std::uint32_t place = 0;  // index in LocalFitOptions::algorithms; pooled-ar comes after the last
  FitOutcome outcome;
  double seconds = 0;  // CPU time of this process; never exported
};

struct TargetFit {
  FitStatus status = FitStatus::kFailed;  // kFitted when any algorithm was fitted
  std::string reason = "not fitted";      // of the first algorithm that failed, one line; empty: none failed
  std::vector<int> seasons;
  int horizon = 1;
  std::vector<AlgorithmFit> fits;     // in the order asked for, then pooled-ar
  TargetTraits traits;                // of the whole series; only when validated
  Validation validation;              // empty unless validated; forecasts in the order of `fits`
  std::uint32_t level_shifts = 0;     // level shifts that the models are fitted behind (member_series.h)
  std::uint32_t outlier_patches = 0;  // outlier patches that the models are fitted without
  std::uint32_t season_before = 0;    // values filled in before the first one
  std::uint32_t late_start = 0;       // leading values that are no part of the target (late_start.h)
  std::uint32_t refits = 0;           // refits in a row that kept the forms (prior_fit.h)
};

// The default horizon of series without a season; what most forecasting programs use.
inline constexpr int kHorizonWithoutSeason = 10;

// The default algorithms of a run. Always ets, arima, ces and theta. mstl with ets and with arima where seasons may be
// long or several, and mstl:sarima where several. profile for seasons that come often; sba, tsb and counts for targets
// that are mostly zero; log:ets and log:arima for those that grow by percentages, log:mstl and
// log:mstl:arima where a long season does. `seasons`: LocalFitOptions::seasons.
std::vector<std::string> DefaultMembers(const std::optional<std::vector<int>>& seasons);

// True when a target with these seasons gets a model of this name under `members_by_season`. `values`: length of the
// series, which may be too short for the seasons.
bool IsMemberFor(std::string_view name, std::size_t values, const std::vector<int>& seasons, bool intermittent);
// True when most observed values are zero and no season tells when they are not.
bool IsIntermittent(const SeriesView& series, const std::vector<int>& seasons);

// The seasons and horizon to fit a target with. A series that is too short or noisy to show a season gets the season
// common to the other targets, if there is one and its own values follow it.
std::vector<int> SeasonsOf(const SeriesView& series, const LocalFitOptions& options);
int HorizonOf(const std::vector<int>& seasons, const LocalFitOptions& options);
// The season used by simple forecasts, gaps and the pooled regression; 1: none.
int MainSeason(const std::vector<int>& seasons);
// The regression for targets with these seasons; null: there is none.
const PooledArGlobal* GlobalOf(const LocalFitOptions& options, const std::vector<int>& seasons);

// Finds an algorithm by name, null when unknown: FindAlgorithm, or a function that also knows users' algorithms.
using AlgorithmResolver = std::function<const Algorithm*(std::string_view)>;

class MemberSeries;  // member_series.h

// Fits one target. When values are missing (gaps=none), built-in algorithms get CompleteValues and users' algorithms
// get NaN. With validation, members are fitted to a MemberSeries.
TargetFit FitTarget(const SeriesView& series, const LocalFitOptions& options,
                    const AlgorithmResolver& resolve = FindAlgorithm);
// Like FitTarget with known seasons, for which `series` was made. `like`: for each algorithm the model to start from,
// whose form is kept; null: none.
TargetFit FitTargetLike(const MemberSeries& series, const LocalFitOptions& options, const AlgorithmResolver& resolve,
                        const std::vector<int>& seasons, std::span<const Model* const> like);
// Held-out forecasts by earlier models (ValidateWith, held_out.h); false: nothing was changed.
struct EarlierModels;
bool ValidateTargetWith(const EarlierModels& before, const MemberSeries& series, const LocalFitOptions& options,
                        TargetFit& fit);

// Series with fewer values get a simple model.
inline constexpr std::size_t kShortLength = 5;
// kConstant or kShort when the series gets a simple model without a worker, else kFitted.
FitStatus ClosedFormStatus(const SeriesView& series);
// The simple model; `status` is kConstant or kShort.
TargetFit FitClosedForm(const SeriesView& series, FitStatus status, const LocalFitOptions& options);
// The simple model of a target whose workers died: status kFallback, with the cause as its reason.
TargetFit FitFallback(const SeriesView& series, std::string_view cause, const LocalFitOptions& options);

// Versioned archives. Decoding untrusted bytes gives kCorrupt, never an exception.
std::string EncodeLocalFitOptions(const LocalFitOptions& options);
Result<LocalFitOptions> DecodeLocalFitOptions(std::string_view bytes);
// The regressions in a store of version 1, which kept the options of its workers.
Result<std::vector<PooledArGlobal>> DecodeFirstRegressions(std::string_view bytes);

// A TargetFit as a worker sends it and the store keeps it; models stay bytes of EncodeOutcome.
struct TargetFitRecord {
  FitStatus status = FitStatus::kFailed;
  std::string reason;
  std::vector<int> seasons;
  int horizon = 1;
  std::string validation;  // PackFitValidation; empty: not validated
  std::string history;     // EncodeHistory (target_history.h); empty: none
  std::uint32_t level_shifts = 0;
  std::uint32_t outlier_patches = 0;
  std::uint32_t season_before = 0;
  std::uint32_t late_start = 0;
  struct Fit {
    std::uint32_t place = 0;  // index in LocalFitOptions::algorithms
    double seconds = 0;
    std::string archive;
  };
  std::vector<Fit> fits;
};
TargetFitRecord MakeRecord(const TargetFit& fit);  // without a history
std::string EncodeRecord(const TargetFitRecord& record);
Result<TargetFitRecord> DecodeRecord(std::string_view bytes);

// Packs the traits of the whole series and its validation; Unpack reverses it.
std::string PackFitValidation(const TargetTraits& traits, const Validation& validation);
Status UnpackFitValidation(std::string_view bytes, TargetTraits& traits, Validation& validation);

}  // namespace fitd
