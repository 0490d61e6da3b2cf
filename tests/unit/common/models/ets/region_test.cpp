#include "common/models/ets/region.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/spectral_radius.h"

namespace fitd::region_test {
namespace {

EtsForm Seasonal(EtsTrend trend, int period) {
  return {EtsError::kAdditive, trend, EtsSeason::kAdditive, period};
}

// Largest modulus of the eigenvalues of D = F - g w', the matrix that carries an error in the initial state along.
double RadiusOf(const EtsForm& form, const EtsSmoothing& p) {
  const auto size = static_cast<std::size_t>(form.period) + 2;  // level, growth, season (oldest last)
  SquareRows d(size, std::vector<double>(size, 0.0));
  std::vector<double> observe(size, 0.0);
  const double phi = form.has_trend() ? p.phi : 0;
  d[0][0] = 1;
  d[0][1] = d[1][1] = phi;
  d[2][size - 1] = 1;
  for (std::size_t i = 3; i < size; ++i) d[i][i - 1] = 1;
  observe[0] = observe[size - 1] = 1;
  observe[1] = phi;
  const double gain[] = {p.alpha, p.beta, p.gamma};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < size; ++j) d[i][j] -= gain[i] * observe[j];
  }
  return SpectralRadius(std::move(d));
}

TEST(EtsRegion, AdmissibleMeansThatInitialStatesAreForgotten) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> unit(0, 1);
  int inside = 0;
  int outside = 0;
  for (int period : {2, 3, 4, 7, 12, 24}) {
    for (EtsTrend trend : {EtsTrend::kAdditive, EtsTrend::kDamped}) {
      const EtsForm form = Seasonal(trend, period);
      for (int trial = 0; trial < 60; ++trial) {
        const EtsSmoothing p =
            FromBox(form, {1e-4 + 0.9998 * unit(random), unit(random), unit(random), 0.8 + 0.18 * unit(random)});
        // The level and the season share one direction that no observation sees: a unit root that is always there.
        const double radius = RadiusOf(form, p);
        if (radius > 1 + 1e-6) {
          EXPECT_FALSE(IsAdmissible(form, p)) << period << ' ' << p.alpha << ' ' << p.beta << ' ' << p.gamma;
          ++outside;
        } else {
          EXPECT_TRUE(IsAdmissible(form, p)) << period << ' ' << p.alpha << ' ' << p.beta << ' ' << p.gamma;
          ++inside;
        }
      }
    }
  }
  EXPECT_GT(inside, 100);
  EXPECT_GT(outside, 50);
}

TEST(EtsRegion, WithoutTrendOrSeasonTheUsualRegionIsAdmissible) {
  std::mt19937 random(8);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int trial = 0; trial < 100; ++trial) {
    const EtsForm form = Seasonal(EtsTrend::kNone, 12);
    const EtsSmoothing p = FromBox(form, {1e-4 + 0.9998 * unit(random), 0, unit(random), 1});
    EXPECT_LE(RadiusOf(form, p), 1 + 1e-6);
    EXPECT_TRUE(IsAdmissible(form, p));
  }
}

TEST(EtsRegion, BoxCoordinatesGoThereAndBackWithinTheUsualBounds) {
  std::mt19937 random(9);
  std::uniform_real_distribution<double> unit(0, 1);
  const EtsForm form = Seasonal(EtsTrend::kDamped, 12);
  for (int trial = 0; trial < 200; ++trial) {
    const EtsBox box{0.01 + 0.98 * unit(random), unit(random), unit(random), 0.8 + 0.18 * unit(random)};
    const EtsSmoothing p = FromBox(form, box);
    EXPECT_GE(p.beta, kEtsLowest);
    EXPECT_LE(p.beta, p.alpha);
    EXPECT_GE(p.gamma, kEtsLowest);
    EXPECT_LE(p.gamma, 1 - p.alpha + 1e-15);
    const EtsBox back = ToBox(form, p);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(back[i], box[i], 1e-9);
  }
}

TEST(EtsRegion, GradientFollowsTheMap) {
  const EtsForm form = Seasonal(EtsTrend::kDamped, 4);
  const EtsBox box{0.4, 0.3, 0.6, 0.9};
  const std::array<double, 4> weights{1.5, -2.0, 0.7, 3.0};  // of a linear function of the smoothing parameters
  const auto value = [&](const EtsBox& b) {
    const EtsSmoothing p = FromBox(form, b);
    return weights[0] * p.alpha + weights[1] * p.beta + weights[2] * p.gamma + weights[3] * p.phi;
  };
  std::array<double, 4> gradient = weights;
  GradientToBox(form, box, gradient);
  for (std::size_t i = 0; i < 4; ++i) {
    EtsBox up = box;
    EtsBox down = box;
    up[i] += 1e-6;
    down[i] -= 1e-6;
    EXPECT_NEAR(gradient[i], (value(up) - value(down)) / 2e-6, 1e-8) << i;
  }
}

}  // namespace
}  // namespace fitd::region_test
