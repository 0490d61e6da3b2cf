#include "common/fit/prior_fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/archive.h"
#include "common/fit/held_out.h"
#include "common/fit/member_series.h"
#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "common/models/pooled_ar/filter.h"
#include "common/series/gaps.h"
#include "common/series/local_clock.h"

namespace fitd {
namespace {

// Standardised errors beyond it count as that: one spike is no reason to doubt a form, a hundred are.
constexpr double kLargestError = 4;
// Mean squared standardised error at which the form is selected again, and the fewest errors to tell from. It is near 1
// while the model holds.
constexpr double kDoubtfulErrors = 4;
constexpr double kFewestHeldOut = 32;

struct PriorArchive {
  std::uint8_t use = 0;
  bool select_anew = false;
  std::uint64_t num_values = 0;
  std::string record;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(use, select_anew, num_values, record);
  }
};

std::unique_ptr<ModelFilter> ResumeAny(const Model& model, const TargetFitRecord& record,
                                       const LocalFitOptions& options, const AlgorithmResolver& resolve) {
  if (model.algorithm == kPooledArName) {
    const PooledArGlobal* global = GlobalOf(options, record.seasons);
    return global != nullptr ? ResumePooledAr(model, *global) : nullptr;
  }
  const Algorithm* algorithm = resolve(model.algorithm);
  return algorithm != nullptr && algorithm->Damage(model).empty() ? algorithm->Resume(model) : nullptr;
}

// So that sums are the same in whatever order squares come.
double Rounded(double square) {
  constexpr double kGrid = 1 << 20;
  return std::round(square * kGrid) / kGrid;
}

// Moves the filter along and adds up its errors.
void FollowErrors(ModelFilter& filter, std::span<const double> values, TargetHistory& history) {
  for (const double y : values) {
    const double deviation = filter.StandardDeviation();
    const double z = std::fabs(y - filter.Expect()) / deviation;
    if (deviation > 0 && std::isfinite(z)) {
      history.error_squares += Rounded(std::min(z, kLargestError) * std::min(z, kLargestError));
      history.error_count += 1;
    }
    filter.Observe(y);
  }
}

// What was never negative has a floor at zero, until a value is.
void LowerFloor(std::span<const double> values, TargetFitRecord& record) {
  double lowest = 0;
  for (const double v : values) lowest = std::min(lowest, std::isnan(v) ? lowest : v);
  TargetTraits traits;
  Validation validation;
  if (lowest == 0 || record.validation.empty() || !UnpackFitValidation(record.validation, traits, validation).ok())
    return;
  validation.traits.lowest = std::min(validation.traits.lowest, lowest);
  record.validation = PackFitValidation(traits, validation);
}

TargetFitRecord CannotAdvance(std::string reason) {
  TargetFitRecord record;
  record.reason = std::move(reason);
  return record;
}

// The models of the prior, and the places that the algorithms of the run have them: a member that the target's seasons
// leave out has none. The pooled regression's place is behind them.
struct PriorModels {
  std::vector<FitOutcome> outcomes;
  std::vector<std::uint32_t> places;  // ascending
};

// Empty when they are not what the run would fit.
PriorModels ModelsOf(const TargetFitRecord& record, const LocalFitOptions& options) {
  PriorModels models;
  const auto pooled = static_cast<std::uint32_t>(options.algorithms.size());
  const bool has_pooled = GlobalOf(options, record.seasons) != nullptr;
  const bool all = record.fits.size() == pooled + (has_pooled ? 1 : 0);
  if (record.status != FitStatus::kFitted || (!all && !options.members_by_season)) return {};
  for (const TargetFitRecord::Fit& fit : record.fits) {
    Result<FitOutcome> outcome = DecodeOutcome(fit.archive);
    if (!outcome.ok()) return {};
    auto place = static_cast<std::uint32_t>(models.places.size());
    if (!all) {
      const std::string& name = outcome->model.algorithm;
      const auto found = std::find(options.algorithms.begin(), options.algorithms.end(), name);
      place = static_cast<std::uint32_t>(found - options.algorithms.begin());
      // A simple model in the place of a member does not say which member's place that is.
      if (place == pooled && (name != kPooledArName || !has_pooled)) return {};
      if (!models.places.empty() && place <= models.places.back()) return {};
    }
    models.places.push_back(place);
    models.outcomes.push_back(*std::move(outcome));
  }
  // Without its pooled model the target was not fitted by the global stage that there is now.
  if (has_pooled && (models.places.empty() || models.places.back() != pooled)) return {};
  return models;
}

// The options with those members only that the prior has.
LocalFitOptions OnlyMembers(const LocalFitOptions& options, std::span<const std::uint32_t> places) {
  LocalFitOptions only = options;
  only.algorithms.clear();
  for (const std::uint32_t place : places) {
    if (place < options.algorithms.size()) only.algorithms.push_back(options.algorithms[place]);
  }
  return only;
}

// Whether the series, mostly zero or not, still wants the members for such series that it has or has not.
bool IsStillOfItsKind(const SeriesView& series, const std::vector<int>& seasons, std::span<const std::uint32_t> places,
                      const LocalFitOptions& options) {
  if (!options.members_by_season) return true;
  const bool intermittent = IsIntermittent(series, seasons);
  for (std::uint32_t i = 0; i < options.algorithms.size(); ++i) {
    const auto wanted = [&](bool zeros) {
      return IsMemberFor(options.algorithms[i], series.values.size(), seasons, zeros);
    };
    const bool has = std::find(places.begin(), places.end(), i) != places.end();
    if (wanted(true) != wanted(false) && wanted(intermittent) != has) return false;
  }
  return true;
}

// By place among the options' algorithms, the models whose forms are kept; null: the form is selected. Theta has no
// form but the seasons that it tests for, in less time than an estimate takes others. Where a target has a longer
// season more or less than it had, which is so with 1 to 4 % of hourly telemetry from one day to the next, arima's form
// still holds, which takes most of a fit's time.
std::vector<const Model*> ModelsToKeep(std::span<const FitOutcome> outcomes, std::span<const std::uint32_t> places,
                                       const LocalFitOptions& options, bool same_seasons) {
  std::vector<const Model*> keep(options.algorithms.size(), nullptr);
  for (std::size_t i = 0; i < outcomes.size() && places[i] < keep.size(); ++i) {
    const Algorithm* algorithm = FindAlgorithm(options.algorithms[places[i]]);
    if (algorithm == nullptr || outcomes[i].status != FitStatus::kFitted) continue;
    const bool holds = same_seasons ? algorithm->name() != "theta" : algorithm->name() == "arima";
    if (holds && algorithm->Damage(outcomes[i].model).empty()) keep[places[i]] = &outcomes[i].model;
  }
  return keep;
}

// kLateStart of a model; 0: it has none.
std::size_t StartedAt(const Model& model) {
  const std::vector<double>* start = model.State(kLateStart);
  return start == nullptr || start->empty() || !(start->front() >= 0) ? 0 : static_cast<std::size_t>(start->front());
}

// Whether a level has moved for good that had not when the models were fitted: what they forecast of the values held
// out is on another level than these are now. Or whether what was taken for one is none. Likewise an outage that is
// over: their forms were selected with it.
bool HasMoved(const MemberSeries& now, std::span<const FitOutcome> outcomes) {
  const auto count = [&](std::string_view state, std::size_t numbers) {
    const std::vector<double>* then = outcomes.front().model.State(state);
    return then == nullptr ? 0 : then->size() / numbers;
  };
  return now.num_shifts() != count(kLevelShifts, kLevelShiftNumbers) ||
         now.num_patches() != count(kOutlierPatches, kOutlierPatchNumbers) ||
         (now.num_before() > 0) != (count(kSeasonBefore, 1) > 0) ||
         StartedAt(outcomes.front().model) != now.late_start();
}

// Whether the errors since the fit say that its forms no longer hold: those remembered, and those of the values that
// the models have not seen.
bool AreDoubtful(std::span<const double> values, const PriorFit& prior, std::span<const FitOutcome> outcomes,
                 const LocalFitOptions& options, const AlgorithmResolver& resolve, TargetHistory history) {
  for (const FitOutcome& outcome : outcomes) {
    const std::uint64_t seen = outcome.model.num_observations;
    if (outcome.status != FitStatus::kFitted || seen >= values.size()) continue;
    const std::unique_ptr<ModelFilter> filter = ResumeAny(outcome.model, prior.record, options, resolve);
    if (filter != nullptr) FollowErrors(*filter, values.subspan(seen), history);
  }
  return ErrorsAreDoubtful(history);
}

// Whether a series can have these seasons, which a store said it had: a store is data.
bool CanHave(const SeriesView& series, const std::vector<int>& seasons, const LocalFitOptions& options) {
  if (options.seasons) return seasons == *options.seasons;
  return std::all_of(seasons.begin(), seasons.end(), [&](int season) {
    return season > 1 && static_cast<std::size_t>(season) <= series.values.size();
  });
}

}  // namespace

bool ErrorsAreDoubtful(const TargetHistory& history) {
  return history.error_count >= kFewestHeldOut && history.error_squares > kDoubtfulErrors * history.error_count;
}

bool HasFractions(const SeriesView& series) {
  const std::vector<double> observed = ObservedValues(series);
  const std::span<const double> y = observed.empty() ? series.values : std::span<const double>(observed);
  return std::any_of(y.begin(), y.end(), [](double v) { return !std::isnan(v) && v != std::floor(v); });
}

std::string EncodePriorFit(const PriorFit& prior) {
  PriorArchive archive;
  archive.use = static_cast<std::uint8_t>(prior.use);
  archive.select_anew = prior.select_anew;
  archive.num_values = prior.num_values;
  archive.record = EncodeRecord(prior.record);
  return Encode(archive);
}

Result<PriorFit> DecodePriorFit(std::string_view bytes) {
  PriorArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "earlier fit of a target"));
  if (archive.use != 1 && archive.use != 2) {
    return Status(StatusCode::kCorrupt, "earlier fit of a target: an unknown use");
  }
  PriorFit prior;
  prior.use = static_cast<PriorFit::Use>(archive.use);
  prior.select_anew = archive.select_anew;
  prior.num_values = archive.num_values;
  FITD_ASSIGN_OR_RETURN(prior.record, DecodeRecord(archive.record));
  return prior;
}

TargetFitRecord FitRecord(const SeriesView& series, const TargetFit& fit) {
  TargetFitRecord record = MakeRecord(fit);
  TargetHistory history = HistoryOf(series.values);
  history.ForgetFilled(series.filled, series.values.size());
  history.has_fractions = HasFractions(series);
  history.refits = fit.refits;
  record.history = EncodeHistory(history);
  return record;
}

TargetFitRecord AdvanceTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                              const AlgorithmResolver& resolve) {
  TargetFitRecord record = prior.record;
  std::optional<TargetHistory> history = DecodeHistory(record.history);
  if (!history) {  // a store of version 1: what came before is not known, what comes now is
    history.emplace();
    history->fitted_values = prior.num_values;
  }
  const std::vector<double> values = OnClockFrom(series.grid, series.values, options.timezone);
  for (TargetFitRecord::Fit& fit : record.fits) {
    Result<FitOutcome> outcome = DecodeOutcome(fit.archive);
    if (!outcome.ok()) return CannotAdvance(outcome.status().message());
    const std::unique_ptr<ModelFilter> filter = ResumeAny(outcome->model, record, options, resolve);
    if (filter == nullptr) {
      return CannotAdvance("the model " + outcome->model.algorithm + " " + outcome->model.spec +
                           " has no state to go on from; train again");
    }
    FollowErrors(*filter, values, *history);
    outcome->model = filter->Finish();
    fit.archive = EncodeOutcome(*outcome);
  }
  history->Remember(series.values);
  history->has_fractions |= HasFractions(series);
  record.history = EncodeHistory(*history);
  LowerFloor(series.values, record);
  return record;
}

TargetFit RefitTarget(const SeriesView& series, const PriorFit& prior, const LocalFitOptions& options,
                      const AlgorithmResolver& resolve) {
  const std::optional<TargetHistory> history = DecodeHistory(prior.record.history);
  const auto [outcomes, places] = ModelsOf(prior.record, options);
  const std::vector<int> seasons = SeasonsOf(series, options);
  const bool same = seasons == prior.record.seasons;
  const MemberSeries moved(series, options, seasons);
  if (prior.select_anew || !history || history->refits + 1 >= kReselectEvery || outcomes.empty() ||
      !CanHave(series, prior.record.seasons, options) || MainSeason(seasons) != MainSeason(prior.record.seasons) ||
      !IsStillOfItsKind(moved.since_start(), prior.record.seasons, places, options) || HasMoved(moved, outcomes) ||
      AreDoubtful(moved.since_start().values, prior, outcomes, options, resolve, *history)) {
    return FitTarget(series, options, resolve);
  }
  const std::vector<const Model*> like = ModelsToKeep(outcomes, places, options, same);
  TargetFit fit;
  if (same) {
    std::vector<const Model*> members;
    for (const std::uint32_t place : places) {
      if (place < like.size()) members.push_back(like[place]);
    }
    fit = FitTargetLike(moved, OnlyMembers(options, places), resolve, seasons, members);
    // Held-out forecasts are of the members that there were.
    if (fit.fits.size() != places.size()) return FitTarget(series, options, resolve);
    for (std::size_t i = 0; i < places.size(); ++i) fit.fits[i].place = places[i];
  } else {
    fit = FitTargetLike(moved, options, resolve, seasons, like);
  }
  if (options.validate) {
    TargetTraits then;
    Validation validation;
    if (!UnpackFitValidation(prior.record.validation, then, validation).ok())
      return FitTarget(series, options, resolve);
    std::vector<const Model*> before;
    for (const AlgorithmFit& one : fit.fits) before.push_back(one.place < like.size() ? like[one.place] : nullptr);
    // It is that of then: models of another start are fitted anew.
    const std::uint64_t fitted =
        history->fitted_values - std::min<std::uint64_t>(history->fitted_values, moved.late_start());
    if (!ValidateTargetWith({before, fitted, same ? &validation : nullptr}, moved, options, fit)) {
      // Those of before are no longer of the same members.
      if (!same) return FitTarget(series, options, resolve);
      fit.validation = std::move(validation);
    }
  }
  fit.refits = history->refits + 1;
  return fit;
}

}  // namespace fitd
