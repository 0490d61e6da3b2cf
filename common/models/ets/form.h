// The forms of exponential smoothing in state space (Hyndman, Koehler, Ord & Snyder 2008, table 2.2-2.3): error,
// trend, season. Values and pure functions, any process, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

enum class EtsError : std::uint8_t { kAdditive, kMultiplicative };
enum class EtsTrend : std::uint8_t { kNone, kAdditive, kDamped };
enum class EtsSeason : std::uint8_t { kNone, kAdditive, kMultiplicative };

inline constexpr int kEtsMaxPeriod = 24;  // longer seasons have too many states to estimate one by one

struct EtsForm {
  EtsError error = EtsError::kAdditive;
  EtsTrend trend = EtsTrend::kNone;
  EtsSeason season = EtsSeason::kNone;
  int period = 1;  // values a season; 1 without one

  bool has_trend() const { return trend != EtsTrend::kNone; }
  bool has_season() const { return season != EtsSeason::kNone; }
  // Season and level enter the errors additively, so the errors are linear in the initial states.
  bool linear() const { return season != EtsSeason::kMultiplicative; }

  int num_smoothing() const;       // alpha, and beta, gamma, phi where present
  int num_initial_states() const;  // level, growth, period - 1 free seasonal states
  int num_parameters() const { return num_smoothing() + num_initial_states(); }

  friend bool operator==(const EtsForm&, const EtsForm&) = default;
};

// "M,Ad,M" and back; the period is not part of the text. Null when it is no such form.
std::string EtsFormName(const EtsForm& form);
std::optional<EtsForm> ParseEtsForm(std::string_view name, int period);

// What selection considers for `n` values: an additive error never goes with a multiplicative season (unstable
// intervals), multiplicative anything needs positive values, a season needs 1 < period <= 24 and more than one season
// of values, and every form at least two values more than parameters. Ordered so that each form comes after the
// simpler ones it can start from.
std::vector<EtsForm> AdmissibleEtsForms(std::size_t n, bool positive, int period);

// AICc and its relatives (Hurvich & Tsai 1989) from -2 log-likelihood; the variance counts as a parameter.
struct EtsCriteria {
  double aic = 0;
  double aicc = 0;
  double bic = 0;
};
EtsCriteria EtsInformationCriteria(double deviance, const EtsForm& form, std::size_t n);

}  // namespace fitd
