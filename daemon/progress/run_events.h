// The lines a run process writes to its progress pipe, as values. What arrives is input from another process: a line
// that is too long, no JSON or of an unknown kind is counted and dropped, never an error. Pure. Daemon and client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/progress/fit_times.h"

namespace fitd {

// Cuts a byte stream into lines of bounded length.
class LineBuffer {
 public:
  explicit LineBuffer(std::size_t max_line = 1U << 20) : max_line_(max_line) {}

  // Complete lines without their newline; an overlong line is dropped up to its newline.
  std::vector<std::string> Append(std::string_view bytes);
  // What came after the last newline, when the stream has ended.
  std::string TakeRest();
  std::uint64_t dropped() const { return dropped_; }

 private:
  std::size_t max_line_;
  std::string pending_;
  bool skipping_ = false;
  std::uint64_t dropped_ = 0;
};

struct WorkerSeen {
  int worker = 0;
  int pid = 0;
  int cpu = -1;
};

struct StartEvent {
  std::int64_t store_run = 0;
  std::string job;
  std::uint64_t targets = 0;
  std::vector<WorkerSeen> workers;
};
struct ProgressEvent {
  std::string stage;  // "load", "global", "map", "fit", "postprocess", "save"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double rate = 0;          // targets a second
  double eta_seconds = -1;  // negative: unknown
  std::uint64_t failures = 0;
};
struct FailureEvent {
  std::string target;
  std::string reason;
};
struct WorkerDeathEvent {
  int worker = 0;
  int pid = 0;
  std::string cause;  // "signal:11", "oom", "timeout", "exit:3", "bad-message"
  std::string target;
};
struct FitTimesEvent {
  FitTimes times;  // since the start of the process
};
struct EndEvent {
  std::string state;  // "complete", "cancelled", "failed"
  int exit_code = 0;
  std::string message;
  std::string summary;  // a JSON object; empty: none
};

using RunEvent = std::variant<StartEvent, ProgressEvent, FailureEvent, WorkerDeathEvent, FitTimesEvent, EndEvent>;

std::optional<RunEvent> ParseRunEvent(std::string_view line);

// The line again without its newline, normalised: nothing of the sender that is unknown here reaches a client.
std::string FormatRunEvent(const RunEvent& event);

}  // namespace fitd
