// What Slurm is asked and told, through its own commands, found in PATH. Daemon executable, main thread; blocks for
// them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

// A task as squeue shows it.
struct QueuedTask {
  std::string state;   // Slurm's: "PENDING", "RUNNING", "FAILED", ...
  std::string reason;  // of a wait or of a failure; "None" when there is none
  bool active() const;
  bool waits_for_another() const;  // for a job before it, which may never come
};

// The number of the job that `command` submits. kUnavailable when there is no sbatch or it refuses.
Result<std::string> SubmitBatch(const std::string& command);

// MaxArraySize of the cluster; `otherwise` where nobody can say.
int MaxArraySize(int otherwise);

// The tasks of these jobs that Slurm still knows of, by "id" or "id_task"; it forgets them minutes after their end
// (MinJobAge). Empty without squeue; kUnavailable when squeue cannot say it, which is not the same as nothing.
Result<std::map<std::string, QueuedTask>> QueuedTasks(const std::vector<std::string>& ids);

// Takes jobs out of the queue. One that is gone is no error.
void CancelJobs(const std::vector<std::string>& ids);

}  // namespace fitd
