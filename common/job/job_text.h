// The text of a job file, read whole. Any process.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// kNotFound and its like name the file; kBadConfig when it is too large to be a job file.
Result<std::string> ReadJobText(const std::string& path);

// The line of a TOML text, from 1, whose keys are nested deeper than any is here, which toml++ follows until the stack
// ends: more than 256 dots outside of quotes and comments. 0: there is none.
int LineNestedTooDeep(std::string_view toml);
inline constexpr const char* kNestedTooDeep = "keys are nested too deep";

}  // namespace fitd
