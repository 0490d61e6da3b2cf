#include "daemon/rows/target_table.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "daemon/rows/slab_file.h"

namespace fitd {
namespace {

constexpr std::size_t kIdBlock = 64 << 10;
constexpr std::ptrdiff_t kShortVisit = 8;  // fewer rows than this at a visit: rows come interleaved
constexpr std::uint32_t kLongestRun = 1U << 31;

std::uint32_t HashId(std::string_view id) {
  const std::uint64_t h = std::hash<std::string_view>{}(id);
  return static_cast<std::uint32_t>(h ^ (h >> 32));
}

}  // namespace

TargetTable::TargetTable(SlabFile* file) : file_(file), slots_(1024), ids_(std::make_shared<IdArena>()) {}

TargetTable::~TargetTable() {
  for (Slab* slab : slabs_) FreeSlab(slab);
}

const char* TargetTable::KeepId(std::string_view id) {
  IdArena& arena = *ids_;
  if (id.size() > arena.left) {
    const std::size_t bytes = std::max(kIdBlock, id.size());
    arena.blocks.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    arena.next = arena.blocks.back().get();
    arena.left = bytes;
  }
  char* const kept = arena.next;
  std::memcpy(kept, id.data(), id.size());
  arena.next += id.size();
  arena.left -= id.size();
  return kept;
}

void TargetTable::Rehash() {
  std::vector<Slot> larger(slots_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.index_plus_1 == 0) continue;
    std::size_t i = slot.hash & mask;
    while (larger[i].index_plus_1 != 0) i = (i + 1) & mask;
    larger[i] = slot;
  }
  slots_ = std::move(larger);
}

std::uint32_t TargetTable::Find(std::string_view id) {
  const std::uint32_t hash = HashId(id);
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  for (; slots_[i].index_plus_1 != 0; i = (i + 1) & mask) {
    if (slots_[i].hash == hash && (*this)[slots_[i].index_plus_1 - 1].name() == id) return slots_[i].index_plus_1 - 1;
  }
  if ((size_ & (kBlockSize - 1)) == 0) blocks_.push_back(std::make_unique<TargetRows[]>(kBlockSize));
  const std::uint32_t index = size_++;
  TargetRows& rows = (*this)[index];
  rows.id = KeepId(id);
  rows.id_size = static_cast<std::uint32_t>(id.size());
  slots_[i] = {hash, index + 1};
  if (size_ > slots_.size() / 2) Rehash();
  return index;
}

// Closes the open extent of the target read before: cuts it to its rows, or leaves some room when rows come
// interleaved.
void TargetTable::CloseTail() {
  if (tail_ == kNone) return;
  TargetRows& rows = (*this)[tail_];
  double* const begin = rows.last->values();
  const std::ptrdiff_t used = rows.filling.cursor - begin;
  std::ptrdiff_t capacity = used;
  if (used < kShortVisit) {
    const auto total = static_cast<std::ptrdiff_t>(rows.count) + used;
    capacity = std::min(std::max(kShortVisit, total / 4), rows.filling.limit - begin);
  }
  rows.filling.limit = begin + capacity;
  rows.last->capacity = static_cast<std::uint32_t>(capacity);
  slab_next_ = rows.filling.limit;
  tail_ = kNone;
}

// Opens an extent that has all the rest of the slab until another target needs room.
void TargetTable::Grow(std::uint32_t index, TargetRows& rows) {
  CloseTail();
  if (rows.last) {
    rows.last->size = static_cast<std::uint32_t>(rows.filling.cursor - rows.last->values());
    rows.count += rows.last->size;
  }
  constexpr std::ptrdiff_t kLeast = 2 + kShortVisit;
  if (!slab_ || slab_->end() - slab_next_ < kLeast) {
    slab_ = NewSlab(kSlabBytes, file_);
    slabs_.push_back(slab_);
    slab_next_ = slab_->begin();
  }
  Extent* const extent = new (slab_next_) Extent;
  slab_->live.fetch_add(1, std::memory_order_relaxed);
  if (rows.last) {
    rows.last->next = extent;
  } else {
    rows.first = extent;
  }
  rows.last = extent;
  rows.filling.cursor = extent->values();
  rows.filling.limit = slab_->end();
  tail_ = index;
  if (rows.run.count >= kLongestRun) rows.filling.next = TargetRows::kNoTime;  // the next row starts a new run
}

void TargetTable::BreakRun(TargetRows& rows, TimeNs time, std::uint32_t piece) {
  TimeRun& run = rows.run;
  rows.filling.next = TargetRows::kNoTime;
  std::int64_t step = 0;
  if (run.count == 1 && run.piece == piece && !__builtin_sub_overflow(time, run.start, &step) && step > 0) {
    run.step = step;
    run.count = 2;
    if (__builtin_add_overflow(time, step, &rows.filling.next)) rows.filling.next = TargetRows::kNoTime;
    return;
  }
  if (run.count != 0) {
    if (!rows.runs) rows.runs = std::make_unique<std::vector<TimeRun>>();
    rows.runs->push_back(run);
  }
  run = {time, 0, 1, piece};
}

void TargetTable::Finish() {
  CloseTail();
  slots_ = {};
  const Extent* before = nullptr;
  for (std::uint32_t i = 0; i < size_; ++i) {
    TargetRows& rows = (*this)[i];
    if (rows.last) {
      if (file_ != nullptr) file_->TouchedAt(rows.last, std::exchange(before, rows.last));
      rows.last->size = static_cast<std::uint32_t>(rows.filling.cursor - rows.last->values());
      rows.count += rows.last->size;
    }
    rows.filled = {nullptr, 0, false};
  }
}

}  // namespace fitd
