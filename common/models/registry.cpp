#include <algorithm>

#include "common/models/arima/arima.h"
#include "common/models/base/algorithm.h"
#include "common/models/ces/ces.h"
#include "common/models/ets/ets.h"
#include "common/models/intermittent/intermittent.h"
#include "common/models/lgt/lgt.h"
#include "common/models/mstl.h"
#include "common/models/naive.h"
#include "common/models/on_logs.h"
#include "common/models/profile.h"
#include "common/models/theta/theta.h"

namespace fitd {
namespace {

using Algorithms = std::vector<std::unique_ptr<Algorithm>>;

// One line per algorithm, in the order in which they are listed to users.
Algorithms MakeAll() {
  Algorithms all;
  all.push_back(MakeNaive());
  all.push_back(MakeSeasonalNaive());
  all.push_back(MakeMean());
  all.push_back(MakeEts());
  all.push_back(MakeArima());
  all.push_back(MakeCes());
  all.push_back(MakeTheta("theta", ThetaVariant::kDynamicOptimised));
  all.push_back(MakeTheta("theta:stm", ThetaVariant::kStandard));
  all.push_back(MakeTheta("theta:otm", ThetaVariant::kOptimised));
  all.push_back(MakeTheta("theta:dstm", ThetaVariant::kDynamicStandard));
  all.push_back(MakeTheta("theta:dotm", ThetaVariant::kDynamicOptimised));
  all.push_back(MakeLgt());
  all.push_back(MakeMstl("mstl", "ets"));
  all.push_back(MakeMstl("mstl:ets", "ets"));
  all.push_back(MakeMstl("mstl:arima", "arima"));
  all.push_back(MakeMstl("mstl:sarima", "arima", InnerSeason::kShortest));
  all.push_back(MakeOnLogs("log:ets", "ets"));
  all.push_back(MakeOnLogs("log:arima", "arima"));
  all.push_back(MakeOnLogs("log:mstl", "mstl"));
  all.push_back(MakeOnLogs("log:mstl:arima", "mstl:arima"));
  all.push_back(MakeProfile());
  all.push_back(MakeCroston());
  all.push_back(MakeSba());
  all.push_back(MakeTsb());
  all.push_back(MakeCounts());
  return all;
}

// Never destroyed, so that a thread may still forecast while the process ends.
const Algorithms& All() {
  static const Algorithms* const all = new Algorithms(MakeAll());
  return *all;
}

}  // namespace

const Algorithm* FindAlgorithm(std::string_view name) {
  const auto found = std::find_if(All().begin(), All().end(), [&](const auto& a) { return a->name() == name; });
  return found == All().end() ? nullptr : found->get();
}

std::vector<std::string_view> AlgorithmNames() {
  std::vector<std::string_view> names;
  for (const auto& algorithm : All()) names.push_back(algorithm->name());
  return names;
}

}  // namespace fitd
