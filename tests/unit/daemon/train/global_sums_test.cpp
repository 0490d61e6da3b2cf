#include "daemon/train/global_sums.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/fit/stage_tasks.h"

namespace fitd {
namespace {

std::vector<double> Series(int seed, int n) {
  std::vector<double> y;
  for (int t = 0; t < n; ++t) y.push_back(100 + seed + 10 * std::sin(0.5 * t + seed) + ((t * 7919 + seed * 31) % 13));
  return y;
}

// Records of blocks of 64 targets, as workers make them.
std::vector<std::string> BlockRecords(int blocks) {
  LocalFitOptions options;
  options.seasons = std::vector<int>{12};
  auto task = MakeGlobalSumsTask();
  EXPECT_TRUE(task->Prepare(EncodeLocalFitOptions(options)).ok());
  std::vector<std::string> records;
  for (int b = 0; b < blocks; ++b) {
    std::vector<std::vector<double>> data;
    std::vector<SeriesView> group;
    for (int i = 0; i < 64; ++i) data.push_back(Series(b * 64 + i, 60));
    for (const auto& y : data) group.push_back({"t", y, {0, {Step::Unit::kMonth, 1}}});
    records.push_back(task->Run(group));
  }
  return records;
}

TEST(GlobalSums, TheOrderOfArrivalDoesNotChangeABit) {
  const auto records = BlockRecords(4);
  GlobalSums in_order;
  GlobalSums shuffled;
  for (std::uint64_t b = 0; b < 4; ++b) ASSERT_TRUE(in_order.Add(b * 64, records[b]).ok());
  for (const std::uint64_t b : {2U, 3U, 1U}) ASSERT_TRUE(shuffled.Add(b * 64, records[b]).ok());
  EXPECT_FALSE(shuffled.Complete(256));
  ASSERT_TRUE(shuffled.Add(0, records[0]).ok());
  EXPECT_TRUE(shuffled.Complete(256));
  EXPECT_EQ(PackPooledAr(in_order.Solve().at(0)), PackPooledAr(shuffled.Solve().at(0)));
}

TEST(GlobalSums, BytesOfSomebodyElseAreRefused) {
  GlobalSums sums;
  EXPECT_EQ(sums.Add(0, "no sums at all").code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace fitd
