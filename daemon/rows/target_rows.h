// The targets of all threads' tables, and what is left of a target's rows. Daemon, ingest threads.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/rows/target_table.h"

namespace fitd {

// Links the same target's rows of several tables, ranks the targets by id, and returns the heads in storage order (the
// order in which blocks of memory become free).
std::vector<TargetRows*> LinkTargets(std::vector<std::unique_ptr<TargetTable>>& tables);

// Gives all extents of a target back unread.
void ReleaseAll(TargetRows* head);

}  // namespace fitd
