// A file that a command writes: complete and on disk, or not at all; "-" is stdout. Daemon executable, main thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/atomic_file.h"
#include "common/status.h"
#include "daemon/output/output_sink.h"
#include "ipc/unique_fd.h"

namespace fitd {

class OutputFile {
 public:
  // Errors name the path: kNotFound when its folder does not exist, kPermission, kIo; kUsage when the path is a store,
  // which would be replaced by mistake.
  static Result<OutputFile> Create(const std::string& path);

  OutputSink& sink() { return *sink_; }
  // On OK the file is complete under its name.
  Status Commit();

 private:
  OutputFile(const std::string& name, UniqueFd special);
  OutputFile(const std::string& name, PendingFile file);

  UniqueFd special_;                 // a device or pipe, written directly
  std::optional<PendingFile> file_;  // nullopt and no special_: stdout
  std::unique_ptr<DescriptorSink> sink_;
};

}  // namespace fitd
