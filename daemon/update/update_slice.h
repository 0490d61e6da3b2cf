// A run of consecutive targets of an update: read from the base run, advanced or fitted by the workers, saved in one
// transaction. Slices bound the memory of an update, and what a kill can cost it. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/store/model_store.h"
#include "daemon/update/new_values.h"
#include "daemon/update/update_plan.h"

namespace fitd {

// Why a fitted target has a reason though nothing failed: kept, but not in the data.
inline constexpr std::string_view kNotInTheData = "not in the data of the last update";

class UpdateSlice : public StageSink {
 public:
  // `targets` are those of the plan from index `first` on. Everything outlives the slice.
  UpdateSlice(const Frame& data, const LocalFitOptions& fit, bool only_user_code, const PlacingRules& rules,
              std::span<const UpdateTarget> targets, std::uint64_t first);

  // Reads what the base run has of them, places their new values, and gives closed forms where no worker is needed.
  Status Read(const Store& base, std::int64_t run);
  // What is left for workers: one unit a series of frame().
  const Frame& frame() const { return frame_; }
  std::vector<WorkUnit> units() const { return UnitsOfTargets(frame_.size()); }
  const std::vector<double>& expected_seconds() const { return expected_seconds_; }

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) override;
  Status OnLost(const TargetLost& lost) override;

  // In order of the plan; views into the slice.
  std::vector<TargetRecord> Records() const;
  std::uint64_t advanced() const { return advanced_; }
  std::uint64_t fitted() const { return fitted_; }
  std::uint64_t outgrown() const;
  // Of its targets, those whose models miss by twice what they say, and the first of these.
  std::uint64_t doubtful(std::string* first) const;
  const std::vector<UpdateFailure>& failures() const { return failures_; }

 private:
  struct Target {
    std::string id;
    TimeGrid grid;
    std::uint64_t num_values = 0;
    std::uint64_t fingerprint = 0;
    double seconds = kNotAvailable;
    std::uint32_t attempts = 1;
    TargetFitRecord record;
    std::vector<double> values;         // new ones; of a new target all, where they are not those of the data
    std::vector<LoneReading> outliers;  // taken out of them
    std::string last_values;            // packed
    std::string prior;
    const UpdateTarget* planned = nullptr;
  };

  void TakeKnown(const TargetRecord& stored, Target& target);
  void TakeNew(Target& target);
  SeriesView SeriesOfNew(const Target& target) const;
  void MakeFrame();
  void Fail(const Target& target, std::string reason);

  const Frame& data_;
  const LocalFitOptions& fit_;
  bool only_user_code_;
  PlacingRules rules_;
  std::uint64_t first_;
  std::vector<Target> targets_;
  Frame frame_;
  std::vector<std::uint32_t> units_;  // index in targets_ of each series of frame_
  std::vector<double> expected_seconds_;
  std::uint64_t advanced_ = 0;
  std::uint64_t fitted_ = 0;
  std::vector<UpdateFailure> failures_;
};

}  // namespace fitd
