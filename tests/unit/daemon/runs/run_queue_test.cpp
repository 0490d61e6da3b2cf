#include "daemon/runs/run_queue.h"

#include <gtest/gtest.h>

namespace fitd::run_queue_test {
namespace {

RunRecord For(const std::string& job, int priority = 0) {
  RunRecord record;
  record.job = job;
  record.priority = priority;
  return record;
}

std::int64_t Add(RunQueue& queue, const std::string& job, int priority = 0) {
  auto id = queue.Enqueue(For(job, priority), 16);
  EXPECT_TRUE(id.ok()) << id.status().message();
  return id.ok() ? *id : 0;
}

TEST(RunQueue, StartsInTheOrderOfArrivalWithinAPriority) {
  RunQueue queue;
  Add(queue, "a");
  Add(queue, "b");
  Add(queue, "urgent", 5);
  std::vector<std::string> order;
  while (RunRecord* run = queue.NextToStart(1)) {
    order.push_back(run->job);
    run->state = ServiceRunState::kRunning;
    queue.Finish(run->id, ServiceRunState::kComplete, 1, 100);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"urgent", "a", "b"}));
}

TEST(RunQueue, StartsNoMoreThanAllowedAtATime) {
  RunQueue queue;
  Add(queue, "a");
  Add(queue, "b");
  Add(queue, "c");
  queue.NextToStart(2)->state = ServiceRunState::kRunning;
  queue.NextToStart(2)->state = ServiceRunState::kCancelling;
  EXPECT_EQ(queue.NextToStart(2), nullptr);
  EXPECT_EQ(queue.num_active(), 2U);
  EXPECT_EQ(queue.num_queued(), 1U);
}

TEST(RunQueue, RefusesAJobThatWaitsOrRunsAlready) {
  RunQueue queue;
  const std::int64_t id = Add(queue, "cpu");
  for (ServiceRunState state : {ServiceRunState::kQueued, ServiceRunState::kRunning, ServiceRunState::kCancelling,
                                ServiceRunState::kInterrupted}) {
    queue.Find(id)->state = state;
    auto again = queue.Enqueue(For("cpu"), 16);
    ASSERT_FALSE(again.ok()) << ServiceRunStateName(state);
    EXPECT_EQ(again.status().code(), StatusCode::kBusy);
    EXPECT_NE(again.status().message().find("run " + std::to_string(id)), std::string::npos);
  }
  queue.Find(id)->state = ServiceRunState::kComplete;
  EXPECT_TRUE(queue.Enqueue(For("cpu"), 16).ok());
}

TEST(RunQueue, RefusesWhatDoesNotFit) {
  RunQueue queue;
  ASSERT_TRUE(queue.Enqueue(For("a"), 2).ok());
  ASSERT_TRUE(queue.Enqueue(For("b"), 2).ok());
  auto third = queue.Enqueue(For("c"), 2);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(ExitCode(third.status()), 75);
  queue.NextToStart(1)->state = ServiceRunState::kRunning;  // a running one waits no longer
  EXPECT_TRUE(queue.Enqueue(For("c"), 2).ok());
}

TEST(RunQueue, CancelsWaitingRunsAtOnceAndRunningOnesThroughTheirProcess) {
  RunQueue queue;
  const std::int64_t waiting = Add(queue, "a");
  const std::int64_t running = Add(queue, "b");
  queue.Find(running)->state = ServiceRunState::kRunning;
  EXPECT_TRUE(queue.Cancel(waiting, 7).ok());
  EXPECT_TRUE(queue.Cancel(running, 7).ok());
  EXPECT_EQ(queue.Find(waiting)->state, ServiceRunState::kCancelled);
  EXPECT_EQ(queue.Find(running)->state, ServiceRunState::kCancelling);
  EXPECT_EQ(queue.Cancel(waiting, 8).code(), StatusCode::kInvalidInput);
  EXPECT_EQ(queue.Cancel(99, 8).code(), StatusCode::kNotFound);
}

TEST(RunQueue, ResumesWhatWasRunningWhenTheDaemonEnded) {
  RunQueue queue;
  const std::int64_t running = Add(queue, "a");
  const std::int64_t interrupted = Add(queue, "b");
  const std::int64_t cancelling = Add(queue, "c");
  const std::int64_t done = Add(queue, "d");
  queue.Find(running)->state = ServiceRunState::kRunning;
  queue.Find(interrupted)->state = ServiceRunState::kInterrupted;
  queue.Find(cancelling)->state = ServiceRunState::kCancelling;
  queue.Find(done)->state = ServiceRunState::kFailed;
  EXPECT_EQ(queue.ResumeInterrupted(), 2U);
  EXPECT_EQ(queue.Find(running)->state, ServiceRunState::kQueued);
  EXPECT_EQ(queue.Find(interrupted)->state, ServiceRunState::kQueued);
  EXPECT_EQ(queue.Find(cancelling)->state, ServiceRunState::kCancelled) << "what a client cancelled does not come back";
  EXPECT_EQ(queue.Find(done)->state, ServiceRunState::kFailed);
}

TEST(RunQueue, ForgetsTheOldestFinishedRunsOnly) {
  RunQueue queue;
  const std::int64_t waiting = Add(queue, "waits");
  for (int i = 0; i < 5; ++i) queue.Finish(Add(queue, "j" + std::to_string(i)), ServiceRunState::kComplete, 1, 3);
  EXPECT_EQ(queue.runs().size(), 4U);
  EXPECT_NE(queue.Find(waiting), nullptr);
  EXPECT_EQ(queue.Find(2), nullptr);
  EXPECT_EQ(queue.Latest("j4", RunKind::kTrain)->id, 6);
}

TEST(RunQueue, ATrainingAndADetectionOfOneJobWaitForEachOther) {
  RunQueue queue;
  const std::int64_t training = Add(queue, "a");
  RunRecord detection = For("a");
  detection.kind = RunKind::kDetect;
  const std::int64_t waiting = *queue.Enqueue(detection, 10);
  const std::int64_t other = Add(queue, "b");
  EXPECT_EQ(queue.Enqueue(detection, 10).status().code(), StatusCode::kBusy) << "one of a kind";
  EXPECT_EQ(queue.NextToStart(3)->id, training);
  queue.Find(training)->state = ServiceRunState::kRunning;
  EXPECT_EQ(queue.NextToStart(3)->id, other) << "the store of a is in use";
  queue.Find(other)->state = ServiceRunState::kRunning;
  EXPECT_EQ(queue.NextToStart(3), nullptr);
  queue.Finish(training, ServiceRunState::kComplete, 1, 9);
  EXPECT_EQ(queue.NextToStart(3)->id, waiting);
  EXPECT_EQ(queue.Latest("a", RunKind::kTrain)->id, training);
  EXPECT_EQ(queue.Latest("a", RunKind::kDetect)->id, waiting);
}

TEST(RunQueue, ManyDetectionsDoNotPushTheTrainingsOut) {
  RunQueue queue;
  const std::int64_t training = Add(queue, "a");
  queue.Finish(training, ServiceRunState::kComplete, 1, 2);
  RunRecord detection = For("a");
  detection.kind = RunKind::kDetect;
  for (int i = 0; i < 5; ++i) queue.Finish(*queue.Enqueue(detection, 10), ServiceRunState::kComplete, 1, 2);
  EXPECT_EQ(queue.runs().size(), 3U);
  EXPECT_NE(queue.Find(training), nullptr);
}

TEST(RunQueue, NeverGivesANumberTwice) {
  RunQueue queue;
  std::deque<RunRecord> runs(1);
  runs[0].id = 41;
  queue.Restore(std::move(runs), 7);
  EXPECT_EQ(Add(queue, "next"), 42);
}

}  // namespace
}  // namespace fitd::run_queue_test
