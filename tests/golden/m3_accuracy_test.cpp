// Accuracy on the M3 test sets beside published and peers' figures, sMAPE over all 37,014 forecasts. The figures are
// deterministic.
#include <gtest/gtest.h>

#include "common/models/base/algorithm.h"
#include "test_paths.h"
#include "tests/support/m3_data.h"

namespace fitd {
namespace {

struct Peer {
  const char* algorithm;
  double smape;
};

class M3Accuracy : public testing::TestWithParam<Peer> {};

TEST_P(M3Accuracy, IsNoWorseThanThePeers) {
  const Algorithm& algorithm = *FindAlgorithm(GetParam().algorithm);
  double errors = 0;
  std::size_t count = 0;
  for (const m3::Group& group : m3::kGroups) {
    const m3::SeriesById train = m3::Read(FITD_SHARED_DIR, group.name, "train");
    if (train.empty()) GTEST_SKIP() << "no M3 data below " << FITD_SHARED_DIR;
    const m3::SeriesById test = m3::Read(FITD_SHARED_DIR, group.name, "test");
    const std::vector<int> seasons = group.season > 1 ? std::vector<int>{group.season} : std::vector<int>{};
    for (const auto& [id, y] : train) {
      const FitOutcome outcome = algorithm.Fit({.y = y, .seasons = seasons, .horizon = group.horizon});
      ASSERT_EQ(outcome.status, FitStatus::kFitted) << id;
      const Forecast forecast = algorithm.Predict(outcome.model, group.horizon, {});
      const std::vector<double>& observed = test.at(id);
      for (std::size_t h = 0; h < observed.size(); ++h) {
        errors += m3::SymmetricPercentageError(observed[h], forecast.mean[h]);
        ++count;
      }
    }
  }
  EXPECT_EQ(count, 37014U);
  EXPECT_LT(errors / static_cast<double>(count), GetParam().smape);
}

// theta: 13.01 for the original method as published, 12.88 for statsforecast's dynamic optimised one. ces: 14.31 for
// statsforecast's, 14.13 for its arima; what fitd reached is held here. One exploding forecast shows.
INSTANTIATE_TEST_SUITE_P(, M3Accuracy, testing::Values(Peer{"theta", 12.88}, Peer{"ces", 13.5}, Peer{"arima", 14.13}),
                         [](const auto& param) { return std::string(param.param.algorithm); });

}  // namespace
}  // namespace fitd
