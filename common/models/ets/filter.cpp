#include "common/models/ets/filter.h"

#include <cmath>

#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

class EtsFilter final : public ModelFilter {
 public:
  EtsFilter(const Model& model, const EtsOrigin& origin)
      : ModelFilter(model),
        form_(origin.form),
        p_(origin.smoothing),
        sigma_(origin.sigma),
        level_(origin.state.level),
        growth_(origin.form.has_trend() ? origin.state.growth : 0) {
    const auto begin = origin.state.season.begin();
    if (form_.has_season()) season_ = SeasonRing(std::vector<double>(begin, begin + form_.period));
  }

  double Expect() const override {
    const double q = level_ + p_.phi * growth_;
    if (form_.season == EtsSeason::kAdditive) return ToFinite(q + season_.now());
    if (form_.season == EtsSeason::kMultiplicative) return ToFinite(q * season_.now());
    return ToFinite(q);
  }
  double DeviationOfFit() const override {
    return form_.error == EtsError::kAdditive ? sigma_ : ToFinite(sigma_ * std::fabs(Expect()));
  }

 private:
  void Update(double y) override {
    const double damped = p_.phi * growth_;
    const double q = level_ + damped;
    double u = y - q;
    if (form_.season == EtsSeason::kAdditive) {
      const double s = season_.now();
      u -= s;
      season_.now() = MovedState(s + p_.gamma * u, s);
    } else if (form_.season == EtsSeason::kMultiplicative) {
      const double s = season_.now();
      if (s != 0) u = y / s - q;
      if (q != 0) season_.now() = MovedState(s + p_.gamma * (y / q - s), s);
    }
    level_ = MovedState(q + p_.alpha * u, level_);
    if (form_.has_trend()) growth_ = MovedState(damped + p_.beta * u, growth_);
    if (form_.has_season()) season_.Step();
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "level", {level_});
    if (form_.has_trend()) ReplaceState(model, "trend", {growth_});
    if (form_.has_season()) ReplaceState(model, "seasonal", season_.FromNext());
  }

  EtsForm form_;
  EtsSmoothing p_;
  double sigma_;
  double level_;
  double growth_;
  SeasonRing season_;
};

}  // namespace

std::unique_ptr<ModelFilter> ResumeEtsFrom(const Model& model, const EtsOrigin& origin) {
  return std::make_unique<EtsFilter>(model, origin);
}

}  // namespace fitd
