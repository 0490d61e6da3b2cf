#include "common/models/ets/kernel.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <cstring>
#include <random>

#include "common/models/numeric/simd_target.h"

namespace fitd::kernel_test {
namespace {

std::vector<EtsForm> AllForms(int period) {
  std::vector<EtsForm> forms = AdmissibleEtsForms(1000, true, period);
  return forms;
}

std::vector<double> Positive(std::size_t n, int period, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 0.05);
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) {
    const double season = 1 + 0.3 * std::sin(6.28318 * static_cast<double>(t) / period);
    y[t] = (1 + 0.004 * static_cast<double>(t)) * season * (1 + noise(random));
  }
  return y;
}

EtsState Initial(const EtsForm& form, double offset) {
  EtsState s;
  s.level = 1.1 - offset;
  s.growth = form.has_trend() ? 0.01 : 0;
  for (int j = 0; j < form.period && form.has_season(); ++j) {
    const double wave = 0.2 * std::sin(1.0 + j);
    s.season[static_cast<std::size_t>(j)] = form.linear() ? wave : 1 + wave;
  }
  return s;
}

EtsSmoothing Smoothing(const EtsForm& form) {
  EtsSmoothing p;
  p.alpha = 0.3;
  if (form.has_trend()) p.beta = 0.05;
  if (form.has_season()) p.gamma = 0.2;
  if (form.trend == EtsTrend::kDamped) p.phi = 0.9;
  return p;
}

// Straight from tables 2.2 and 2.3 of Hyndman, Koehler, Ord & Snyder (2008), in the error-correction form.
double DevianceFromTheBook(const EtsForm& form, const std::vector<double>& y, const EtsSmoothing& p, EtsState x) {
  double squares = 0;
  double logs = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const std::size_t j = t % static_cast<std::size_t>(form.period);
    const double q = x.level + p.phi * x.growth;
    const double s = x.season[j];
    const double mu = form.season == EtsSeason::kMultiplicative ? q * s : form.has_season() ? q + s : q;
    const double e = y[t] - mu;
    const bool ratio = form.season == EtsSeason::kMultiplicative;
    x.level = q + p.alpha * (ratio ? e / s : e);
    if (form.has_trend()) x.growth = p.phi * x.growth + p.beta * (ratio ? e / s : e);
    if (form.has_season()) x.season[j] = s + p.gamma * (ratio ? e / q : e);
    squares += form.error == EtsError::kMultiplicative ? e / mu * (e / mu) : e * e;
    logs += std::log(std::fabs(mu));
  }
  const double n = static_cast<double>(y.size());
  return n * std::log(squares) + (form.error == EtsError::kMultiplicative ? 2 * logs : 0);
}

TEST(EtsKernel, DevianceIsTheBooksForEveryForm) {
  for (int period : {2, 4, 12, 24}) {
    const std::vector<double> y = Positive(77, period, 1);
    for (const EtsForm& form : AllForms(period)) {
      EtsTape tape;
      const EtsState initial = Initial(form, 0);
      const double expected = DevianceFromTheBook(form, y, Smoothing(form), initial);
      EXPECT_NEAR(EtsDeviance(form, {y, 0}, Smoothing(form), initial, tape), expected, 1e-9) << EtsFormName(form);
    }
  }
}

TEST(EtsKernel, AnOffsetChangesNothingButRounding) {
  const std::vector<double> y = Positive(50, 4, 2);
  std::vector<double> shifted = y;
  for (double& v : shifted) v -= 0.75;
  for (const EtsForm& form : AllForms(4)) {
    if (!form.linear()) continue;
    EtsTape tape;
    const double plain = EtsDeviance(form, {y, 0}, Smoothing(form), Initial(form, 0), tape);
    EXPECT_NEAR(EtsDeviance(form, {shifted, 0.75}, Smoothing(form), Initial(form, 0.75), tape), plain, 1e-9);
  }
}

double* Slot(EtsSmoothing& p, EtsState& x, std::size_t i) {
  double* const slots[] = {&p.alpha, &p.beta, &p.gamma, &p.phi, &x.level, &x.growth};
  return i < 6 ? slots[i] : &x.season[i - 6];
}

double Entry(const EtsGradient& g, std::size_t i) {
  if (i < 4) return g.smoothing[i];
  if (i == 4) return g.state.level;
  return i == 5 ? g.state.growth : g.state.season[i - 6];
}

bool Has(const EtsForm& form, std::size_t i) {
  if (i == 1 || i == 3 || i == 5) return form.has_trend();  // phi = 1 has a derivative too
  return i == 2 || i >= 6 ? form.has_season() : true;
}

TEST(EtsKernel, AdjointGradientAgreesWithDifferences) {
  for (int period : {2, 4, 12}) {
    const std::vector<double> y = Positive(61, period, 3);
    for (const EtsForm& form : AllForms(period)) {
      const double offset = form.linear() ? 0.6 : 0;
      std::vector<double> shifted = y;
      for (double& v : shifted) v -= offset;
      const EtsData data{shifted, offset};
      EtsTape tape;
      EtsGradient gradient;
      const EtsSmoothing p = Smoothing(form);
      const EtsState initial = Initial(form, offset);
      const double value = EtsDevianceGradient(form, data, p, initial, tape, gradient);
      EXPECT_EQ(value, EtsDeviance(form, data, p, initial, tape)) << EtsFormName(form);
      for (std::size_t i = 0; i < 6 + static_cast<std::size_t>(form.has_season() ? period : 0); ++i) {
        if (!Has(form, i)) continue;
        double ends[2];
        for (int side = 0; side < 2; ++side) {
          EtsSmoothing p2 = p;
          EtsState x2 = initial;
          *Slot(p2, x2, i) += side == 0 ? -1e-6 : 1e-6;
          ends[side] = EtsDeviance(form, data, p2, x2, tape);
        }
        const double expected = (ends[1] - ends[0]) / 2e-6;
        EXPECT_NEAR(Entry(gradient, i), expected, 1e-4 * std::max(1.0, std::fabs(expected))) << EtsFormName(form) << i;
      }
    }
  }
}

TEST(EtsKernel, ConcentratedStatesLeaveNoGradient) {
  for (int period : {2, 4, 12, 24}) {
    const std::vector<double> y = Positive(80, period, 4);
    for (const EtsForm& form : AllForms(period)) {
      if (!form.linear() || form.error != EtsError::kAdditive) continue;
      EtsTape tape;
      EtsState initial;
      ASSERT_TRUE(EtsConcentrate(form, {y, 0}, Smoothing(form), tape, initial));
      EtsGradient g;
      EtsDevianceGradient(form, {y, 0}, Smoothing(form), initial, tape, g);
      EXPECT_NEAR(g.state.level, 0, 1e-5) << EtsFormName(form);
      EXPECT_NEAR(form.has_trend() ? g.state.growth : 0, 0, 1e-4) << EtsFormName(form);
      for (int j = 0; j + 1 < period && form.has_season(); ++j) {
        EXPECT_NEAR(g.state.season[static_cast<std::size_t>(j)], 0, 1e-5) << EtsFormName(form) << j;
      }
    }
  }
}

// d relative error / d parameter by central differences, one column each.
Eigen::MatrixXd Jacobian(const EtsForm& form, const EtsData& data, const EtsSmoothing& p, const EtsState& initial,
                         std::size_t size) {
  const std::size_t n = data.y.size();
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(static_cast<long>(n), static_cast<long>(size));
  for (std::size_t i = 0; i < size; ++i) {
    if (!Has(form, i)) continue;
    for (double side : {-1.0, 1.0}) {
      EtsSmoothing p2 = p;
      EtsState x2 = initial;
      *Slot(p2, x2, i) += side * 1e-6;
      EtsTape tape;
      EtsDeviance(form, data, p2, x2, tape);
      const std::vector<double>& r = form.error == EtsError::kAdditive ? tape.residual : tape.relative;
      for (std::size_t t = 0; t < n; ++t) jacobian(static_cast<long>(t), static_cast<long>(i)) += side * r[t] / 2e-6;
    }
  }
  return jacobian;
}

TEST(EtsKernel, GaussNewtonMatrixIsTheJacobiansSquare) {
  for (int period : {2, 4, 12}) {
    const std::vector<double> y = Positive(50, period, 5);
    for (const EtsForm& form : AllForms(period)) {
      EtsTape tape;
      std::vector<double> matrix;
      const EtsState initial = Initial(form, 0);
      EtsGaussNewton(form, {y, 0}, Smoothing(form), initial, tape, matrix);
      const std::size_t size = 6 + static_cast<std::size_t>(form.period) - 1;
      ASSERT_EQ(matrix.size(), size * size);
      EtsDeviance(form, {y, 0}, Smoothing(form), initial, tape);
      const Eigen::MatrixXd j = Jacobian(form, {y, 0}, Smoothing(form), initial, size);
      const Eigen::MatrixXd expected = 2.0 * static_cast<double>(y.size()) / tape.sum_squares * j.transpose() * j;
      const double scale = expected.cwiseAbs().maxCoeff();
      for (std::size_t i = 0; i < size * size; ++i) {
        EXPECT_NEAR(matrix[i], expected(static_cast<long>(i / size), static_cast<long>(i % size)), 1e-6 * scale)
            << EtsFormName(form) << ' ' << i / size << ' ' << i % size;
      }
    }
  }
}

TEST(EtsKernel, RefusesForecastsOfZeroUnderRelativeErrors) {
  const std::vector<double> y{1, 1.2, 0.9, 1.1, 1, 1.3};
  EtsTape tape;
  EtsGradient gradient;
  const EtsForm form{EtsError::kMultiplicative, EtsTrend::kNone, EtsSeason::kNone, 1};
  EXPECT_TRUE(std::isinf(EtsDeviance(form, {y, 0}, {0.5, 0, 0, 1}, EtsState{}, tape)));
  EXPECT_TRUE(std::isinf(EtsDevianceGradient(form, {y, 0}, {0.5, 0, 0, 1}, EtsState{}, tape, gradient)));
}

TEST(EtsKernel, FinalStateForecastsTheNextValueAsTheRecursionWould) {
  const std::vector<double> y = Positive(42, 12, 6);
  const std::vector<double> head(y.begin(), y.end() - 1);
  for (const EtsForm& form : AllForms(12)) {
    EtsTape tape;
    EtsDeviance(form, {y, 0}, Smoothing(form), Initial(form, 0), tape);
    const EtsState last = EtsFinalState(form, {head, 0}, Smoothing(form), Initial(form, 0));
    const double q = last.level + Smoothing(form).phi * last.growth;
    const double s = last.season[41 % 12];
    const double next = form.season == EtsSeason::kMultiplicative ? q * s : form.has_season() ? q + s : q;
    const double expected =
        form.season == EtsSeason::kMultiplicative ? tape.level[41] * tape.season[41] : y[41] - tape.residual[41];
    EXPECT_NEAR(next, expected, 1e-12) << EtsFormName(form);
  }
}

// Everything the kernels compute for a spread of forms and lengths, as bits.
std::vector<double> EverythingComputed() {
  std::vector<double> all;
  for (std::size_t n : {7U, 30U, 97U}) {
    for (int period : {1, 4, 12}) {
      const std::vector<double> y = Positive(n, period, 9);
      for (const EtsForm& form : AdmissibleEtsForms(n, true, period)) {
        EtsTape tape;
        EtsGradient g;
        EtsState initial = Initial(form, 0);
        all.push_back(EtsDeviance(form, {y, 0}, Smoothing(form), initial, tape));
        all.push_back(EtsDevianceGradient(form, {y, 0}, Smoothing(form), initial, tape, g));
        all.insert(all.end(), g.smoothing.begin(), g.smoothing.end());
        all.insert(all.end(), g.state.season.begin(), g.state.season.end());
        std::vector<double> matrix;
        EtsGaussNewton(form, {y, 0}, Smoothing(form), initial, tape, matrix);
        all.insert(all.end(), matrix.begin(), matrix.end());
        if (!form.linear() || !EtsConcentrate(form, {y, 0}, Smoothing(form), tape, initial)) continue;
        all.push_back(initial.level);
        all.push_back(initial.growth);
        all.insert(all.end(), initial.season.begin(), initial.season.end());
      }
    }
  }
  return all;
}

TEST(EtsKernel, EverySimdTargetComputesTheSameBits) {
  const std::vector<double> expected = EverythingComputed();
  ASSERT_GT(expected.size(), 1000U);
  for (const SimdTarget target : SupportedSimdTargets()) {
    ChooseSimdTarget(target);
    const std::vector<double> actual = EverythingComputed();
    ASSERT_EQ(actual.size(), expected.size());
    EXPECT_EQ(std::memcmp(actual.data(), expected.data(), expected.size() * sizeof(double)), 0)
        << "target " << static_cast<int>(target);
  }
  ChooseSimdTarget(SupportedSimdTargets().back());
  std::printf("targets compared: %zu\n", SupportedSimdTargets().size());
}

}  // namespace
}  // namespace fitd::kernel_test
