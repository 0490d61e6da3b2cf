// The stage loop over workers that exist only on a clock.
#include "daemon/pool/dispatcher.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/fake_worker_runner.h"

namespace fitd::dispatcher_test {
namespace {

class Tally : public StageSink {
 public:
  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double, int) override {
    if (IsFailure(unit, bytes)) failed.insert(unit.first);
    EXPECT_TRUE(done.insert({unit.first, 1}).second) << unit.first << " came twice";
    return done.size() >= fail_after ? Status(StatusCode::kIo, "store full") : OkStatus();
  }
  Status OnLost(const TargetLost& l) override {
    lost[l.unit.first] = l;
    return OkStatus();
  }
  Status OnProgress(const StageProgress& p) override {
    last = p;
    ++progress_calls;
    return OkStatus();
  }
  bool IsFailure(const WorkUnit&, std::string_view bytes) const override { return bytes == "failure"; }
  std::set<std::uint32_t> failed;
  std::map<std::uint32_t, int> done;
  std::map<std::uint32_t, TargetLost> lost;
  StageProgress last;
  int progress_calls = 0;
  std::size_t fail_after = ~std::size_t{0};
};

struct Stage {
  explicit Stage(std::size_t targets, int num_workers) : workers(num_workers), runner(clock, num_workers) {
    const double value = 1;
    for (std::size_t i = 0; i < targets; ++i) frame.Append(std::to_string(1000 + i), {&value, 1}, {});
    options.units = UnitsOfTargets(targets);
    options.expected_seconds.assign(targets, 0.01);
  }
  Result<StageReport> Run() { return Dispatch(runner, frame, options, workers, tally, clock); }
  double Elapsed() const { return std::chrono::duration<double>(clock.Now() - start).count(); }

  int workers;
  ManualClock clock;
  Monotonic start = clock.Now();
  FakeWorkerRunner runner;
  Frame frame;
  StageOptions options;
  Tally tally;
};

// Looks at the limit a unit of cost 2 would have before any record, and ends the stage.
class LimitProbe : public WorkerRunner {
 public:
  Status BeginStage(const StageSpec& spec) override {
    limit = spec.limits->LimitFor(2);
    return {StatusCode::kCancelled, "seen"};
  }
  std::span<const WorkerSlot> FreeSlots() override { return {}; }
  Status Start(int, ChunkOrder) override { return OkStatus(); }
  void Replace(int) override {}
  WorkerEvent WaitUntil(Monotonic) override { return Interrupted{}; }
  void Abort() override {}
  Duration limit{0};
};

Duration FirstLimit(const StageOptions& given) {
  Stage stage(5, 1);
  StageOptions options = given;
  options.units = stage.options.units;
  options.expected_seconds.assign(5, 2.0);
  LimitProbe probe;
  EXPECT_FALSE(Dispatch(probe, stage.frame, options, 1, stage.tally, stage.clock).ok());
  return probe.limit;
}

TEST(Dispatcher, BeforeTheFirstRecordOnlyMeasuredCostsShortenALimit) {
  StageOptions options;
  EXPECT_EQ(FirstLimit(options), std::chrono::seconds(600));
  options.first_limit = std::chrono::seconds(20);
  EXPECT_EQ(FirstLimit(options), std::chrono::seconds(20));
  options.expectation_measured = true;
  EXPECT_EQ(FirstLimit(options), std::chrono::seconds(60));  // 30 times what is expected
  options.target_timeout = std::chrono::seconds(3);
  EXPECT_EQ(FirstLimit(options), std::chrono::seconds(3));
}

TEST(Dispatcher, DoesEveryUnitOnce) {
  Stage stage(100, 3);
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->done, 100U);
  EXPECT_EQ(stage.tally.done.size(), 100U);
  EXPECT_EQ(stage.tally.last.done, 100U);
}

TEST(Dispatcher, NothingToDoNeedsNoWorker) {
  Stage stage(0, 3);
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(stage.runner.stages, 0);
}

TEST(Dispatcher, RetriesAUnitAloneInAFreshWorkerAndGivesUpAfterItsSecondOwnDeath) {
  Stage stage(50, 2);
  stage.runner.deaths[7] = {{"signal:11", true}, 100};
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->done, 49U);
  ASSERT_EQ(stage.tally.lost.size(), 1U);
  EXPECT_EQ(stage.tally.lost[7].cause, "signal:11");
  EXPECT_EQ(stage.tally.lost[7].attempts, 2);
  EXPECT_EQ(stage.tally.lost[7].last_words, "last words");
  EXPECT_EQ(stage.runner.alone_and_fresh, (std::vector<std::pair<std::uint32_t, bool>>{{7, true}}));
  EXPECT_EQ(report->worker_deaths, 2);
}

TEST(Dispatcher, OutsideSignalsAreForgivenFiveTimes) {
  Stage stage(50, 2);
  stage.runner.deaths[7] = {{"signal:9", false}, 5};
  stage.runner.deaths[8] = {{"signal:9", false}, 6};
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->done, 49U);
  EXPECT_EQ(stage.tally.lost.count(7), 0U);
  EXPECT_EQ(stage.tally.lost.count(8), 1U);
}

TEST(Dispatcher, TheRetriesOptionCountsForBothKindsOfDeath) {
  Stage stage(10, 1);
  stage.options.retries = 0;
  stage.runner.deaths[1] = {{"signal:11", true}, 1};
  stage.runner.deaths[2] = {{"signal:9", false}, 1};
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(stage.tally.lost.size(), 2U);
  EXPECT_TRUE(stage.runner.alone_and_fresh.empty());
}

TEST(Dispatcher, SurvivesEveryWorkerDyingOnEveryUnitOnce) {
  Stage stage(200, 4);
  for (std::uint32_t i = 0; i < 200; ++i) stage.runner.deaths[i] = {{"signal:9", false}, 1};
  stage.runner.respawn_seconds = 0.02;
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->done, 200U);
  EXPECT_EQ(report->worker_deaths, 200);
  for (const auto& [unit, fresh] : stage.runner.alone_and_fresh) EXPECT_TRUE(fresh) << unit;
}

TEST(Dispatcher, ADeathAfterTheRecordCostsNothing) {
  Stage stage(20, 1);
  stage.options.chunk_size = {ChunkSizePolicy::Kind::kFixed, 5};
  stage.runner.deaths[3] = {{"signal:9", false}, 1, false, true};
  const auto report = stage.Run();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->done, 20U);
  EXPECT_TRUE(stage.runner.alone_and_fresh.empty());
}

// What failed when every unit of `failing` fails by itself and those of `breakers` leave their worker broken.
std::set<std::uint32_t> FailedWith(Stage& stage, std::set<std::uint32_t> breakers, std::set<std::uint32_t> failing) {
  stage.options.doubt_failures = true;
  stage.runner.breakers = std::move(breakers);
  stage.runner.failing = std::move(failing);
  EXPECT_TRUE(stage.Run().ok());
  EXPECT_EQ(stage.tally.done.size() + stage.tally.lost.size(), stage.options.units.size());
  for (const auto& [unit, fresh] : stage.runner.alone_and_fresh) EXPECT_TRUE(fresh) << unit;
  return stage.tally.failed;
}

TEST(Dispatcher, ATargetThatBreaksItsWorkerCostsItself) {
  for (const int workers : {1, 2, 5}) {
    for (const std::uint32_t breaker : {0U, 7U, 19U}) {
      Stage fails(20, workers), works(20, workers);
      EXPECT_EQ(FailedWith(fails, {breaker}, {breaker}), std::set<std::uint32_t>{breaker}) << workers;
      EXPECT_EQ(FailedWith(works, {breaker}, {}), std::set<std::uint32_t>()) << workers;
      EXPECT_LE(works.runner.replaced, 6) << "one for each that is tried again, and the broken one";
    }
  }
}

TEST(Dispatcher, BreakersAndFailuresSideBySideAreToldApart) {
  Stage stage(60, 3);
  const std::set<std::uint32_t> failing = {3, 4, 5, 9, 20, 21, 40};
  EXPECT_EQ(FailedWith(stage, {4, 8, 22, 41, 59}, failing), failing);
}

TEST(Dispatcher, AFailureBetweenFitsIsBelievedAtOnce) {
  Stage stage(21, 1);
  EXPECT_EQ(FailedWith(stage, {}, {3, 7, 11}), (std::set<std::uint32_t>{3, 7, 11}));
  EXPECT_TRUE(stage.runner.alone_and_fresh.empty());
}

TEST(Dispatcher, CodeThatAlwaysFailsCostsFewFreshWorkers) {
  std::set<std::uint32_t> all;
  for (std::uint32_t unit = 0; unit < 3000; ++unit) all.insert(unit);
  Stage stage(3000, 2);
  EXPECT_EQ(FailedWith(stage, {}, all), all);
  EXPECT_LT(stage.runner.replaced, 60);
}

TEST(Dispatcher, ABreakerAmongMostlyFailingTargetsIsFoundAllTheSame) {
  std::set<std::uint32_t> failing;
  for (std::uint32_t unit = 0; unit < 500; ++unit) failing.insert(unit);
  Stage stage(1000, 1);
  stage.options.chunk_size = {ChunkSizePolicy::Kind::kEven, 0};
  EXPECT_EQ(FailedWith(stage, {499}, failing), failing);
}

TEST(Dispatcher, DoubtsOutliveDeaths) {
  Stage stage(40, 2);
  const DeathCause own{"signal:11", true};
  for (std::uint32_t unit = 0; unit < 40; unit += 3) stage.runner.deaths[unit] = {own, 1};
  stage.runner.deaths[17] = {own, 100};
  EXPECT_EQ(FailedWith(stage, {5, 16}, {2, 5}), (std::set<std::uint32_t>{2, 5}));
}

TEST(Dispatcher, AFullStoreEndsTheStageAndAbortsTheWorkers) {
  Stage stage(100, 2);
  stage.tally.fail_after = 10;
  const auto report = stage.Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), StatusCode::kIo);
  EXPECT_EQ(stage.tally.done.size(), 10U);
  EXPECT_EQ(stage.runner.aborts, 1);
}

TEST(Dispatcher, CancellingEndsTheStage) {
  Stage stage(100, 2);
  auto cancel = CancelSource::Create();
  ASSERT_TRUE(cancel.ok());
  cancel->Cancel();
  stage.options.cancel = &*cancel;
  const auto report = stage.Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), StatusCode::kCancelled);
  EXPECT_EQ(stage.runner.aborts, 1);
}

TEST(Dispatcher, ReportsProgressWhileALongUnitRuns) {
  Stage stage(1, 1);
  stage.runner.seconds_of = [](const WorkUnit&, double) { return 5.0; };
  ASSERT_TRUE(stage.Run().ok());
  EXPECT_GE(stage.tally.progress_calls, 20);
}

// What the plan loses against work that could be cut at will, with a hand-over of 65 us and a parent that needs 15 us a
// chunk, on M3-like costs (5 ms on average, the largest 20 times the smallest).
TEST(Dispatcher, ThePlanKeepsAnyNumberOfWorkersBusy) {
  for (const int workers : {1, 2, 3, 4, 8, 16}) {
    Stage stage(3000, workers);
    double total = 0;
    for (std::size_t i = 0; i < 3000; ++i) {
      stage.options.expected_seconds[i] = 0.0005 * static_cast<double>(1 + i * 7919 % 20);
      total += stage.options.expected_seconds[i];
    }
    stage.runner.wake_up_seconds = 65e-6;
    stage.runner.parent_seconds_per_chunk = 15e-6;
    ASSERT_TRUE(stage.Run().ok());
    EXPECT_GT(total / (workers * stage.Elapsed()), 0.985) << workers << " workers";
  }
}

TEST(Dispatcher, ThePlanCopesWithExpectationsThatAreWrong) {
  Stage stage(3000, 4);
  double total = 0;
  const auto really = [](std::uint32_t i) { return 0.0005 * static_cast<double>(1 + i * 104729 % 20); };
  for (std::uint32_t i = 0; i < 3000; ++i) {
    stage.options.expected_seconds[i] = 100.0 * static_cast<double>(1 + i * 7919 % 20);  // wrong scale, wrong order
    total += really(i);
  }
  stage.runner.seconds_of = [&really](const WorkUnit& unit, double) { return really(unit.first); };
  ASSERT_TRUE(stage.Run().ok());
  EXPECT_GT(total / (4 * stage.Elapsed()), 0.97);
}

}  // namespace
}  // namespace fitd::dispatcher_test
