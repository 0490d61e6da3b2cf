// Work that reads or writes files, away from the loop: one thread, in order. Daemon.
#pragma once

#include <functional>
#include <memory>

#include "daemon/runs/file_executor.h"
#include "daemon/runs/service_log.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

// Destroying it waits for the work in hand; what was not begun is dropped. An exception of the work is told to `log` in
// the loop, and `done` called all the same.
class FileThread final : public FileExecutor {
 public:
  FileThread(boost::asio::io_context& loop, ServiceLog log);
  ~FileThread() override;
  void Run(std::function<void()> work, std::function<void()> done) override;
  // Blocks until everything asked for so far is done; `done` functions are not called any more. For the very end.
  void Drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fitd
