// What the shards of a run must know of the whole fleet, and the fleet's series, in one file: read once on one host, so
// that a shard reads only its own targets, a contiguous range of bytes. Everything that depends on all data (columns,
// steps, seasons' lengths, fingerprint, where shards begin) was decided when the file was made, and is the same in
// every shard. Daemon, main thread; blocks for the disk.
//
// Layout, little-endian, never changed without another mark: "fitd-plan 1\n", size and XXH3 of the header, the header
// (an archive), then at multiples of 8 the offset of each series and of the end, then the series in order of their ids:
// 64 bytes of fixed fields, id, gap runs, values, each padded to 8. Each series carries its fingerprint, which is
// checked.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/shard.h"
#include "ipc/unique_fd.h"

namespace fitd {

struct FleetPlan {
  std::string fingerprint;  // of the whole run (FingerprintRun)
  std::string options;      // DescribeOptions
  std::string data_note;    // DescribeData
  std::uint64_t targets = 0;
  std::uint64_t values = 0;
  std::vector<std::uint32_t> bounds;  // ShardBounds: the first target of each shard, and the end
};

// Some of the fleet's series, under the indexes they have in the whole fleet: the frame has a place for every target,
// and those that were not asked for have neither id nor values. Some 90 bytes a target of the fleet.
struct FleetPart {
  Frame frame;
  TargetFingerprints fingerprints;
};

// Whole or not at all. `frame` is the whole fleet; plan.targets and plan.values are taken from it.
Status WriteFleetPlan(const std::string& path, FleetPlan plan, const Frame& frame,
                      const std::vector<std::uint64_t>& fingerprints);

class FleetPlanFile {
 public:
  // kNotFound; kCorrupt for a file that is no plan, of another version, or damaged.
  static Result<FleetPlanFile> Open(const std::string& path);
  const FleetPlan& plan() const { return plan_; }
  // kInvalidInput when the plan was made for a run of other options (DescribeOptions).
  Status ExpectOptions(const std::string& options) const;
  // The targets of a shard. kUsage when the plan was made for another number of shards.
  Result<std::pair<std::uint32_t, std::uint32_t>> RangeOf(const Shard& shard) const;
  // The series [first, end), into memory; reads their bytes and nothing else. kCorrupt names a series that is damaged.
  Result<FleetPart> Read(std::uint64_t first, std::uint64_t end) const;

 private:
  FleetPlanFile() = default;
  Status ReadAt(std::uint64_t offset, void* out, std::size_t size) const;
  Result<Frame::Entry> EntryAt(const char* record, std::uint64_t size, std::uint64_t* fingerprint) const;
  Status Damaged(const std::string& what) const;

  std::string path_;
  UniqueFd fd_;
  std::uint64_t index_ = 0;  // where the offsets are
  FleetPlan plan_;
  Frame names_;  // column names and time format, without series
};

}  // namespace fitd
