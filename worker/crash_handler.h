// Reports crashes of a worker. Worker; main thread, once.
#pragma once

namespace fitd {

// On SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT (which the parent sends to a worker that hangs) writes signal, current
// target and a stack trace to stderr and to `log_fd` (-1: none), then lets the signal take its default effect. Works
// for stack overflows too (own signal stack).
void InstallCrashHandler(int log_fd);

}  // namespace fitd
