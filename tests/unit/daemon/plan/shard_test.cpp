#include "daemon/plan/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace fitd::shard_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

EnvironmentLookup Environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> const char* {
    const auto it = values.find(name);
    return it == values.end() ? nullptr : it->second.c_str();
  };
}

TEST(Shard, IsReadFromItsText) {
  EXPECT_TRUE(ParseShard("")->whole());
  EXPECT_EQ(*ParseShard("2/8"), (Shard{2, 8}));
  for (const char* wrong : {"0/8", "9/8", "2", "2/", "/8", "-1/8", "2/8x", "a/b", "1/2/3", "1/2000000000"}) {
    EXPECT_EQ(ParseShard(wrong).status().code(), StatusCode::kUsage) << wrong;
  }
}

TEST(Shard, AutoIsTheTaskOfAnArray) {
  EXPECT_EQ(*ParseShard("auto", Environment({{"SLURM_ARRAY_TASK_ID", "3"},
                                             {"SLURM_ARRAY_TASK_MIN", "1"},
                                             {"SLURM_ARRAY_TASK_MAX", "7"},
                                             {"SLURM_ARRAY_TASK_COUNT", "7"}})),
            (Shard{3, 7}));
  EXPECT_EQ(*ParseShard("auto", Environment({{"JOB_COMPLETION_INDEX", "0"}, {"FITD_SHARDS", "4"}})), (Shard{1, 4}));
  EXPECT_EQ(*ParseShard("auto", Environment({{"SGE_TASK_ID", "5"}, {"SGE_TASK_FIRST", "1"}, {"SGE_TASK_LAST", "5"}})),
            (Shard{5, 5}));
  EXPECT_EQ(*ParseShard("auto", Environment({{"PBS_ARRAY_INDEX", "1"}, {"FITD_SHARDS", "2"}})), (Shard{2, 2}));
}

TEST(Shard, AutoSaysWhatIsMissing) {
  const auto message = [](std::map<std::string, std::string> values) {
    return ParseShard("auto", Environment(std::move(values))).status().message();
  };
  EXPECT_THAT(message({}), HasSubstr("no task of an array"));
  EXPECT_THAT(message({{"JOB_COMPLETION_INDEX", "0"}}), HasSubstr("FITD_SHARDS is not set"));
  EXPECT_THAT(message({{"JOB_COMPLETION_INDEX", "4"}, {"FITD_SHARDS", "4"}}), HasSubstr("none of the 4"));
  EXPECT_THAT(message({{"SLURM_ARRAY_TASK_ID", "5"},
                       {"SLURM_ARRAY_TASK_MIN", "1"},
                       {"SLURM_ARRAY_TASK_MAX", "7"},
                       {"SLURM_ARRAY_TASK_COUNT", "2"}}),
              HasSubstr("has holes"));
}

TEST(Shard, AutoRefusesWhatContradictsItselfOrMayBeAPartOfAnArray) {
  using Values = std::map<std::string, std::string>;
  const Values slurm = {{"SLURM_ARRAY_TASK_ID", "2"},
                        {"SLURM_ARRAY_TASK_MIN", "1"},
                        {"SLURM_ARRAY_TASK_MAX", "3"},
                        {"SLURM_ARRAY_TASK_COUNT", "3"},
                        {"SLURM_ARRAY_TASK_STEP", "1"}};
  const auto with = [&slurm](Values more) {
    more.insert(slurm.begin(), slurm.end());
    return ParseShard("auto", Environment(std::move(more)));
  };
  EXPECT_EQ(*with({{"FITD_SHARDS", "3"}}), (Shard{2, 3}));
  EXPECT_EQ(*with({{"FITD_SHARDS", "3"}, {"JOB_COMPLETION_INDEX", "1"}}), (Shard{2, 3}));
  EXPECT_EQ(*with({{"SGE_TASK_ID", "undefined"}}), (Shard{2, 3}));
  const std::pair<Values, const char*> refused[] = {
      {{{"FITD_SHARDS", "8"}}, "has 3 tasks, and FITD_SHARDS is 8"},
      {{{"FITD_SHARDS", "3"}, {"PBS_ARRAY_INDEX", "0"}}, "task 2/3 of a Slurm array and task 1/3 of a PBS array"},
      {{{"SLURM_ARRAY_TASK_MIN", "2"}, {"SLURM_ARRAY_TASK_COUNT", "2"}}, "begins with task 2"},
      {{{"SLURM_ARRAY_TASK_STEP", "2"}}, "SLURM_ARRAY_TASK_STEP is 2"},
      {{{"SLURM_ARRAY_TASK_MAX", "2147483647"}}, "not a whole number"},
  };
  for (const auto& [values, said] : refused) {
    EXPECT_THAT(with(values).status().message(), HasSubstr(said));
    EXPECT_EQ(with(values).status().code(), StatusCode::kUsage);
  }
}

TEST(EqualParts, SplitByCost) {
  EXPECT_THAT(EqualParts(std::vector<double>{1, 1, 1, 1}, 2), ElementsAre(0, 2, 4));
  EXPECT_THAT(EqualParts(std::vector<double>{10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 2), ElementsAre(0, 1, 11));
  EXPECT_THAT(EqualParts(std::vector<double>{1, 1, 1, 9}, 3), ElementsAre(0, 3, 4, 4));
}

TEST(EqualParts, CoverEveryTargetOnceWhateverTheCount) {
  const std::vector<double> costs = {3, 1, 4, 1, 5, 9, 2, 6};
  for (int count = 1; count <= 20; ++count) {
    const auto bounds = EqualParts(costs, count);
    ASSERT_EQ(bounds.size(), static_cast<std::size_t>(count) + 1);
    EXPECT_EQ(bounds.front(), 0U);
    EXPECT_EQ(bounds.back(), costs.size());
    EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  }
  EXPECT_THAT(EqualParts({}, 3), ElementsAre(0, 0, 0, 0));
}

double CostOf(const TargetRanges& targets, std::span<const double> costs) {
  double sum = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) sum += costs[targets[i]];
  return sum;
}

TEST(DivideFleet, GivesEveryTargetToOneShard) {
  const std::vector<double> costs = {3, 1, 4, 1, 5, 9, 2, 6};
  for (int count = 1; count <= 20; ++count) {
    const std::vector<TargetRanges> shards = DivideFleet(costs, count);
    ASSERT_EQ(shards.size(), static_cast<std::size_t>(count));
    std::vector<std::uint32_t> all;
    for (const TargetRanges& targets : shards) {
      for (std::size_t i = 0; i < targets.size(); ++i) all.push_back(targets[i]);
    }
    std::sort(all.begin(), all.end());
    EXPECT_THAT(all, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)) << count;
  }
  EXPECT_TRUE(DivideFleet({}, 3)[2].empty());
  EXPECT_THAT(DivideFleet(costs, 1)[0].ranges(), ElementsAre(TargetRanges::Range{0, 8}));
}

TEST(DivideFleet, IsFairWhereNeighboursCostAlikeAndNobodyExpectedIt) {
  const std::vector<double> expected(3000, 1.0);
  std::vector<double> costs;  // three kinds of targets, and a trend
  for (int i = 0; i < 3000; ++i) costs.push_back((i < 700 ? 1 : i < 1900 ? 5 : 2) + i / 1000.0);
  const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
  for (const int count : {2, 3, 8, 20}) {
    for (const TargetRanges& targets : DivideFleet(expected, count)) {
      EXPECT_NEAR(CostOf(targets, costs) * count / total, 1, 0.04) << count;
    }
  }
}

TEST(DivideFleet, DealsTargetsOfGreatCostFirst) {
  std::vector<double> costs(200, 1.0);
  costs[5] = 50, costs[150] = 100, costs[199] = 150;
  const std::vector<TargetRanges> shards = DivideFleet(costs, 2);
  EXPECT_NEAR(CostOf(shards[0], costs), CostOf(shards[1], costs), 497.0 / 96);  // a strip
}

TEST(DivideFleet, HasNoMoreStripsThanAMergeCanTurnBetween) {
  const std::vector<TargetRanges> shards = DivideFleet(std::vector<double>(1'000'000, 1e-6), 1000);
  std::size_t strips = 0;
  for (const TargetRanges& targets : shards) strips += targets.ranges().size();
  EXPECT_LE(strips, 4096U);
  EXPECT_NEAR(static_cast<double>(shards[999].size()), 1000, 2);
}

}  // namespace
}  // namespace fitd::shard_test
