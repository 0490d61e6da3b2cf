// What a run tells the world while it goes on: events in, one of several renderings out (a bar on a terminal, plain
// lines, JSON lines). Daemon, the thread that runs the pipeline. Rendering never fails a run: write errors are ignored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/status.h"

namespace fitd {

enum class Stage { kLoad, kGlobal, kMap, kFit, kPostprocess, kSave };
std::string_view StageName(Stage stage);  // "load", "global", "map", "fit", "postprocess", "save"

// Where a stage stands. Units of done and total: bytes while loading, targets elsewhere; total 0: unknown.
struct ProgressUpdate {
  Stage stage = Stage::kLoad;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t failures = 0;
  // Cost units (expected seconds) done and in all, for an ETA that knows long series take longer; 0: use the counts.
  double cost_done = 0;
  double cost_total = 0;
};

struct WorkerInfo {
  int worker = 0;
  int pid = 0;
  int cpu = -1;  // logical CPU it is pinned to and reported running on; -1: not pinned (--workers 0)
};

struct RunStarted {
  std::int64_t run = 0;
  std::string job;
  std::uint64_t targets = 0;
  std::vector<WorkerInfo> workers;
};

struct RunEnded {
  std::string state;  // "complete", "cancelled", "failed"
  int exit_code = 0;
  std::string message;       // empty when complete
  std::string summary_json;  // one object; empty when the run ended before there was one
};

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void Started(const RunStarted&) {}
  virtual void Update(const ProgressUpdate&) {}
  virtual void TargetFailed(std::string_view /*target*/, std::string_view /*reason*/) {}
  // One algorithm fitted one target in so much CPU time.
  virtual void Fitted(std::string_view /*algorithm*/, double /*seconds*/) {}
  virtual void WorkerDied(int /*worker*/, int /*pid*/, std::string_view /*cause*/, std::string_view /*target*/) {}
  virtual void Ended(const RunEnded&) {}
  // Clears a half-drawn line, so that a log line can be written below it.
  virtual void Pause() {}
};

// Rate and ETA of a stage, smoothed over the whole stage; pure, for the renderers.
class RateMeter {
 public:
  void Update(const ProgressUpdate& progress, Monotonic now);
  double targets_per_second() const { return rate_; }
  double eta_seconds() const { return eta_; }  // negative: unknown

 private:
  Stage stage_ = Stage::kLoad;
  bool started_ = false;
  Monotonic start_{};
  std::uint64_t first_done_ = 0;
  double first_cost_ = 0;
  double rate_ = 0;
  double eta_ = -1;
};

enum class ProgressStyle { kAuto, kBar, kPlain, kJson, kNone };

// Renders to `fd` (not owned; stderr as a rule). kAuto: a bar when fd is a terminal, plain lines otherwise.
// NO_COLOR is honoured. Plain lines come at most every 10 s and at the end of a stage.
std::unique_ptr<Progress> MakeProgress(ProgressStyle style, int fd, const Clock& clock);

// JSON lines, one event each, for programs: `fitd serve` reads them from its run process.
std::unique_ptr<Progress> MakeJsonProgress(int fd, const Clock& clock);

// Forwards every event to both.
std::unique_ptr<Progress> MakeTeeProgress(std::unique_ptr<Progress> first, std::unique_ptr<Progress> second);

// "fit 1200/1428 |#####   | 84% 310 targets/s ETA 0:01 2 failed", no wider than `width` columns.
std::string FormatBar(const ProgressUpdate& progress, const RateMeter& rate, int width);
// "0:07", "12:30", "3:04:05"
std::string FormatSeconds(double seconds);

}  // namespace fitd
