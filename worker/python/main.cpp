// fitd-worker-python: the worker, and with it an embedded Python for users' algorithms.
#include <utility>

#include "common/fit/algorithm_host.h"
#include "worker/python/python_host.h"
#include "worker/worker_main.h"

#if defined(__SANITIZE_ADDRESS__)
// What the interpreter and numpy hold until the process ends is no leak of ours.
extern "C" [[gnu::visibility("default")]] const char* __lsan_default_suppressions() {
  return "leak:libpython\nleak:_multiarray_umath\n";
}
extern "C" [[gnu::visibility("default")]] const char* __lsan_default_options() {
  return "print_suppressions=0";
}
#endif

int main(int argc, char** argv) {
  fitd::AlgorithmHosts hosts;
  hosts.Add(fitd::kPythonPrefix, fitd::MakePythonHost());
  return fitd::WorkerMain(argc, argv, std::move(hosts));
}
