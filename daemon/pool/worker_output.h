// What a worker writes to its stdout and stderr: whole lines are passed on, the end is kept for its obituary. Never
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

  // Reads what a non-blocking pipe has, at most a few hundred KB at a time; false at its end.
  bool ReadFrom(int fd);
  // The last line, though it was not ended.
  void Finish();
  // Adds a remark of the parent to the last words; not passed on.
  void Note(std::string_view remark);
  // The last few lines, joined by newlines.
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
