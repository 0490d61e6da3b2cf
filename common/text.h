// Bytes as CSV fields, JSON strings and base64, and where they go. Daemon process; one thread per sink.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// RFC 4180: quoted only when needed; the bytes themselves are kept, whatever they are.
void AppendCsvField(std::string& out, std::string_view bytes);

// A JSON string when the bytes are UTF-8, {"bytes":"BASE64"} when they are not, so that nothing is lost.
void AppendJsonText(std::string& out, std::string_view bytes);

void AppendBase64(std::string& out, std::string_view bytes);

// For a terminal: control characters and bytes that are not UTF-8 as \n, \x1b, ...
void AppendPrintable(std::string& out, std::string_view bytes);
// The same for a message of several lines, which stay lines.
std::string PrintableLines(std::string_view text);

// True when `bytes` are well-formed UTF-8 (RFC 3629); NUL is.
bool IsUtf8(std::string_view bytes);

// Where output goes. Writers append to text() and call Drain() now and then; Flush() at the end.
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

// A descriptor that stays the caller's. Errors (disk full, closed pipe) are kIo and name it.
class DescriptorSink final : public OutputSink {
 public:
  DescriptorSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

 private:
  Status Write(std::string_view bytes) override;

  int fd_;
  std::string name_;
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
