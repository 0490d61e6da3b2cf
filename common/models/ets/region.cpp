#include "common/models/ets/region.h"

#include <algorithm>
#include <cmath>

namespace fitd {

EtsSmoothing FromBox(const EtsForm& form, const EtsBox& box) {
  EtsSmoothing s;
  s.alpha = box[0];
  if (form.has_trend()) s.beta = kEtsLowest + (s.alpha - kEtsLowest) * box[1];
  if (form.has_season()) s.gamma = kEtsLowest + (1 - s.alpha - kEtsLowest) * box[2];
  if (form.trend == EtsTrend::kDamped) s.phi = box[3];
  return s;
}

EtsBox ToBox(const EtsForm& form, const EtsSmoothing& smoothing) {
  EtsBox box{};
  const auto place = [](double v, double lo, double hi) {
    return hi > lo ? std::clamp((v - lo) / (hi - lo), 0.0, 1.0) : 0.0;
  };
  box[0] = std::clamp(smoothing.alpha, kEtsLowest, kEtsHighest);
  if (form.has_trend()) box[1] = place(smoothing.beta, kEtsLowest, box[0]);
  if (form.has_season()) box[2] = place(smoothing.gamma, kEtsLowest, 1 - box[0]);
  box[3] = form.trend == EtsTrend::kDamped ? std::clamp(smoothing.phi, kEtsPhiLowest, kEtsPhiHighest) : 1.0;
  return box;
}

void GradientToBox(const EtsForm& form, const EtsBox& box, std::array<double, 4>& gradient) {
  auto& [alpha, beta, gamma, phi] = gradient;
  if (form.has_trend()) {
    alpha += box[1] * beta;
    beta *= box[0] - kEtsLowest;
  } else {
    beta = 0;
  }
  if (form.has_season()) {
    alpha -= box[2] * gamma;
    gamma *= 1 - box[0] - kEtsLowest;
  } else {
    gamma = 0;
  }
  if (form.trend != EtsTrend::kDamped) phi = 0;
}

void BoxBounds(const EtsForm& form, EtsBox& lower, EtsBox& upper) {
  lower = {kEtsLowest, 0, 0, 1};
  upper = {kEtsHighest, 0, 0, 1};
  if (form.has_trend()) upper[1] = 1;
  if (form.has_season()) upper[2] = 1;
  if (form.trend == EtsTrend::kDamped) {
    lower[3] = kEtsPhiLowest;
    upper[3] = kEtsPhiHighest;
  }
}

bool IsAdmissible(const EtsForm& form, const EtsSmoothing& s) {
  if (!form.has_season() || !form.has_trend()) return true;
  std::array<double, kEtsMaxPeriod + 2> c;  // descending powers, c[0] = 1
  const int degree = form.period + 1;
  const double effect = s.alpha + s.phi * s.beta;  // of an error on the next forecast, less the season's
  const double middle = effect - s.alpha * s.phi;
  std::fill(c.begin(), c.begin() + degree, middle);
  c[0] = 1;
  c[1] = effect - s.phi;
  c[static_cast<std::size_t>(degree) - 1] = middle + s.gamma - 1;
  c[static_cast<std::size_t>(degree)] = s.phi * (1 - s.alpha - s.gamma);
  for (std::size_t last = static_cast<std::size_t>(degree); last > 0; --last) {
    const double k = c[last];
    if (!(std::fabs(k) < 1)) return false;
    const double scale = 1 / (1 - k * k);
    for (std::size_t i = 1, j = last - 1; i <= j; ++i, --j) {
      const double a = c[i];
      const double b = c[j];
      c[i] = (a - k * b) * scale;
      c[j] = (b - k * a) * scale;
    }
  }
  return true;
}

}  // namespace fitd
