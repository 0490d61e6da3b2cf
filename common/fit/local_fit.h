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
  std::optional<std::vector<int>> seasons;  // ascending lengths > 1, empty: none; nullopt: detect per target
  int horizon = 0;                          // 0: one season, or kHorizonWithoutSeason
  bool validate = false;                    // also fit without the last `horizon` values, for the combination;
                                            // not users' algorithms, whose cost it would double
  bool members_by_season = false;           // of the algorithms, those fit a target that its seasons or zeros ask for
  bool fill_by_season = false;      // values that were made up on a straight line are along the season instead, if any
  std::uint64_t earlier_every = 0;  // one target in so many (by the hash of its id) is also validated one horizon
                                    // earlier; 0: none
  std::vector<PooledArGlobal> globals;  // one per season length; empty: no pooled-ar
  UserContext user;                     // for users' algorithms
};

struct AlgorithmFit {
  std::string algorithm;    // as asked for; outcome.model.algorithm differs for a fallback
  std::uint32_t place = 0;  // among the options' algorithms; pooled-ar is after the last
  FitOutcome outcome;
  double seconds = 0;  // CPU of this process; never part of an export
};

struct TargetFit {
  FitStatus status = FitStatus::kFailed;  // of the target: fitted when any algorithm fitted
  std::string reason = "not fitted";      // of the first algorithm that did not, one line; empty when all fitted
  std::vector<int> seasons;
  int horizon = 1;
  std::vector<AlgorithmFit> fits;     // in the order asked for, then pooled-ar
  TargetTraits traits;                // of the whole series; only when validated
  Validation validation;              // empty unless validated; forecasts in the order of `fits`
  std::uint32_t level_shifts = 0;     // that its models are fitted behind (member_series.h)
  std::uint32_t outlier_patches = 0;  // and without
  std::uint32_t season_before = 0;    // values made up before the first one
  std::uint32_t refits = 0;           // times in a row that the forms of an earlier fit were kept (prior_fit.h)
};

// Where nobody names a horizon and there is no season: what most forecasting programs take.
inline constexpr int kHorizonWithoutSeason = 10;

// The algorithms a run has where nobody names any: ets, arima, ces and theta; where seasons may be long or several,
// mstl with ets and with arima too, and mstl:sarima where there may be several; profile for seasons that come often;
// sba, tsb and counts for targets that are mostly zero; log:ets and log:arima for those that grow by percents.
// `seasons` as in the options.
std::vector<std::string> DefaultMembers(const std::optional<std::vector<int>>& seasons);

// Whether a target with these seasons (of which `values` may have too few) wants a model of that name, when members go
// by season.
bool IsMemberFor(std::string_view name, std::size_t values, const std::vector<int>& seasons, bool intermittent);
// Mostly zero by what was observed, and no season tells when.
bool IsIntermittent(const SeriesView& series, const std::vector<int>& seasons);

// The seasons and horizon a target is fitted with: where it is too short to show one, or noise hides it, it has that of
// the others, if they have it in common and its own values follow it.
std::vector<int> SeasonsOf(const SeriesView& series, const LocalFitOptions& options);
int HorizonOf(const std::vector<int>& seasons, const LocalFitOptions& options);
// The season that simple forecasts, gaps and the pooled regression go by; 1: none.
int MainSeason(const std::vector<int>& seasons);
// The regression for targets with these seasons; null: there is none.
const PooledArGlobal* GlobalOf(const LocalFitOptions& options, const std::vector<int>& seasons);

// The algorithm of a name, null when unknown: FindAlgorithm, or one that also knows users' algorithms.
using AlgorithmResolver = std::function<const Algorithm*(std::string_view)>;

class MemberSeries;  // member_series.h

// Fits one target. Where values are missing (gaps=none), built-in algorithms see CompleteValues, users' see NaN. What
// is validated is fitted as member_series.h says.
TargetFit FitTarget(const SeriesView& series, const LocalFitOptions& options,
                    const AlgorithmResolver& resolve = FindAlgorithm);
// The same with seasons that are known, which `series` was made with, and a model to start from for each algorithm,
// whose form stays (null: none).
TargetFit FitTargetLike(const MemberSeries& series, const LocalFitOptions& options, const AlgorithmResolver& resolve,
                        const std::vector<int>& seasons, std::span<const Model* const> like);
// Held-out forecasts of the last values by models from before these came (held_out.h); false: nothing has changed.
struct EarlierModels;
bool ValidateTargetWith(const EarlierModels& before, const MemberSeries& series, const LocalFitOptions& options,
                        TargetFit& fit);

// A series of fewer values has a closed form.
inline constexpr std::size_t kShortLength = 5;
// kConstant or kShort when the series has a closed form that needs no worker, kFitted when it has to be fitted.
FitStatus ClosedFormStatus(const SeriesView& series);
// The closed form: `status` is kConstant or kShort.
TargetFit FitClosedForm(const SeriesView& series, FitStatus status, const LocalFitOptions& options);
// What a target gets whose worker died on it: a simple model, status kFallback and the cause as its reason.
TargetFit FitFallback(const SeriesView& series, std::string_view cause, const LocalFitOptions& options);

// Versioned archives. Decoding untrusted bytes gives kCorrupt, never an exception.
std::string EncodeLocalFitOptions(const LocalFitOptions& options);
Result<LocalFitOptions> DecodeLocalFitOptions(std::string_view bytes);
// The regressions in a store of version 1, which kept the options of its workers there.
Result<std::vector<PooledArGlobal>> DecodeFirstRegressions(std::string_view bytes);

// What a worker sends of a TargetFit and the store keeps: models stay as the bytes of EncodeOutcome.
struct TargetFitRecord {
  FitStatus status = FitStatus::kFailed;
  std::string reason;
  std::vector<int> seasons;
  int horizon = 1;
  std::string validation;  // PackFitValidation; empty: not validated
  std::string history;     // EncodeHistory (target_history.h); empty: nothing is remembered
  std::uint32_t level_shifts = 0;
  std::uint32_t outlier_patches = 0;
  std::uint32_t season_before = 0;
  struct Fit {
    std::uint32_t place = 0;  // among the options' algorithms
    double seconds = 0;
    std::string archive;
  };
  std::vector<Fit> fits;
};
TargetFitRecord MakeRecord(const TargetFit& fit);  // without a history
std::string EncodeRecord(const TargetFitRecord& record);
Result<TargetFitRecord> DecodeRecord(std::string_view bytes);

// The whole series' traits and its validation as bytes, and back.
std::string PackFitValidation(const TargetTraits& traits, const Validation& validation);
Status UnpackFitValidation(std::string_view bytes, TargetTraits& traits, Validation& validation);

}  // namespace fitd
