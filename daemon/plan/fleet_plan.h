// A file with what the shards of a run must know about the whole fleet, and with the fleet's series. One host reads the
// data once and writes it, so that each shard reads only its own targets. Everything that depends on all data (columns,
// steps, season lengths, fingerprint, division into shards) is decided when the file is made and is equal in all
// shards. Daemon, main thread; blocks for the disk.
//
// Layout, little-endian; a change needs another mark: "fitd-plan 3
// ", size and XXH3 of the header, the header (an archive), then at multiples of 8 the offsets of all series and of the
// end, then the series in order of their ids: 64 bytes of fixed fields, id, gap runs, values, each padded to 8. Each
// series has its fingerprint, which is checked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/series/series.h"
#include "common/series/target_ranges.h"
#include "common/status.h"
#include "daemon/plan/data_sources.h"
#include "daemon/plan/shard.h"
#include "ipc/unique_fd.h"

namespace fitd {

struct FleetPlan {
  std::string fingerprint;  // of the whole run (FingerprintRun)
  std::string options;      // DescribeOptions
  std::string data_note;    // DescribeData
  std::vector<DataSource> sources;
  std::uint64_t targets = 0;
  std::uint64_t values = 0;
  std::vector<TargetRanges> shards;  // the targets of each shard (DivideFleet)
};

// The series of some targets of the fleet.
struct FleetPart {
  Frame frame;
  std::vector<std::uint64_t> fingerprints;  // by frame index
};

// Writes the file atomically. `frame` is the whole fleet; plan.targets and plan.values are set from it. Calls
// `touched`, if given, with the number of bytes of values read since its last call.
Status WriteFleetPlan(const std::string& path, FleetPlan plan, const Frame& frame,
                      const std::vector<std::uint64_t>& fingerprints,
                      const std::function<void(std::size_t bytes)>& touched = {});

class FleetPlanFile {
 public:
  // kNotFound; kCorrupt when the file is not a plan, of another version, or damaged.
  static Result<FleetPlanFile> Open(const std::string& path);
  const FleetPlan& plan() const { return plan_; }
  // kInvalidInput when the plan was made with other options (DescribeOptions).
  Status ExpectOptions(const std::string& options) const;
  // Compares names and sizes, without reading: kNotFound when an input does not exist, kInvalidInput when inputs are
  // not those of the plan. OK when `inputs` is empty.
  Status ExpectData(const std::vector<std::string>& inputs) const;
  // The targets of a shard. kUsage when the plan was made for another number of shards.
  Result<TargetRanges> TargetsOf(const Shard& shard) const;
  TargetRanges AllTargets() const { return {0, static_cast<std::uint32_t>(plan_.targets)}; }
  // Reads the series of these targets, and nothing else, into memory. kCorrupt names a damaged series.
  Result<FleetPart> Read(const TargetRanges& targets) const;

 private:
  FleetPlanFile() = default;
  Status ReadAt(std::uint64_t offset, void* out, std::size_t size) const;
  Result<std::shared_ptr<const void>> ReadRange(TargetRanges::Range range, std::vector<Frame::Entry>& entries,
                                                std::vector<std::uint64_t>& fingerprints) const;
  Result<Frame::Entry> EntryAt(const char* record, std::uint64_t size, std::uint64_t* fingerprint) const;
  Status Damaged(const std::string& what) const;

  std::string path_;
  UniqueFd fd_;
  std::uint64_t index_ = 0;  // file offset of the index
  FleetPlan plan_;
  Frame names_;  // column names and time format, no series
};

}  // namespace fitd
