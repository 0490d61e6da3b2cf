#include "daemon/plan/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace fitd {
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
  for (const char* wrong : {"0/8", "9/8", "2", "2/", "/8", "-1/8", "2/8x", "a/b", "1/2/3"}) {
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

TEST(ShardBounds, SplitByCost) {
  EXPECT_THAT(ShardBounds(std::vector<double>{1, 1, 1, 1}, 2), ElementsAre(0, 2, 4));
  EXPECT_THAT(ShardBounds(std::vector<double>{10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 2), ElementsAre(0, 1, 11));
  EXPECT_THAT(ShardBounds(std::vector<double>{1, 1, 1, 9}, 3), ElementsAre(0, 3, 4, 4));
}

TEST(ShardBounds, CoverEveryTargetOnceWhateverTheCount) {
  const std::vector<double> costs = {3, 1, 4, 1, 5, 9, 2, 6};
  for (int count = 1; count <= 20; ++count) {
    const auto bounds = ShardBounds(costs, count);
    ASSERT_EQ(bounds.size(), static_cast<std::size_t>(count) + 1);
    EXPECT_EQ(bounds.front(), 0U);
    EXPECT_EQ(bounds.back(), costs.size());
    EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  }
  EXPECT_THAT(ShardBounds({}, 3), ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace fitd
