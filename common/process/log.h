// The log of this process. Each process sets up its own; no logger, file handle or lock is shared between processes.
// Any process; Log from any thread, SetUpLog before other threads, SetLogTarget for the calling thread.
//
// A line: time (UTC, ms), level, pid, worker (in workers), target (where there is one), message.
//   2026-03-01T12:00:00.123Z warning pid=4711 worker=3 target=web-17 message
//   {"time":"2026-03-01T12:00:00.123Z","level":"warning","pid":4711,"worker":3,"target":"web-17","message":"..."}
// A line is written with one call, a line break in a message is escaped: lines never interleave, even in one pipe.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat : std::uint8_t { kText, kJson };

struct LogOptions {
  std::string file;  // appended to; empty: stderr
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kInfo;
  int worker = -1;  // number shown in each line; -1: none
  // To the journal as well, with fields of their own (common/process/journal.h). Also on when the environment says
  // FITD_LOG_TARGET=journal, which the daemon sets for its run processes and they hand on to their workers.
  bool journal = false;
  bool stream = true;  // false: only to the journal
  // Limits the file, over all processes that append to it one after another: a last line says that it is reached,
  // further ones are left out. 0: FITD_LOG_LIMIT of the environment, or none.
  std::uint64_t limit_bytes = 0;
};

// Replaces the process's logger. Before the first call lines of warning and above go to stderr as text.
Status SetUpLog(const LogOptions& options);

// `target` overrides the thread's own (SetLogTarget).
void Log(LogLevel level, std::string_view message, std::string_view target = {});

// A field of a line besides its target: a member in JSON, FITD_NAME in the journal; a line of text has its message
// only.
struct LogField {
  std::string_view name;  // small letters
  std::string value;
};
void Log(LogLevel level, std::string_view message, std::string_view target, std::span<const LogField> fields);

// The same without the journal: for what another process, which is told, writes there.
void LogBesidesJournal(LogLevel level, std::string_view message);

// Writes a line that is no log line (of a worker, of a library) to stderr.
void WriteErrorLine(std::string_view line);

// Called before anything is written to stderr by this log: takes a half-drawn progress bar away. Empty: nothing is
// drawn. For the thread that draws.
void SetBeforeErrorLine(std::function<void()> call);

// The level from which this process logs.
LogLevel CurrentLogLevel();

// The target this thread works on, shown in its lines until the next call; its first 4096 bytes are kept.
void SetLogTarget(std::string_view target);
// The run this thread's next lines are about, a field in the journal; 0: FITD_RUN of the environment, or none.
void SetLogRun(std::int64_t run);
// For a crash handler: reads two words, allocates nothing.
std::string_view LogTarget();

Result<LogLevel> ParseLogLevel(std::string_view text);    // debug info warning error off
Result<LogFormat> ParseLogFormat(std::string_view text);  // text json
std::string_view LogLevelName(LogLevel level);
std::string_view LogFormatName(LogFormat format);

}  // namespace fitd
