#include "daemon/pool/worker_watch.h"

#include <gtest/gtest.h>

namespace fitd::worker_watch_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const WatchLimits kLimits{seconds(60), seconds(1), seconds(2)};

class WorkerWatch : public ::testing::Test {
 protected:
  WatchAction Ask() const { return Watch(worker, kLimits, clock.Now()); }

  ManualClock clock;
  WorkerCondition worker{WorkerState::kReady, clock.Now(), {}, {}, {}, false, {}};
};

TEST_F(WorkerWatch, LeavesAWorkerAloneThatKeepsItsLimits) {
  worker.has_chunks = true;
  worker.unit = {seconds(5), seconds(5)};
  clock.Advance(seconds(3600));
  EXPECT_EQ(Ask(), WatchAction::kNone);
}

TEST_F(WorkerWatch, EndsAWorkerThatIsNotReadyInTime) {
  for (const WorkerState state : {WorkerState::kStarting, WorkerState::kPreparing}) {
    worker.state = state;
    worker.state_since = clock.Now();
    clock.Advance(seconds(60));
    EXPECT_EQ(Ask(), WatchAction::kNone);
    clock.Advance(milliseconds(1));
    EXPECT_EQ(Ask(), WatchAction::kEndStartup);
  }
}

TEST_F(WorkerWatch, EndsAWorkerThatHangsOnItsUnit) {
  worker.has_chunks = true;
  worker.unit = {milliseconds(5001), seconds(5)};
  EXPECT_EQ(Ask(), WatchAction::kEndUnit);
}

TEST_F(WorkerWatch, GivesACommandThatIsComingUpTheTimeOfAWorker) {
  worker.has_chunks = true;
  worker.unit = {milliseconds(5001), seconds(5), true};
  EXPECT_EQ(Ask(), WatchAction::kNone);
  worker.unit->taken = seconds(60);
  EXPECT_EQ(Ask(), WatchAction::kNone);
  worker.unit->taken += milliseconds(1);
  EXPECT_EQ(Ask(), WatchAction::kEndUnit);
  worker.unit = {seconds(100), seconds(200), true};
  EXPECT_EQ(Ask(), WatchAction::kNone) << "the longer one counts";
}

TEST_F(WorkerWatch, KillsTheCondemnedWhenTheirGraceIsOverAndNotBefore) {
  worker.verdict = Verdict::kTimeout;
  worker.kill_at = clock.Now() + kLimits.abort;
  worker.unit = {seconds(100), seconds(5)};
  EXPECT_EQ(Ask(), WatchAction::kNone) << "it was told to report where it is";
  clock.Advance(seconds(1));
  EXPECT_EQ(Ask(), WatchAction::kKill);
}

TEST_F(WorkerWatch, EndsAWorkerThatClosedItsSocketAndWentOnLiving) {
  worker.closed_at = clock.Now();
  clock.Advance(seconds(1));
  EXPECT_EQ(Ask(), WatchAction::kNone);
  clock.Advance(milliseconds(1));
  EXPECT_EQ(Ask(), WatchAction::kEndSilent);
}

TEST_F(WorkerWatch, GivesALeavingWorkerItsChunksAndThenTwoSeconds) {
  worker.state = WorkerState::kLeaving;
  worker.has_chunks = true;
  clock.Advance(seconds(10));
  EXPECT_EQ(Ask(), WatchAction::kNone);
  worker.has_chunks = false;
  EXPECT_EQ(Ask(), WatchAction::kKill);
}

TEST(IsWorn, ByUnitsOrByGrowth) {
  EXPECT_FALSE(IsWorn({}, 1'000'000, 0, 1U << 30));
  EXPECT_FALSE(IsWorn({100, 0}, 99, 0, 0));
  EXPECT_TRUE(IsWorn({100, 0}, 100, 0, 0));
  EXPECT_FALSE(IsWorn({0, 1000}, 1, 5000, 6000));
  EXPECT_TRUE(IsWorn({0, 1000}, 1, 5000, 6001));
}

}  // namespace
}  // namespace fitd::worker_watch_test
