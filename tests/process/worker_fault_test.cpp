// The specification of death: every stage of a worker's life x every manner of ending, with real workers. Each worker's
// first process misbehaves once; the run must end by itself with every record right and the death named.
#include <gtest/gtest.h>

#include "common/process/fault.h"
#include "tests/support/leftovers.h"
#include "tests/support/pool_fixture.h"

namespace fitd {
namespace {

#ifdef FITD_FAULTS
constexpr bool kHaveFaults = true;
#else
constexpr bool kHaveFaults = false;
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // reserves address space beyond any data limit
#else
constexpr bool kSanitized = false;
#endif

struct Manner {
  const char* name;
  const char* cause;
};
constexpr Manner kManners[] = {
    {"exception", "exit:70"},
    {"exit0", "exit:0"},
    {"exit3", "exit:3"},
    {"segv", "signal:11"},
    {"abort", "signal:6"},
    {"kill", "signal:9"},
    {"hang", "timeout"},
    {"stop", "timeout"},
    {"oom", "oom"},
    {"corrupt_frame", "bad-message"},
    {"half_frame", "bad-message"},
    {"wrong_version", "bad-message"},
    {"huge_frame", "bad-message"},
};
constexpr const char* kPoints[] = {"worker.before_hello", "worker.attach",    "worker.prepare",
                                   "worker.first_target", "worker.mid_chunk", "worker.write_result",
                                   "worker.after_result", "worker.idle"};

PoolOptions FaultyPool(const std::string& faults, int workers, bool waits = false) {
  PoolOptions pool = TestPool(workers);
  pool.extra_env = {{"FITD_FAULT", "seed=7," + faults}};
  pool.startup_timeout = std::chrono::seconds(waits ? 2 : 30);
  pool.abort_grace = std::chrono::milliseconds(300);
  return pool;
}

// A manner that ends in a timeout waits for it; others have all the time that a busy machine takes for them.
StageOptions SmallChunks(bool waits = false) {
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.chunk_size = {ChunkSizePolicy::Kind::kFixed, 5};
  stage.target_timeout = waits ? std::chrono::milliseconds(500) : std::chrono::milliseconds(30000);
  return stage;
}

class WorkerFault : public testing::TestWithParam<std::tuple<const char*, Manner>> {
 protected:
  void SetUp() override {
    if (!kHaveFaults) GTEST_SKIP() << "built without FITD_FAULTS";
    if (kSanitized && std::string(std::get<1>(GetParam()).name) == "oom") GTEST_SKIP() << "no data limits here";
  }
};

TEST_P(WorkerFault, OnceInAProcessCostsNoRecord) {
  const auto& [point, manner] = GetParam();
  const Leftovers leftovers;
  const Frame frame = MakeFrame(40, 10);
  const std::string fault = std::string(point) + "=" + manner.name + "/1";
  const bool waits = std::string(manner.cause) == "timeout";
  Outcome outcome = RunOnce(frame, {}, FaultyPool(fault, 1, waits), SmallChunks(waits));
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  EXPECT_EQ(outcome.got.records, Expected(frame, 16));
  EXPECT_TRUE(outcome.got.lost.empty());
  ASSERT_GE(outcome.got.deaths.size(), 1U);
  EXPECT_EQ(outcome.got.deaths.front(), manner.cause);
  leftovers.ExpectNone();
}

TEST_P(WorkerFault, InEveryProcessEndsTheRunAllTheSame) {
  const auto& [point, manner] = GetParam();
  const std::string name = manner.name;
  if (name == "hang" || name == "stop") GTEST_SKIP() << "the same as once, only longer";
  const Leftovers leftovers;
  const Frame frame = MakeFrame(12, 10);
  Outcome outcome = RunOnce(frame, {}, FaultyPool(std::string(point) + "=" + name, 2), SmallChunks());
  const bool before_work = std::string(point) == "worker.before_hello" || std::string(point) == "worker.attach" ||
                           std::string(point) == "worker.prepare";
  if (before_work) {
    ASSERT_FALSE(outcome.report.ok());
    EXPECT_EQ(outcome.report.status().code(), StatusCode::kWorkerLost);
    EXPECT_NE(outcome.report.status().message().find(manner.cause), std::string::npos)
        << outcome.report.status().message();
  } else {
    ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
    EXPECT_EQ(outcome.got.records.size() + outcome.got.lost.size(), frame.size());
    const auto expected = Expected(frame, 16);
    for (const auto& [unit, record] : outcome.got.records) EXPECT_EQ(record, expected.at(unit));
    for (const auto& [unit, lost] : outcome.got.lost) EXPECT_EQ(lost.cause, manner.cause);
  }
  leftovers.ExpectNone();
}

std::string TestName(const testing::TestParamInfo<std::tuple<const char*, Manner>>& info) {
  std::string name = std::string(std::get<0>(info.param)).substr(7) + "_" + std::get<1>(info.param).name;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Everywhere, WorkerFault,
                         testing::Combine(testing::ValuesIn(kPoints), testing::ValuesIn(kManners)), TestName);

TEST(WorkerFaults, RandomKillsEverywhereChangeNothing) {
  if (!kHaveFaults) GTEST_SKIP() << "built without FITD_FAULTS";
  const Leftovers leftovers;
  const Frame frame = MakeFrame(600, 20);
  Outcome outcome =
      RunOnce(frame, {},
              FaultyPool("worker.mid_chunk=kill%0.03,worker.write_result=kill%0.03,worker.after_result=kill%0.03", 2),
              SmallChunks());
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  EXPECT_EQ(outcome.got.records, Expected(frame, 16));
  EXPECT_GE(outcome.got.deaths.size(), 20U);
  leftovers.ExpectNone();
}

TEST(WorkerFaults, AFaultThatIsNotUnderstoodIsRefused) {
  const auto plan = ParseFaultPlan("worker.first_target=segv@2,worker.frist=segv");
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.status().message().find("worker.frist=segv"), std::string::npos);
  EXPECT_FALSE(ParseFaultPlan("worker.idle=explode").ok());
  EXPECT_FALSE(ParseFaultPlan("worker.idle=segv@x").ok());
  const auto good = ParseFaultPlan("seed=7,worker.idle=segv@2/3,worker.attach=kill%0.5");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->seed, 7U);
  EXPECT_EQ(good->rules[0].hit, 2U);
  EXPECT_EQ(good->rules[0].spawn, 3U);
  EXPECT_DOUBLE_EQ(good->rules[1].probability, 0.5);
}

}  // namespace
}  // namespace fitd
