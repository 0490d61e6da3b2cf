#include "common/target_task.h"

#include "common/synthetic_task.h"

namespace fitd {

std::unique_ptr<TargetTask> MakeTask(TaskKind kind) {
  switch (kind) {
    case TaskKind::kSynthetic:
      return MakeSyntheticTask();
    case TaskKind::kGlobalSums:
    case TaskKind::kLocalFit:
      break;
  }
  return nullptr;
}

}  // namespace fitd
