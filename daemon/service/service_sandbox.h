// Looks at a job as the service does: its sandbox hides folders and forbids writing where the user at the command line
// may. Daemon executable, main thread.
#pragma once

#include <string>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// "; " and what keeps the service from the job's files, with the systemd drop-in that changes it; empty when this
// process is not the service or its sandbox is not the cause.
std::string ServiceHint(const Status& status, const Job& job);

// kPermission, naming the folder, when the job's store or exported forecasts cannot be written.
Status CheckWritable(const Job& job);

// Replaces this process by `fitd ARGUMENTS`, run with user, sandbox and paths of fitd.service. Returns only on failure
// (systemd-run is missing or refused).
Status BecomeService(const std::vector<std::string>& arguments);

}  // namespace fitd
