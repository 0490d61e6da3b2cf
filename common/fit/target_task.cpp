#include "common/fit/target_task.h"

#include "common/fit/stage_tasks.h"
#include "common/fit/synthetic_task.h"

namespace fitd {

std::unique_ptr<TargetTask> MakeTask(TaskKind kind) {
  switch (kind) {
    case TaskKind::kSynthetic:
      return MakeSyntheticTask();
    case TaskKind::kGlobalSums:
      return MakeGlobalSumsTask();
    case TaskKind::kLocalFit:
      return MakeLocalFitTask();
    case TaskKind::kUserGlobal:
      return MakeUserGlobalTask();
  }
  return nullptr;
}

}  // namespace fitd
