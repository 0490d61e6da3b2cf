// The rules a job's values keep, shared by Job::Validate and by ParseJobFile, which adds line numbers. Any process.
#pragma once

#include <string>
#include <vector>

#include "common/job/job.h"

namespace fitd {

struct JobViolation {
  std::string key;   // "models.combine"
  std::string text;  // what is wrong with it, without the key
};

inline constexpr int kMaxHorizon = 100'000;
inline constexpr int kMostExported = 1'000'000;  // steps of [export], as of fitd forecast --horizon
inline constexpr int kMaxRetries = 1000;

std::vector<JobViolation> CheckJob(const Job& job);

// Names of the gap policies, in the order of the enumeration.
inline constexpr std::string_view kGapPolicyNames[] = {"linear", "previous", "seasonal", "none", "zero", "auto"};

}  // namespace fitd
