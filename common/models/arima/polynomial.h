// Orders of a seasonal ARIMA model and its lag polynomials: partial autocorrelations to coefficients, multiplication of
// the seasonal factors, and the way gradients travel back. Pure functions, any thread; nothing is kept.
//
// Convention (Box & Jenkins, R): phi(B) Phi(B^m) (1-B)^d (1-B^m)^D (y_t - regression) = theta(B) Theta(B^m) e_t with
// phi(B) = 1 - ar1 B - ..., theta(B) = 1 + ma1 B + ....
//
// Every factor is kept inside the region where all its roots have a modulus of at least kMinRootModulus in B:
// coefficient i of a factor in B^s is its partial-autocorrelation image (Barndorff-Nielsen & Schou 1973; Monahan 1984)
// times kMinRootModulus^(-s i), so the box [-1, 1] of the partials is exactly that region, and a bounded minimiser
// never leaves it. Hyndman & Khandakar (2008) reject a fitted model with a smaller root; here such a fit ends on the
// bound.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fitd::arima {

inline constexpr double kMinRootModulus = 1.01;
inline constexpr int kMaxNonseasonal = 5;       // p, q
inline constexpr int kMaxSeasonal = 2;          // P, Q
inline constexpr int kMaxSeasonalStates = 128;  // P m, Q m
inline constexpr int kMaxCoefficients = 2 * (kMaxNonseasonal + kMaxSeasonal);

struct ArimaOrder {
  int p = 0;
  int d = 0;
  int q = 0;
  int P = 0;
  int D = 0;
  int Q = 0;
  int m = 1;              // season length; 1: none
  bool constant = false;  // a mean when d + D = 0, a drift per step when d + D = 1

  int NumCoefficients() const { return p + q + P + Q; }
  int NumParameters() const { return NumCoefficients() + (constant ? 1 : 0) + 1; }  // and the variance
  bool operator==(const ArimaOrder&) const = default;
};

// "(2,1,1)(0,1,1)[12] drift"; without the seasonal part when m is 1; " mean" or " drift" when there is a constant.
std::string SpecOf(const ArimaOrder& order);
// The inverse; empty when the text is not such a spec or an order is beyond the limits above (d <= 2, D <= 1).
std::optional<ArimaOrder> ParseSpec(std::string_view spec);

// Coefficients in the order ar, ma, sar, sma; only the first NumCoefficients() count.
using Coefficients = std::array<double, kMaxCoefficients>;
// d coefficient[row] / d partial[column], block diagonal by factor.
using Jacobian = std::array<Coefficients, kMaxCoefficients>;

// `partials` in [-1, 1]; fills `jacobian` unless it is null.
Coefficients FromPartials(const ArimaOrder& order, const Coefficients& partials, Jacobian* jacobian);
// The inverse. Partials of coefficients outside the region are cut to [-limit, limit].
Coefficients ToPartials(const ArimaOrder& order, const Coefficients& coefficients, double limit);

// The multiplied-out polynomials: phi[i-1] belongs to lag i, likewise theta; `..._lags` lists those the form allows
// to be non-zero, ascending.
struct LagPolynomials {
  std::vector<double> phi;
  std::vector<double> theta;
  std::vector<int> phi_lags;
  std::vector<int> theta_lags;
};
void Expand(const ArimaOrder& order, const Coefficients& coefficients, LagPolynomials* out);
// Gradient by coefficient from the gradient by lag (same lengths as phi and theta).
Coefficients Contract(const ArimaOrder& order, const Coefficients& coefficients, std::span<const double> phi_gradient,
                      std::span<const double> theta_gradient);

// (1-B)^d (1-B^m)^D as weights w of B^1, B^2, ...: y_t = sum w_i y_{t-i} + differenced_t.
std::vector<double> IntegrationWeights(const ArimaOrder& order);

}  // namespace fitd::arima
