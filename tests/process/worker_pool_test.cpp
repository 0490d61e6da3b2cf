// Real worker processes behind the pool.
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "tests/support/leftovers.h"
#include "tests/support/pool_fixture.h"

namespace fitd {
namespace {

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
      stage.kind = TaskKind::kSynthetic;
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
  stage.kind = TaskKind::kSynthetic;
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
  const Leftovers leftovers;
  PoolOptions options = TestPool(1);
  options.executable = "/nowhere/fitd-worker";
  const auto pool = WorkerPool::Start(options);
  ASSERT_FALSE(pool.ok());
  EXPECT_NE(pool.status().message().find("/nowhere/fitd-worker"), std::string::npos) << pool.status().message();
  leftovers.ExpectNone();
}

TEST(WorkerPool, AnImpossibleCpuIsNamed) {
  const Leftovers leftovers;
  PoolOptions options = TestPool(1);
  options.cpus = {1000};
  const auto pool = WorkerPool::Start(options);
  ASSERT_FALSE(pool.ok());
  EXPECT_NE(pool.status().message().find("pin itself to its CPU 1000"), std::string::npos) << pool.status().message();
  leftovers.ExpectNone();
}

TEST(WorkerPool, EachWorkerProvesThatItIsPinned) {
  cpu_set_t mine;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(mine), &mine), 0);
  PoolOptions options = TestPool(3);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &mine)) options.cpus.push_back(cpu);
  }
  const Frame frame = MakeFrame(30, 10);
  const Outcome outcome = RunOnce(frame, {}, options);
  ASSERT_TRUE(outcome.report.ok());
  ASSERT_EQ(outcome.stats.size(), 3U);
  for (const WorkerStats& stats : outcome.stats) {
    if (stats.reported_cpu < 0) continue;  // the others were done before it could say hello
    EXPECT_TRUE(stats.pinning_held) << "worker " << stats.worker;
    EXPECT_EQ(stats.reported_cpu, options.cpus[static_cast<std::size_t>(stats.worker) % options.cpus.size()]);
  }
}

// Stops the stage from within, as a signal handler would from without.
class Canceller : public Collector {
 public:
  explicit Canceller(CancelSource& source) : source_(source) {}
  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) override {
    source_.Cancel();
    return Collector::OnRecord(unit, bytes, seconds, worker);
  }

 private:
  CancelSource& source_;
};

TEST(WorkerPool, CancellingLeavesNothingAndThePoolGoesOn) {
  for (const int workers : {0, 2}) {
    const Leftovers leftovers;
    {
      const Frame frame = MakeFrame(40, 10);
      SyntheticOptions task;
      if (workers > 0) task.scripts = {{"t000020", Misdeed::kHang, 0}};
      const std::string context = EncodeSyntheticContext(task), harmless = EncodeSyntheticContext({});
      auto cancel = CancelSource::Create();
      ASSERT_TRUE(cancel.ok());
      StageOptions stage;
      stage.kind = TaskKind::kSynthetic;
      stage.context = context;
      stage.units = UnitsOfTargets(frame.size());
      stage.cancel = &*cancel;
      stage.chunk_size = {ChunkSizePolicy::Kind::kFixed, 3};
      auto pool = WorkerPool::Start(TestPool(workers));
      ASSERT_TRUE(pool.ok());
      Canceller got(*cancel);
      const auto report = (*pool)->RunStage(frame, stage, got);
      ASSERT_FALSE(report.ok());
      EXPECT_EQ(report.status().code(), StatusCode::kCancelled);
      EXPECT_LT(got.records.size(), frame.size());
      // The same pool finishes what is missing.
      stage.cancel = nullptr;
      stage.context = harmless;
      std::vector<std::uint32_t> missing;
      for (std::uint32_t i = 0; i < frame.size(); ++i) {
        if (got.records.count(i) == 0) missing.push_back(i);
      }
      stage.units = UnitsOfTargets(missing);
      Collector rest;
      ASSERT_TRUE((*pool)->RunStage(frame, stage, rest).ok());
      rest.records.merge(got.records);
      EXPECT_EQ(rest.records, Expected(frame, 16));
    }
    leftovers.ExpectNone();
  }
}

class FullStore : public Collector {
 public:
  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) override {
    if (records.size() == 10) return {StatusCode::kIo, "store full"};
    return Collector::OnRecord(unit, bytes, seconds, worker);
  }
};

TEST(WorkerPool, AnErrorOfTheSinkEndsTheStage) {
  const Leftovers leftovers;
  {
    const Frame frame = MakeFrame(1000, 10);
    const std::string context = EncodeSyntheticContext({});
    StageOptions stage;
    stage.kind = TaskKind::kSynthetic;
    stage.context = context;
    stage.units = UnitsOfTargets(frame.size());
    auto pool = WorkerPool::Start(TestPool(2));
    ASSERT_TRUE(pool.ok());
    FullStore sink;
    const auto report = (*pool)->RunStage(frame, stage, sink);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.status().code(), StatusCode::kIo);
  }
  leftovers.ExpectNone();
}

TEST(WorkerPool, StagesOverBlocksAndTargetsShareTheWorkers) {
  const Frame frame = MakeFrame(200, 10);
  const std::string context = EncodeSyntheticContext({});
  auto pool = WorkerPool::Start(TestPool(2));
  ASSERT_TRUE(pool.ok());
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.context = context;
  stage.units = UnitsOfBlocks(frame.size(), 64);
  Collector blocks;
  ASSERT_TRUE((*pool)->RunStage(frame, stage, blocks).ok());
  ASSERT_EQ(blocks.records.size(), 4U);
  EXPECT_EQ(blocks.records[192].size(), 8U * 16);
  const std::vector<int> pids = (*pool)->Pids();
  stage.units = UnitsOfTargets(frame.size());
  Collector targets;
  ASSERT_TRUE((*pool)->RunStage(frame, stage, targets).ok());
  EXPECT_EQ(targets.records, Expected(frame, 16));
  EXPECT_EQ((*pool)->Pids(), pids);
  std::string joined;
  for (const auto& [unit, record] : targets.records) joined += record;
  std::string in_blocks;
  for (const auto& [unit, record] : blocks.records) in_blocks += record;
  EXPECT_EQ(joined, in_blocks);
}

TEST(WorkerPool, WorkersAreReplacedAfterSoManyTargets) {
  const Leftovers leftovers;
  const Frame frame = MakeFrame(60, 10);
  PoolOptions options = TestPool(1);
  options.recycle_targets = 20;
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.chunk_size = {ChunkSizePolicy::Kind::kFixed, 5};
  const Outcome outcome = RunOnce(frame, {}, options, stage);
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  EXPECT_EQ(outcome.got.records, Expected(frame, 16));
  EXPECT_GE(outcome.stats[0].spawns, 2);
  EXPECT_EQ(outcome.stats[0].deaths, 0) << "leaving is not dying";
  leftovers.ExpectNone();
}

TEST(WorkerPool, ATargetThatSwallowsMemoryIsNamedOom) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve more address space than any data limit";
#endif
  const Frame frame = MakeFrame(20, 10);
  SyntheticOptions task;
  task.scripts = {{"t000005", Misdeed::kOutOfMemory, 0}};
  PoolOptions options = TestPool(2);
  options.memory_bytes = 128 << 20;
  const Outcome outcome = RunOnce(frame, task, options);
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  ASSERT_EQ(outcome.got.lost.size(), 1U);
  EXPECT_EQ(outcome.got.lost.at(5).cause, "oom");
}

TEST(WorkerPool, AWorkerThatChattersArrivesInWholeLinesAndBlocksNobody) {
  const Frame frame = MakeFrame(20, 10);
  SyntheticOptions task;
  task.scripts = {{"t000005", Misdeed::kChatter, 0}};
  PoolOptions options = TestPool(2);
  std::size_t whole = 0, broken = 0;
  options.on_output = [&](int, std::string_view line) {
    if (line.find("ccc") == std::string_view::npos) return;
    (line == std::string(199, 'c') ? whole : broken) += 1;
  };
  const Outcome outcome = RunOnce(frame, task, options);
  ASSERT_TRUE(outcome.report.ok());
  EXPECT_EQ(outcome.got.records.size(), 20U);
  EXPECT_EQ(whole, 20000U);
  EXPECT_EQ(broken, 0U);
}

TEST(WorkerPool, AttemptsAreCountedAcrossProcesses) {
  char folder[] = "/tmp/fitd-attempts-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const Frame frame = MakeFrame(20, 10);
  SyntheticOptions task;
  task.marker_dir = folder;
  task.scripts = {{"t000005", Misdeed::kSegv, 1}, {"t000006", Misdeed::kKill, 5}, {"t000007", Misdeed::kThrow, 1}};
  const Outcome outcome = RunOnce(frame, task, TestPool(2));
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(outcome.report.ok());
  EXPECT_EQ(outcome.got.records, Expected(frame, 16));
  EXPECT_EQ(outcome.report->worker_deaths, 7);
}

// The parent is killed in the middle of a stage; its workers, one in a hang, must be gone within a second.
TEST(WorkerPool, WorkersDieWithTheirParent) {
  int pipe_fds[2];
  ASSERT_EQ(::pipe(pipe_fds), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const Frame frame = MakeFrame(20, 10);
    SyntheticOptions task;
    task.scripts = {{"t000000", Misdeed::kHang, 0}, {"t000001", Misdeed::kHang, 0}};
    const std::string context = EncodeSyntheticContext(task);
    StageOptions stage;
    stage.kind = TaskKind::kSynthetic;
    stage.context = context;
    stage.units = UnitsOfTargets(frame.size());
    auto pool = WorkerPool::Start(TestPool(2));
    if (!pool.ok()) ::_exit(1);
    const std::vector<int> pids = (*pool)->Pids();
    [[maybe_unused]] const ssize_t n = ::write(pipe_fds[1], pids.data(), 2 * sizeof(int));
    Collector got;
    (*pool)->RunStage(frame, stage, got).ok();
    ::_exit(0);
  }
  int pids[2];
  ASSERT_EQ(::read(pipe_fds[0], pids, sizeof(pids)), static_cast<ssize_t>(sizeof(pids)));
  std::vector<UniqueFd> watches;
  for (const int pid : pids) watches.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  for (const UniqueFd& watch : watches) {
    pollfd p{watch.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&p, 1, 1000), 1) << "a worker outlived its parent";
  }
  ::close(pipe_fds[0]);
  ::close(pipe_fds[1]);
}

}  // namespace
}  // namespace fitd
