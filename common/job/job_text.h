// The text of a job file, read whole. Any process.
#pragma once

#include <string>

#include "common/status.h"

namespace fitd {

// kNotFound and its like name the file; kBadConfig when it is too large to be a job file.
Result<std::string> ReadJobText(const std::string& path);

}  // namespace fitd
