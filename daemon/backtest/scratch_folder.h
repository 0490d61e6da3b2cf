// A temporary folder below TMPDIR for the stores of a backtest's windows; removed by the destructor. The folder is
// locked while its process lives, so the next backtest of the same user can remove one left by a killed process. Daemon
// executable, main thread.
#pragma once

#include <string>

#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

class ScratchFolder {
 public:
  // Errors name the folder.
  static Result<ScratchFolder> Make();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  void Remove(int window) const;
  std::string File(int window) const;

 private:
  ScratchFolder(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueFd lock_;
};

}  // namespace fitd
