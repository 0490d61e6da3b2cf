// Turns one target's rows into observations on their clock, on the grid of their step.
// Daemon, ingest threads; a SeriesLayer belongs to one thread, its rules are shared.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/series/time_zone.h"
#include "daemon/times/aggregate.h"
#include "daemon/times/grid.h"
#include "daemon/times/time_parser.h"

namespace fitd {

struct SeriesRules {
  Frequency frequency;  // count 0: inferred from the times
  Aggregate aggregate = Aggregate::kNone;
  DataSpan data;                // in UTC; set where rows are put together and where no row is a zero
  std::optional<TimeNs> until;  // later rows are left out
  // Set when times are numbers of rows, from 1 on: the time of the first row.
  std::optional<TimeNs> start;
  // The zone whose days are counted; null: UTC. Steps that count days are laid on its clock (see TimeForm::zone), all
  // others on UTC.
  std::shared_ptr<const TimeZone> zone;
  // A second offset of the times, in nanoseconds, from the other half of the year.
  std::optional<std::int64_t> other_offset;
  // Set while no zone was said of times that tell UTC: the offsets that they were written with. The zone is then
  // searched for.
  std::optional<OffsetsSeen> offsets;
  // Times came without offsets, so that the hour which the clock shows twice is told by the order of the rows.
  bool naive = true;
};

class SeriesLayer {
 public:
  // The rules outlive it.
  explicit SeriesLayer(const SeriesRules& rules);

  // Plans a grid for at least one observation, given in the order of the rows. Leaves the observations sorted, on the
  // clock of the grid, and aggregated. The plan has no points when all are later than SeriesRules::until.
  GridPlan Plan(std::vector<Observation>& observations, GridCounts& counts);

  // Puts the rows of each period together, as SeriesRules::aggregate says, and leaves the observations sorted, in UTC,
  // at the times of their periods. Of a first and a last period nothing is left unless they are whole.
  void PutTogether(std::vector<Observation>& rows, GridCounts& counts);

  // Converts UTC to the clock that grids of this step are on.
  TimeNs OnClockOf(const Step& step, TimeNs utc);

 private:
  Frequency ChooseFrequency(const std::vector<Observation>& utc);
  std::vector<Observation> OnTheWall(const std::vector<Observation>& utc);
  void Aggregated(std::vector<Observation>& rows, bool strict, GridCounts& counts);
  void TellRepeatedHours(std::vector<Observation>& rows);

  const SeriesRules& rules_;
  std::unique_ptr<ZoneClock> clock_;
};

}  // namespace fitd
