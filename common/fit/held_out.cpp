#include "common/fit/held_out.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "common/checksum.h"
#include "common/models/season/season_shows.h"
#include "common/series/gaps.h"

namespace fitd {
namespace {

// What an algorithm forecasts for the `held_out` values after `prefix`, with deviations; empty when it cannot. `like`:
// the model of before, null: the form is selected. `fitted`, where it is not null, becomes the model that was selected.
Forecast ForecastHeldOut(const FitRequest& prefix, const AlgorithmFit& one, const Model* like,
                         const PooledArGlobal* global, int held_out, std::optional<Model>* fitted = nullptr) {
  constexpr double kLevels[] = {kOneDeviation};
  if (one.algorithm == kPooledArName) {
    const FitOutcome outcome = FitPooledAr(prefix.y, *global, true);
    if (outcome.status == FitStatus::kFitted) return PredictPooledAr(outcome.model, *global, held_out, kLevels);
    return {};
  }
  const Algorithm* algorithm = FindAlgorithm(one.algorithm);
  if (algorithm == nullptr || one.outcome.status != FitStatus::kFitted) return {};
  if (like != nullptr && like->num_observations == prefix.y.size()) return algorithm->Predict(*like, held_out, kLevels);
  FitRequest request = prefix;
  request.like = like;
  request.near = &one.outcome.model;
  FitOutcome outcome = algorithm->Fit(request);
  if (like != nullptr && outcome.status != FitStatus::kFitted) outcome = algorithm->Fit(prefix);
  if (outcome.status == FitStatus::kFailed) return {};
  Forecast forecast = algorithm->Predict(outcome.model, held_out, kLevels);
  if (fitted != nullptr && outcome.status == FitStatus::kFitted) *fitted = std::move(outcome.model);
  return forecast;
}

bool IsValidatedEarlier(std::string_view target, const LocalFitOptions& options) {
  return options.earlier_every > 0 && Checksum64(target) % options.earlier_every == 0;
}

bool SameValues(std::span<const double> a, std::span<const double> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

// What is held out of a target.
struct HeldOut {
  Validation validation;
  std::size_t origin = 0;     // the first value held out
  int steps = 0;              // 0: the target is too short
  std::vector<double> until;  // the values before the origin as they would have been filled then; empty: as they are
  // The same at origins before it, the oldest first.
  struct Earlier {
    std::size_t origin = 0;
    std::vector<double> until;
  };
  std::vector<Earlier> earlier;
};

// Finds the origins one horizon and more before that of `held`, and what was observed behind them.
void HoldOutEarlier(const FitRequest& request, const SeriesView& series, std::span<const double> observed,
                    HeldOut& held) {
  // Fewer values know no trend: of lines of 24 quarters, with 8 before the earlier origin, a lone one's error is 4 %
  // more.
  constexpr std::size_t kFewestBefore = 12;
  const int season = held.validation.traits.doubtful ? 1 : held.validation.traits.season;
  const auto steps = static_cast<std::size_t>(held.steps);
  const std::span<const double> known = observed.empty() ? request.y : observed;
  for (std::size_t back = EarlierOrigins(held.origin, held.steps); back > 0; --back) {
    if (held.origin < back * steps) continue;
    const std::size_t origin = held.origin - back * steps;
    if (held.validation.traits.season > 1 && origin < kFewestBefore) continue;
    if (HoldOut(origin + steps, season, held.steps) != held.steps) continue;
    const std::span<const double> values = known.subspan(origin, steps);
    if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) continue;
    held.validation.earlier_actual.insert(held.validation.earlier_actual.end(), values.begin(), values.end());
    HeldOut::Earlier& earlier = held.earlier.emplace_back();
    earlier.origin = origin;
    if (!observed.empty())
      earlier.until = ValuesUntil(series, observed, request.y, origin, held.validation.traits.season);
  }
}

HeldOut WhatToHoldOut(const FitRequest& request, const SeriesView& series, const LocalFitOptions& options,
                      const TargetFit& fit) {
  const std::vector<double> observed = ObservedValues(series);
  HeldOut out;
  Validation& validation = out.validation;
  validation.traits.season = MainSeason(fit.seasons);
  validation.traits.seasons = fit.seasons;
  validation.traits.lowest = fit.traits.lowest;
  validation.traits.intermittent = fit.traits.intermittent;
  const std::size_t members = options.algorithms.size() + (options.globals.empty() ? 0 : 1);
  if (fit.fits.size() < members) {
    for (const AlgorithmFit& one : fit.fits) validation.members.push_back(static_cast<int>(one.place));
  }
  // Members are judged without a season that they hardly find in all values.
  const bool doubtful =
      fit.seasons.size() == 1 && fit.season_before == 0 && SeasonIsDoubtful(request.y, fit.seasons[0]);
  const int season = doubtful ? 1 : validation.traits.season;
  validation.traits.doubtful = doubtful;
  // What is made up says nothing of how good a forecast was.
  const int held_out = HoldOut(request.y.size() - fit.season_before, season, fit.horizon);
  if (held_out <= 0) return out;
  const auto steps = static_cast<std::size_t>(held_out);
  std::size_t origin = request.y.size() - steps;
  while (!observed.empty() && origin > 0 && std::isnan(observed[origin - 1])) --origin;
  if (HoldOut(origin + steps, season, held_out) == 0) return out;
  std::span<const double> before = request.y.first(origin);
  if (!observed.empty()) {
    out.until = ValuesUntil(series, observed, request.y, origin, validation.traits.season);
    before = out.until;
  }
  const std::span<const double> known = observed.empty() ? request.y : observed;
  const auto made_up = [](double v) { return std::isnan(v); };
  const std::span<const double> actual = known.subspan(origin, steps);
  if (std::all_of(actual.begin(), actual.end(), made_up)) return out;
  out.origin = origin;
  out.steps = held_out;
  validation.actual.assign(actual.begin(), actual.end());
  validation.traits = DescribeObserved(before, known.first(origin), fit.seasons);
  validation.traits.lowest = fit.traits.lowest;
  validation.traits.intermittent = fit.traits.intermittent;
  validation.traits.doubtful = doubtful;
  if (IsValidatedEarlier(request.target, options)) HoldOutEarlier(request, series, observed, out);
  return out;
}

// What the validation of before knows of a member's forecasts from all origins but the last: nothing where it is of
// other values.
std::vector<double> Remembered(const EarlierModels* before, const Validation& now, std::size_t place) {
  if (before == nullptr || before->validation == nullptr || now.earlier_actual.empty()) return {};
  const Validation& then = *before->validation;
  const auto last = [&](std::vector<double> values, const std::vector<double>& more) {
    values.insert(values.end(), more.begin(), more.end());
    const std::size_t count = std::min(values.size(), now.earlier_actual.size());
    return std::vector<double>(values.end() - static_cast<std::ptrdiff_t>(count), values.end());
  };
  if (then.forecast.size() != now.forecast.size() || then.forecast[place].empty()) return {};
  if (!SameValues(last(then.earlier_actual, then.actual), now.earlier_actual)) return {};
  const bool has_earlier = place < then.earlier_forecast.size();
  std::vector<double> forecast =
      last(has_earlier ? then.earlier_forecast[place] : std::vector<double>(), then.forecast[place]);
  if (forecast.size() != now.earlier_actual.size()) return {};
  return forecast;
}

// A member's forecasts from all origins but the last, the oldest first; empty when it has none from one of them. The
// form is selected at the oldest one.
std::vector<double> ForecastEarlier(const HeldOut& held, const FitRequest& request, const AlgorithmFit& one,
                                    const Model* like, const PooledArGlobal* global) {
  std::vector<double> all;
  std::optional<Model> selected;
  for (const HeldOut::Earlier& earlier : held.earlier) {
    FitRequest prefix = request;
    prefix.y = earlier.until.empty() ? request.y.first(earlier.origin) : earlier.until;
    const bool more = selected == std::nullopt && held.earlier.size() > 1;
    const Forecast forecast =
        ForecastHeldOut(prefix, one, selected ? &*selected : like, global, held.steps, more ? &selected : nullptr);
    if (forecast.mean.empty()) return {};
    all.insert(all.end(), forecast.mean.begin(), forecast.mean.end());
  }
  return all;
}

// Fills in the forecasts of `held` and puts it into the fit.
void Forecasts(HeldOut held, const EarlierModels* before, const FitRequest& request, const PooledArGlobal* global,
               const LocalFitOptions& options, TargetFit& fit) {
  Validation& validation = held.validation;
  const std::size_t members = options.algorithms.size() + (options.globals.empty() ? 0 : 1);
  FitRequest prefix = request;
  prefix.y = held.until.empty() ? request.y.first(held.origin) : held.until;
  validation.forecast.resize(members);
  validation.deviation.resize(members);
  if (!held.earlier.empty()) validation.earlier_forecast.resize(members);
  for (std::size_t i = 0; i < fit.fits.size(); ++i) {
    AlgorithmFit& one = fit.fits[i];
    const Model* like = before != nullptr ? before->models[i] : nullptr;
    const auto start = std::chrono::steady_clock::now();
    Forecast forecast = ForecastHeldOut(prefix, one, like, global, held.steps);
    validation.deviation[one.place] = StandardDeviations(forecast);
    validation.forecast[one.place] = std::move(forecast.mean);
    if (!held.earlier.empty()) {
      std::vector<double> earlier = Remembered(before, validation, one.place);
      if (earlier.empty()) earlier = ForecastEarlier(held, request, one, like, global);
      validation.earlier_forecast[one.place] = std::move(earlier);
    }
    one.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  fit.validation = std::move(validation);
}

}  // namespace

TargetTraits DescribeObserved(std::span<const double> values, std::span<const double> observed,
                              const std::vector<int>& seasons) {
  const TargetTraits traits = DescribeTarget(observed, seasons);
  return traits.scale > 0 ? traits : DescribeTarget(values, seasons);
}

void Validate(const FitRequest& request, const SeriesView& series, const PooledArGlobal* global,
              const LocalFitOptions& options, TargetFit& fit) {
  HeldOut held = WhatToHoldOut(request, series, options, fit);
  if (held.steps > 0) return Forecasts(std::move(held), nullptr, request, global, options, fit);
  fit.validation = std::move(held.validation);
}

bool ValidateWith(const EarlierModels& before, const FitRequest& request, const SeriesView& series,
                  const PooledArGlobal* global, const LocalFitOptions& options, TargetFit& fit) {
  HeldOut held = WhatToHoldOut(request, series, options, fit);
  if (held.steps <= 0 || before.fitted_values > held.origin || before.models.size() != fit.fits.size()) return false;
  Forecasts(std::move(held), &before, request, global, options, fit);
  return true;
}

}  // namespace fitd
