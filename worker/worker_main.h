// The worker program without its main(), for other worker executables and tests. Worker; main thread.
#pragma once

#include "common/fit/algorithm_host.h"

namespace fitd {

// argv: --worker N, --log-file PATH (default: stderr), --log-format text|json, --log-level LEVEL; the parent's socket
// is descriptor 3. Returns the exit code (ipc/worker_exit.h).
// `hosts`: hosts of users' algorithms that this executable adds to those for plugins and commands.
int WorkerMain(int argc, char** argv, AlgorithmHosts hosts = {});

}  // namespace fitd
