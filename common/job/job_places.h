// What a job names on this host that a training would look for in vain. Any process; looks, and runs nothing.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// "FILE:LINE: KEY" where the job file says the key, "KEY" where something else does.
std::string SaidAt(const Job& job, const std::string& key);

// The first thing that is not there, with the key that names it and the code that a training ends with: a plugin or a
// program, a name of python: that is not module:object, or a folder of models.python_path without which its module is
// not found (kBadConfig); the folder of the store (kCannotCreate). OK where this user may not look. Plugins and
// programs without an absolute path are looked for `from_here`, in this folder and PATH, or not at all. A folder of
// `made_later` is as good as there: the service makes its own when it starts.
Status CheckPlaces(const Job& job, bool from_here, const std::string& made_later = "/var/lib/fitd");

}  // namespace fitd
