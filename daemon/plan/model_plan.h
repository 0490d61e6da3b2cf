// What a job means for the models of a run: which algorithms, seasons and horizon, whether there is a global stage and
// what is combined. Daemon; pure.
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
  LocalFitOptions fit;              // without the globals, which the global stage makes
  bool global = false;              // run the pooled regression over all targets
  std::string user_global;          // a user's algorithm to run over all targets instead; empty: none
  std::string user_code;            // what identifies the code of users' algorithms (daemon/user/user_code.h)
  bool combine = false;             // learn a combination
  std::optional<CombineRule> rule;  // of the combination; nullopt: the best by held-out error
  std::optional<double> min, max;   // what forecasts are kept within
  bool integer = false;
  bool prior = true;
  std::vector<std::string> names;  // of the models each target gets, pooled-ar last

  // What the regression is told of the fleet's size.
  std::uint64_t TargetsForPrior(std::uint64_t targets) const { return prior ? targets : kAsksNoPrior; }
  bool uses_python() const;
  // Every local algorithm is a user's: each target goes through it, also those that have a closed form.
  bool only_user_code() const;
  bool uses_user_code() const { return !user_code.empty(); }
};

// The job has been validated.
ModelPlan MakeModelPlan(const Job& job);

// Everything the models depend on besides the data, as text: part of a run's fingerprint, and stored with the run.
std::string DescribeOptions(const ModelPlan& plan);

}  // namespace fitd
