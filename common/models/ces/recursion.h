// The recursion of complex exponential smoothing (ces.h): sums of squares with exact derivatives, states, forecasts.
// Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "common/models/numeric/least_squares.h"

namespace fitd {

enum class CesForm { kNone, kSimple, kPartial, kFull };

// Number of smoothing parameters: 2, 2, 3, 4.
std::size_t CesParameterCount(CesForm form);

// alpha0, alpha1, then beta (partial) or beta0, beta1 (full).
using CesParameters = std::array<double, 4>;

// What one step ahead is forecast from: level + season[k], where k is time modulo the season.
struct CesStates {
  double level = 0;                      // not in the simple form
  double potential = 0;                  // the imaginary part, the "information potential"
  std::vector<double> season;            // simple: levels; partial: indices; full: seasonal levels
  std::vector<double> season_potential;  // simple and full
};

// What backcasting starts from at the end of the series: its last mean or season, classical indices for partial and
// full. Seasonal forms need y.size() >= 2 season.
CesStates CesLastStates(std::span<const double> y, CesForm form, std::size_t season);

// Sum of squared one-step errors and its derivatives. The states before the first value come from backcasting: the
// recursion runs over the reversed series from `last`, then forward.
SquaresAt CesSquares(std::span<const double> y, CesForm form, std::size_t season, const CesParameters& parameters,
                     const CesStates& last);

// The same sum alone; `states` are those after the last value, `errors` are asked for or not.
double CesFilter(std::span<const double> y, CesForm form, std::size_t season, const CesParameters& parameters,
                 const CesStates& last, CesStates& states, std::vector<double>* errors = nullptr);

// Means of steps 1..horizon; index 0 of the seasonal vectors belongs to step 1.
std::vector<double> CesForecast(CesStates states, CesForm form, const CesParameters& parameters, int horizon);

// Variances of the forecast errors of steps 1..horizon, in units of the one-step variance.
std::vector<double> CesVariance(CesForm form, std::size_t season, const CesParameters& parameters, int horizon);

}  // namespace fitd
