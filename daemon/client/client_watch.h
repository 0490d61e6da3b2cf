// Follows a run to its end with the same progress as `fitd train`, across restarts of the daemon. Command-line process.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/status.h"
#include "daemon/client/client.h"
#include "daemon/client/client_options.h"

namespace fitd {

// The finished run as the daemon describes it (a JSON object). With options.json each event is printed to stdout as a
// line. A daemon that goes away is waited for: systemd starts it again, and it resumes the run. `answered`: whether the
// daemon was there a moment ago; one that never was is an error at once. `tell_gone` is told when it has not answered
// for seconds, and when it does again.
Result<std::string> WatchRun(Client& client, std::int64_t id, const ClientOptions& options, bool answered,
                             const std::function<void(bool gone)>& tell_gone);

}  // namespace fitd
