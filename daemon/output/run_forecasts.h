// Forecasts of a store to a descriptor: what `fitd forecast` prints and what a job's [export] writes. Daemon, main
// thread.
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
  int horizon = 0;  // 0: what the run was tuned for
  std::vector<std::string> models;
  std::vector<std::string> targets;
  std::vector<double> levels = {80, 95};
  std::vector<std::string> python_path;  // empty: as when it was trained
  bool allow_code = false;
  bool complete = false;  // of a run that is finished alone: else kInvalidInput
  bool nixtla = false;    // columns named unique_id and ds
  bool json = false;
  Duration user_timeout{0};                      // of one forecast by users' code; 0: kUserCodeLoads
  const CancelSource* cancel = nullptr;          // looked at before each target: kCancelled
  std::vector<std::string>* failures = nullptr;  // gets what users' code could not forecast; null: it is told on stderr
};

// Writes them to `fd`, which `name` names in errors. What users' code could not forecast is told on stderr. The exit
// code when everything could be written: 0, or 3 when some of users' code failed.
Result<int> WriteForecasts(const ForecastOptions& options, int fd, const std::string& name);

// Whether the file of a job's [export] can be written, to be asked before hours of fitting: kBadConfig when it is a
// device, a pipe, a database or something that the job reads, else the errors of CheckReplaceable. OK without an
// [export].
Status CheckExport(const Job& job);
// A job's [export]: the file is whole or the old one, and whoever may read its folder's group may read it. Users' code
// has the job's target_timeout for each target. What it could not forecast; kCancelled.
Result<std::vector<std::string>> ExportForecasts(const Job& job, const CancelSource& cancel);

// What was given twice is meant once.
template <class T>
std::vector<T> WithoutRepeats(const std::vector<T>& given) {
  std::vector<T> kept;
  for (const T& one : given) {
    if (std::find(kept.begin(), kept.end(), one) == kept.end()) kept.push_back(one);
  }
  return kept;
}

// Says on stderr what users' code could not forecast: the first few are named.
void ReportUserFailures(const std::vector<std::string>& failures);

}  // namespace fitd
