// A Python function over targets that are in memory already: what fitd's processes cost around it. Prints one JSON
// object; tests/bench/pools/pools.py puts it beside what Python's own pools cost.
//
//   python_pool_bench FOLDER MODULE:OBJECT TARGETS POINTS WORKERS
//
// Two stages on one pool: the first loads the interpreter and the module, the second is the steady state.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/fit/local_fit.h"
#include "daemon/pool/worker_pool.h"
#include "test_paths.h"

namespace {

using namespace fitd;
using std::chrono::steady_clock;

Frame MakeFrame(std::size_t targets, std::size_t points) {
  auto values = std::make_shared<std::vector<double>>(targets * points);
  for (std::size_t i = 0; i < values->size(); ++i) (*values)[i] = static_cast<double>(i % 97);
  auto ids = std::make_shared<std::vector<std::string>>();
  for (std::size_t i = 0; i < targets; ++i) ids->push_back(std::to_string(1'000'000 + i));
  std::vector<Frame::Entry> entries;
  const TimeGrid grid{0, {Step::Unit::kNanosecond, 60'000'000'000}};
  for (std::size_t i = 0; i < targets; ++i) entries.push_back({(*ids)[i], values->data() + i * points, points, grid});
  Frame frame;
  frame.Adopt(std::move(entries), {values, ids});
  return frame;
}

struct Sink : StageSink {
  Status OnRecord(const WorkUnit&, std::string_view bytes, double, int) override {
    if (records++ == 0) first = std::chrono::duration<double>(steady_clock::now() - begin).count();
    const Result<TargetFitRecord> record = DecodeRecord(bytes);
    fitted += record.ok() && record->status == FitStatus::kFitted ? 1 : 0;
    return OkStatus();
  }
  Status OnLost(const TargetLost& lost) override { return {StatusCode::kInternal, "lost: " + lost.cause}; }
  steady_clock::time_point begin = steady_clock::now();
  std::size_t records = 0, fitted = 0;
  double first = 0;
};

struct Timing {
  double seconds = 0, first = 0;
};

Timing RunOnce(WorkerPool& pool, const Frame& frame, const std::string& context) {
  StageOptions stage;
  stage.kind = TaskKind::kLocalFit;
  stage.context = context;
  stage.units = UnitsOfTargets(frame.size());
  Sink sink;
  const auto report = pool.RunStage(frame, stage, sink);
  if (!report.ok() || sink.fitted != frame.size()) {
    std::fprintf(stderr, "%zu of %zu fitted; %s\n", sink.fitted, frame.size(), report.status().message().c_str());
    std::exit(1);
  }
  return {std::chrono::duration<double>(steady_clock::now() - sink.begin).count(), sink.first};
}

// Of this process and the workers: what a busy machine does not change.
double CpuSeconds(const WorkerPool& pool) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  double sum = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  for (const WorkerStats& stats : pool.Stats()) sum += stats.cpu_seconds;
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: python_pool_bench FOLDER MODULE:OBJECT TARGETS POINTS WORKERS\n");
    return 64;
  }
  const auto targets = std::strtoul(argv[3], nullptr, 10), points = std::strtoul(argv[4], nullptr, 10);
  const Frame frame = MakeFrame(targets, points);
  LocalFitOptions fit;
  fit.algorithms = {std::string("python:") + argv[2]};
  fit.seasons = std::vector<int>();
  fit.user.python_path = {argv[1]};
  const std::string context = EncodeLocalFitOptions(fit);
  PoolOptions options;
  options.workers = std::atoi(argv[5]);
  options.executable = FITD_BIN_DIR "/fitd-worker-python";
  options.log_level = LogLevel::kWarning;
  const auto start = steady_clock::now();
  auto pool = WorkerPool::Start(options);
  if (!pool.ok()) {
    std::fprintf(stderr, "%s\n", pool.status().message().c_str());
    return 1;
  }
  const double spawn = std::chrono::duration<double>(steady_clock::now() - start).count();
  const Timing cold = RunOnce(**pool, frame, context);
  const double cpu_before = CpuSeconds(**pool);
  const Timing warm = RunOnce(**pool, frame, context);
  const double cpu = CpuSeconds(**pool) - cpu_before;
  (*pool)->Shutdown();
  std::uint64_t peak = 0;
  for (const WorkerStats& stats : (*pool)->Stats()) peak = std::max(peak, stats.peak_rss_bytes);
  const double bytes = static_cast<double>(targets * points * sizeof(double));
  const nlohmann::json json = {{"first_result", spawn + cold.first},
                               {"cold_seconds", spawn + cold.seconds},
                               {"warm_seconds", warm.seconds},
                               {"us_per_target", 1e6 * warm.seconds / static_cast<double>(targets)},
                               {"cpu_us_per_target", 1e6 * cpu / static_cast<double>(targets)},
                               {"gb_per_second", 1e-9 * bytes / warm.seconds},
                               {"worker_peak_mb", 1e-6 * static_cast<double>(peak)}};
  std::printf("%s\n", json.dump().c_str());
  return 0;
}
