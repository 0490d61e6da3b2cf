// The jobs that the administrator has defined: DIR/jobs.d/NAME.toml. Clients name a job, never a file. Daemon; calls
// read files, so make them on the file thread. Thread-safe (no state but the folder's name).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// 1 to 128 of A-Z a-z 0-9 . _ - and not beginning with a dot or a dash, so it is never a path or an option.
bool IsValidJobName(std::string_view name);

struct JobEntry {
  std::string name;
  std::string path;
  Status status;  // why the job cannot run
  Job job;        // set when status is OK
};

class JobCatalog {
 public:
  // `private_tmp`: the service's /tmp vanishes with it, so no job may have its store there.
  explicit JobCatalog(std::string folder, bool private_tmp = false)
      : folder_(std::move(folder)), private_tmp_(private_tmp) {}

  // kUsage for an invalid name, kNotFound when the file does not exist, kPermission when a user other than root or this
  // process's could have written it, kBadConfig when it is invalid or uses the store of a job before it by name.
  Result<JobEntry> Load(std::string_view name) const;

  // All jobs, sorted by name; broken ones and those with invalid names have an error status. Hidden files are skipped.
  // An absent folder has no jobs.
  std::vector<JobEntry> List() const;

  const std::string& folder() const { return folder_; }

 private:
  // "; did you mean NAME?"; empty: no name is similar.
  std::string DidYouMean(std::string_view name) const;

  std::string folder_;
  bool private_tmp_;
};

}  // namespace fitd
