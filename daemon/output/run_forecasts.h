// Writes forecasts of a store to a descriptor: for `fitd forecast` and for a job's [export]. Daemon, main thread.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/job/job.h"
#include "common/status.h"
#include "daemon/store/model_store.h"
#include "ipc/cancel_source.h"

namespace fitd {

struct ForecastOptions {
  std::string store = kDefaultStore;
  int horizon = 0;  // 0: the default of the run (DefaultHorizon)
  std::vector<std::string> models;
  std::vector<std::string> targets;
  std::vector<double> levels = {80, 95};
  std::vector<std::string> python_path;  // empty: the path used in training
  bool allow_code = false;
  bool complete = false;  // kInvalidInput unless the run is finished
  bool nixtla = false;    // name columns unique_id and ds
  bool json = false;
  Duration user_timeout{0};              // for one forecast by users' code; 0: kUserCodeLoads
  const CancelSource* cancel = nullptr;  // checked before each target: kCancelled
  std::vector<std::string>* failures =
      nullptr;  // receives what users' code could not forecast; null: printed to stderr
};

// Writes the forecasts to `fd`; `name` names it in errors. Returns the exit code: 0, or 3 when some of users' code
// failed.
Result<int> WriteForecasts(const ForecastOptions& options, int fd, const std::string& name);

// Checks that the file of a job's [export] can be written, before hours of fitting. kBadConfig when it is a device, a
// pipe, a database or an input of the job; else errors of CheckReplaceable. OK without an [export].
Status CheckExport(const Job& job);
// Writes a job's [export] atomically, readable for its group. Users' code has the job's target_timeout per target.
// Returns what it could not forecast; kCancelled.
Result<std::vector<std::string>> ExportForecasts(const Job& job, const CancelSource& cancel);

// Removes repeated values, keeping the first of each.
template <class T>
std::vector<T> WithoutRepeats(const std::vector<T>& given) {
  std::vector<T> kept;
  for (const T& one : given) {
    if (std::find(kept.begin(), kept.end(), one) == kept.end()) kept.push_back(one);
  }
  return kept;
}

// Prints to stderr what users' code could not forecast, naming the first few.
void ReportUserFailures(const std::vector<std::string>& failures);

}  // namespace fitd
