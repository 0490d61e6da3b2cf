// What a job means for the models of a run: which algorithms, seasons and horizon, whether there is a global stage and
// what is combined. Daemon; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/job.h"
#include "common/local_fit.h"
#include "common/models/combination.h"
#include "common/status.h"

namespace fitd {

struct ModelPlan {
  LocalFitOptions fit;              // without the globals, which the global stage makes
  bool global = false;              // run the pooled regression over all targets
  bool combine = false;             // learn a combination
  std::optional<CombineRule> rule;  // of the combination; nullopt: the best by held-out error
  std::vector<std::string> names;   // of the models each target gets, pooled-ar last
};

// kUsage when a season, a rule or a global stage is none fitd knows (job.Validate() says the same).
Result<ModelPlan> MakeModelPlan(const Job& job);

// Everything the models depend on besides the data, as text: part of a run's fingerprint, and stored with the run.
std::string DescribeOptions(const ModelPlan& plan);

}  // namespace fitd
