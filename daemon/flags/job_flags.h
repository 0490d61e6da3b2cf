// The command line's view of a job: options shared by `train` and `check`, laid over a job file when one is named.
// Daemon executable, main thread.
#pragma once

#include <memory>

#include "common/job/job.h"
#include "common/status.h"

namespace CLI {
class App;
}

namespace fitd {

class JobFlags {
 public:
  JobFlags();
  ~JobFlags();
  JobFlags(const JobFlags&) = delete;
  JobFlags& operator=(const JobFlags&) = delete;

  // Adds the positional DATA and the options to a command; `this` must outlive the parse.
  void AddTo(CLI::App& command);
  // The same without those of the models, for commands that take them from a store.
  void AddWithoutModelsTo(CLI::App& command);

  // The effective job: defaults, then the file of --job, then the options given. All violations in one message.
  Result<Job> ToJob() const;

  // Whether DATA was given, and not only the files of a job.
  bool HasData() const;

  // Whether `word` was given as DATA or as the file of --job or --store; the values of other options are not paths,
  // even where a file happens to have their name.
  bool IsPath(const std::string& word) const;

 private:
  void AddInputTo(CLI::App& command);
  void AddModelsTo(CLI::App& command);
  void AddWorkersTo(CLI::App& command);
  // Forgets, too, where the job file says what the command line overrides.
  Status CheckAll(Job& job, const std::string& job_file) const;

  struct Given;
  std::unique_ptr<Given> given_;
};

}  // namespace fitd
