// Members of the daemon's answers as text, and its refusals on standard error. Client process, main thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/status.h"

namespace fitd {

// "-" for what is missing or null.
std::string AnswerText(const nlohmann::json& object, const char* key);

// Says why on standard error and returns the exit code.
int Fail(const Status& status);

}  // namespace fitd
