// A frame of numbered targets, a pool of real workers with the synthetic task, and everything that came back.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "common/fit/synthetic_task.h"
#include "daemon/pool/worker_pool.h"
#include "test_paths.h"

namespace fitd {

inline Frame MakeFrame(int targets, int length) {
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

inline PoolOptions TestPool(int workers) {
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
  void OnWorkerDeath(const WorkerDied& died, const WorkUnit*) override { deaths.push_back(died.cause.text); }

  std::map<std::uint32_t, std::string> records;
  std::map<std::uint32_t, TargetLost> lost;
  std::vector<std::string> deaths;
};

inline std::map<std::uint32_t, std::string> Expected(const Frame& frame, std::uint32_t result_bytes) {
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

inline Outcome RunOnce(const Frame& frame, const SyntheticOptions& task, PoolOptions pool_options,
                       StageOptions stage = {}) {
  const std::string context = EncodeSyntheticContext(task);
  stage.kind = TaskKind::kSynthetic;
  stage.context = context;
  if (stage.units.empty()) stage.units = UnitsOfTargets(frame.size());
  auto pool = WorkerPool::Start(pool_options);
  if (!pool.ok()) return {pool.status(), {}, {}};
  Collector got;
  auto report = (*pool)->RunStage(frame, stage, got);
  (*pool)->Shutdown();
  return {std::move(report), std::move(got), (*pool)->Stats()};
}

}  // namespace fitd
