// The two stages of a training run as tasks for the process machinery, with their inputs and outputs.
// Worker processes or the parent (--workers 0); one thread at a time per task.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "common/fit/local_fit.h"
#include "common/fit/target_task.h"
#include "common/models/pooled_ar/pooled_ar.h"

namespace fitd {

// Context: EncodeLocalFitOptions. One record per target: EncodeRecord. A target with a prior (prior_fit.h) continues
// from it; others are fitted.
std::unique_ptr<TargetTask> MakeLocalFitTask(const AlgorithmHosts& hosts);

// Context: EncodeLocalFitOptions with the one algorithm to call. The record: EncodeUserGlobal.
std::unique_ptr<TargetTask> MakeUserGlobalTask(const AlgorithmHosts& hosts);
std::string EncodeUserGlobal(const Result<std::string>& result);
Result<std::string> DecodeUserGlobal(std::string_view bytes);

// Context: EncodeLocalFitOptions (seasons and horizon count). One record per block of kPooledArBlockSize consecutive
// targets: EncodeBlockSums, one element per season length in the block, ascending.
std::unique_ptr<TargetTask> MakeGlobalSumsTask();
std::string EncodeBlockSums(const std::vector<PooledArSums>& sums);
Result<std::vector<PooledArSums>> DecodeBlockSums(std::string_view bytes);

}  // namespace fitd
