// Passes on each whole line that a worker writes to stdout or stderr and keeps the last lines for its obituary. Never
// blocks. Parent; one thread.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace fitd {

class WorkerOutput {
 public:
  explicit WorkerOutput(std::function<void(std::string_view line)> sink) : sink_(std::move(sink)) {}

  // Reads what is in a non-blocking pipe, at most a few hundred KB per call; false at its end.
  bool ReadFrom(int fd);
  // Emits the last line although it has no newline.
  void Finish();
  // Adds a remark of the parent to the last words; it does not go to the sink.
  void Note(std::string_view remark);
  // The last few lines, joined by newlines, without those of a stack trace, which the sink has had.
  std::string LastWords() const;

 private:
  void Append(std::string_view text);
  void Emit(std::string_view line);
  void Remember(std::string_view line);

  std::function<void(std::string_view)> sink_;
  std::string partial_;
  std::deque<std::string> last_;
};

}  // namespace fitd
