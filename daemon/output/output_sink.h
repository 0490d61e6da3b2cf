// Destinations for what a command prints: a descriptor or a string. Daemon process; one thread per sink.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/status.h"

namespace fitd {

// Buffers output. Writers append to text(), call Drain() now and then, and Flush() at the end.
class OutputSink {
 public:
  virtual ~OutputSink() = default;

  std::string& text() { return text_; }
  Status Drain() { return text_.size() < kBlockBytes ? OkStatus() : Flush(); }
  Status Flush();

 private:
  static constexpr std::size_t kBlockBytes = 1 << 16;
  virtual Status Write(std::string_view bytes) = 0;

  std::string text_;
};

// Ends the process by SIGPIPE when `error` is EPIPE, as other tools do when `| head` has read enough.
void EndIfPipeIsClosed(int error);

// Writes to a descriptor, which it does not own. Errors (disk full, closed pipe) are kIo and name it.
class DescriptorSink final : public OutputSink {
 public:
  DescriptorSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

 private:
  Status Write(std::string_view bytes) override;

  int fd_;
  std::string name_;
};

// Discards its output.
class NullSink final : public OutputSink {
 private:
  Status Write(std::string_view /*bytes*/) override { return OkStatus(); }
};

class StringSink final : public OutputSink {
 public:
  const std::string& written() const { return written_; }

 private:
  Status Write(std::string_view bytes) override {
    written_ += bytes;
    return OkStatus();
  }

  std::string written_;
};

}  // namespace fitd
