// What the commands that fit share: where their log and progress go, and how their end is said. Daemon executable, main
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "common/clock.h"
#include "common/out_of_memory.h"
#include "common/process/log.h"
#include "common/status.h"
#include "daemon/pool/pool_options.h"
#include "daemon/progress/progress.h"

namespace CLI {
class App;
}

namespace fitd {

struct RunOutput {
  std::string log_dir;
  std::uint64_t log_limit = 0;  // of all files of a run in log_dir together, bytes; 0: none
  LogFormat log_format = LogFormat::kText;
  std::optional<LogLevel> log_level;  // none: info into --log-dir, warning on a terminal
  ProgressStyle progress = ProgressStyle::kAuto;
  int progress_fd = -1;
  bool quiet = false;
  bool json = false;

  // Adds --log-dir, --log-limit, --log-format, --log-level, --progress, --quiet and --json; `this` must outlive the
  // parse.
  void AddTo(CLI::App& command);
  // The same without --json, for commands to which it means something else.
  void AddWithoutJsonTo(CLI::App& command);
  LogLevel level() const { return log_level.value_or(log_dir.empty() ? LogLevel::kWarning : LogLevel::kInfo); }
  // Begins the log of this process, and says which faults are set. The folder's error names --log-dir.
  Status StartLog() const;
  // The workers have half of the limit, this process the other.
  void ApplyTo(PoolOptions& pool) const;
  std::unique_ptr<Progress> StartProgress(const Clock& clock) const;
  // Tells why a run ended before it was whole, once: on stderr, and in the log where there is one.
  void TellFailure(const std::string& message) const;
};

// While it lives, lines of the log begin where the bar was, not behind it.
class BarStandsAside {
 public:
  explicit BarStandsAside(Progress& progress) {
    SetBeforeErrorLine([&progress] { progress.Pause(); });
  }
  ~BarStandsAside() { SetBeforeErrorLine({}); }
  BarStandsAside(const BarStandsAside&) = delete;
  BarStandsAside& operator=(const BarStandsAside&) = delete;
};

// What `work` returns. Memory or a thread that is not to be had ends a run like any other error: it is told and the run
// can be gone on with.
template <typename Work>
std::invoke_result_t<Work> Guarded(std::string_view doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    return OutOfMemory(doing);
  } catch (const std::system_error& error) {
    if (dynamic_cast<const std::filesystem::filesystem_error*>(&error) != nullptr) throw;
    return NoThread(doing, error);
  }
}

// To stdout, whole. A pipe whose reader has seen enough ends the process as it does every tool.
Status Print(const std::string& text);

}  // namespace fitd
