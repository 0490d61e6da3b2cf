// fitd-worker-python: the worker, and with it an embedded Python for users' algorithms.
#include <utility>

#include "common/fit/algorithm_host.h"
#include "worker/python/python_host.h"
#include "worker/worker_main.h"

int main(int argc, char** argv) {
  fitd::AlgorithmHosts hosts;
  hosts.Add(fitd::kPythonPrefix, fitd::MakePythonHost());
  return fitd::WorkerMain(argc, argv, std::move(hosts));
}
