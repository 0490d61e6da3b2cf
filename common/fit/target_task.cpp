#include "common/fit/target_task.h"

#include "common/fit/detect_task.h"
#include "common/fit/stage_tasks.h"
#include "common/fit/synthetic_task.h"

namespace fitd {

std::unique_ptr<TargetTask> MakeTask(TaskKind kind, const AlgorithmHosts& hosts) {
  switch (kind) {
    case TaskKind::kUnset:
      return nullptr;
    case TaskKind::kSynthetic:
#ifdef FITD_SYNTHETIC_TASK
      return MakeSyntheticTask();
#else
      return nullptr;
#endif
    case TaskKind::kGlobalSums:
      return MakeGlobalSumsTask();
    case TaskKind::kLocalFit:
      return MakeLocalFitTask(hosts);
    case TaskKind::kUserGlobal:
      return MakeUserGlobalTask(hosts);
    case TaskKind::kDetect:
      return MakeDetectTask();
  }
  return nullptr;
}

}  // namespace fitd
