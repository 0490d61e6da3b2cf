// Work that reads or writes files, away from the loop: one thread, in order. Daemon.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace fitd {

class FileExecutor {
 public:
  virtual ~FileExecutor() = default;
  // `work` runs elsewhere, then `done` on the loop. In the order of the calls. Neither may throw.
  virtual void Run(std::function<void()> work, std::function<void()> done) = 0;
};

// Destroying it waits for the work in hand; what was not begun is dropped.
class FileThread final : public FileExecutor {
 public:
  explicit FileThread(boost::asio::io_context& loop);
  ~FileThread() override;
  void Run(std::function<void()> work, std::function<void()> done) override;
  // Blocks until everything asked for so far is done; `done` functions are not called any more. For the very end.
  void Drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fitd
