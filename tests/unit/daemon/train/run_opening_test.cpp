#include "daemon/train/run_opening.h"

#include "daemon/plan/fingerprint.h"
#include "tests/support/pool_fixture.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::run_opening_test {
namespace {

OpeningOptions OfShard(int index, int count) {
  OpeningOptions options;
  options.shard = {index, count};
  return options;
}

OpeningOptions Fresh() {
  OpeningOptions options;
  options.fresh = true;
  return options;
}

OpeningOptions RetryQuarantined() {
  OpeningOptions options;
  options.retry_quarantined = true;
  return options;
}

class RunOpeningTest : public ModelStore {
 protected:
  RunOpeningTest() {
    Job job;
    job.models.local = {"ets"};
    plan_ = MakeModelPlan(job);
  }
  OpenedTraining Open(const OpeningOptions& options = {}) {
    Result<OpenedTraining> opened = OpenTraining(store_, frame_, plan_, options, clock_);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    return opened.ok() ? *std::move(opened) : OpenedTraining();
  }
  // Saves one more target of a run.
  void Save(const OpenedTraining& opened, std::uint32_t index) {
    SampleBatch batch;
    batch.Add(index, std::string(frame_[index].id), {SampleOutcome(1)});
    batch.records()[0].fingerprint = opened.open.fingerprints[index];
    ASSERT_OK(store_.Append(opened.open.run, batch.records()));
  }
  void Finish(const OpenedTraining& opened) {
    ASSERT_OK(store_.FinishRun(opened.open.run, frame_.size(), "{}", 10, WallTime{}));
  }

  Store store_ = OpenOrDie(path_, Store::Mode::kCreate);
  Frame frame_ = MakeFrame(4, 40);
  ModelPlan plan_;
  ManualClock clock_;
};

TEST_F(RunOpeningTest, BeginsANewRunInAnEmptyStore) {
  const OpenedTraining opened = Open();
  EXPECT_EQ(opened.open.missing, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(opened.targets, 4U);
  EXPECT_EQ(opened.resumed, 0U);
  EXPECT_FALSE(opened.complete);
  EXPECT_FALSE(opened.open.base.has_value());
}

TEST_F(RunOpeningTest, GoesOnWithWhatAnEarlierAttemptLacks) {
  const OpenedTraining first = Open();
  Save(first, 1);
  const OpenedTraining again = Open();
  EXPECT_EQ(again.open.run, first.open.run);
  EXPECT_EQ(again.open.missing, (std::vector<std::uint32_t>{0, 2, 3}));
  EXPECT_EQ(again.resumed, 1U);
}

TEST_F(RunOpeningTest, HasNothingToDoWhenTheRunIsComplete) {
  const OpenedTraining first = Open();
  for (std::uint32_t i = 0; i < 4; ++i) Save(first, i);
  Finish(first);
  EXPECT_TRUE(Open().complete);
  const OpenedTraining fresh = Open(Fresh());
  EXPECT_NE(fresh.open.run, first.open.run);
  EXPECT_EQ(fresh.open.missing.size(), 4U);
}

TEST_F(RunOpeningTest, GoesOnWithARunThatOnlySaysItIsComplete) {
  const OpenedTraining first = Open();
  Save(first, 0);
  // As fitd 1.0.0 could leave it, which described no run.
  Sql(path_, "UPDATE runs SET state = 'complete'; DELETE FROM globals WHERE name LIKE 'description of run %'");
  const OpenedTraining again = Open();
  EXPECT_FALSE(again.complete);
  EXPECT_EQ(again.open.missing.size(), 3U);
}

TEST_F(RunOpeningTest, FitsOnlyItsShardAndRefusesAnother) {
  const OpenedTraining half = Open(OfShard(1, 2));
  EXPECT_LT(half.open.missing.size(), 4U);
  EXPECT_EQ(half.targets, half.open.missing.size());
  EXPECT_EQ(OpenTraining(store_, frame_, plan_, OfShard(2, 2), clock_).status().code(), StatusCode::kUsage);
}

TEST_F(RunOpeningTest, TriesAgainWhatIsInQuarantineWhenItIsTold) {
  OpenedTraining first = Open();
  for (std::uint32_t i = 0; i < 4; ++i) Save(first, i);
  ASSERT_OK(first.quarantine->Put(store_, frame_[2].id, "oom", first.open.fingerprints[2], WallTime{}));
  Finish(first);
  EXPECT_TRUE(Open().complete);
  const OpenedTraining again = Open(RetryQuarantined());
  EXPECT_EQ(again.open.missing, std::vector<std::uint32_t>{2});
  EXPECT_TRUE(store_.ListQuarantine()->empty());
}

}  // namespace
}  // namespace fitd::run_opening_test
