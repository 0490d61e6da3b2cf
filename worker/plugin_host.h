// Loads plugin: algorithms (worker/include/fitd/algorithm.h) from shared objects. Worker process, main thread. A plugin
// is never unloaded.
#pragma once

#include <memory>

#include "common/fit/algorithm_host.h"

namespace fitd {

std::unique_ptr<AlgorithmHost> MakePluginHost();

}  // namespace fitd
