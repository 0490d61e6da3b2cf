#include "common/models/ces/filter.h"

#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// One complex smoother; see Smoother in recursion.cpp, whose operations these are.
class Smoothing {
 public:
  Smoothing(double alpha0, double alpha1)
      : keep_level_(1.0 - alpha1),
        keep_potential_(1.0 - alpha0),
        gain_level_(alpha0 - alpha1),
        gain_potential_(alpha0 + alpha1) {}

  void Step(double error, double& level, double& potential) const {
    const double before = level;
    level = MovedState(level - keep_level_ * potential + gain_level_ * error, level);
    potential = MovedState(before + keep_potential_ * potential + gain_potential_ * error, potential);
  }

 private:
  double keep_level_, keep_potential_, gain_level_, gain_potential_;
};

class CesFilterer final : public ModelFilter {
 public:
  CesFilterer(const Model& model, CesForm form, const CesParameters& p, const CesStates& states)
      : ModelFilter(model),
        form_(form),
        smoothing_(p[0], p[1]),
        seasonal_(form == CesForm::kFull ? Smoothing(p[2], p[3]) : smoothing_),
        beta_(p[2]),
        sigma_(model.Parameter("sigma")),
        level_(states.level),
        potential_(states.potential),
        season_(states.season),
        season_potential_(states.season_potential) {}

  double Expect() const override { return ToFinite(level_ + (season_.empty() ? 0.0 : season_.now())); }
  double DeviationOfFit() const override { return sigma_; }

 private:
  void Update(double y) override {
    const double error = y - (level_ + (season_.empty() ? 0.0 : season_.now()));
    if (form_ != CesForm::kSimple) smoothing_.Step(error, level_, potential_);
    if (form_ == CesForm::kPartial) season_.now() = MovedState(season_.now() + beta_ * error, season_.now());
    if (!season_potential_.empty()) {
      seasonal_.Step(error, season_.now(), season_potential_.now());
      season_potential_.Step();
    }
    if (!season_.empty()) season_.Step();
  }
  void PutStates(Model& model) const override {
    if (form_ != CesForm::kSimple) ReplaceState(model, "complex", {level_, potential_});
    if (!season_.empty()) ReplaceState(model, "season", season_.FromNext());
    if (!season_potential_.empty()) ReplaceState(model, "season_potential", season_potential_.FromNext());
  }

  CesForm form_;
  Smoothing smoothing_;
  Smoothing seasonal_;
  double beta_;
  double sigma_;
  double level_;
  double potential_;
  SeasonRing season_;
  SeasonRing season_potential_;
};

}  // namespace

std::unique_ptr<ModelFilter> ResumeCesFrom(const Model& model, CesForm form, std::size_t season,
                                           const CesParameters& parameters) {
  CesStates states;
  if (form != CesForm::kSimple) {
    const std::vector<double>* complex = model.State("complex");
    if (complex == nullptr || complex->size() != 2) return nullptr;
    states.level = (*complex)[0];
    states.potential = (*complex)[1];
  }
  if (form != CesForm::kNone) {
    const std::vector<double>* values = model.State("season");
    if (values == nullptr || values->empty() || values->size() != season) return nullptr;
    states.season = *values;
  }
  if (form == CesForm::kSimple || form == CesForm::kFull) {
    const std::vector<double>* values = model.State("season_potential");
    if (values == nullptr || values->size() != season) return nullptr;
    states.season_potential = *values;
  }
  return std::make_unique<CesFilterer>(model, form, parameters, states);
}

}  // namespace fitd
