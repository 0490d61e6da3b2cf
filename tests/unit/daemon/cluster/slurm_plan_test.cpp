#include "daemon/cluster/slurm_plan.h"

#include <gtest/gtest.h>

#include <numeric>

namespace fitd::slurm_plan_test {
namespace {

// "1-3+0 2+5": the ids of each array and its offset.
std::string Say(const std::vector<int>& shards, int max_array) {
  std::string text;
  for (const SlurmArray& array : ArraysOf(shards, max_array)) {
    text += (text.empty() ? "" : " ") + array.ids + "+" + std::to_string(array.offset);
  }
  return text;
}

TEST(SlurmPlan, NamesShardsAsRangesOfTaskIds) {
  EXPECT_EQ(Say({}, 1001), "");
  EXPECT_EQ(Say({7}, 1001), "7+0");
  EXPECT_EQ(Say({1, 2, 3}, 1001), "1-3+0");
  EXPECT_EQ(Say({3, 7, 9, 10, 11, 12}, 1001), "3,7,9-12+0");
}

TEST(SlurmPlan, SplitsArraysAtTheLargestTaskId) {
  EXPECT_EQ(Say({1, 2, 3, 4, 5, 6, 7}, 4), "1-3+0 1-3+3 1+6");
  EXPECT_EQ(Say({3, 4}, 4), "3+0 1+3");
  EXPECT_EQ(Say({9, 12}, 4), "3+6 3+9");
  EXPECT_EQ(Say({1, 2, 3}, 1), "1+0 1+1 1+2");  // a limit that leaves no id but 0 is not kept to
}

// Every shard has one task, whatever the limit.
TEST(SlurmPlan, LosesNoShardAndRunsNoneTwice) {
  std::vector<int> shards(60);
  std::iota(shards.begin(), shards.end(), 1);
  std::erase_if(shards, [](int shard) { return shard % 7 == 3 || (shard > 20 && shard < 26); });
  for (int max_array = 2; max_array < 70; ++max_array) {
    std::vector<int> run;
    for (const SlurmArray& array : ArraysOf(shards, max_array)) {
      for (std::size_t at = 0; at < array.ids.size();) {
        const std::size_t end = std::min(array.ids.find(',', at), array.ids.size());
        const std::string range = array.ids.substr(at, end - at);
        const std::size_t dash = range.find('-');
        const int first = std::stoi(range);
        const int last = dash == std::string::npos ? first : std::stoi(range.substr(dash + 1));
        EXPECT_LT(last, max_array);
        for (int id = first; id <= last; ++id) run.push_back(id + array.offset);
        at = end + 1;
      }
    }
    EXPECT_EQ(run, shards) << max_array;
  }
}

TEST(SlurmPlan, QuotesPathsForTheShell) {
  SlurmPlan plan;
  plan.fitd = "/usr/bin/fitd";
  plan.job = "/data/it's.toml";
  plan.store = "/data/two words.db";
  plan.folder = "/scratch/f$1";
  plan.shards = 2;
  plan.spill = "/tmp/a b";
  const std::string script = PlanScript(plan);
  EXPECT_NE(script.find("\nfitd=/usr/bin/fitd\n"), std::string::npos) << script;
  EXPECT_NE(script.find("\njob='/data/it'\\''s.toml'\n"), std::string::npos) << script;
  EXPECT_NE(script.find("\nfolder='/scratch/f$1'\n"), std::string::npos) << script;
  EXPECT_NE(script.find(" --spill '/tmp/a b'\n"), std::string::npos) << script;
  EXPECT_NE(MergeScript(plan).find(" merge --store '/data/two words.db' "), std::string::npos);
}

}  // namespace
}  // namespace fitd::slurm_plan_test
