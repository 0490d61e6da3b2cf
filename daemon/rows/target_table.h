// Rows grouped by target while they are read: values in extents, times as runs of a constant step.
// Daemon, ingest threads; a TargetTable belongs to one thread while it fills, and is read-only afterwards.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "common/series/time_grid.h"
#include "daemon/rows/slab.h"

namespace fitd {

// `count` rows in row order: start, start+step, ... all from one piece of the input.
struct TimeRun {
  TimeNs start = 0;
  std::int64_t step = 0;
  std::uint32_t count = 0;
  std::uint32_t piece = 0;

  TimeNs at(std::uint32_t i) const { return start + static_cast<std::int64_t>(i) * step; }
  TimeNs last() const { return at(count - 1); }
};

// Values of consecutive rows of one target; the values follow the header.
struct Extent {
  Extent* next = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;

  double* values() { return reinterpret_cast<double*>(this + 1); }
};
static_assert(sizeof(Extent) == 2 * sizeof(double));

// What one thread has read of one target. There may be millions, so the fields of filling and of gridding share space.
struct TargetRows {
  static constexpr TimeNs kNoTime = std::numeric_limits<TimeNs>::min();  // outside the range the parser lets through

  const char* id = nullptr;
  std::uint32_t id_size = 0;
  std::uint32_t successor = 0;  // the target whose row followed this one's last time
  struct Filling {
    double* cursor;  // where the next value goes
    double* limit;   // end of the room for values
    TimeNs next;     // the time that would extend the run
  };
  struct Filled {
    TargetRows* sibling;  // the same target in another thread's table
    std::uint32_t rank;   // of the id among all targets
    bool head;            // first of its siblings
  };
  union {
    Filling filling = {nullptr, nullptr, kNoTime};
    Filled filled;  // from TargetTable::Finish on
  };
  TimeRun run;                                 // the last run
  std::unique_ptr<std::vector<TimeRun>> runs;  // runs before it; null: none
  Extent* first = nullptr;
  Extent* last = nullptr;
  std::uint64_t count = 0;  // rows in all extents; while filling, in all but the last

  std::string_view name() const { return {id, id_size}; }
};

class TargetTable {
 public:
  // Values are in `file`, which must outlive this and the blocks; nullptr: in memory.
  explicit TargetTable(SlabFile* file = nullptr);
  ~TargetTable();
  TargetTable(const TargetTable&) = delete;
  TargetTable& operator=(const TargetTable&) = delete;

  std::uint32_t size() const { return size_; }
  TargetRows& operator[](std::uint32_t i) { return blocks_[i >> kBlockBits][i & (kBlockSize - 1)]; }

  // Index of the target with this id, which is added when it is new.
  std::uint32_t Find(std::string_view id);

  // Adds a row. Rows of one target in a row are the fast case; any order works.
  void Append(std::uint32_t index, TargetRows& rows, TimeNs time, double value, std::uint32_t piece) {
    TargetRows::Filling& f = rows.filling;
    if (f.cursor == f.limit) Grow(index, rows);
    *f.cursor++ = value;
    if (time == f.next && rows.run.piece == piece) {
      ++rows.run.count;
      if (__builtin_add_overflow(f.next, rows.run.step, &f.next)) f.next = TargetRows::kNoTime;
    } else {
      BreakRun(rows, time, piece);
    }
  }

  // Ends the filling: closes the open extents. From then on TargetRows::filled is valid, and filling is not.
  void Finish();

  // Hands the blocks over: from now on they belong to whoever releases their extents; until then, to the table.
  std::vector<Slab*> TakeSlabs() { return std::exchange(slabs_, {}); }

  // Ids live as long as somebody holds this.
  std::shared_ptr<const void> ids() const { return ids_; }

 private:
  static constexpr std::uint32_t kBlockBits = 10;
  static constexpr std::uint32_t kBlockSize = 1U << kBlockBits;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index_plus_1 = 0;
  };
  struct IdArena {
    std::vector<std::unique_ptr<char[]>> blocks;
    std::size_t left = 0;
    char* next = nullptr;
  };

  void Grow(std::uint32_t index, TargetRows& rows);
  static void BreakRun(TargetRows& rows, TimeNs time, std::uint32_t piece);
  void CloseTail();
  void Rehash();
  const char* KeepId(std::string_view id);

  SlabFile* file_;
  std::vector<std::unique_ptr<TargetRows[]>> blocks_;
  std::uint32_t size_ = 0;
  std::vector<Slot> slots_;
  std::shared_ptr<IdArena> ids_;
  std::uint32_t tail_ = kNone;  // the target whose last extent ends at slab_next_ and may grow
  std::vector<Slab*> slabs_;
  Slab* slab_ = nullptr;         // the last of slabs_
  double* slab_next_ = nullptr;  // free space of slab_, valid when tail_ is kNone
};

}  // namespace fitd
