// `fitd models`: one row per target and fitted algorithm, as a table for people, CSV or JSON. Daemon process; streams.
// A target without any model has one row with an empty algorithm, so that it is not overlooked.
// CSV columns: target,algorithm,spec,status,n,loglik,aic,aicc,bic,sigma2,reason. The table also has last values, lost
// and filled. JSON: an array of objects with the same keys and parameters, states, lost, filled; NaN is null.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "daemon/output/output_sink.h"
#include "daemon/store/model_store.h"

namespace fitd {

enum class ModelsFormat { kTable, kCsv, kJson };

struct ModelsRequest {
  ModelsFormat format = ModelsFormat::kTable;
  std::vector<std::string> targets;  // exact ids; empty: all
  bool failed_only = false;          // rows whose status is failed or fallback
};

// kNotFound, before anything is written, when a requested target is not in the run.
Status WriteModels(const Store& store, const RunInfo& run, const ModelsRequest& request, OutputSink& out);

// The targets of the run: {"target":...,"status":...,"n":...,"reason":...}, one object per line, sorted by id.
Status WriteTargets(const Store& store, const RunInfo& run, const ModelsRequest& request, OutputSink& out);

// "; did you mean ID?" with the most similar of the run's first 100,000 ids; empty: none is similar.
std::string NearestTarget(const Store& store, const RunInfo& run, std::string_view id);

// kNotFound naming the first of `targets` that the run lacks, and the most similar one that it has.
Status ExpectTargets(const Store& store, const RunInfo& run, const std::vector<std::string>& targets);

}  // namespace fitd
