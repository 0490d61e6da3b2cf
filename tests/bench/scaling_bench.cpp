// How much of N workers the plan keeps busy. Two parts:
//   1. real workers, a synthetic task of known CPU cost, as many as the machine has cores: speed-up against one worker;
//   2. 1 to 16 workers on a simulated clock (hand-over and parent's time as measured by dispatch_bench): what the plan,
//      its chunk sizes and its order lose, wherever there are cores.
// Costs are like M3's: 4 ms on average, the largest 20 times the smallest.
//
//   scaling_bench [targets=1428] [mean seconds=0.004]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "common/fit/synthetic_task.h"
#include "common/process/topology.h"
#include "daemon/pool/worker_pool.h"
#include "test_paths.h"
#include "tests/support/fake_worker_runner.h"

namespace {

using namespace fitd;

struct Sink : StageSink {
  Status OnRecord(const WorkUnit&, std::string_view, double, int) override {
    ++count;
    return OkStatus();
  }
  Status OnLost(const TargetLost&) override { return {StatusCode::kInternal, "lost"}; }
  std::size_t count = 0;
};

std::vector<double> Costs(std::size_t targets, double mean) {
  std::vector<double> costs;
  for (std::size_t i = 0; i < targets; ++i) {
    costs.push_back(mean / 10.5 * static_cast<double>(1 + i * 7919 % 20));
  }
  return costs;
}

Frame FrameOf(const std::vector<double>& costs) {
  Frame frame;
  for (std::size_t i = 0; i < costs.size(); ++i) frame.Append(std::to_string(1'000'000 + i), {&costs[i], 1}, {});
  return frame;
}

StageOptions StageOf(const std::vector<double>& costs, const char* policy) {
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.units = UnitsOfTargets(costs.size());
  stage.expected_seconds = costs;
  if (std::string(policy) == "even") stage.chunk_size.kind = ChunkSizePolicy::Kind::kEven;
  if (std::string(policy) == "20") stage.chunk_size = {ChunkSizePolicy::Kind::kFixed, 20};
  return stage;
}

struct Real {
  double wall_seconds = 0;
  double overhead = 0;  // CPU time of parent and workers outside the task, as a part of the task's
};

double ProcessCpuSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// A stage on real workers.
Real RunReal(const Frame& frame, StageOptions stage, const std::vector<int>& cpus, double task_seconds) {
  SyntheticOptions task;
  task.cost_is_first_value = true;
  const std::string context = EncodeSyntheticContext(task);
  stage.context = context;
  PoolOptions options;
  options.workers = static_cast<int>(cpus.size());
  options.cpus = cpus;
  options.executable = FITD_BIN_DIR "/fitd-worker";
  options.log_level = LogLevel::kWarning;
  auto pool = WorkerPool::Start(options);
  Sink sink;
  const auto start = std::chrono::steady_clock::now();
  const double parent = ProcessCpuSeconds();
  if (!pool.ok() || !(*pool)->RunStage(frame, stage, sink).ok() || sink.count != frame.size()) {
    std::printf("failed\n");
    std::exit(1);
  }
  Real real;
  real.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  (*pool)->Shutdown();
  double cpu = ProcessCpuSeconds() - parent;
  for (const WorkerStats& stats : (*pool)->Stats()) cpu += stats.cpu_seconds;
  real.overhead = cpu / task_seconds - 1;
  return real;
}

// Seconds of a stage on workers that exist only on a clock.
double Simulated(const Frame& frame, const StageOptions& stage, int workers) {
  ManualClock clock;
  FakeWorkerRunner runner(clock, workers);
  runner.wake_up_seconds = 65e-6;
  runner.parent_seconds_per_chunk = 15e-6;
  Sink sink;
  const Monotonic start = clock.Now();
  if (!Dispatch(runner, frame, stage, workers, sink, clock).ok()) std::exit(1);
  return std::chrono::duration<double>(clock.Now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t targets = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1428;
  const double mean = argc > 2 ? std::strtod(argv[2], nullptr) : 0.004;
  const std::vector<double> costs = Costs(targets, mean);
  const Frame frame = FrameOf(costs);
  double total = 0;
  for (const double cost : costs) total += cost;

  std::printf("real workers, %zu targets, %.2f s of CPU\n", targets, total);
  const Topology topology = DetectTopology().value();
  double one = 0;
  for (std::size_t n = 1; n <= topology.core_cpus.size(); n *= 2) {
    const std::vector<int> cpus(topology.core_cpus.begin(),
                                topology.core_cpus.begin() + static_cast<std::ptrdiff_t>(n));
    const Real real = RunReal(frame, StageOf(costs, "auto"), cpus, total);
    if (n == 1) one = real.wall_seconds;
    std::printf("  %2zu workers  %7.3f s  speed-up %.3f  CPU outside the task, start-up included: %.2f %%\n", n,
                real.wall_seconds, one / real.wall_seconds, 100 * real.overhead);
  }

  std::printf("simulated workers: speed-up and efficiency by chunk policy\n");
  for (const int workers : {1, 2, 3, 4, 8, 16}) {
    std::printf("  %2d workers", workers);
    for (const char* policy : {"auto", "even", "20"}) {
      const double seconds = Simulated(frame, StageOf(costs, policy), workers);
      std::printf("   %-4s %6.3f (%5.1f %%)", policy, total / seconds, 100 * total / (workers * seconds));
    }
    std::printf("\n");
  }
  return 0;
}
