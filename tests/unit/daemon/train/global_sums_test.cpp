#include "daemon/train/global_sums.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/fit/stage_tasks.h"

namespace fitd::global_sums_test {
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

// Sums of blocks given in this order, of fleets that end where the blocks do.
std::vector<SeasonSums> Superblocks(const std::vector<std::string>& records, const std::vector<std::uint64_t>& order,
                                    std::uint64_t end) {
  std::vector<SeasonSums> superblocks;
  GlobalSums sums(0, end, [&](std::uint64_t number, SeasonSums one) {
    EXPECT_EQ(number, superblocks.size());
    superblocks.push_back(std::move(one));
  });
  for (const std::uint64_t b : order) EXPECT_TRUE(sums.Add(b * 64, records[b % records.size()]).ok());
  EXPECT_TRUE(sums.complete());
  return superblocks;
}

TEST(GlobalSums, TheOrderOfArrivalDoesNotChangeABit) {
  const auto records = BlockRecords(4);
  const auto in_order = Superblocks(records, {0, 1, 2, 3}, 256);
  const auto shuffled = Superblocks(records, {2, 3, 1, 0}, 256);
  ASSERT_EQ(in_order.size(), 1U);
  EXPECT_EQ(PackPooledAr(SolveSums(in_order[0], 100).at(0)), PackPooledAr(SolveSums(shuffled[0], 100).at(0)));
}

TEST(GlobalSums, SuperblocksEndAfterSixtyFourBlocksAndWithTheFleet) {
  const auto records = BlockRecords(2);
  std::vector<std::uint64_t> order(65);
  for (std::uint64_t b = 0; b < 65; ++b) order[b] = b;
  EXPECT_EQ(Superblocks(records, order, 64 * 64 + 10).size(), 2U);
  order.resize(64);
  EXPECT_EQ(Superblocks(records, order, 64 * 64).size(), 1U);
}

TEST(GlobalSums, MergedSuperblocksAreThoseOfOneHost) {
  const auto records = BlockRecords(3);
  std::vector<std::uint64_t> order(130);
  for (std::uint64_t b = 0; b < 130; ++b) order[b] = b;
  const auto superblocks = Superblocks(records, order, 130 * 64);
  ASSERT_EQ(superblocks.size(), 3U);
  SeasonSums one_host;
  for (const SeasonSums& sums : superblocks) MergeSums(one_host, sums);
  SeasonSums shards;  // the second shard began at the second superblock
  std::vector<SeasonSums> second;
  GlobalSums later(kSuperblockTargets, 130 * 64,
                   [&](std::uint64_t, SeasonSums one) { second.push_back(std::move(one)); });
  for (std::uint64_t b = 64; b < 130; ++b) ASSERT_TRUE(later.Add(b * 64, records[b % 3]).ok());
  MergeSums(shards, superblocks[0]);
  for (const SeasonSums& sums : second) MergeSums(shards, sums);
  EXPECT_EQ(PackPooledAr(SolveSums(one_host, 100).at(0)), PackPooledAr(SolveSums(shards, 100).at(0)));
}

TEST(GlobalSums, BytesOfSomebodyElseAreRefused) {
  GlobalSums sums(0, 64, [](std::uint64_t, SeasonSums) {});
  EXPECT_EQ(sums.Add(0, "no sums at all").code(), StatusCode::kCorrupt);
  EXPECT_FALSE(sums.complete());
}

}  // namespace
}  // namespace fitd::global_sums_test
