// Transfers records from a worker to the parent: a ring in shared memory that only the worker writes, and a control
// page with the published positions. A record counts once `committed` covers it, so records finished before a worker's
// death, at any instant, are complete; bytes behind `committed` are ignored.
//
// The parent creates ring and page, so they outlive the worker. The worker can write anything into them: the reader
// copies each record out before it checks length, order and checksum, and trusts nothing else.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace fitd {

// Shared by one worker and the parent. Lock-free atomics only; each writer has its own cache lines.
struct ControlPage {
  // Written by the worker.
  alignas(64) std::atomic<std::uint64_t> committed;  // bytes of records published so far
  alignas(64) std::atomic<std::uint64_t> progress;   // see ProgressWord
  std::atomic<std::int64_t> started_ns;              // steady clock at the last change of `progress`
  // Written by the parent.
  alignas(64) std::atomic<std::uint64_t> consumed;  // bytes of records taken so far
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// What the worker is doing, in one word: its chunk and, if any, the position in it of the current unit.
struct ProgressWord {
  std::uint32_t chunk = 0;
  std::optional<std::uint32_t> position;
  bool waiting_for_parent = false;  // the ring is full
  bool coming_up = false;           // users' code for the unit is coming up: a command that has read nothing yet

  std::uint64_t Pack() const {
    const std::uint32_t flags = (waiting_for_parent ? 1U : 0U) | (coming_up ? 2U : 0U);
    return (std::uint64_t{chunk} << 32) | (position ? (*position + 1) << 2 : 0) | flags;
  }
  static ProgressWord Unpack(std::uint64_t word) {
    ProgressWord w;
    w.chunk = static_cast<std::uint32_t>(word >> 32);
    const auto low = static_cast<std::uint32_t>(word);
    if (low >> 2 != 0) w.position = (low >> 2) - 1;
    w.waiting_for_parent = (low & 1) != 0;
    w.coming_up = (low & 2) != 0;
    return w;
  }
};

inline constexpr std::size_t kDefaultRingBytes = 1 << 20;
inline constexpr std::size_t kMaxRingBytes = std::size_t{1} << 30;
// A record may take at most half of the largest ring.
inline constexpr std::size_t kMaxRecordBytes = kMaxRingBytes / 2 - 64;

struct ResultRecord {
  std::uint32_t chunk = 0;
  std::uint32_t position = 0;  // of the unit in its chunk
  double seconds = 0;          // wall time of TargetTask::Run
  std::string_view bytes;
};

// Worker side.
class RingWriter {
 public:
  RingWriter(ControlPage* page, std::span<std::byte> ring) : page_(page), ring_(ring) {}

  // Publishes a record; false when there is no room for it.
  bool TryAppend(const ResultRecord& record);
  // The ring size that a record needs. When larger than capacity(), the record can never fit this ring.
  static std::size_t RingBytesFor(std::size_t record_bytes);
  std::size_t capacity() const { return ring_.size(); }
  // Bytes published and not taken yet.
  std::size_t backlog() const;
  // Switches to a larger ring; the old one must be empty.
  void Replace(std::span<std::byte> ring) { ring_ = ring; }

 private:
  ControlPage* page_;
  std::span<std::byte> ring_;
};

// Parent side.
class RingReader {
 public:
  RingReader(ControlPage* page, std::span<const std::byte> ring) : page_(page), ring_(ring) {}

  // Takes all published records. The views in `records` are valid until the next call. kCorrupt: the worker published
  // something invalid; the records before it are returned.
  Status Drain(std::vector<ResultRecord>& records);
  void Replace(std::span<const std::byte> ring) { ring_ = ring; }

 private:
  Status TakeOne(std::uint64_t committed, std::vector<ResultRecord>& records, std::size_t& copied);

  ControlPage* page_;
  std::span<const std::byte> ring_;
  std::uint64_t consumed_ = 0;  // the reader's own copy: the worker could overwrite the one in the page
  std::vector<char> copy_;
};

}  // namespace fitd
