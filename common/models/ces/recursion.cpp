#include "common/models/ces/recursion.h"

#include <algorithm>

#include "common/models/season/classical_season.h"

namespace fitd {
namespace {

constexpr std::size_t kLevelWindow = 10;
constexpr double kPotentialRatio = 1 / 1.1;  // potential over level before any smoothing

// A value and its derivatives by up to P parameters.
template <std::size_t P>
struct Tangent {
  double v = 0;
  std::array<double, P> d{};
};

template <std::size_t P>
Tangent<P> operator+(const Tangent<P>& a, const Tangent<P>& b) {
  Tangent<P> r{a.v + b.v, {}};
  for (std::size_t i = 0; i < P; ++i) r.d[i] = a.d[i] + b.d[i];
  return r;
}

template <std::size_t P>
Tangent<P> operator-(const Tangent<P>& a, const Tangent<P>& b) {
  Tangent<P> r{a.v - b.v, {}};
  for (std::size_t i = 0; i < P; ++i) r.d[i] = a.d[i] - b.d[i];
  return r;
}

template <std::size_t P>
Tangent<P> operator-(double a, const Tangent<P>& b) {
  Tangent<P> r{a - b.v, {}};
  for (std::size_t i = 0; i < P; ++i) r.d[i] = -b.d[i];
  return r;
}

template <std::size_t P>
Tangent<P> operator*(const Tangent<P>& a, const Tangent<P>& b) {
  Tangent<P> r{a.v * b.v, {}};
  for (std::size_t i = 0; i < P; ++i) r.d[i] = a.d[i] * b.v + a.v * b.d[i];
  return r;
}

// One complex smoother: transition and gains from (alpha0, alpha1).
template <class T>
struct CesSmoother {
  T keep_level, keep_potential, gain_level, gain_potential;

  CesSmoother(const T& alpha0, const T& alpha1)
      : keep_level(1.0 - alpha1),
        keep_potential(1.0 - alpha0),
        gain_level(alpha0 - alpha1),
        gain_potential(alpha0 + alpha1) {}

  void Step(T& level, T& potential, const T& error) const {
    const T next = level - keep_level * potential + gain_level * error;
    potential = level + keep_potential * potential + gain_potential * error;
    level = next;
  }
};

template <class T>
struct Filter {
  T level, potential;
  std::vector<T> season, season_potential;
};

template <CesForm kForm, class T>
T Step(Filter<T>& f, const CesSmoother<T>& s, const CesSmoother<T>& seasonal, const T& beta, double y, std::size_t k) {
  if constexpr (kForm == CesForm::kNone) {
    const T error = y - f.level;
    s.Step(f.level, f.potential, error);
    return error;
  } else if constexpr (kForm == CesForm::kSimple) {
    const T error = y - f.season[k];
    s.Step(f.season[k], f.season_potential[k], error);
    return error;
  } else if constexpr (kForm == CesForm::kPartial) {
    const T error = y - (f.level + f.season[k]);
    s.Step(f.level, f.potential, error);
    f.season[k] = f.season[k] + beta * error;
    return error;
  } else {
    const T error = y - (f.level + f.season[k]);
    s.Step(f.level, f.potential, error);
    seasonal.Step(f.season[k], f.season_potential[k], error);
    return error;
  }
}

// Backward, then forward; `use` gets each error of the forward pass.
template <CesForm kForm, class T, class Use>
void Run(std::span<const double> y, std::size_t season, const std::array<T, 4>& p, Filter<T>& f, const Use& use) {
  const CesSmoother<T> s(p[0], p[1]);
  const CesSmoother<T> seasonal(p[2], p[3]);
  std::size_t k = season == 0 ? 0 : y.size() % season;
  for (std::size_t t = y.size(); t-- > 0;) {
    k = k == 0 ? std::max<std::size_t>(season, 1) - 1 : k - 1;
    Step<kForm, T>(f, s, seasonal, p[2], y[t], k);
  }
  for (std::size_t t = 0; t < y.size(); ++t) {
    use(Step<kForm, T>(f, s, seasonal, p[2], y[t], k));
    k = k + 1 >= season ? 0 : k + 1;
  }
}

template <CesForm kForm, std::size_t P>
SquaresAt SquaresOf(std::span<const double> y, std::size_t season, const CesParameters& parameters,
                    const CesStates& last) {
  using T = Tangent<P>;
  std::array<T, 4> p{};
  for (std::size_t i = 0; i < 4; ++i) {
    p[i].v = parameters[i];
    if (i < P) p[i].d[i] = 1;
  }
  Filter<T> f;
  f.level.v = last.level;
  f.potential.v = last.potential;
  f.season.resize(last.season.size());
  f.season_potential.resize(last.season_potential.size());
  for (std::size_t k = 0; k < last.season.size(); ++k) f.season[k].v = last.season[k];
  for (std::size_t k = 0; k < last.season_potential.size(); ++k) f.season_potential[k].v = last.season_potential[k];
  SquaresAt at;
  Run<kForm, T>(y, season, p, f, [&](const T& e) {
    at.sse += e.v * e.v;
    for (std::size_t i = 0; i < P; ++i) {
      at.gradient[i] += e.d[i] * e.v;
      for (std::size_t j = 0; j <= i; ++j) at.curvature[i][j] += e.d[i] * e.d[j];
    }
  });
  for (std::size_t i = 0; i < P; ++i) {
    for (std::size_t j = i + 1; j < P; ++j) at.curvature[i][j] = at.curvature[j][i];
  }
  return at;
}

template <CesForm kForm>
double FilterOf(std::span<const double> y, std::size_t season, const CesParameters& parameters, const CesStates& last,
                CesStates& states, std::vector<double>* errors) {
  Filter<double> f{last.level, last.potential, last.season, last.season_potential};
  double sse = 0;
  Run<kForm, double>(y, season, parameters, f, [&](double e) {
    sse += e * e;
    if (errors != nullptr) errors->push_back(e);
  });
  states = {f.level, f.potential, std::move(f.season), std::move(f.season_potential)};
  return sse;
}

}  // namespace

std::size_t CesParameterCount(CesForm form) {
  switch (form) {
    case CesForm::kNone:
    case CesForm::kSimple:
      return 2;
    case CesForm::kPartial:
      return 3;
    case CesForm::kFull:
      return 4;
  }
  return 2;
}

CesStates CesLastStates(std::span<const double> y, CesForm form, std::size_t season) {
  CesStates states;
  if (form == CesForm::kSimple) {
    states.season.resize(season);
    for (std::size_t t = y.size() - season; t < y.size(); ++t) states.season[t % season] = y[t];
  } else {
    const std::span<const double> last = y.last(std::min(y.size(), std::max(season, kLevelWindow)));
    for (const double v : last) states.level += v / static_cast<double>(last.size());
    states.potential = states.level * kPotentialRatio;
    if (form != CesForm::kNone) states.season = ClassicalSeason(y, season, SeasonKind::kAdditive).indices;
  }
  if (form == CesForm::kSimple || form == CesForm::kFull) {
    states.season_potential = states.season;
    for (double& v : states.season_potential) v *= kPotentialRatio;
  }
  return states;
}

SquaresAt CesSquares(std::span<const double> y, CesForm form, std::size_t season, const CesParameters& parameters,
                     const CesStates& last) {
  switch (form) {
    case CesForm::kNone:
      return SquaresOf<CesForm::kNone, 2>(y, season, parameters, last);
    case CesForm::kSimple:
      return SquaresOf<CesForm::kSimple, 2>(y, season, parameters, last);
    case CesForm::kPartial:
      return SquaresOf<CesForm::kPartial, 4>(y, season, parameters, last);
    case CesForm::kFull:
      return SquaresOf<CesForm::kFull, 4>(y, season, parameters, last);
  }
  return {};
}

double CesFilter(std::span<const double> y, CesForm form, std::size_t season, const CesParameters& parameters,
                 const CesStates& last, CesStates& states, std::vector<double>* errors) {
  switch (form) {
    case CesForm::kNone:
      return FilterOf<CesForm::kNone>(y, season, parameters, last, states, errors);
    case CesForm::kSimple:
      return FilterOf<CesForm::kSimple>(y, season, parameters, last, states, errors);
    case CesForm::kPartial:
      return FilterOf<CesForm::kPartial>(y, season, parameters, last, states, errors);
    case CesForm::kFull:
      return FilterOf<CesForm::kFull>(y, season, parameters, last, states, errors);
  }
  return 0;
}

std::vector<double> CesForecast(CesStates states, CesForm form, const CesParameters& p, int horizon) {
  const CesSmoother<double> s(p[0], p[1]);
  const CesSmoother<double> seasonal = form == CesForm::kFull ? CesSmoother<double>(p[2], p[3]) : s;
  std::vector<double> mean;
  mean.reserve(static_cast<std::size_t>(horizon));
  for (std::size_t h = 0, k = 0; h < static_cast<std::size_t>(horizon); ++h) {
    mean.push_back(states.level + (states.season.empty() ? 0 : states.season[k]));
    s.Step(states.level, states.potential, 0.0);
    if (!states.season_potential.empty()) seasonal.Step(states.season[k], states.season_potential[k], 0.0);
    k = k + 1 >= states.season.size() ? 0 : k + 1;
  }
  return mean;
}

std::vector<double> CesVariance(CesForm form, std::size_t season, const CesParameters& p, int horizon) {
  // The states that one error of size 1 leaves behind; its season comes round again after the others.
  const CesSmoother<double> s(p[0], p[1]);
  CesStates shocked;
  if (form != CesForm::kSimple) shocked.level = s.gain_level, shocked.potential = s.gain_potential;
  if (form != CesForm::kNone) shocked.season.resize(season);
  if (form == CesForm::kPartial) shocked.season.back() = p[2];
  if (form == CesForm::kSimple || form == CesForm::kFull) {
    const CesSmoother<double> seasonal = form == CesForm::kFull ? CesSmoother<double>(p[2], p[3]) : s;
    shocked.season_potential.resize(season);
    shocked.season.back() = seasonal.gain_level;
    shocked.season_potential.back() = seasonal.gain_potential;
  }
  std::vector<double> variance = CesForecast(std::move(shocked), form, p, horizon);
  double sum = 1;
  for (double& v : variance) {
    const double response = v;
    v = sum;
    sum += response * response;
  }
  return variance;
}

}  // namespace fitd
