// CPU time and memory that this process has used. Daemon, any thread.
#pragma once

#include <cstdint>

namespace fitd {

double SelfCpuSeconds();  // user and system, of all threads
std::uint64_t SelfPeakRssBytes();

}  // namespace fitd
