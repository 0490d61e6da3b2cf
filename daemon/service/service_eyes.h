// A job as the service sees it: its sandbox hides folders and forbids writing that whoever is at the command line sees
// and may. Daemon executable, main thread.
#pragma once

#include <string>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// "; " and what keeps the service from the job's files, with the drop-in that changes it; empty when this process is
// not the service or nothing of the kind is in the way.
std::string ServiceHint(const Status& status, const Job& job);

// Whether the job's store and its exported forecasts can be written: kPermission names the folder.
Status CheckWritable(const Job& job);

// Runs `fitd ARGUMENTS` once with the user, the sandbox and the paths of fitd.service, in its place: does not return
// unless it cannot (systemd-run is not there, or may not).
Status BecomeService(const std::vector<std::string>& arguments);

}  // namespace fitd
