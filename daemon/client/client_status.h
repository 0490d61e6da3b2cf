// A run in words, as the live page shows it: stages, progress, workers, and at its end what it took. Client; pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fitd {

// `run` is the API's object of a run; what is not there is left out or a dash.
std::string FormatRunStatus(const nlohmann::json& run);

// "3 new events (2 spike, 1 fleet)", of a detection's counts by kind.
std::string DescribeAnomalies(const nlohmann::json& by_kind);

// One line of a run that has not ended, for the overview: "run 3 of cpu, fit 41 % (2402 of 5858), 50 targets/s".
std::string FormatRunLine(const nlohmann::json& run);

}  // namespace fitd
