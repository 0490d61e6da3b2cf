// A slice of consecutive targets of an update: read from the base run, advanced or fitted by workers, saved in one
// transaction. Slices bound the memory of an update and the work that a kill can cost. Daemon, main thread.
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

// The reason of a fitted target that was kept because the data of the update lack it; not a failure.
inline constexpr std::string_view kNotInTheData = "not in the data of the last update";

class UpdateSlice : public StageSink {
 public:
  // `targets`: a part of the plan that begins at index `first`. All arguments outlive the slice.
  UpdateSlice(const Frame& data, const LocalFitOptions& fit, bool only_user_code, const PlacingRules& rules,
              std::span<const UpdateTarget> targets, std::uint64_t first);

  // Reads the targets from the base run, places their new values, and gives simple models where no worker is needed.
  Status Read(const Store& base, std::int64_t run);
  // What workers must do: one unit per series of frame().
  const Frame& frame() const { return frame_; }
  std::vector<WorkUnit> units() const { return UnitsOfTargets(frame_.size()); }
  const std::vector<double>& expected_seconds() const { return expected_seconds_; }

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) override;
  Status OnLost(const TargetLost& lost) override;
  bool IsFailure(const WorkUnit& unit, std::string_view bytes) const override;

  // In the order of the plan; views into the slice.
  std::vector<TargetRecord> Records() const;
  std::uint64_t advanced() const { return advanced_; }
  std::uint64_t fitted() const { return fitted_; }
  // Targets with a simple model that are now long and varied enough to be trained.
  std::uint64_t outgrown() const;
  // Number of targets whose errors are doubtful (ErrorsAreDoubtful); sets `first` to the id of the first one.
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
    std::vector<double> values;         // new ones; for a new target all, unless they are in data_
    std::vector<LoneReading> outliers;  // of `values`, already taken as missing
    std::string last_values;            // packed (PackLastValues)
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
