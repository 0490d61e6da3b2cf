// A file a command writes: whole or not at all, and on disk then; "-" is stdout. Daemon executable, main thread.
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
  // Errors name the path: kNotFound without its folder, kPermission, kIo; kUsage when it is a store, which nobody
  // means to replace by what is printed about it.
  static Result<OutputFile> Create(const std::string& path);

  OutputSink& sink() { return *sink_; }
  // Everything is in the file under its name when it returns OK.
  Status Commit();

 private:
  OutputFile(const std::string& name, UniqueFd special);
  OutputFile(const std::string& name, PendingFile file);

  UniqueFd special_;                 // a device or a pipe, written in place
  std::optional<PendingFile> file_;  // neither: stdout
  std::unique_ptr<DescriptorSink> sink_;
};

}  // namespace fitd
