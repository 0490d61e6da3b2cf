// What a worker says when it crashes. Worker; main thread, once.
#pragma once

namespace fitd {

// On SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT (which the parent sends to a worker that hangs): signal, target in
// hand and a stack trace go to stderr and to `log_fd` (-1: none), then the signal takes its default course. Also for a
// stack overflow (own signal stack).
void InstallCrashHandler(int log_fd);

}  // namespace fitd
