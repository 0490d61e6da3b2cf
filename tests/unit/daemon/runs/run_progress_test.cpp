#include "daemon/runs/run_progress.h"

#include <gtest/gtest.h>

namespace fitd::run_progress_test {
namespace {

using std::chrono::seconds;

RunAdvanced Fitting(std::uint64_t done, std::uint64_t total) {
  RunAdvanced advanced;
  advanced.stage = Stage::kFit;
  advanced.done = done;
  advanced.total = total;
  return advanced;
}

TEST(RunProgress, CountsAsMovedOnlyByWhatIsNew) {
  ManualClock clock;
  RunProgress progress(clock.Now());
  const auto apply_later = [&](const RunEvent& event) {
    clock.Advance(seconds(1));
    progress.Apply(event, clock.Now());
    return progress.last_progress() == clock.Now();
  };
  EXPECT_TRUE(apply_later(Fitting(1, 10)));
  EXPECT_FALSE(apply_later(Fitting(1, 10))) << "a process that repeats itself is as good as silent";
  EXPECT_TRUE(apply_later(Fitting(2, 10)));
  RunAdvanced failed = Fitting(2, 10);
  failed.failures = 1;
  EXPECT_TRUE(apply_later(failed));
  EXPECT_TRUE(apply_later(WorkerLost{}));
  EXPECT_FALSE(apply_later(FitTimesCounted{})) << "a heartbeat says nothing of the run";
  EXPECT_EQ(progress.worker_deaths(), 1U);
}

TEST(RunProgress, KnowsItsWorkersAfterAStartWithoutAny) {
  ManualClock clock;
  RunProgress progress(clock.Now());
  RunStarted started;
  started.run = 3;
  started.targets = 7;
  started.workers = {{0, 99, 1}};
  progress.Apply(started, clock.Now());
  started.workers.clear();
  progress.Apply(started, clock.Now());
  EXPECT_EQ(progress.store_run(), 3);
  EXPECT_EQ(progress.targets(), 7U);
  ASSERT_EQ(progress.workers().size(), 1U);
  EXPECT_EQ(progress.workers()[0].pid, 99);
}

TEST(RunProgress, IsALineForSystemctl) {
  ManualClock clock;
  RunProgress progress(clock.Now());
  EXPECT_EQ(progress.Describe("cpu"), "cpu: starting");
  RunAdvanced loading;
  loading.stage = Stage::kLoad;
  loading.done = 5'000'000;
  loading.total = 10'000'000;
  progress.Apply(loading, clock.Now());
  EXPECT_EQ(progress.Describe("cpu"), "cpu: load 50%") << "bytes are nobody's business";
  RunAdvanced fitting = Fitting(1200, 1428);
  fitting.rate = 310;
  fitting.eta_seconds = 1;
  fitting.failures = 2;
  progress.Apply(fitting, clock.Now());
  EXPECT_EQ(progress.Describe("cpu"), "cpu: fit 1200/1428 84% 310 targets/s ETA 0:01, 2 failed");
  fitting.done = 1428;
  progress.Apply(fitting, clock.Now());
  EXPECT_EQ(progress.Describe("cpu"), "cpu: fit 1428/1428 100% 310 targets/s, 2 failed")
      << "nothing is left to wait for";
}

}  // namespace
}  // namespace fitd::run_progress_test
