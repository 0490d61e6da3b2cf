// Standard output for an answer whose sender does not wait: what the reader does not take at once, as `less` does not,
// is kept in a file without a name. Client process, main thread.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

class PatientOutput {
 public:
  explicit PatientOutput(int fd) : fd_(fd) {}

  // Does not wait for the reader unless no file can be made (the disk is full). A reader that has gone away ends this
  // process with SIGPIPE, as it does every tool before `| head`; other errors of writing are kIo.
  Status Write(std::string_view text);
  // Waits until the reader has everything. Nothing may be written behind it.
  Status Finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  bool IsReady() const;
  Status WriteNow(std::string_view text);
  Status PassOn(bool wait);
  bool Keep();

  int fd_;
  std::string gathered_;                     // not yet written or kept
  std::unique_ptr<std::FILE, Closer> file_;  // holds what the reader has not taken; null: nothing was kept so far
  off_t begin_ = 0;                          // of the bytes in the file that are still to be written
  off_t end_ = 0;
};

}  // namespace fitd
