// What a job means for the models of a run: algorithms, seasons, horizon, global stage and combination. Daemon; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/job/job.h"
#include "common/models/combination/combination.h"
#include "common/status.h"

namespace fitd {

struct ModelPlan {
  LocalFitOptions fit;              // without the globals, which the global stage produces
  bool global = false;              // run the pooled regression over all targets
  std::string user_global;          // a user's algorithm for the global stage instead; empty: none
  std::string user_code;            // identifies the code of users' algorithms (daemon/user/user_code.h)
  bool combine = false;             // learn a combination
  std::optional<CombineRule> rule;  // of the combination; nullopt: the best by held-out error
  std::optional<double> min, max;   // bounds for forecasts
  bool integer = false;
  bool prior = true;
  std::vector<std::string> names;  // models of each target, pooled-ar last

  // The size of the fleet as told to the regression.
  std::uint64_t TargetsForPrior(std::uint64_t targets) const { return prior ? targets : kAsksNoPrior; }
  bool uses_python() const;
  // True when every local algorithm is a user's. Then all targets go through it, even constant and short ones.
  bool only_user_code() const;
  bool uses_user_code() const { return !user_code.empty(); }
};

// `job` must be valid.
ModelPlan MakeModelPlan(const Job& job);

// Everything that models depend on besides the data, as text: part of a run's fingerprint, and stored with the run.
std::string DescribeOptions(const ModelPlan& plan);

}  // namespace fitd
