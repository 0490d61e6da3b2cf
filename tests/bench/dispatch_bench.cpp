// What the machinery itself costs: an empty task over many targets of 100 points. Prints CPU and wall time per target
// and per chunk, of the parent and of the workers, for several chunk sizes.
//
//   dispatch_bench [targets=1000000] [points=100] [workers=1,2]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "common/fit/synthetic_task.h"
#include "daemon/pool/worker_pool.h"
#include "test_paths.h"

namespace {

using namespace fitd;

double ParentCpuSeconds() {
  rusage u{};
  ::getrusage(RUSAGE_SELF, &u);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * t.tv_usec; };
  return seconds(u.ru_utime) + seconds(u.ru_stime);
}

Frame MakeFrame(std::size_t targets, std::size_t points) {
  auto values = std::make_shared<std::vector<double>>(targets * points, 1.5);
  auto ids = std::make_shared<std::string>();
  ids->reserve(targets * 8);
  std::vector<Frame::Entry> entries;
  for (std::size_t i = 0; i < targets; ++i) {
    char id[24];
    std::snprintf(id, sizeof(id), "%08u", static_cast<unsigned>(i));
    ids->append(id, 8);
    entries.push_back({std::string_view(*ids).substr(8 * i, 8), values->data() + i * points, points, {}});
  }
  Frame frame;
  frame.Adopt(std::move(entries), {values, ids});
  return frame;
}

struct Counter : StageSink {
  Status OnRecord(const WorkUnit&, std::string_view bytes, double, int) override {
    count += bytes.size() / 16;
    return OkStatus();
  }
  Status OnLost(const TargetLost&) override { return {StatusCode::kInternal, "lost"}; }
  std::size_t count = 0;
};

void Measure(const Frame& frame, int workers, ChunkSizePolicy policy, const char* name) {
  PoolOptions options;
  options.workers = workers;
  options.executable = FITD_BIN_DIR "/fitd-worker";
  auto pool = WorkerPool::Start(options);
  if (!pool.ok()) {
    std::printf("%s\n", pool.status().message().c_str());
    std::exit(1);
  }
  SyntheticOptions task;
  task.no_checksum = true;
  const std::string context = EncodeSyntheticContext(task);
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.context = context;
  stage.units = UnitsOfTargets(frame.size());
  stage.chunk_size = policy;
  Counter counter;
  const double cpu = ParentCpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  const auto report = (*pool)->RunStage(frame, stage, counter);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double parent = ParentCpuSeconds() - cpu;
  double worker_cpu = 0;
  (*pool)->Shutdown();
  for (const WorkerStats& s : (*pool)->Stats()) worker_cpu += s.cpu_seconds;
  if (!report.ok() || counter.count != frame.size()) {
    std::printf("failed: %s\n", report.status().message().c_str());
    std::exit(1);
  }
  const double n = static_cast<double>(frame.size());
  std::printf(
      "%2d workers  %-6s %8zu chunks  wall %6.3f us  parent CPU %6.3f us  workers CPU %6.3f us a target;  %7.1f us CPU "
      "a chunk\n",
      workers, name, report->chunks, 1e6 * wall / n, 1e6 * parent / n, 1e6 * worker_cpu / n,
      1e6 * (parent + worker_cpu) / static_cast<double>(report->chunks));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t targets = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t points = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100;
  const Frame frame = MakeFrame(targets, points);
  for (const int workers : {0, 1, 2}) {
    Measure(frame, workers, {ChunkSizePolicy::Kind::kAuto, 0}, "auto");
    Measure(frame, workers, {ChunkSizePolicy::Kind::kFixed, 100}, "100");
    if (targets <= 1'000'000) Measure(frame, workers, {ChunkSizePolicy::Kind::kEven, 0}, "even");
  }
  const Frame few = MakeFrame(std::min<std::size_t>(targets, 100'000), points);
  Measure(few, 2, {ChunkSizePolicy::Kind::kFixed, 1}, "1");
  return 0;
}
