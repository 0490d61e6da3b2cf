#include "common/models/arima/polynomial.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fitd::arima {
namespace {

// One factor's place among the coefficients: `sign` is +1 for autoregressive ones, -1 for moving averages (whose
// polynomial has the opposite sign), `step` the power of B its argument has.
struct Factor {
  int first;
  int length;
  double sign;
  int step;
};

std::array<Factor, 4> FactorsOf(const ArimaOrder& o) {
  return {{{0, o.p, 1.0, 1}, {o.p, o.q, -1.0, 1}, {o.p + o.q, o.P, 1.0, o.m}, {o.p + o.q + o.P, o.Q, -1.0, o.m}}};
}

double Power(double base, int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= base;
  return power;
}

// Durbin-Levinson with unit radius; rows of `derivative` follow `image` when it is not null.
void ImageOfPartials(const double* partial, int length, double* image,
                     std::array<std::array<double, kMaxNonseasonal>, kMaxNonseasonal>* derivative) {
  std::array<double, kMaxNonseasonal> before{};
  for (int k = 0; k < length; ++k) {
    const double r = partial[k];
    std::copy_n(image, k, before.begin());
    for (int i = 0; i < k; ++i) image[i] = before[i] - r * before[k - 1 - i];
    image[k] = r;
    if (derivative == nullptr) continue;
    auto& rows = *derivative;
    for (int column = 0; column < k; ++column) {
      std::array<double, kMaxNonseasonal> old{};
      for (int i = 0; i < k; ++i) old[i] = rows[i][column];
      for (int i = 0; i < k; ++i) rows[i][column] = old[i] - r * old[k - 1 - i];
      rows[k][column] = 0;
    }
    for (int i = 0; i < k; ++i) rows[i][k] = -before[k - 1 - i];
    rows[k][k] = 1;
  }
}

bool TakeInt(std::string_view* text, char before, int* out) {
  if (text->empty() || text->front() != before) return false;
  text->remove_prefix(1);
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *out);
  if (error != std::errc() || *out < 0) return false;
  text->remove_prefix(static_cast<std::size_t>(end - text->data()));
  return true;
}

bool Take(std::string_view* text, std::string_view word) {
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  return true;
}

void ExpandOne(std::span<const double> inner, std::span<const double> seasonal, int m, double cross_sign,
               std::vector<double>* out, std::vector<int>* lags) {
  const std::size_t length = inner.size() + seasonal.size() * static_cast<std::size_t>(m);
  out->assign(length, 0.0);
  lags->clear();
  for (std::size_t i = 0; i < inner.size(); ++i) {
    (*out)[i] += inner[i];
    lags->push_back(static_cast<int>(i) + 1);
  }
  for (std::size_t j = 0; j < seasonal.size(); ++j) {
    const std::size_t base = (j + 1) * static_cast<std::size_t>(m);
    (*out)[base - 1] += seasonal[j];
    lags->push_back(static_cast<int>(base));
    for (std::size_t i = 0; i < inner.size(); ++i) {
      (*out)[base + i] += cross_sign * inner[i] * seasonal[j];
      lags->push_back(static_cast<int>(base + i) + 1);
    }
  }
  if (inner.size() < static_cast<std::size_t>(m)) return;  // already ascending and without repetition
  std::sort(lags->begin(), lags->end());
  lags->erase(std::unique(lags->begin(), lags->end()), lags->end());
}

void ContractOne(std::span<const double> inner, std::span<const double> seasonal, int m, double cross_sign,
                 std::span<const double> gradient, double* inner_out, double* seasonal_out) {
  for (std::size_t i = 0; i < inner.size(); ++i) inner_out[i] = gradient[i];
  for (std::size_t j = 0; j < seasonal.size(); ++j) {
    const std::size_t base = (j + 1) * static_cast<std::size_t>(m);
    double sum = gradient[base - 1];
    for (std::size_t i = 0; i < inner.size(); ++i) {
      sum += cross_sign * inner[i] * gradient[base + i];
      inner_out[i] += cross_sign * seasonal[j] * gradient[base + i];
    }
    seasonal_out[j] = sum;
  }
}

}  // namespace

std::string SpecOf(const ArimaOrder& o) {
  std::string out;
  const auto append = [&out](std::string_view before, int number) {
    out.append(before);
    out.append(std::to_string(number));
  };
  append("(", o.p);
  append(",", o.d);
  append(",", o.q);
  if (o.m > 1) {
    append(")(", o.P);
    append(",", o.D);
    append(",", o.Q);
    append(")[", o.m);
    out.append("]");
  } else {
    out.append(")");
  }
  if (o.constant) out.append(o.d + o.D == 0 ? " mean" : " drift");
  return out;
}

std::optional<ArimaOrder> ParseSpec(std::string_view spec) {
  ArimaOrder o;
  bool ok = TakeInt(&spec, '(', &o.p) && TakeInt(&spec, ',', &o.d) && TakeInt(&spec, ',', &o.q) && Take(&spec, ")");
  if (ok && !spec.empty() && spec.front() == '(') {
    ok = TakeInt(&spec, '(', &o.P) && TakeInt(&spec, ',', &o.D) && TakeInt(&spec, ',', &o.Q) && Take(&spec, ")") &&
         TakeInt(&spec, '[', &o.m) && Take(&spec, "]") && o.m > 1;
  }
  if (ok && !spec.empty()) {
    o.constant = true;
    ok = spec == (o.d + o.D == 0 ? " mean" : " drift");
  }
  ok = ok && o.p <= kMaxNonseasonal && o.q <= kMaxNonseasonal && o.P <= kMaxSeasonal && o.Q <= kMaxSeasonal &&
       o.d <= 2 && o.D <= 1 && (std::max(o.P, o.Q) == 0 || o.m <= kMaxSeasonalStates / std::max(o.P, o.Q)) &&
       !(o.constant && o.d + o.D > 1);
  return ok ? std::optional(o) : std::nullopt;
}

Coefficients FromPartials(const ArimaOrder& order, const Coefficients& partials, Jacobian* jacobian) {
  Coefficients out{};
  if (jacobian != nullptr) *jacobian = {};
  for (const Factor& f : FactorsOf(order)) {
    std::array<std::array<double, kMaxNonseasonal>, kMaxNonseasonal> derivative{};
    std::array<double, kMaxNonseasonal> image{};
    ImageOfPartials(partials.data() + f.first, f.length, image.data(), jacobian != nullptr ? &derivative : nullptr);
    const double shrink = 1 / Power(kMinRootModulus, f.step);
    double factor = f.sign;
    for (int i = 0; i < f.length; ++i) {
      factor *= shrink;
      out[f.first + i] = factor * image[i];
      if (jacobian == nullptr) continue;
      for (int j = 0; j < f.length; ++j) (*jacobian)[f.first + i][f.first + j] = factor * derivative[i][j];
    }
  }
  return out;
}

Coefficients ToPartials(const ArimaOrder& order, const Coefficients& coefficients, double limit) {
  Coefficients out{};
  for (const Factor& f : FactorsOf(order)) {
    std::array<double, kMaxNonseasonal> image{};
    const double grow = Power(kMinRootModulus, f.step);
    double factor = f.sign;
    for (int i = 0; i < f.length; ++i) {
      factor *= grow;
      image[i] = factor * coefficients[f.first + i];
    }
    for (int k = f.length - 1; k >= 0; --k) {
      const double r = std::isfinite(image[k]) ? std::clamp(image[k], -limit, limit) : 0.0;
      out[f.first + k] = r;
      std::array<double, kMaxNonseasonal> before = image;
      for (int i = 0; i < k; ++i) image[i] = (before[i] + r * before[k - 1 - i]) / (1 - r * r);
    }
  }
  return out;
}

void Expand(const ArimaOrder& o, const Coefficients& c, LagPolynomials* out) {
  const double* at = c.data();
  const auto count = [](int n) { return static_cast<std::size_t>(n); };
  ExpandOne({at, count(o.p)}, {at + o.p + o.q, count(o.P)}, o.m, -1.0, &out->phi, &out->phi_lags);
  ExpandOne({at + o.p, count(o.q)}, {at + o.p + o.q + o.P, count(o.Q)}, o.m, 1.0, &out->theta, &out->theta_lags);
}

Coefficients Contract(const ArimaOrder& o, const Coefficients& c, std::span<const double> phi_gradient,
                      std::span<const double> theta_gradient) {
  Coefficients out{};
  const double* at = c.data();
  const auto count = [](int n) { return static_cast<std::size_t>(n); };
  ContractOne({at, count(o.p)}, {at + o.p + o.q, count(o.P)}, o.m, -1.0, phi_gradient, out.data(),
              out.data() + o.p + o.q);
  ContractOne({at + o.p, count(o.q)}, {at + o.p + o.q + o.P, count(o.Q)}, o.m, 1.0, theta_gradient, out.data() + o.p,
              out.data() + o.p + o.q + o.P);
  return out;
}

std::vector<double> IntegrationWeights(const ArimaOrder& o) {
  std::vector<double> polynomial{1.0};
  const auto multiply = [&polynomial](int lag) {
    std::vector<double> product(polynomial.size() + static_cast<std::size_t>(lag), 0.0);
    for (std::size_t i = 0; i < polynomial.size(); ++i) {
      product[i] += polynomial[i];
      product[i + static_cast<std::size_t>(lag)] -= polynomial[i];
    }
    polynomial = std::move(product);
  };
  for (int i = 0; i < o.d; ++i) multiply(1);
  for (int i = 0; i < o.D; ++i) multiply(o.m);
  std::vector<double> weights(polynomial.begin() + 1, polynomial.end());
  for (double& w : weights) w = -w;
  return weights;
}

}  // namespace fitd::arima
