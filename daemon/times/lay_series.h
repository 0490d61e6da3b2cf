// One target's rows become observations on their clock, on the grid of their step.
// Daemon, ingest threads; a SeriesLayer belongs to one thread, its rules are shared.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/series/time_zone.h"
#include "daemon/times/aggregate.h"
#include "daemon/times/grid.h"

namespace fitd {

struct SeriesRules {
  Frequency frequency;  // count 0: inferred from the times
  Aggregate aggregate = Aggregate::kNone;
  std::optional<TimeNs> until;  // later rows are left out
  // Times are the numbers of the rows, from 1 on, and the first row is at this time of the clock.
  std::optional<TimeNs> start;
  // Whose days are counted; null: those of UTC. Steps that count days are laid on its clock (see TimeForm::zone), all
  // others on UTC.
  std::shared_ptr<const TimeZone> zone;
  // Beside the offset of the zone, another one that times came with: that of the other half of the year.
  std::optional<std::int64_t> other_offset;
  // Times came without offsets, so that the hour which the clock shows twice is told by the order of the rows.
  bool naive = true;
};

class SeriesLayer {
 public:
  // The rules outlive it.
  explicit SeriesLayer(const SeriesRules& rules);

  // A grid for observations in the order of their rows, at least one; leaves them sorted, on the clock of the grid, and
  // aggregated. No point when none is at or before the last time.
  GridPlan Plan(std::vector<Observation>& observations, GridCounts& counts);

  // A time of UTC on the clock that grids of this step are on.
  TimeNs OnClockOf(const Step& step, TimeNs utc);

 private:
  Frequency ChooseFrequency(const std::vector<Observation>& utc);
  std::vector<Observation> OnTheWall(const std::vector<Observation>& utc);
  void TellRepeatedHours(std::vector<Observation>& rows);

  const SeriesRules& rules_;
  std::unique_ptr<ZoneClock> clock_;
};

}  // namespace fitd
