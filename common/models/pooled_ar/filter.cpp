#include "common/models/pooled_ar/filter.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/scaling.h"
#include "common/models/pooled_ar/series.h"

namespace fitd {
namespace {

constexpr double kSmallestShare = 1e-6;  // of the unit: what stands for values without a logarithm, or beyond its range

class PooledArFilter final : public ModelFilter {
 public:
  PooledArFilter(const Model& model, const PooledArCoefficients& coefficients, PooledState state, int season,
                 const std::vector<double>& seasonal)
      : ModelFilter(model),
        coefficients_(coefficients),
        state_(std::move(state)),
        seasonal_(seasonal),
        log_(model.Parameter("log") != 0),
        unit_(model.Parameter("unit")),
        features_(PooledState::NumFeatures(season)) {}

  double Expect() const override {
    const double z = ExpectTransformed() + seasonal_.now();
    return ToFinite(unit_ * (log_ ? Exp(std::clamp(z, -kLargestLog, kLargestLog)) : z));
  }
  double StandardDeviation() const override {
    const double deviation = coefficients_.sigma[0] * state_.scale() * unit_;
    return ToFinite(log_ ? deviation * std::fabs(Expect() / unit_) : deviation);
  }

 private:
  // The step that PredictPooledAr takes first, season not put back.
  double ExpectTransformed() const {
    const double scale = state_.scale();
    if (!(scale > 0)) return state_.last();
    state_.Features(features_);
    double change = 0;
    for (std::size_t i = 0; i < features_.size(); ++i) change += coefficients_.weights[i] * features_[i];
    return MovedState(state_.last() + change * scale, state_.last());
  }
  void Update(double y) override {
    const double relative = y / unit_;
    const double z = log_ ? Log(std::max(relative, kSmallestShare)) : relative;
    state_.Update(z - seasonal_.now());
    seasonal_.Step();
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "recursion", state_.Pack());
    ReplaceState(model, "seasonal", seasonal_.FromNext());
  }

  const PooledArCoefficients& coefficients_;
  PooledState state_;
  SeasonRing seasonal_;
  bool log_;
  double unit_;
  mutable std::vector<double> features_;  // work memory of Expect
};

}  // namespace

std::unique_ptr<ModelFilter> ResumePooledAr(const Model& model, const PooledArGlobal& global) {
  const std::vector<double>* recursion = model.State("recursion");
  const std::vector<double>* seasonal = model.State("seasonal");
  if (recursion == nullptr || seasonal == nullptr || seasonal->size() != static_cast<std::size_t>(global.season)) {
    return nullptr;
  }
  std::optional<PooledState> state = PooledState::Unpack(global.season, *recursion);
  const PooledArCoefficients& coefficients = model.Parameter("held_out") != 0 ? global.held_out : global.all;
  const std::size_t features = PooledState::NumFeatures(global.season);
  if (!state || !(model.Parameter("unit") > 0) || coefficients.weights.size() < features ||
      coefficients.sigma.empty()) {
    return nullptr;
  }
  return std::make_unique<PooledArFilter>(model, coefficients, *std::move(state), global.season, *seasonal);
}

Result<Model> AdvancePooledAr(const Model& model, const PooledArGlobal& global, std::span<const double> values,
                              std::vector<Innovation>* innovations) {
  const std::unique_ptr<ModelFilter> filter = ResumePooledAr(model, global);
  if (filter == nullptr) {
    return Status(StatusCode::kInvalidInput,
                  "the model pooled-ar has no state to go on from, or not the coefficients it was fitted with; train "
                  "again");
  }
  Follow(*filter, values, innovations);
  return filter->Finish();
}

}  // namespace fitd
