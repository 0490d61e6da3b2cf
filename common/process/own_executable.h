// The file of the running program, whatever it was called as. Any process, any thread.
#pragma once

#include <string>

#include "common/status.h"

namespace fitd {

// Its path with links resolved; kNotFound, kPermission or kIo where there is no /proc.
Result<std::string> OwnExecutable();

}  // namespace fitd
