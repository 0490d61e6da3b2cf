// What a run tells, shown: events in, one of several renderings out (a bar on a terminal, plain lines, JSON lines).
// Daemon, the thread that runs the pipeline. Rendering never fails a run: write errors are ignored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "daemon/progress/run_events.h"

namespace fitd {

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void On(const RunEvent& /*event*/) {}
  // One algorithm fitted one target in so much CPU time: no event of its own, counted into FitTimesCounted.
  virtual void Fitted(std::string_view /*algorithm*/, double /*seconds*/) {}
  // Clears a half-drawn line, so that a log line can be written below it.
  virtual void Pause() {}
};

// Rate and ETA of a stage, smoothed over the whole stage; pure, for the renderers.
class RateMeter {
 public:
  void Update(const RunAdvanced& progress, Monotonic now);
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
std::string FormatBar(const RunAdvanced& progress, const RateMeter& rate, int width);
// "spike of 'web-17' at 2024-01-01T05:00:00: 250, expected 50 (score 63)"
std::string DescribeAnomaly(const AnomalyFound& found);
// "0:07", "12:30", "3:04:05"
std::string FormatSeconds(double seconds);

}  // namespace fitd
