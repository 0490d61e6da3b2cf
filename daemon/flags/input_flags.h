// The options that say how data are read: one group for every command that reads data. Daemon executable, main thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"

namespace CLI {
class App;
}

namespace fitd {

// A key of the job file, the option that overrides it, and whether that was said.
struct GivenOption {
  std::string_view key;
  const char* name;
  bool given;
};

class InputFlags {
 public:
  InputFlags();
  ~InputFlags();
  InputFlags(const InputFlags&) = delete;
  InputFlags& operator=(const InputFlags&) = delete;

  // Adds the options to a command; `this` must outlive the parse.
  void AddTo(CLI::App& command);
  // Lays what was said over `data`. kUsage names the option whose text is none of its values.
  Status ApplyTo(Job::Data& data) const;
  // Adds what a violation of CheckJob is called on the command line.
  void AppendGiven(std::vector<GivenOption>& options) const;

 private:
  struct Given;
  std::unique_ptr<Given> given_;
};

}  // namespace fitd
