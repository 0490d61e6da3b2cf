#include "common/models/pooled_ar/filter.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/scaling.h"
#include "common/models/pooled_ar/own_errors.h"
#include "common/models/pooled_ar/series.h"
#include "common/models/pooled_ar/windows.h"

namespace fitd {
namespace {

constexpr double kSmallestShare = 1e-6;  // of the unit: what stands for values without a logarithm, or beyond its range

// The long window of a target, if its model has one; `weights` empty: not.
struct LongWindow {
  std::span<const double> weights;
  std::vector<double> z;  // newest last
  double sigma = 0;
  double limit = 0;
};

class PooledArFilter final : public ModelFilter {
 public:
  PooledArFilter(const Model& model, const PooledArCoefficients& coefficients, PooledState state, int season,
                 const std::vector<double>& seasonal, LongWindow window)
      : ModelFilter(model),
        coefficients_(coefficients),
        state_(std::move(state)),
        window_(std::move(window)),
        seasonal_(seasonal),
        log_(model.Parameter("log") != 0),
        unit_(model.Parameter("unit")),
        own_(pooled_ar::OwnRatiosOf(model).empty() ? 1 : pooled_ar::OwnRatiosOf(model)[0]),
        features_(PooledState::NumFeatures(season)) {}

  double Expect() const override {
    const double z = window_.weights.empty() ? ExpectTransformed() + seasonal_.now()
                                             : pooled_ar::WindowStep(window_.weights, window_.z);
    return ToFinite(unit_ * (log_ ? Exp(std::clamp(z, -kLargestLog, kLargestLog)) : z));
  }
  double DeviationOfFit() const override {
    const double of_all = coefficients_.sigma[0] * state_.scale();
    const double own = std::sqrt(pooled_ar::OwnVariance(of_all * of_all, own_));
    const double deviation = unit_ * (window_.weights.empty() ? own : window_.sigma);
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
    if (!window_.weights.empty()) {
      const double next = pooled_ar::CleanNext(window_.z, z, static_cast<int>(seasonal_.size()), window_.limit);
      std::shift_left(window_.z.begin(), window_.z.end(), 1);
      window_.z.back() = next;
    }
    seasonal_.Step();
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "recursion", state_.Pack());
    ReplaceState(model, "seasonal", seasonal_.FromNext());
    if (!window_.weights.empty()) ReplaceState(model, "window", window_.z);
  }

  const PooledArCoefficients& coefficients_;
  PooledState state_;
  LongWindow window_;
  SeasonRing seasonal_;
  bool log_;
  double unit_;
  double own_;                            // the target's variance one step ahead over that of all
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
  LongWindow window;
  if (const std::vector<double>* z = model.State("window"); z != nullptr) {
    const pooled_ar::WindowWeights* learned = pooled_ar::WindowOfSize(coefficients.long_windows, z->size());
    if (learned == nullptr) return nullptr;
    window = {learned->weights, *z, model.Parameter("window_sigma"), model.Parameter("window_limit")};
  }
  return std::make_unique<PooledArFilter>(model, coefficients, *std::move(state), global.season, *seasonal,
                                          std::move(window));
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
