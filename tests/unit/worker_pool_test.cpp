// Real worker processes behind the pool.
#include <gtest/gtest.h>

#include <map>

#include "common/synthetic_task.h"
#include "daemon/supervisor.h"

namespace fitd {
namespace {

Frame MakeFrame(int targets, int length) {
  Frame frame;
  std::vector<double> values(static_cast<std::size_t>(length));
  for (int i = 0; i < targets; ++i) {
    for (int t = 0; t < length; ++t) values[static_cast<std::size_t>(t)] = i * 1000 + t;
    char id[16];
    std::snprintf(id, sizeof(id), "t%06d", i);
    frame.Append(id, values, {0, {Step::Unit::kNanosecond, 1}});
  }
  frame.Sort();
  return frame;
}

PoolOptions TestPool(int workers) {
  PoolOptions options;
  options.workers = workers;
  options.executable = FITD_BIN_DIR "/fitd-worker";
  options.on_output = [](int, std::string_view) {};
  return options;
}

class Collector : public StageSink {
 public:
  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double, int) override {
    EXPECT_TRUE(records.emplace(unit.first, std::string(bytes)).second) << "unit " << unit.first << " came twice";
    return OkStatus();
  }
  Status OnLost(const TargetLost& l) override {
    EXPECT_TRUE(lost.emplace(l.unit.first, l).second);
    return OkStatus();
  }
  std::map<std::uint32_t, std::string> records;
  std::map<std::uint32_t, TargetLost> lost;
};

std::map<std::uint32_t, std::string> Expected(const Frame& frame, std::uint32_t result_bytes) {
  std::map<std::uint32_t, std::string> expected;
  for (std::uint32_t i = 0; i < frame.size(); ++i) {
    const SeriesView view = frame[i];
    expected[i] = SyntheticRecord({&view, 1}, result_bytes);
  }
  return expected;
}

struct Outcome {
  Result<StageReport> report;
  Collector got;
  std::vector<WorkerStats> stats;
};

Outcome RunOnce(const Frame& frame, const SyntheticOptions& task, PoolOptions pool_options, StageOptions stage = {}) {
  const std::string context = EncodeSyntheticContext(task);
  stage.context = context;
  if (stage.units.empty()) stage.units = UnitsOfTargets(frame.size());
  auto pool = WorkerPool::Start(pool_options);
  if (!pool.ok()) return {pool.status(), {}, {}};
  Collector got;
  auto report = (*pool)->RunStage(frame, stage, got);
  (*pool)->Shutdown();
  return {std::move(report), std::move(got), (*pool)->Stats()};
}

SyntheticOptions ResultsOf(std::uint32_t bytes) {
  SyntheticOptions task;
  task.result_bytes = bytes;
  return task;
}

TEST(WorkerPool, SameRecordsWhateverTheNumberOfWorkersAndTheChunkSize) {
  const Frame frame = MakeFrame(500, 37);
  const auto expected = Expected(frame, 64);
  for (const int workers : {0, 1, 2, 3}) {
    for (const auto kind :
         {ChunkSizePolicy::Kind::kAuto, ChunkSizePolicy::Kind::kEven, ChunkSizePolicy::Kind::kFixed}) {
      StageOptions stage;
      stage.chunk_size = {kind, 7};
      Outcome outcome = RunOnce(frame, ResultsOf(64), TestPool(workers), stage);
      ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
      EXPECT_EQ(outcome.got.records, expected) << workers << " workers";
      EXPECT_TRUE(outcome.got.lost.empty());
    }
  }
}

TEST(WorkerPool, ATargetThatKillsItsWorkerIsTriedTwiceAndNamed) {
  const Frame frame = MakeFrame(100, 10);
  SyntheticOptions task;
  task.scripts = {{"t000042", Misdeed::kSegv, 0}, {"t000050", Misdeed::kExit3, 0}, {"t000060", Misdeed::kKill, 0}};
  Outcome outcome = RunOnce(frame, task, TestPool(2));
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  EXPECT_EQ(outcome.got.records.size(), 97U);
  ASSERT_EQ(outcome.got.lost.size(), 3U);
  EXPECT_EQ(outcome.got.lost.at(42).cause, "signal:11");
  EXPECT_EQ(outcome.got.lost.at(42).attempts, 2);
  EXPECT_NE(outcome.got.lost.at(42).last_words.find("target in hand: t000042"), std::string::npos)
      << outcome.got.lost.at(42).last_words;
  EXPECT_EQ(outcome.got.lost.at(50).cause, "exit:3");
  EXPECT_EQ(outcome.got.lost.at(60).cause, "signal:9");
  EXPECT_EQ(outcome.got.lost.at(60).attempts, 6);
  EXPECT_EQ(outcome.report->worker_deaths, 10);
}

TEST(WorkerPool, AHangingTargetIsATimeout) {
  const Frame frame = MakeFrame(20, 10);
  SyntheticOptions task;
  task.scripts = {{"t000003", Misdeed::kHang, 0}, {"t000004", Misdeed::kStop, 0}};
  StageOptions stage;
  stage.target_timeout = std::chrono::milliseconds(200);
  Outcome outcome = RunOnce(frame, task, TestPool(2), stage);
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  ASSERT_EQ(outcome.got.lost.size(), 2U);
  EXPECT_EQ(outcome.got.lost.at(3).cause, "timeout");
  EXPECT_EQ(outcome.got.lost.at(4).cause, "timeout");
  EXPECT_EQ(outcome.got.records.size(), 18U);
}

TEST(WorkerPool, RecordsLargerThanTheRingArrive) {
  const Frame frame = MakeFrame(5, 10);
  Outcome outcome = RunOnce(frame, ResultsOf(3 << 20), TestPool(2));
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  EXPECT_EQ(outcome.got.records, Expected(frame, 3 << 20));
}

TEST(WorkerPool, ATaskThatRefusesItsContextEndsTheStage) {
  const Frame frame = MakeFrame(5, 10);
  SyntheticOptions task;
  task.fail_prepare = true;
  Outcome outcome = RunOnce(frame, task, TestPool(2));
  ASSERT_FALSE(outcome.report.ok());
  EXPECT_EQ(outcome.report.status().code(), StatusCode::kInvalidInput);
}

TEST(WorkerPool, AMissingWorkerExecutableIsNamed) {
  PoolOptions options = TestPool(1);
  options.executable = "/nowhere/fitd-worker";
  const auto pool = WorkerPool::Start(options);
  ASSERT_FALSE(pool.ok());
  EXPECT_NE(pool.status().message().find("/nowhere/fitd-worker"), std::string::npos) << pool.status().message();
}

}  // namespace
}  // namespace fitd
