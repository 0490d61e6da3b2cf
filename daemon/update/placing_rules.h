// How the rows of a job are placed on the grids of a run: by what the run was trained on, and by how they are written.
// Daemon.
#pragma once

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/data_note.h"
#include "daemon/update/new_values.h"

namespace fitd {

// Without zeros and outliers, of which each command decides itself. `known`: how the run's own data were read. Errors
// as TimeZone::Find.
Result<PlacingRules> PlacingRulesOf(const Job& job, const ValuesRead& known, const IngestResult& loaded);

}  // namespace fitd
