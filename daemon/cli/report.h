// How a command says what went wrong. Daemon executable, main thread.
#pragma once

#include "common/status.h"

namespace fitd {

// Prints "fitd: message" to stderr and returns the exit code of the status.
int ReportError(const Status& status);

// Writing to stdout failed with this errno: ends the process as every tool ends when its reader has seen enough, else
// as ReportError.
int StdoutFailed(int error);
// What is still in a buffer of stdout has to be out, or the command has not done what it says: `code`, or that of the
// error.
int FinishStdout(int code);
// Lines that stderr has not taken are waited for, but after a signal only for half a second. Returns `code`.
int FinishStderr(int code);

}  // namespace fitd
