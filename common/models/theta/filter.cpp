#include "common/models/theta/filter.h"

#include <cmath>
#include <string>

#include "common/models/numeric/scaling.h"
#include "common/models/theta/recursion.h"

namespace fitd {
namespace {

struct Season {
  std::string state;
  bool multiplicative = false;
  SeasonRing indices;
};

class ThetaFilter final : public ModelFilter {
 public:
  ThetaFilter(const Model& model, bool dynamic, std::vector<Season> seasons, const std::vector<double>& line)
      : ModelFilter(model),
        dynamic_(dynamic),
        alpha_(model.Parameter("alpha")),
        decay_(1 - alpha_),
        weight_(1 - 1 / model.Parameter("theta")),
        sigma_(model.Parameter("sigma")),
        state_{.level = line[0], .centre = line[1], .slope = line[2]},
        seasons_(std::move(seasons)) {
    SetPower(model.num_observations);
  }

  double Expect() const override {
    double mean = ExpectAdjusted();
    for (auto season = seasons_.rbegin(); season != seasons_.rend(); ++season) {
      mean = season->multiplicative ? mean * season->indices.now() : mean + season->indices.now();
    }
    return ToFinite(mean);
  }
  double DeviationOfFit() const override {
    double deviation = sigma_;
    for (const Season& season : seasons_) {
      if (season.multiplicative) deviation *= season.indices.now();
    }
    return ToFinite(deviation);
  }

 private:
  // (1 - alpha)^n as a function of n alone, whichever way n was reached. Once it has vanished it stays so.
  void SetPower(std::uint64_t n) {
    constexpr double kNegligible = 1e-200;
    power_ = Power(decay_, n);
    if (!(power_ > kNegligible)) power_ = 0;
  }
  double ExpectAdjusted() const {
    const double s = static_cast<double>(num_observations());
    const double growth = (1 - power_ * decay_) / alpha_ - (dynamic_ ? 0.5 * power_ * (s + 1) : 0);
    return MovedState(state_.level + weight_ * (power_ * state_.centre + growth * state_.slope), state_.level);
  }
  void Update(double y) override {
    double x = y;
    for (Season& season : seasons_) {
      x = season.multiplicative ? x / season.indices.now() : x - season.indices.now();
      season.indices.Step();
    }
    state_.level = MovedState(state_.level + alpha_ * (x - state_.level), state_.level);
    if (dynamic_) {  // least squares on time with one more value: StaticLine of recursion.h, step by step
      const double s = static_cast<double>(num_observations());
      const double t = s + 1;
      const double apart = x - state_.centre;
      state_.slope = MovedState((t - 2) / (t + 1) * state_.slope + 6 / (t * (t + 1)) * apart, state_.slope);
      state_.centre = MovedState(state_.centre + apart / t, state_.centre);
    }
    if (power_ != 0) SetPower(num_observations() + 1);
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "line", {state_.level, state_.centre, state_.slope});
    for (const Season& season : seasons_) ReplaceState(model, season.state, season.indices.FromNext());
  }

  bool dynamic_;
  double alpha_;
  double decay_;
  double weight_;
  double sigma_;
  ThetaState state_;
  double power_ = 0;
  std::vector<Season> seasons_;
};

}  // namespace

std::unique_ptr<ModelFilter> ResumeThetaFrom(const Model& model, bool dynamic,
                                             const std::vector<ThetaSeason>& seasons) {
  const std::vector<double>* line = model.State("line");
  if (line == nullptr || line->size() != 3 || model.num_observations == 0) return nullptr;
  std::vector<Season> rings;
  for (const ThetaSeason& season : seasons) {
    if (season.indices.empty()) return nullptr;
    rings.push_back({std::string(season.state), season.multiplicative, SeasonRing(season.indices)});
  }
  return std::make_unique<ThetaFilter>(model, dynamic, std::move(rings), *line);
}

}  // namespace fitd
