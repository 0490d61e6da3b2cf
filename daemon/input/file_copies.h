// Finds files that are given twice: a copy of another, or the other one compressed. Daemon, one thread.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/input/input_files.h"
#include "daemon/input/input_stream.h"

namespace fitd {

// The first two of these regular files that hold the same bytes, as they are or when gzip and zstd are unpacked, as
// paths; nullopt: no two do, or `stop` was set. Files that cannot be read are like no other: reading them tells.
std::optional<std::pair<std::string, std::string>> FindCopies(const std::vector<const InputFile*>& files,
                                                              const ExpansionLimits& limits,
                                                              const std::atomic<bool>& stop);

}  // namespace fitd
