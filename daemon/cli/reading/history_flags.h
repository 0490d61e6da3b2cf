// DATA for commands that show a store: the whole history of its targets instead of the last values it keeps. Daemon
// executable, main thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/flags/input_flags.h"
#include "daemon/report/history_source.h"
#include "daemon/store/model_store.h"

namespace CLI {
class App;
}

namespace fitd {

class HistoryFlags {
 public:
  // Adds the positional DATA and the options that say how it is read; `this` must outlive the parse.
  void AddTo(CLI::App& command);
  // Reads the data as the run's rows were read; null when none was named. Errors as LoadAsBase, kUsage for options.
  Result<std::unique_ptr<HistorySource>> Load(const Store& store, const RunInfo& run) const;

  // What it reads.
  const std::vector<std::string>& data() const { return data_; }

 private:
  std::vector<std::string> data_;
  InputFlags input_;
};

}  // namespace fitd
