// The embedded interpreter of a worker: which Python it is (a virtual environment's, when there is one) and its start.
// fitd-worker-python only; the main thread. Never finalized: extensions do not survive it, and the process ends anyway.
#pragma once

#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

// Starts it at the first call, once per process. The environment it imports from, the first that is set:
// a folder of `python_path` that is a virtual environment, FITD_PYTHON (an interpreter), VIRTUAL_ENV, the system's.
// kBadConfig with Python's own message when it cannot start, or when the environment is of another version.
Status StartPython(const std::vector<std::string>& python_path);

}  // namespace fitd
