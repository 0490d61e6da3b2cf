#include "daemon/store/result_saver.h"

#include "daemon/store/last_values.h"
#include "tests/support/pool_fixture.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::result_saver_test {
namespace {

class ResultSaverTest : public ModelStore {
 protected:
  ResultSaverTest() {
    const Result<std::int64_t> run = store_.BeginRun(SampleHeader(frame_.size()), WallTime{});
    EXPECT_TRUE(run.ok()) << run.status().message();
    run_ = *run;
  }
  static TargetFitRecord Record() {
    TargetFitRecord record;
    record.status = FitStatus::kFitted;
    record.seasons = {12};
    record.fits.push_back({0, 0.5, EncodeOutcome(SampleOutcome(1))});
    return record;
  }
  std::size_t Saved() {
    const Result<std::vector<bool>> saved = store_.SavedTargets(run_);
    return static_cast<std::size_t>(std::count(saved->begin(), saved->end(), true));
  }

  Store store_ = OpenOrDie(path_, Store::Mode::kCreate);
  Frame frame_ = MakeFrame(5, 40);
  const TargetRanges places_{0, 5};
  ManualClock clock_;
  std::int64_t run_ = 0;
};

TEST_F(ResultSaverTest, KeepsTargetsUntilTheIntervalIsOver) {
  ResultSaver saver(store_, run_, frame_, places_, clock_, 0);
  ASSERT_OK(saver.Add(0, Record(), 1, 0.1, 1));
  ASSERT_OK(saver.Settle());
  EXPECT_EQ(Saved(), 0U) << "no fsync is spent on one target";
  clock_.Advance(ResultSaver::kBatchInterval);
  ASSERT_OK(saver.Add(1, Record(), 2, 0.1, 1));
  ASSERT_OK(saver.Settle());
  EXPECT_EQ(Saved(), 2U);
}

TEST_F(ResultSaverTest, SavesABatchThatIsLarge) {
  ResultSaver saver(store_, run_, frame_, places_, clock_, 0);
  TargetFitRecord record = Record();
  record.history.assign(ResultSaver::kBatchBytes, 'h');
  ASSERT_OK(saver.Add(3, record, 1, 0.1, 1));
  ASSERT_OK(saver.Settle());
  EXPECT_EQ(Saved(), 1U);
}

TEST_F(ResultSaverTest, HasEverythingInTheStoreWhenItIsFlushed) {
  ResultSaver saver(store_, run_, frame_, places_, clock_, 3);
  for (std::uint32_t i = 0; i < 5; ++i) ASSERT_OK(saver.Add(i, Record(), 100 + i, 0.25, 2));
  ASSERT_OK(saver.Flush());
  std::size_t seen = 0;
  TargetFilter filter;
  filter.with_last_values = true;
  ASSERT_OK(store_.ForEachTarget(run_, filter, [&](const TargetRecord& target) -> Status {
    EXPECT_EQ(target.id, frame_[seen].id);
    EXPECT_EQ(target.fingerprint, 100 + seen);
    EXPECT_EQ(target.attempts, 2U);
    EXPECT_EQ(target.num_values, frame_[seen].values.size());
    EXPECT_EQ(target.seasons, std::vector<int>{12});
    EXPECT_EQ(target.models.size(), 1U);
    EXPECT_EQ(target.last_values, PackLastValues(frame_[seen].values.last(3)));
    ++seen;
    return {};
  }));
  EXPECT_EQ(seen, 5U);
}

TEST_F(ResultSaverTest, TellsOfABatchThatCouldNotBeSaved) {
  ResultSaver saver(store_, run_, frame_, places_, clock_, 0);
  ASSERT_OK(saver.Add(2, Record(), 1, 0.1, 1));
  ASSERT_OK(saver.Flush());
  ASSERT_OK(saver.Add(2, Record(), 1, 0.1, 1));  // a target that is saved already is an error of the store
  EXPECT_FALSE(saver.Flush().ok());
}

}  // namespace
}  // namespace fitd::result_saver_test
