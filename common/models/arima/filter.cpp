#include "common/models/arima/filter.h"

#include <algorithm>
#include <cmath>

#include "common/models/arima/forecast.h"
#include "common/models/arima/likelihood.h"
#include "common/models/numeric/scaling.h"

namespace fitd::arima {
namespace {

constexpr double kVanishing = 1e-10;  // as in kernel.cpp

// A weight on a value some steps back.
struct LagWeight {
  std::size_t lag = 0;
  double weight = 0;
};

struct Structure {
  ArimaOrder order;
  Coefficients coefficients;
  double constant = 0;  // of the differenced series
  std::size_t states = 0;
};

class ArimaFilter final : public ModelFilter {
 public:
  ArimaFilter(const Model& model, const Structure& structure, const std::vector<double>& recent,
              const std::vector<double>& process, const std::vector<double>& gain, double deviation)
      : ModelFilter(model), constant_(structure.constant), deviation_(deviation), recent_(recent) {
    const std::vector<double> integration = IntegrationWeights(structure.order);
    for (std::size_t i = 0; i < integration.size(); ++i) {
      if (integration[i] != 0) integration_.push_back({i + 1, integration[i]});
    }
    LagPolynomials polynomials;
    Expand(structure.order, structure.coefficients, &polynomials);
    const std::size_t r = structure.states;
    phi_ = polynomials.phi;
    phi_.resize(r, 0.0);
    steady_ = phi_;
    for (std::size_t i = 0; i < polynomials.theta.size(); ++i) steady_[i] += polynomials.theta[i];
    state_ = process;
    state_.resize(r + 1, 0.0);  // one zero beyond the end
    if (gain.size() == 2 * r + 1 && r > 0) {
      variance_ = gain[0];
      b_.assign(gain.begin() + 1, gain.begin() + 1 + static_cast<std::ptrdiff_t>(r));
      l_.assign(gain.begin() + 1 + static_cast<std::ptrdiff_t>(r), gain.end());
      l_.push_back(0.0);
      settled_ = false;
    }
  }

  double Expect() const override { return ToFinite(ExpectDifference() + Past()); }
  double DeviationOfFit() const override { return ToFinite(deviation_ * std::sqrt(variance_)); }

 private:
  double ExpectDifference() const { return constant_ + state_[0]; }
  // What the values before contribute to the next: the integration's part.
  double Past() const {
    double sum = 0;
    for (const LagWeight& w : integration_) sum += w.weight * recent_.ago(w.lag);
    return sum;
  }
  void Update(double y) override {
    const double v = (y - Past()) - ExpectDifference();
    if (!recent_.empty()) {
      recent_.now() = y;
      recent_.Step();
    }
    if (state_.size() > 1) {
      const double head = state_[0];
      const double scaled = v / variance_;
      const std::vector<double>& b = settled_ ? steady_ : b_;
      for (std::size_t i = 0; i < phi_.size(); ++i) {
        state_[i] = MovedState(state_[i + 1] + phi_[i] * head + b[i] * scaled, state_[i]);
      }
    }
    if (!settled_) AdvanceGain();
  }
  void AdvanceGain() {
    const double l0 = l_[0];
    const double c = l0 / variance_;
    for (std::size_t i = 0; i < phi_.size(); ++i) {
      const double u = l_[i + 1] + phi_[i] * l0;
      const double b = b_[i];
      b_[i] = b - c * u;
      l_[i] = u - c * b;
    }
    variance_ -= c * l0;
    const std::uint64_t steps = num_observations() + 1 - recent_.size();
    settled_ = steps >= ExactLikelihood::kTransientCap || !(variance_ > 0) ||
               GainHasConverged(variance_, std::span(l_).first(phi_.size()));
    if (settled_) variance_ = 1;
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "recent", recent_.empty() ? std::vector<double>() : recent_.FromNext());
    ReplaceState(model, "process", {state_.begin(), state_.end() - 1});
    ReplaceState(model, "gain",
                 settled_ ? std::vector<double>{1.0} : PackGain(variance_, b_, std::span(l_).first(phi_.size())));
  }

  double constant_;
  double deviation_;
  std::vector<LagWeight> integration_;
  SeasonRing recent_;
  std::vector<double> phi_;     // r values, zeros beyond p
  std::vector<double> steady_;  // the gain in the limit: phi + theta
  std::vector<double> state_;   // r values and a zero
  bool settled_ = true;
  double variance_ = 1;
  std::vector<double> b_, l_;  // while not settled; l_ with a zero beyond the end
};

}  // namespace

bool GainHasConverged(double variance, std::span<const double> l) {
  return std::all_of(l.begin(), l.end(), [&](double v) { return std::fabs(v) < kVanishing * variance; });
}

std::vector<double> PackGain(double variance, std::span<const double> b, std::span<const double> l) {
  if (GainHasConverged(variance, l)) return {1.0};
  std::vector<double> gain = {variance};
  gain.insert(gain.end(), b.begin(), b.end());
  gain.insert(gain.end(), l.begin(), l.end());
  return gain;
}

std::unique_ptr<ModelFilter> ResumeArima(const Model& model) {
  Structure structure;
  const std::vector<double>* recent = model.State("recent");
  const std::vector<double>* process = model.State("process");
  const std::vector<double>* gain = model.State("gain");
  const std::vector<double>* deviation = model.State("innovation_sd");
  if (recent == nullptr || process == nullptr || gain == nullptr || deviation == nullptr || deviation->size() != 1 ||
      !ReadModel(model, &structure.order, &structure.coefficients)) {
    return nullptr;
  }
  const ArimaOrder& o = structure.order;
  const auto m = static_cast<std::size_t>(o.m);
  structure.states = std::max(static_cast<std::size_t>(o.p) + static_cast<std::size_t>(o.P) * m,
                              static_cast<std::size_t>(o.q) + static_cast<std::size_t>(o.Q) * m);
  const std::size_t r = structure.states;
  if (recent->size() != static_cast<std::size_t>(o.d) + static_cast<std::size_t>(o.D) * m || process->size() != r ||
      (gain->size() != 1 && gain->size() != 2 * r + 1) || model.num_observations < recent->size()) {
    return nullptr;
  }
  if (o.constant) {
    structure.constant = o.d + o.D == 0 ? model.Parameter("mean") : model.Parameter("drift");
    if (o.D == 1) structure.constant *= o.m;
  }
  return std::make_unique<ArimaFilter>(model, structure, *recent, *process, *gain, deviation->front());
}

}  // namespace fitd::arima
