// The layout of a chunk in shared memory. Written by the parent, mapped read-only by the worker. One thread each.
//
//   offset 0   Prefix (64 bytes): magic, version, bytes of the archive, bytes in all, checksum of the archive
//   64         archive: units and, one array each, id ends, ids, lengths, grids, runs of made-up values, priors
//   aligned    values of each series, raw doubles, each series at a multiple of 64 bytes, in the order of the units
//
// Ids and numbers about the series are decoded into the reader; values are read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

// Consecutive series of the frame that make one record.
struct WorkUnit {
  std::uint32_t first = 0;
  std::uint32_t count = 1;
  friend bool operator==(const WorkUnit&, const WorkUnit&) = default;
};

class ChunkWriter {
 public:
  // Prepares the chunk of these units; returns the number of bytes its segment needs.
  std::size_t Prepare(const Frame& frame, std::span<const WorkUnit> units);
  // Writes the prepared chunk into `segment`, which must have that many bytes.
  void Write(std::byte* segment) const;

 private:
  std::string archive_;
  std::vector<std::span<const double>> values_;
  std::size_t values_offset_ = 0;
  std::size_t total_bytes_ = 0;
};

class ChunkReader {
 public:
  // Decodes the chunk in `segment`, which must stay mapped and unchanged while groups are in use. kCorrupt for a chunk
  // of another version or with inconsistent numbers.
  Status Open(std::span<const std::byte> segment);

  std::size_t num_groups() const { return groups_.size(); }
  std::span<const SeriesView> group(std::size_t i) const {
    return std::span(series_).subspan(groups_[i].begin, groups_[i].count);
  }

 private:
  struct Group {
    std::size_t begin, count;
  };
  std::string ids_;
  std::vector<GapRun> runs_;
  std::string priors_;
  std::vector<SeriesView> series_;
  std::vector<Group> groups_;
};

// Bytes that a unit adds to a chunk's segment; approximate, for budgets.
std::size_t UnitBytes(const Frame& frame, const WorkUnit& unit);

}  // namespace fitd
