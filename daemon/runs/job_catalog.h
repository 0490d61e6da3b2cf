// The jobs the administrator has defined: DIR/jobs.d/NAME.toml. Clients name a job, never a file. Daemon; calls read
// files, so they belong on the file thread. Thread-safe (no state but the folder's name).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

// 1 to 128 of A-Z a-z 0-9 . _ - and not beginning with a dot or a dash: never a path, never an option.
bool IsValidJobName(std::string_view name);

struct JobEntry {
  std::string name;
  std::string path;
  Status status;  // why it cannot run
  Job job;        // when status is OK
};

class JobCatalog {
 public:
  // `private_tmp`: /tmp of the service vanishes with it, so no job may have its store there.
  explicit JobCatalog(std::string folder, bool private_tmp = false)
      : folder_(std::move(folder)), private_tmp_(private_tmp) {}

  // kUsage for an impossible name, kNotFound when there is no such file, kPermission when somebody but root or this
  // process's user could have written it, kBadConfig when it does not validate or has the store of a job before it.
  Result<JobEntry> Load(std::string_view name) const;

  // All of them, sorted by name, broken ones and those whose name is none with their status; hidden files are none. An
  // absent folder has no jobs.
  std::vector<JobEntry> List() const;

  const std::string& folder() const { return folder_; }

 private:
  // "; did you mean NAME?" or nothing.
  std::string DidYouMean(std::string_view name) const;

  std::string folder_;
  bool private_tmp_;
};

}  // namespace fitd
