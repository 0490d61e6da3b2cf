// Reads one target's rows, in the order of the input, out of the tables of all threads. Daemon, ingest threads; one
// thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "daemon/rows/slab.h"
#include "daemon/rows/target_table.h"

namespace fitd {

// The rows of a target: runs of times, in the order of the input, and the values of their rows.
class RowsOfTarget {
 public:
  // Takes the runs out of the tables. `head` is the first of the siblings that LinkTargets() links.
  explicit RowsOfTarget(TargetRows* head) {
    for (TargetRows* rows = head; rows; rows = rows->filled.sibling) {
      cursors_.push_back({rows->first, 0});
      if (rows->runs) {
        for (const TimeRun& run : *rows->runs) runs_.push_back({run, cursors_.size() - 1});
        rows->runs.reset();
      }
      runs_.push_back({rows->run, cursors_.size() - 1});
      count_ += rows->count;
    }
    // Pieces are numbered in the order of the input, and a thread takes them in that order.
    if (cursors_.size() > 1) {
      std::stable_sort(runs_.begin(), runs_.end(),
                       [](const Run& a, const Run& b) { return a.time.piece < b.time.piece; });
    }
  }
  std::uint64_t count() const { return count_; }

  struct Run {
    TimeRun time;
    std::size_t source;  // index of the cursor that has its values
  };
  const std::vector<Run>& runs() const { return runs_; }

  // Calls visit(time, value) for every row in order, giving the extents back as they are used up.
  template <class Visit>
  void Drain(Visit visit) {
    for (const Run& run : runs_) {
      TimeNs time = run.time.start;
      for (std::uint32_t i = 0; i < run.time.count; ++i) {
        visit(time, Next(cursors_[run.source]));
        time = static_cast<TimeNs>(static_cast<std::uint64_t>(time) + static_cast<std::uint64_t>(run.time.step));
      }
    }
  }

 private:
  struct Cursor {
    Extent* extent;
    std::uint32_t used;
  };
  static double Next(Cursor& cursor) {
    const double value = cursor.extent->values()[cursor.used++];
    if (cursor.used == cursor.extent->size) {
      Extent* const done = cursor.extent;
      cursor = {done->next, 0};
      ReleaseExtent(Slab::Of(done));
    }
    return value;
  }

  std::vector<Run> runs_;
  std::vector<Cursor> cursors_;
  std::uint64_t count_ = 0;
};

}  // namespace fitd
