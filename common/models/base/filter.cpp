#include "common/models/base/filter.h"

#include <cmath>
#include <string>

#include "common/models/numeric/scaling.h"

namespace fitd {

std::unique_ptr<ModelFilter> Algorithm::Resume(const Model&) const {
  return nullptr;
}

double ModelFilter::StandardDeviation() const {
  return level_size_ == 1 ? DeviationOfFit() : ToFinite(level_size_ * DeviationOfFit());
}

void ModelFilter::Observe(double y) {
  if (volatility_) {
    const double size = std::fabs(y - Expect()) / StandardDeviation();
    volatility_->Observe(std::isfinite(size) ? std::optional<double>(size) : std::nullopt);
  }
  if (size_cycle_) size_cycle_->Step();
  std::isfinite(y) ? Update(y) : Skip();
  ++num_observations_;
}

Model ModelFilter::Finish() const {
  Model moved = model_;
  moved.num_observations = num_observations_;
  PutStates(moved);
  if (size_cycle_) ReplaceState(moved, kSizeCycleState, PackSizeCycle(*size_cycle_));
  if (volatility_) ReplaceState(moved, kVolatilityState, PackVolatility(*volatility_));
  return moved;
}

std::vector<double> SeasonRing::FromNext() const {
  std::vector<double> values(values_.begin() + static_cast<std::ptrdiff_t>(at_), values_.end());
  values.insert(values.end(), values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(at_));
  return values;
}

void ReplaceState(Model& model, std::string_view name, std::vector<double> values) {
  for (NamedVector& state : model.states) {
    if (state.name != name) continue;
    state.values = std::move(values);
    return;
  }
}

double MovedState(double next, double before) {
  return std::isnan(next) ? before : ToFinite(next);
}

void Follow(ModelFilter& filter, std::span<const double> values, std::vector<Innovation>* innovations) {
  for (const double y : values) {
    if (innovations != nullptr) innovations->push_back({filter.Expect(), filter.StandardDeviation()});
    filter.Observe(y);
  }
}

Result<Model> Advance(const Algorithm& algorithm, const Model& model, std::span<const double> values,
                      std::vector<Innovation>* innovations) {
  const std::unique_ptr<ModelFilter> filter = algorithm.Resume(model);
  if (filter == nullptr) {
    return Status(StatusCode::kInvalidInput, "the model " + std::string(algorithm.name()) + " " + model.spec +
                                                 " has no state to go on from; train again");
  }
  Follow(*filter, values, innovations);
  return filter->Finish();
}

}  // namespace fitd
