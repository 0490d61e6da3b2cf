// Turns one target's rows into observations on their clock, on the grid of their step.
// Daemon, ingest threads; a SeriesLayer belongs to one thread, its rules are shared.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "common/series/time_zone.h"
#include "daemon/times/aggregate.h"
#include "daemon/times/grid.h"
#include "daemon/times/time_parser.h"

namespace fitd {

struct SeriesRules {
  Frequency frequency;  // count 0: inferred from the times
  Aggregate aggregate = Aggregate::kNone;
  // The days of the week on which all rows of the data lie, as bits, where that is no chance; 0: there are none.
  // Targets of days have them as their step, also where few rows of their own show it.
  unsigned weekdays = 0;
  // Of what is put together: the span of the data is in UTC; `strict` is that of a detection, or of an update that
  // knows what is usual.
  PartRules parts;
  bool pauses = false;          // no row means nothing happened, so that no gap is too long
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

// What the rows of a target that are put together say of their periods, or those of several targets.
struct PeriodsSeen {
  std::optional<TimeNs> open;          // where a last period that is not whole begins, in UTC
  std::optional<PeriodShares> shares;  // that are usual
  std::uint64_t rows_of_last = 0;      // of the last one that is left
  std::set<TimeNs> parts;              // points, in UTC, of those whose rows were left out as they are not whole

  // What any target shows of the periods of all: the earliest open one, the most that is usual.
  void Add(const PeriodsSeen& other);
};

class SeriesLayer {
 public:
  // The rules outlive it.
  explicit SeriesLayer(const SeriesRules& rules);

  // Plans a grid for at least one observation, given in the order of the rows. Leaves the observations sorted, on the
  // clock of the grid, and aggregated. The plan has no points when all are later than SeriesRules::until. `known`: the
  // step where the rules name none; count 0: it is inferred from the times.
  GridPlan Plan(std::vector<Observation>& observations, GridCounts& counts, const Step& known = {});

  // Sorts rows, given in their order, by time in UTC and keeps the last of equal times, as Plan() does first.
  void Sort(std::vector<Observation>& rows, GridCounts& counts);
  // Puts sorted rows on the clock that grids of this step are on; changes nothing else.
  void PutOnClockOf(const Step& step, std::vector<Observation>& rows);

  // Puts the rows of each period together, as SeriesRules::aggregate says, and leaves the observations sorted, in UTC,
  // at the times of their periods. Of a first and a last period nothing is left unless they are whole.
  void PutTogether(std::vector<Observation>& rows, GridCounts& counts);

  // Converts UTC to the clock that grids of this step are on, and back.
  TimeNs OnClockOf(const Step& step, TimeNs utc);
  TimeNs ToUtc(const Step& step, TimeNs on_clock);

  // Of the target planned last.
  const PeriodsSeen& periods() const { return periods_; }

 private:
  Frequency ChooseFrequency(const std::vector<Observation>& utc, const Step& known);
  std::vector<Observation> OnTheWall(const std::vector<Observation>& utc);
  void Aggregated(std::vector<Observation>& rows, bool strict, GridCounts& counts);
  void TellRepeatedHours(std::vector<Observation>& rows);

  const SeriesRules& rules_;
  std::unique_ptr<ZoneClock> clock_;
  PeriodsSeen periods_;
};

}  // namespace fitd
