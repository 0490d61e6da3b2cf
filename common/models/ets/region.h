// The space of smoothing parameters: the usual bounds and, inside them, the forecastable (admissible) region of
// Hyndman, Akram & Archibald (2008). Searches run in a box that maps onto the usual region. Pure functions, any thread.
#pragma once

#include <array>

#include "common/models/ets/form.h"

namespace fitd {

// In the error-correction form: level += alpha e, growth += beta e, season += gamma e.
struct EtsSmoothing {
  double alpha = 0;
  double beta = 0;
  double gamma = 0;
  double phi = 1;  // 1: not damped
};

inline constexpr double kEtsLowest = 1e-4;     // alpha, beta and gamma at least
inline constexpr double kEtsHighest = 0.9999;  // alpha at most
inline constexpr double kEtsPhiLowest = 0.8;
inline constexpr double kEtsPhiHighest = 0.98;

// Box coordinates: alpha; beta's and gamma's place between their bounds in [0, 1] (beta in [1e-4, alpha], gamma in
// [1e-4, 1 - alpha]); phi. Absent parameters keep their slot and are ignored.
using EtsBox = std::array<double, 4>;

EtsSmoothing FromBox(const EtsForm& form, const EtsBox& box);
EtsBox ToBox(const EtsForm& form, const EtsSmoothing& smoothing);  // clamps into the usual region
// Turns d/d(alpha, beta, gamma, phi) into d/d(box).
void GradientToBox(const EtsForm& form, const EtsBox& box, std::array<double, 4>& gradient);

// Lower and upper ends of the box; equal ends fix what the form does not have.
void BoxBounds(const EtsForm& form, EtsBox& lower, EtsBox& upper);

// True when the effect of the initial state on forecasts does not grow: all roots of the characteristic polynomial of
// the discount matrix, but for the unit root that level and season share, lie inside the unit circle (Schur-Cohn
// recursion). Only trend with season can fail it inside the usual region. For damped trends R uses beta where the
// recursion has phi beta, a slightly smaller region.
bool IsAdmissible(const EtsForm& form, const EtsSmoothing& smoothing);

}  // namespace fitd
