// The worker program without its main(), so that other worker executables and tests link it. Worker; main thread.
#pragma once

namespace fitd {

// argv: --worker N, --log-file PATH (default: stderr), --log-format text|json, --log-level LEVEL; the parent's socket
// is descriptor 3. Returns the exit code (ipc/worker_exit.h).
int WorkerMain(int argc, char** argv);

}  // namespace fitd
