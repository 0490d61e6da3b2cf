// The value every algorithm produces and every forecast starts from: one shape for all algorithms, so that there is one
// archive function, one JSON form and one table row. Any process, any thread. Values, compared bit by bit.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

inline constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

struct NamedValue {
  std::string name;
  double value = kNotAvailable;
};

struct NamedVector {
  std::string name;
  std::vector<double> values;
};

// Information criteria as Hyndman & Khandakar (2008) define them; NaN where the algorithm has none.
struct Criteria {
  double loglik = kNotAvailable;
  double aic = kNotAvailable;
  double aicc = kNotAvailable;
  double bic = kNotAvailable;
  double sigma2 = kNotAvailable;
};

struct Model {
  std::string algorithm;  // "ets", "arima", ..., "python:module:object"
  std::string spec;       // "M,Ad,M", "(2,1,1)(0,1,1)[12] drift", ...
  std::uint64_t num_observations = 0;
  Criteria criteria;
  std::vector<NamedValue> parameters;  // smoothing parameters, coefficients, season length, ...
  std::vector<NamedVector> states;     // what the forecast starts from: level, season, last errors, ...
  std::string payload;                 // opaque bytes of a user's algorithm

  // NaN and nullptr when there is no such name.
  double Parameter(std::string_view name) const;
  const std::vector<double>* State(std::string_view name) const;
};

// A parameter of the simple model of a target that has no other: the lowest of its values. With it the model learns
// from new values as if it had been fitted to them too.
inline constexpr std::string_view kLowestValue = "lowest";

// Why a fit ended as it did. Persisted: never renumber.
enum class FitStatus : std::uint8_t {
  kFailed = 0,    // no model; the reason says why
  kFitted = 1,    // a model of the algorithm asked for
  kFallback = 2,  // the algorithm could not; this is the simple model in its place
  kConstant = 3,  // all values equal: closed form
  kShort = 4,     // too few values: closed form
};
std::string_view FitStatusName(FitStatus status);  // "failed", "fitted", "fallback", "constant", "short"

// A default-constructed outcome is a failure that says "not fitted", never zeros that look like a model.
struct FitOutcome {
  FitStatus status = FitStatus::kFailed;
  std::string reason = "not fitted";  // empty when fitted
  Model model;                        // of use unless status is kFailed
  std::uint32_t evaluations = 0;      // objective evaluations spent
};

struct ForecastInterval {
  double level = 0;        // percent: 80, 95
  std::vector<double> lo;  // `horizon` values each
  std::vector<double> hi;
};

// Point forecasts for steps 1..horizon after the last observation; intervals in the order the levels were asked for.
struct Forecast {
  std::vector<double> mean;
  std::vector<ForecastInterval> intervals;
};

}  // namespace fitd
