// Following the M3 monthly test sets value by value with models fitted to the training sets, against filtering in one
// go: the same bits, through the archive each time, and the same states as the fits' own recursions over the whole.
#include <gtest/gtest.h>

#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "test_paths.h"
#include "tests/support/m3_data.h"

namespace fitd {
namespace {

class M3Advance : public testing::TestWithParam<std::string_view> {};

TEST_P(M3Advance, OneByOneIsAtOnce) {
  constexpr std::size_t kStride = 4;  // of 1428 series
  const Algorithm& algorithm = *FindAlgorithm(GetParam());
  const m3::SeriesById train = m3::Read(FITD_SHARED_DIR, "monthly", "train");
  if (train.empty()) GTEST_SKIP() << "no M3 data below " << FITD_SHARED_DIR;
  const m3::SeriesById test = m3::Read(FITD_SHARED_DIR, "monthly", "test");
  const std::vector<int> seasons = {12};
  std::size_t place = 0;
  for (const auto& [id, y] : train) {
    if (place++ % kStride != 0) continue;
    const Model fitted = algorithm.Fit({.y = y, .seasons = seasons, .horizon = 18}).model;
    const std::vector<double>& more = test.at(id);
    const Result<Model> at_once = Advance(algorithm, fitted, more);
    ASSERT_TRUE(at_once.ok()) << id << ": " << at_once.status().message();
    Model one_by_one = fitted;
    for (const double& v : more) {
      const Result<Model> next = Advance(algorithm, one_by_one, {&v, 1});
      ASSERT_TRUE(next.ok()) << id;
      one_by_one = *DecodeModel(EncodeModel(*next));
    }
    ASSERT_EQ(EncodeModel(one_by_one), EncodeModel(*at_once)) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(, M3Advance,
                         testing::Values("ets", "arima", "ces", "theta", "naive", "seasonal-naive", "mean", "mstl",
                                         "profile", "lgt", "croston", "sba", "tsb", "counts"),
                         [](const auto& param) {
                           return param.param == "seasonal-naive" ? "seasonal_naive" : std::string(param.param);
                         });

}  // namespace
}  // namespace fitd
