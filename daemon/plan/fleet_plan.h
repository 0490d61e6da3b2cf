// What the shards of a run must know of the whole fleet, and the fleet's series, in one file: read once on one host, so
// that a shard reads only its own targets, some stretches of bytes. Everything that depends on all data (columns,
// steps, seasons' lengths, fingerprint, which targets a shard has) was decided when the file was made, and is the same
// in every shard. Daemon, main thread; blocks for the disk.
//
// Layout, little-endian, never changed without another mark: "fitd-plan 3\n", size and XXH3 of the header, the header
// (an archive), then at multiples of 8 the offset of each series and of the end, then the series in order of their ids:
// 64 bytes of fixed fields, id, gap runs, values, each padded to 8. Each series carries its fingerprint, which is
// checked.
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
  std::vector<TargetRanges> shards;  // DivideFleet: the targets of each
};

// Some of the fleet's series, and nothing of the others.
struct FleetPart {
  Frame frame;
  std::vector<std::uint64_t> fingerprints;  // by frame index
};

// Whole or not at all. `frame` is the whole fleet; plan.targets and plan.values are taken from it. `touched`, when
// there is one, is told how many bytes of values were read since it was last.
Status WriteFleetPlan(const std::string& path, FleetPlan plan, const Frame& frame,
                      const std::vector<std::uint64_t>& fingerprints,
                      const std::function<void(std::size_t bytes)>& touched = {});

class FleetPlanFile {
 public:
  // kNotFound; kCorrupt for a file that is no plan, of another version, or damaged.
  static Result<FleetPlanFile> Open(const std::string& path);
  const FleetPlan& plan() const { return plan_; }
  // kInvalidInput when the plan was made for a run of other options (DescribeOptions).
  Status ExpectOptions(const std::string& options) const;
  // kNotFound when such data do not exist, kInvalidInput when they are not those the plan was made of; they are not
  // read. OK without any.
  Status ExpectData(const std::vector<std::string>& inputs) const;
  // The targets of a shard. kUsage when the plan was made for another number of shards.
  Result<TargetRanges> TargetsOf(const Shard& shard) const;
  TargetRanges AllTargets() const { return {0, static_cast<std::uint32_t>(plan_.targets)}; }
  // The series of these targets, into memory; reads their bytes and nothing else. kCorrupt names a series that is
  // damaged.
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
  std::uint64_t index_ = 0;  // where the offsets are
  FleetPlan plan_;
  Frame names_;  // column names and time format, without series
};

}  // namespace fitd
