#include "common/fit/held_out.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/checksum.h"
#include "common/series/gaps.h"

namespace fitd {
namespace {

// What an algorithm forecasts for the `held_out` values after `prefix`, with deviations; empty when it cannot. `like`:
// the model of before, null: the form is selected.
Forecast ForecastHeldOut(const FitRequest& prefix, const AlgorithmFit& one, const Model* like,
                         const PooledArGlobal* global, int held_out) {
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
  FitOutcome outcome = algorithm->Fit(request);
  if (like != nullptr && outcome.status != FitStatus::kFitted) outcome = algorithm->Fit(prefix);
  if (outcome.status == FitStatus::kFailed) return {};
  return algorithm->Predict(outcome.model, held_out, kLevels);
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
  std::size_t origin = 0;  // the first value held out
  int steps = 0;           // 0: the target is too short
  bool twice = false;      // and as many before the origin
  // The values before the origin, and before those, as they would have been filled then; empty: as they are.
  std::vector<double> until, until_earlier;
};

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
  const int held_out = HoldOut(request.y.size(), validation.traits.season, fit.horizon);
  if (held_out <= 0) return out;
  const auto steps = static_cast<std::size_t>(held_out);
  std::size_t origin = request.y.size() - steps;
  while (!observed.empty() && origin > 0 && std::isnan(observed[origin - 1])) --origin;
  if (HoldOut(origin + steps, validation.traits.season, fit.horizon) == 0) return out;
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
  if (IsValidatedEarlier(request.target, options) && HoldOut(origin, validation.traits.season, held_out) == held_out) {
    const std::span<const double> earlier = known.subspan(origin - steps, steps);
    out.twice = std::none_of(earlier.begin(), earlier.end(), made_up);
    if (out.twice) validation.earlier_actual.assign(earlier.begin(), earlier.end());
    if (out.twice && !observed.empty()) {
      out.until_earlier = ValuesUntil(series, observed, request.y, origin - steps, validation.traits.season);
    }
  }
  return out;
}

// Fills in the forecasts of `held` and puts it into the fit.
void Forecasts(HeldOut held, const EarlierModels* before, const FitRequest& request, const PooledArGlobal* global,
               const LocalFitOptions& options, TargetFit& fit) {
  const auto steps = static_cast<std::size_t>(held.steps);
  Validation& validation = held.validation;
  const std::size_t members = options.algorithms.size() + (options.globals.empty() ? 0 : 1);
  FitRequest prefix = request;
  prefix.y = held.until.empty() ? request.y.first(held.origin) : held.until;
  FitRequest earlier = request;
  if (held.twice) earlier.y = held.until_earlier.empty() ? request.y.first(held.origin - steps) : held.until_earlier;
  validation.forecast.resize(members);
  validation.deviation.resize(members);
  if (held.twice) validation.earlier_forecast.resize(members);
  const bool remembered = held.twice && before != nullptr && before->validation != nullptr &&
                          SameValues(before->validation->actual, validation.earlier_actual) &&
                          before->validation->forecast.size() == members;
  for (std::size_t i = 0; i < fit.fits.size(); ++i) {
    AlgorithmFit& one = fit.fits[i];
    const Model* like = before != nullptr ? before->models[i] : nullptr;
    const auto start = std::chrono::steady_clock::now();
    Forecast forecast = ForecastHeldOut(prefix, one, like, global, held.steps);
    validation.deviation[one.place] = StandardDeviations(forecast);
    validation.forecast[one.place] = std::move(forecast.mean);
    if (remembered) {
      validation.earlier_forecast[one.place] = before->validation->forecast[one.place];
    } else if (held.twice) {
      validation.earlier_forecast[one.place] = ForecastHeldOut(earlier, one, like, global, held.steps).mean;
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
