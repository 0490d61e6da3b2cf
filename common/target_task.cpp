#include "common/target_task.h"

#include "common/stage_tasks.h"
#include "common/synthetic_task.h"

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
