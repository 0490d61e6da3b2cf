// Users' algorithms as the daemon sees them: which a job names, what tells one version of their code from another, and
// which worker runs them. Daemon, main thread; the code itself never runs here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// The job's local and global ones, in that order.
std::vector<std::string> UserAlgorithmsOf(const Job& job);

// A text that changes with the code behind the names, so that an edited algorithm is fitted again: the checksum of the
// Python module's file, of the plugin, or of the executable and the files among its arguments. What those import or run
// in turn is not looked at. Empty without names. Relative paths begin at `folder`, the current one where it is empty.
std::string IdentifyUserCode(const std::vector<std::string>& names, const std::vector<std::string>& python_path,
                             const std::string& folder = {});

// Whether the code that a run's options name is another than they identify, and the sentence that says so.
bool CodeHasChanged(std::string_view options, const std::vector<std::string>& python_path, const std::string& folder);
std::string DescribeChangedCode(std::int64_t run);

// fitd-worker-python; kBadConfig when this installation has none.
Result<std::string> FindPythonWorker();

// Whether the code that a store names may be run: it may when the store belongs to whoever asks or to root, and nobody
// else could have written it, or when that was asked for. kPermission names the owner and the option.
Status ExpectTrustedCode(const std::string& store, const std::vector<std::string>& names, bool allowed);

// The folder that relative names of a store's algorithms are relative to: the one they were trained in, never the one
// the caller happens to be in, unless `allowed`. Empty: they are all absolute. kBadConfig when it is not there.
Result<std::string> FolderOfCode(const std::string& trained_in, const std::vector<std::string>& names, bool allowed);

// The folder a run with users' code was trained in is kept with its options.
std::string WithFolder(const std::string& options);
std::string TrainedIn(std::string_view options);

// The folders to import from are kept with a run's options (absolute), so that forecasts find the code again.
std::string WithPythonPath(const std::string& options, const std::vector<std::string>& python_path);
std::vector<std::string> PythonPathOf(std::string_view options);

}  // namespace fitd
