// The plan of a run in a store, read back from what the run says of itself: how targets that are new to it are fitted,
// and which runs were made with the same models. Daemon.
#pragma once

#include <cstdint>
#include <string>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/store/model_store.h"

namespace fitd {

// What identifies the models in RunHeader::options, which may say more.
std::string ModelOptionsOf(const std::string& header_options);

// Whether a run with these options (RunHeader::options) is drawn to the prior, as it is where they do not say.
bool HasPrior(const std::string& options);

// A job with the models of the run; its data and store are empty.
Result<Job> JobOfRun(const RunInfo& run);

// The plan, with the globals of the run and of a user's own stage. kBadConfig when users' code has changed since.
Result<ModelPlan> PlanOfRun(const Store& store, const RunInfo& run);

}  // namespace fitd
