// Runs python: algorithms in an embedded interpreter. fitd-worker-python only; the main thread.
#pragma once

#include <memory>

#include "common/fit/algorithm_host.h"

namespace fitd {

// The interpreter starts with the first algorithm loaded.
std::unique_ptr<AlgorithmHost> MakePythonHost();

}  // namespace fitd
