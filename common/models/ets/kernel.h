// The passes over a series that everything else of ETS is made of: deviance, its exact gradient by an adjoint pass, the
// least-squares initial states of a linear form, and the Gauss-Newton matrix. Pure functions of their arguments; a tape
// belongs to one thread. Dispatched at run time to the widest SIMD target, with the same bits on each.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "common/models/ets/form.h"
#include "common/models/ets/region.h"

namespace fitd {

// The observations in the units a search works in. `offset` was subtracted from every value (0 for a multiplicative
// season, whose recursion is not linear); multiplicative errors add it back to the one-step forecast.
struct EtsData {
  std::span<const double> y;
  double offset = 0;
};

// The state before the first observation (or after the last). season[t % period] belongs to observation t.
struct EtsState {
  double level = 0;
  double growth = 0;
  std::array<double, kEtsMaxPeriod> season{};
};

struct EtsGradient {
  std::array<double, 4> smoothing{};  // d/d(alpha, beta, gamma, phi)
  EtsState state;                     // d/d(initial states), all `period` of the season
};

// Scratch of the passes; reused between calls, grows as needed.
struct EtsTape {
  std::vector<double> residual;  // one-step error in the units of y
  std::vector<double> relative;  // what the likelihood squares: the error, over the forecast when multiplicative
  std::vector<double> slope;     // d deviance / d residual or forecast
  std::vector<double> growth;    // growth before each observation
  std::vector<double> level;     // level + phi growth before each observation (multiplicative season)
  std::vector<double> season;    // season before each observation (multiplicative season)
  std::vector<double> columns;   // 4 responses side by side per observation
  std::vector<double> impulse;   // the response to a seasonal state alone
  double sum_squares = 0;        // of `relative`
  void Resize(std::size_t n);
};

// -2 log-likelihood without constants: n log(sum of squared errors) + 2 sum log|forecast| (the latter when errors are
// multiplicative). Infinite where it is not defined. Equals -2 `loglik` of R's forecast::ets in the data's units.
double EtsDeviance(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, const EtsState& initial,
                   EtsTape& tape);

// The same with its gradient; false and infinite where it is not defined.
double EtsDevianceGradient(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing,
                           const EtsState& initial, EtsTape& tape, EtsGradient& gradient);

// The initial states with the least sum of squared errors, for a linear form (Ord, Koehler & Snyder 1997); the season
// has its last state at 0. False when the normal equations cannot be solved.
bool EtsConcentrate(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, EtsTape& tape,
                    EtsState& initial);

// 2n/S J'J for J = d(relative error)/d(alpha, beta, gamma, phi, level, growth, season[0..period-2]): the Gauss-Newton
// approximation to the deviance's Hessian. Row-major, 6 + period - 1 columns whatever the form has.
void EtsGaussNewton(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing, const EtsState& initial,
                    EtsTape& tape, std::vector<double>& matrix);

// The state after the last observation, season indexed by t % period as before.
EtsState EtsFinalState(const EtsForm& form, const EtsData& data, const EtsSmoothing& smoothing,
                       const EtsState& initial);

}  // namespace fitd
