#include "daemon/pool/worker_output.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace fitd {
namespace {

constexpr std::size_t kMaxLine = 16 << 10;  // longer lines are broken: a worker may never end one
constexpr std::size_t kLastLines = 24;      // enough for a traceback of Python
constexpr std::size_t kLastLineBytes = 400;
constexpr int kReadsAtATime = 8;

// True for a line of a stack trace: /usr/libexec/fitd/fitd-worker(+0x201f2)[0x555f026ad1f2].
bool IsFrame(std::string_view line) {
  return line.ends_with(']') && line.find("[0x") != std::string_view::npos && line.find(' ') == std::string_view::npos;
}

}  // namespace

bool WorkerOutput::ReadFrom(int fd) {
  std::array<char, 65536> buffer;
  for (int i = 0; i < kReadsAtATime; ++i) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    Append({buffer.data(), static_cast<std::size_t>(n)});
  }
  return true;
}

void WorkerOutput::Append(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      partial_ += text;
      if (partial_.size() > kMaxLine) Finish();
      return;
    }
    partial_ += text.substr(0, end);
    text.remove_prefix(end + 1);
    Emit(partial_);
    partial_.clear();
  }
}

void WorkerOutput::Finish() {
  if (!partial_.empty()) Emit(partial_);
  partial_.clear();
}

void WorkerOutput::Emit(std::string_view line) {
  Remember(line);
  if (sink_) sink_(line);
}

void WorkerOutput::Note(std::string_view remark) {
  Finish();
  Remember(remark);
}

void WorkerOutput::Remember(std::string_view line) {
  if (IsFrame(line)) return;
  last_.emplace_back(line.substr(0, kLastLineBytes));
  if (last_.size() > kLastLines) last_.pop_front();
}

std::string WorkerOutput::LastWords() const {
  std::string words;
  for (const std::string& line : last_) words += (words.empty() ? "" : "\n") + line;
  return words;
}

}  // namespace fitd
