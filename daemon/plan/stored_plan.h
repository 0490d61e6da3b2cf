// Reads the plan of a stored run back from its description: how to fit targets that are new to it, and which runs used
// the same models. Daemon, main thread; reads the store.
#pragma once

#include <cstdint>
#include <string>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/store/model_store.h"

namespace fitd {

// The part of RunHeader::options that identifies the models; the options may contain more.
std::string ModelOptionsOf(const std::string& header_options);

// Whether a run with these options (RunHeader::options) uses the prior; true when they do not say.
bool HasPrior(const std::string& options);

// A job with the models of the run, without data and store.
Result<Job> JobOfRun(const RunInfo& run);

// The plan, with the globals of the run and of a user's global stage. kBadConfig when users' code has changed since.
Result<ModelPlan> PlanOfRun(const Store& store, const RunInfo& run);

}  // namespace fitd
