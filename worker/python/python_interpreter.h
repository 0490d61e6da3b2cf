// The embedded interpreter of a worker: which Python it is (a virtual environment's, when there is one) and its start
// and end. fitd-worker-python only; the main thread.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/status.h"

namespace fitd {

// Starts it at the first call, once per process. The environment it imports from, the first that is set:
// a folder of `python_path` that is a virtual environment, FITD_PYTHON (an interpreter), VIRTUAL_ENV, the system's.
// kBadConfig with Python's own message when it cannot start, or when the environment is of another version.
Status StartPython(const std::vector<std::string>& python_path);

// Descriptor and pid of each process that removes what users' code has left in shared memory once its pipe is closed.
using PythonTrackers = std::vector<std::pair<int, int>>;

// Finalizes it: threads are joined, atexit functions run, files written and closed, objects destroyed. `prepare` is
// called first and says which trackers there are; they are waited for at the end, when whatever else users' code has
// started and left is told to end (SIGTERM). Where that takes more than 5 s, or an extension crashes in it, the process
// ends with kWorkerExitOk and a line on stderr. Nothing of Python may be touched afterwards.
void EndPython(const std::function<PythonTrackers()>& prepare);

}  // namespace fitd
