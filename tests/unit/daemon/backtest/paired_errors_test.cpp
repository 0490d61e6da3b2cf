#include "daemon/backtest/paired_errors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "daemon/backtest/accuracy.h"

namespace fitd::paired_errors_test {
namespace {

constexpr std::size_t kModels = 5, kSteps = 3, kTargets = 6, kCuts = 4;

// Errors of every model, target, cut and step: 0 and 1 lack nothing, 2 has some targets alone, 3 comes late, 4 lacks at
// random.
struct Everything {
  double at[kModels][kTargets][kCuts][kSteps];

  explicit Everything(unsigned seed) {
    std::mt19937 random(seed);
    for (std::size_t m = 0; m < kModels; ++m) {
      for (std::size_t t = 0; t < kTargets; ++t) {
        for (std::size_t c = 0; c < kCuts; ++c) {
          for (double& error : at[m][t][c]) {
            error = static_cast<double>(random() % 1000) / 100;
            const bool lacks = (m == 2 && t % 2 == 0) || (m == 3 && c < 2 && t < 4) || (m == 4 && random() % 3 == 0);
            if (lacks) error = kNotAvailable;
          }
        }
      }
    }
  }

  // Differences of a target at a cut by step, NaN where one of both lacks it.
  std::vector<double> Differences(std::size_t a, std::size_t b, std::size_t t, std::size_t c) const {
    std::vector<double> out;
    for (std::size_t h = 0; h < kSteps; ++h) out.push_back(at[a][t][c][h] - at[b][t][c][h]);
    return out;
  }
};

double MeanOf(const std::vector<double>& values) {
  Mean mean;
  for (const double v : values) mean.Add(v);
  return mean.value();
}

void ExpectSame(double a, double b, const char* what) {
  EXPECT_EQ(std::isnan(a), std::isnan(b)) << what;
  if (std::isnan(a)) return;
  EXPECT_NEAR(a, b, 1e-12) << what;
}

TEST(PairedErrors, AreThoseOfForecastsThatBothHaveWhateverIsMissing) {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    const Everything all(seed);
    PairedErrors paired(kModels, kSteps, kTargets);
    for (std::size_t c = 0; c < kCuts; ++c) {
      paired.NextCut();
      for (std::size_t t = 0; t < kTargets; ++t) {
        std::vector<std::vector<double>> errors;
        std::vector<bool> gives;
        for (const auto& model : all.at) {
          errors.emplace_back(std::begin(model[t][c]), std::end(model[t][c]));
          gives.push_back(!std::isnan(model[t][c][0]) && !std::isnan(model[t][c][1]) && !std::isnan(model[t][c][2]));
        }
        paired.Add(t, errors, gives);
      }
    }
    for (std::size_t a = 0; a < kModels; ++a) {
      for (std::size_t b = 0; b < kModels; ++b) {
        if (a == b) continue;
        std::vector<double> means;
        std::size_t count = 0;
        for (std::size_t t = 0; t < kTargets; ++t) {
          std::vector<double> of_target;
          for (std::size_t c = 0; c < kCuts; ++c) {
            const std::vector<double> d = all.Differences(a, b, t, c);
            of_target.push_back(MeanOf(d));
            means.push_back(of_target.back());
            for (const double v : d) count += std::isnan(v) ? 0 : 1;
          }
          ExpectSame(paired.AtTarget(a, b, t), MeanOf(of_target), "target");
        }
        ExpectSame(paired.InTotal(a, b), MeanOf(means), "total");
        EXPECT_EQ(paired.Compared(a, b), count);
        for (std::size_t c = 0; c < kCuts; ++c) {
          for (std::size_t h = 0; h < kSteps; ++h) {
            std::vector<double> over;
            for (std::size_t t = 0; t < kTargets; ++t) over.push_back(all.Differences(a, b, t, c)[h]);
            ExpectSame(paired.InTime(a, b, c, h), MeanOf(over), "in time");
          }
        }
      }
    }
  }
}

// b is a tenth worse than a wherever it has a forecast, which is where forecasts are good: 24 easy targets of 48.
TEST(PairedErrors, AModelOfEasyTargetsAloneIsNotBetterThanOneOfAll) {
  AccuracyBoard board({"a", "b"}, 1, 48);
  for (int cut = 0; cut < 2; ++cut) {
    if (cut > 0) board.NextCut();
    for (std::size_t t = 0; t < 48; ++t) {
      const bool easy = t % 2 == 0;
      const double error = (easy ? 1 : 10) + 0.01 * static_cast<double>(t);
      Forecast b;
      if (easy) b.mean = {1.1 * error};
      const std::vector<Forecast> forecasts = {{.mean = {error}, .intervals = {}}, b};
      board.Add(t, std::vector<double>{0}, {1, 1}, forecasts);
    }
  }
  const DieboldMariano difference = CompareModels(board, 1, 0);
  EXPECT_NEAR(difference.mean, 0.1 * 1.23, 1e-12);
  EXPECT_GT(difference.statistic, 10);
  EXPECT_LT(difference.p_value, 0.001);
  EXPECT_EQ(board.scaled().Compared(1, 0), 48U);
}

}  // namespace
}  // namespace fitd::paired_errors_test
