// A file a command writes: whole or not at all, "-" is stdout. Daemon executable, main thread.
#pragma once

#include <memory>
#include <string>

#include "common/status.h"
#include "daemon/output/output_sink.h"

namespace fitd {

class OutputFile {
 public:
  // Errors name the path: kNotFound without its folder, kPermission, kIo.
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // takes away what was not committed

  OutputSink& sink() { return *sink_; }
  // Everything is in the file under its name when it returns OK.
  Status Commit();

 private:
  OutputFile(std::string path, std::string temporary, int fd);

  std::string path_;
  std::string temporary_;  // empty: written in place (stdout, a device, a pipe)
  int fd_;
  std::unique_ptr<DescriptorSink> sink_;
};

}  // namespace fitd
