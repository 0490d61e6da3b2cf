// What a run tells the world while it goes on: one vocabulary for the pipeline that says it, the renderers, the lines
// of a run process's progress pipe and the clients that follow. What arrives as a line is input from another process:
// one that is too long, no JSON or of an unknown kind is counted and dropped, never an error. Pure. Daemon and client.
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

enum class Stage { kLoad, kGlobal, kFit, kMerge, kDetect };
std::string_view StageName(Stage stage);  // "load", "global", "fit", "merge", "detect"

struct WorkerInfo {
  int worker = 0;
  int pid = 0;
  int cpu = -1;  // logical CPU it is pinned to and reported running on; -1: not pinned (--workers 0)
};

struct RunStarted {
  std::int64_t run = 0;  // of the store
  std::string job;
  std::uint64_t targets = 0;
  std::vector<WorkerInfo> workers;
};
// Where a stage stands. Units of done and total: bytes while loading, targets elsewhere; total 0: unknown.
struct RunAdvanced {
  Stage stage = Stage::kLoad;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t failures = 0;
  // Expected seconds done and in all, for an ETA that knows long series take longer; 0: use the counts. Not sent.
  double cost_done = 0;
  double cost_total = 0;
  // Filled in by whoever renders or sends the event (RateMeter).
  double rate = 0;          // units a second
  double eta_seconds = -1;  // negative: unknown
};
struct TargetFailed {
  std::string target;
  std::string reason;
};
struct WorkerLost {
  int worker = 0;
  int pid = 0;
  std::string cause;   // "signal:11", "oom", "timeout", "exit:3", "bad-message"
  std::string target;  // in hand; empty: none
};
// What a detection has found, or found to go on; it comes when the store has it. Numbers are those of its peak.
struct AnomalyFound {
  std::int64_t number = 0;         // in the store; ascends
  std::string target;              // "*": the fleet
  std::string kind;                // "spike", ...; of the fleet "fleet"
  std::string direction;           // "up" or "down"
  std::string start, end;          // as the data write times
  bool times_are_numbers = false;  // epochs are
  double value = 0, expected = 0;  // NaN: there is none
  double score = 0;                // 0 to 100
  std::uint64_t observations = 0;  // unusual ones; of the fleet: targets
  bool is_new = false;             // no earlier detection had found it
};
struct FitTimesCounted {
  FitTimes times;  // since the start of the process
};
struct RunEnded {
  std::string state;  // "complete", "cancelled", "failed"
  int exit_code = 0;
  std::string message;       // why it failed, or what is missing although it is complete
  std::string summary_json;  // one object; empty when the run ended before there was one
};

using RunEvent =
    std::variant<RunStarted, RunAdvanced, TargetFailed, WorkerLost, AnomalyFound, FitTimesCounted, RunEnded>;

// nullopt for a line of no known kind or stage. Members of the wrong type read as if they were not there.
std::optional<RunEvent> ParseRunEvent(std::string_view line);

// The line again without its newline, normalised: nothing of the sender that is unknown here reaches a client.
std::string FormatRunEvent(const RunEvent& event);

}  // namespace fitd
