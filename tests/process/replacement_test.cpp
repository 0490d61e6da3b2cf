// How long a stage is one worker short: from the kill of an idle worker to its replacement being ready for work.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "daemon/pool/process_worker_runner.h"
#include "tests/support/leftovers.h"
#include "tests/support/pool_fixture.h"

namespace fitd {
namespace {

using std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(30);

TEST(Replacement, IsTheNextThingThatHappensAfterADeath) {
  const Leftovers leftovers;
  {
    const Frame frame = MakeFrame(1, 10);
    const std::string context = EncodeSyntheticContext({});
    StageSpec spec;
    spec.kind = TaskKind::kSynthetic;
    spec.context = context;
    spec.frame = &frame;
    const SystemClock clock;
    auto runner = ProcessWorkerRunner::Start(TestPool(1), clock);
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    ASSERT_TRUE((*runner)->BeginStage(spec).ok());
    ASSERT_TRUE(std::holds_alternative<WorkerReady>((*runner)->WaitUntil(steady_clock::now() + kPatience)));
    std::vector<double> milliseconds;
    for (int i = 0; i < 30; ++i) {
      const int victim = (*runner)->Pids().at(0);
      const auto killed = steady_clock::now();
      ASSERT_EQ(::kill(victim, SIGKILL), 0);
      const WorkerEvent death = (*runner)->WaitUntil(killed + kPatience);
      ASSERT_TRUE(std::holds_alternative<WorkerDied>(death));
      EXPECT_EQ(std::get<WorkerDied>(death).cause.text, "signal:9");
      ASSERT_TRUE(std::holds_alternative<WorkerReady>((*runner)->WaitUntil(killed + kPatience)));
      milliseconds.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - killed).count());
      EXPECT_NE((*runner)->Pids().at(0), victim);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::printf("from the kill to a ready replacement: median %.1f ms, slowest of 30 %.1f ms\n", milliseconds[15],
                milliseconds.back());
    RecordProperty("median_milliseconds", static_cast<int>(milliseconds[15]));
  }
  leftovers.ExpectNone();
}

}  // namespace
}  // namespace fitd
