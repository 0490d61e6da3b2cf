// How a command says what went wrong. Daemon executable, main thread.
#pragma once

#include "common/status.h"

namespace fitd {

// Prints "fitd: message" to stderr and returns the exit code of the status.
int ReportError(const Status& status);

}  // namespace fitd
