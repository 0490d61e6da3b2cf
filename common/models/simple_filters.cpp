#include "common/models/simple_filters.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

class LastFilter final : public ModelFilter {
 public:
  LastFilter(const Model& model, std::string_view state, std::vector<double> last)
      : ModelFilter(model),
        state_(state),
        last_(std::move(last)),
        sigma_(model.Parameter("sigma")),
        lowest_(model.Parameter(kLowestValue)) {}

  double Expect() const override { return last_.now(); }
  double DeviationOfFit() const override { return sigma_; }

 private:
  void Update(double y) override {
    if (!std::isnan(lowest_)) Learn(y);
    last_.now() = y;
    last_.Step();
  }
  // Of a missing value nothing is learned.
  void Skip() override { last_.Step(); }
  // As if the model had been fitted to this value too.
  void Learn(double y) {
    lowest_ = std::min(lowest_, y);
    if (num_observations() < last_.size()) return;
    const double errors = static_cast<double>(num_observations() - last_.size());
    const double before = errors == 0 ? 0 : sigma_ * std::sqrt(errors / (errors + 1));
    sigma_ = ToFinite(std::hypot(before, (y - last_.now()) / std::sqrt(errors + 1)));
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, state_, last_.FromNext());
    for (auto& [name, value] : model.parameters) {
      if (name == "sigma") value = sigma_;
      if (name == kLowestValue) value = lowest_;
    }
  }

  std::string_view state_;
  SeasonRing last_;
  double sigma_;
  double lowest_;  // NaN: of a model that was chosen, whose deviation is that of its fit
};

class MeanFilter final : public ModelFilter {
 public:
  MeanFilter(const Model& model, double level) : ModelFilter(model), level_(level), sigma_(model.Parameter("sigma")) {}

  double Expect() const override { return level_; }
  double DeviationOfFit() const override {
    return ToFinite(sigma_ * std::sqrt(1 + 1 / static_cast<double>(num_observations())));
  }

 private:
  void Update(double y) override {
    const double count = static_cast<double>(num_observations() + 1);
    level_ = MovedState(level_ + (y / count - level_ / count), level_);  // a difference might overflow
  }
  void PutStates(Model& model) const override { ReplaceState(model, "level", {level_}); }

  double level_;
  double sigma_;
};

}  // namespace

std::unique_ptr<ModelFilter> ResumeLast(const Model& model) {
  for (const std::string_view name : {"season", "level"}) {
    const std::vector<double>* last = model.State(name);
    if (last != nullptr && !last->empty()) return std::make_unique<LastFilter>(model, name, *last);
  }
  return nullptr;
}

std::unique_ptr<ModelFilter> ResumeMean(const Model& model) {
  const std::vector<double>* level = model.State("level");
  if (level == nullptr || level->size() != 1 || model.num_observations == 0) return nullptr;
  return std::make_unique<MeanFilter>(model, level->front());
}

}  // namespace fitd
