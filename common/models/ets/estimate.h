// Maximum-likelihood estimation of one ETS form. An estimator belongs to one thread and one series.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "common/models/ets/kernel.h"
#include "common/models/numeric/minimize.h"

namespace fitd {

// A form with its parameters, in the units of EtsEstimator (values divided by a power of two; level without offset for
// linear forms).
struct EtsFit {
  EtsForm form;
  EtsSmoothing smoothing;
  EtsState initial;
  double deviance = std::numeric_limits<double>::infinity();  // -2 log-likelihood in those units
  int evaluations = 0;

  bool usable() const { return deviance < std::numeric_limits<double>::infinity(); }
};

class EtsEstimator {
 public:
  // Copies and scales `y` (finite, at least one value).
  explicit EtsEstimator(std::span<const double> y);

  std::size_t size() const { return scaled_.size(); }
  bool positive() const { return positive_; }
  double unit() const { return unit_; }  // the power of two that values were divided by

  // Additive error: searches the smoothing parameters from `start` with the initial states concentrated out.
  EtsFit FitAdditive(const EtsForm& form, const EtsSmoothing& start, const MinimizeOptions& options);

  // Any form: searches all parameters together from `start`, which has the same trend and season, or, for a
  // multiplicative season, a start whose season is positive.
  EtsFit FitFrom(const EtsForm& form, const EtsFit& start, const MinimizeOptions& options);

  // The same trend with a multiplicative season in place of the additive one of `fit`, not yet estimated.
  EtsFit WithMultiplicativeSeason(const EtsFit& fit) const;

  double Deviance(const EtsForm& form, const EtsSmoothing& smoothing, const EtsState& initial);

  // The sum of the squared (relative) errors that the variance is estimated from.
  double SumOfSquares(const EtsForm& form, const EtsSmoothing& smoothing, const EtsState& initial);
  // Those errors of the same form, until the next call of anything else.
  std::span<const double> Errors(const EtsForm& form) const {
    return std::span(form.error == EtsError::kAdditive ? tape_.residual : tape_.relative).first(scaled_.size());
  }

  // Fills in the least-squares initial states of a linear form and the deviance for its smoothing parameters. False
  // where they are not admissible.
  bool Concentrate(EtsFit& point);

  // Between these units and the data's: level and growth are values, an additive season too.
  EtsState ToDataUnits(const EtsForm& form, const EtsState& state) const;
  EtsState FromDataUnits(const EtsForm& form, const EtsState& state) const;
  double DevianceInDataUnits(double deviance) const;
  EtsData Data(const EtsForm& form) const;

 private:
  double AdditiveObjective(const EtsForm& form, std::span<const double> x, std::span<double> gradient);
  double FullObjective(const EtsForm& form, std::span<const double> x, std::span<double> gradient);
  std::vector<double> StartingHessian(const EtsForm& form, const EtsBox& box, const EtsState& state);

  double unit_ = 1;
  double offset_ = 0;
  bool positive_ = false;
  std::vector<double> scaled_;   // y / unit
  std::vector<double> shifted_;  // y / unit - offset
  EtsTape tape_;
  EtsGradient gradient_;
};

// An additive season sums to 0 and a multiplicative one to its period: moves the rest into level (and growth).
void NormalizeSeason(const EtsForm& form, EtsState& state);

}  // namespace fitd
