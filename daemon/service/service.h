// `fitd serve`: one thread with one loop over listener, clients, run processes, signals and timers. service.cpp only
// connects the parts; each part makes its own decisions. Daemon, main thread.
#pragma once

#include "daemon/service/serve_options.h"

namespace fitd {

// Serves until a signal or the idle limit ends it. Returns the exit code.
int Serve(const ServeOptions& options);

// Validates the configuration and all job files; prints errors to stderr. Returns exit code 0 or 78.
int CheckConfiguration(const ServeOptions& options);

}  // namespace fitd
