#include "common/fit/held_out.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/checksum.h"

namespace fitd {
namespace {

// What an algorithm forecasts for the `held_out` values after `prefix`, with deviations; empty when it cannot.
Forecast ForecastHeldOut(const FitRequest& prefix, const AlgorithmFit& one, const PooledArGlobal* global,
                         int held_out) {
  constexpr double kLevels[] = {kOneDeviation};
  if (one.algorithm == kPooledArName) {
    const FitOutcome outcome = FitPooledAr(prefix.y, *global, true);
    if (outcome.status == FitStatus::kFitted) return PredictPooledAr(outcome.model, *global, held_out, kLevels);
  } else if (const Algorithm* algorithm = FindAlgorithm(one.algorithm);
             algorithm != nullptr && one.outcome.status == FitStatus::kFitted) {
    const FitOutcome outcome = algorithm->Fit(prefix);
    if (outcome.status != FitStatus::kFailed) return algorithm->Predict(outcome.model, held_out, kLevels);
  }
  return {};
}

bool IsValidatedEarlier(std::string_view target, const LocalFitOptions& options) {
  return options.earlier_every > 0 && Checksum64(target) % options.earlier_every == 0;
}

}  // namespace

TargetTraits DescribeObserved(std::span<const double> values, std::span<const double> observed,
                              const std::vector<int>& seasons) {
  const TargetTraits traits = DescribeTarget(observed, seasons);
  return traits.scale > 0 ? traits : DescribeTarget(values, seasons);
}

void Validate(const FitRequest& request, std::span<const double> observed, const PooledArGlobal* global,
              const LocalFitOptions& options, TargetFit& fit) {
  Validation& validation = fit.validation;
  validation.traits.season = MainSeason(fit.seasons);
  validation.traits.seasons = fit.seasons;
  validation.traits.lowest = fit.traits.lowest;
  validation.traits.intermittent = fit.traits.intermittent;
  const std::size_t members = options.algorithms.size() + (options.globals.empty() ? 0 : 1);
  if (fit.fits.size() < members) {
    for (const AlgorithmFit& one : fit.fits) validation.members.push_back(static_cast<int>(one.place));
  }
  const int held_out = HoldOut(request.y.size(), validation.traits.season, fit.horizon);
  if (held_out <= 0) return;
  const auto steps = static_cast<std::size_t>(held_out);
  std::size_t origin = request.y.size() - steps;
  while (!observed.empty() && origin > 0 && std::isnan(observed[origin - 1])) --origin;
  if (HoldOut(origin + steps, validation.traits.season, fit.horizon) == 0) return;
  FitRequest prefix = request;
  prefix.y = request.y.first(origin);
  const std::span<const double> known = observed.empty() ? request.y : observed;
  const auto made_up = [](double v) { return std::isnan(v); };
  const std::span<const double> actual = known.subspan(origin, steps);
  if (std::all_of(actual.begin(), actual.end(), made_up)) return;
  validation.actual.assign(actual.begin(), actual.end());
  validation.traits = DescribeObserved(prefix.y, known.first(origin), fit.seasons);
  validation.traits.lowest = fit.traits.lowest;
  validation.traits.intermittent = fit.traits.intermittent;
  FitRequest earlier = prefix;
  bool twice =
      IsValidatedEarlier(request.target, options) && HoldOut(origin, validation.traits.season, held_out) == held_out;
  if (twice) {
    const std::span<const double> before = known.subspan(origin - steps, steps);
    twice = std::none_of(before.begin(), before.end(), made_up);
    earlier.y = prefix.y.first(origin - steps);
    if (twice) validation.earlier_actual.assign(before.begin(), before.end());
  }
  validation.forecast.resize(members);
  validation.deviation.resize(members);
  if (twice) validation.earlier_forecast.resize(members);
  for (AlgorithmFit& one : fit.fits) {
    const auto start = std::chrono::steady_clock::now();
    Forecast forecast = ForecastHeldOut(prefix, one, global, held_out);
    validation.deviation[one.place] = StandardDeviations(forecast);
    validation.forecast[one.place] = std::move(forecast.mean);
    if (twice) validation.earlier_forecast[one.place] = ForecastHeldOut(earlier, one, global, held_out).mean;
    one.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
}

}  // namespace fitd
