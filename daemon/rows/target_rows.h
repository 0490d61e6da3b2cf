// Links targets across the tables of all threads, and gives rows back. Daemon, ingest threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "daemon/rows/target_table.h"
#include "daemon/times/aggregate.h"

namespace fitd {

// Links the rows of each target across the tables (Filled::sibling), ranks the targets by id, and returns the first of
// each in storage order, in which blocks of memory become free.
std::vector<TargetRows*> LinkTargets(std::vector<std::unique_ptr<TargetTable>>& tables);

// Calls visit(const TimeRun&) for the rows of a target, of all tables.
template <class Visit>
void ForEachRun(const TargetRows* head, Visit visit) {
  for (const TargetRows* rows = head; rows; rows = rows->filled.sibling) {
    if (rows->runs) {
      for (const TimeRun& run : *rows->runs) visit(run);
    }
    visit(rows->run);
  }
}

// Gives all extents of a target back unread.
void ReleaseAll(TargetRows* head);

// From the first to the last time of these targets, each the first of its siblings.
DataSpan SpanOf(std::span<TargetRows* const> heads);

}  // namespace fitd
