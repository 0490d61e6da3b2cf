#include "daemon/store/run_globals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::run_globals_test {
namespace {

PooledArGlobal Regression(int season) {
  PooledArSums sums({season, 3});
  for (int series = 0; series < 40; ++series) {
    std::vector<double> y;
    for (int t = 0; t < 60; ++t) y.push_back(100 + 10 * std::sin(0.5 * t + series) + (t * 7919 + series * 31) % 13);
    sums.Add(y);
  }
  return Solve(sums);
}

class RunGlobals : public ModelStore {
 protected:
  void SetUp() override {
    store_ = OpenOrDie(path_, Store::Mode::kCreate);
    RunHeader header;
    header.fingerprint = "f";
    header.num_targets = 1;
    auto run = store_->BeginRun(header, {});
    ASSERT_OK(run.status());
    run_ = *run;
  }
  std::optional<Store> store_;
  std::int64_t run_ = 0;
};

TEST_F(RunGlobals, RegressionsSurviveTheStoreBitByBit) {
  const std::vector<PooledArGlobal> written = {Regression(1), Regression(12)};
  ASSERT_OK(PutPooledAr(*store_, run_, written));
  const auto read = GetPooledAr(*store_, run_);
  ASSERT_OK(read.status());
  ASSERT_EQ(read->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(PackPooledAr(read->at(i)), PackPooledAr(written[i]));
}

TEST_F(RunGlobals, ChangedRegressionsAreRefused) {
  ASSERT_OK(PutPooledAr(*store_, run_, {Regression(1)}));
  std::string bytes = *store_->GetGlobal(run_, "pooled-ar");
  for (const std::size_t size : {bytes.size() - 1, bytes.size() - 8, std::size_t{20}}) {
    ASSERT_OK(store_->PutGlobal(run_, "pooled-ar", bytes.substr(0, size)));
    EXPECT_EQ(GetPooledAr(*store_, run_).status().code(), StatusCode::kCorrupt) << size;
  }
  ASSERT_OK(store_->PutGlobal(run_, "pooled-ar", "nobody's bytes"));
  EXPECT_EQ(GetPooledAr(*store_, run_).status().code(), StatusCode::kCorrupt);
}

TEST_F(RunGlobals, AFingerprintSaysWhichShardsAreMissing) {
  EXPECT_EQ(FingerprintWithout("f", {}), "f");
  EXPECT_EQ(FingerprintWithout("f", {"2/3"}), "f-without-2/3");
  EXPECT_EQ(MissingShards(FingerprintWithout("f", {"1/3", "2/3"})), "1/3,2/3");
  EXPECT_EQ(MissingShards("f"), "");
}

TEST_F(RunGlobals, MarksOfShardsAreReadAsTheyAreWrittenNowAndAsTheyWere) {
  TargetRanges targets(0, 22);
  targets.Add(66, 88);
  ASSERT_OK(PutShardMark(*store_, run_, {"2/3", "fingerprint", "{options}", targets}));
  const auto mark = GetShardMark(*store_, run_);
  ASSERT_OK(mark.status());
  EXPECT_EQ((*mark)->shard, "2/3");
  EXPECT_EQ((*mark)->options, "{options}");
  EXPECT_EQ((*mark)->targets, targets);
  ASSERT_OK(store_->PutGlobal(run_, "shard", "2/3\nfingerprint\n30\n60\n{options}\n"));
  EXPECT_EQ((*GetShardMark(*store_, run_))->targets, TargetRanges(30, 60));
  EXPECT_EQ((*GetShardMark(*store_, run_))->options, "{options}");
  ASSERT_OK(store_->PutGlobal(run_, "shard", "2/3\nfingerprint\n30\n30\n{options}\n"));
  EXPECT_TRUE((*GetShardMark(*store_, run_))->targets.empty());
  for (const char* wrong : {"", "2/3\nfingerprint\n", "2/3\nf\n60\n30\no\n", "2/3\nf\n0-5 3-9\no\n"}) {
    ASSERT_OK(store_->PutGlobal(run_, "shard", wrong));
    EXPECT_EQ(GetShardMark(*store_, run_).status().code(), StatusCode::kCorrupt) << wrong;
  }
}

}  // namespace
}  // namespace fitd::run_globals_test
