// `fitd serve`: one thread, one loop over the listener, clients, run processes, signals and timers. service.cpp only
// wires parts together; each decision is in the part it belongs to. Daemon, main thread.
#pragma once

#include "daemon/service/serve_options.h"

namespace fitd {

// Serves until it is told to stop or has been idle for long enough. The exit code of the process.
int Serve(const ServeOptions& options);

// Validates the configuration and every job file; prints what is wrong to stderr. Exit code 0 or 78.
int CheckConfiguration(const ServeOptions& options);

}  // namespace fitd
