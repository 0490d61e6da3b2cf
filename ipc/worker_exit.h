// Exit codes of a worker, part of the protocol between worker and parent; unrelated to those of fitd (common/status.h).
// Both processes.
#pragma once

namespace fitd {

inline constexpr int kWorkerExitOk = 0;
inline constexpr int kWorkerExitOutOfMemory = 12;  // std::bad_alloc; the parent reports `oom`
inline constexpr int kWorkerExitUsage = 64;
inline constexpr int kWorkerExitException = 70;   // any other uncaught exception
inline constexpr int kWorkerExitParentGone = 75;  // the connection to the parent ended

}  // namespace fitd
