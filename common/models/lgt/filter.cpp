#include "common/models/lgt/filter.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/scaling.h"
#include "common/models/numeric/vectors.h"

namespace fitd {
namespace {

class LgtFilter final : public ModelFilter {
 public:
  LgtFilter(const Model& model, LgtMixture mixture)
      : ModelFilter(model), mixture_(std::move(mixture)), sigma_(model.Parameter("sigma")) {}

  double Expect() const override { return ToFinite(LgtExpect(mixture_), mixture_.levels.back()); }
  double DeviationOfFit() const override { return ToFinite(sigma_ * LgtNextErrorUnit(mixture_), 0); }

 private:
  void Update(double y) override { LgtMove(mixture_, y); }
  void PutStates(Model& model) const override {
    ReplaceState(model, "levels", mixture_.levels);
    ReplaceState(model, "slopes", mixture_.slopes);
  }

  LgtMixture mixture_;
  double sigma_;
};

// Empty: there is no such state of finite values.
std::vector<double> StateOf(const Model& model, std::string_view name) {
  const std::vector<double>* values = model.State(name);
  return values != nullptr && AllFinite(*values) ? *values : std::vector<double>();
}

}  // namespace

void PutLgt(const LgtMixture& mixture, Model& model) {
  model.parameters.push_back({"unit", mixture.unit});
  model.parameters.push_back({"growing", mixture.growing ? 1.0 : 0.0});
  NamedVector components{"components", {}};
  for (const LgtComponent& c : mixture.components) {
    components.values.insert(components.values.end(), {c.weight, c.local});
    components.values.insert(components.values.end(), c.growth.begin(), c.growth.end());
  }
  for (NamedVector& state : std::vector<NamedVector>{{"levels", mixture.levels},
                                                     {"slopes", mixture.slopes},
                                                     {"level_rates", mixture.level_rates},
                                                     {"slope_rates", mixture.slope_rates}}) {
    model.states.push_back(std::move(state));
  }
  model.states.push_back(std::move(components));
}

std::optional<LgtMixture> LgtOf(const Model& model) {
  LgtMixture mixture;
  mixture.level_rates = StateOf(model, "level_rates");
  mixture.slope_rates = StateOf(model, "slope_rates");
  mixture.levels = StateOf(model, "levels");
  mixture.slopes = StateOf(model, "slopes");
  mixture.unit = model.Parameter("unit");
  mixture.growing = model.Parameter("growing") != 0;
  const std::vector<double> components = StateOf(model, "components");
  const std::size_t pairs = mixture.level_rates.size() * mixture.slope_rates.size();
  const bool fits = pairs > 0 && mixture.levels.size() == mixture.level_rates.size() &&
                    mixture.slopes.size() == pairs && components.size() == pairs * kLgtNumbers && mixture.unit > 0 &&
                    std::isfinite(mixture.unit);
  if (!fits) return std::nullopt;
  for (std::size_t i = 0; i < pairs; ++i) {
    LgtComponent& c = mixture.components.emplace_back();
    const double* numbers = components.data() + i * kLgtNumbers;
    c.weight = numbers[0];
    c.local = numbers[1];
    std::copy_n(numbers + 2, kLgtPowers, c.growth.begin());
  }
  return mixture;
}

std::unique_ptr<ModelFilter> ResumeLgtFrom(const Model& model) {
  std::optional<LgtMixture> mixture = LgtOf(model);
  if (!mixture) return nullptr;
  return std::make_unique<LgtFilter>(model, *std::move(mixture));
}

}  // namespace fitd
