// `fitd export`: the models of a run as text. The bytes do not depend on the number of workers, chunks, kills and
// resumes of the run. Daemon process; memory: one target.
//
// JSON: one object
// {"format":"fitd-export","version":1,"horizon":..,"target_column":..,"time_column":..,"value_column":..,
// "time_format":..,"globals":[{"name":..,"value":BASE64}],"targets":[...]}, one target a line, sorted by id bytes:
// {"target":..,"start":"2024-01-01T00:00:00Z","step":"1M","n":..,"status":..,"reason":..,"seasons":[..],
// "validation":BASE64,"models":[{"algorithm":..,"spec":..,"status":..,"reason":..,"n":..,"loglik":..,"aic":..,"aicc":..,
// "bic":..,"sigma2":..,"parameters":{..},"states":{..},"payload":BASE64}]}.
// Ids and other texts that are not UTF-8 are {"bytes":BASE64}. NaN is null, infinities are strings.
//
// CSV: one row per target and model (one with empty model fields when it has none); parameters as "alpha=0.1 beta=0.2",
// states as "level=1 season=1|2|3"; NaN in columns is empty.
#pragma once

#include "common/status.h"
#include "daemon/output/output_sink.h"
#include "daemon/store/model_store.h"

namespace fitd {

enum class ExportFormat { kJson, kCsv };

// Exports all targets of a run. Errors are the store's or the sink's; output before an error is not taken back.
Status ExportRun(const Store& store, const RunInfo& run, ExportFormat format, OutputSink& out);

}  // namespace fitd
