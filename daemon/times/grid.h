// From observations at any times to values on a regular grid. Daemon, ingest threads; pure functions.
//
// An observation belongs to the nearest point of the grid, or to the period that begins at a point: months, quarters,
// weeks and days seen at changing times within the period, every point of a weekly mask or a session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/series/series.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"
#include "daemon/times/observation.h"

namespace fitd {

struct CivilDay;

// Where strictly increasing observations lie on a grid of a step (planned by grid_plan.h).
struct GridPlan {
  TimeGrid grid;
  std::uint64_t points = 0;  // length of the grid
  std::size_t first = 0;     // observations [first, last) are on it
  std::size_t last = 0;
  bool by_period = false;  // a point holds the times from it to the next; false: those nearest to it
  std::int64_t lead = 0;   // months from the first of a period to that of its point: 2 for a quarter called by its end
};

inline constexpr std::int64_t kOffGrid = INT64_MIN;

// Index of the point that a time belongs to; kOffGrid: none (a day off the mask, an hour off the session).
std::int64_t IndexOn(const GridPlan& plan, TimeNs time);

// Grid index of the point nearest to `time`; the step is one of nanoseconds or months.
std::int64_t NearestIndex(const TimeGrid& grid, TimeNs time);
// Index of the point for a time on a known grid, which new values continue. For days, weeks, months and steps that
// count them it is the point of the period of the time, else the nearest point; kOffGrid: none.
std::int64_t IndexOfGrid(const TimeGrid& grid, TimeNs time);

// Index of the last point of a known grid whose time has come: of days at six in the evening, not that of a day at
// noon. kOffGrid as IndexOfGrid().
std::int64_t LastIndexBy(const TimeGrid& grid, TimeNs time);

// The hour, or half of one, by which ascending times of days are later than the points of a known grid, as clocks were
// changed behind them: all, or the last three and more while those before are on its points; 0: they are on its points,
// or off them otherwise.
TimeNs ClockChange(std::span<const TimeNs> times, const TimeGrid& grid);

// True when two times are so near each other, compared with a step, that they are one observation written twice.
bool IsBeside(const Step& step, TimeNs earlier, TimeNs later);

// Number of observations on the point of the one before.
std::uint64_t Collisions(std::span<const Observation> sorted, const GridPlan& plan);

// By period, where observations are exactly at the beginnings of their months (or several), weeks, days or hours, and
// others, but not at the beginning of one, were called later within theirs, as by its end. nullopt: there are not some
// of both, or they may be midnights elsewhere. What follows a change from one to the other tells them apart: by the
// nearest points there would be a hole.
std::optional<GridPlan> PlanOfLateLabels(std::span<const Observation> sorted, const Frequency& frequency);

// Writes plan.points values to `out` (NaN where there is none).
void LayOnGrid(std::span<const Observation> sorted, const GridPlan& plan, std::span<double> out, GridCounts& counts);

// The beginning of the period that a time falls into, as clocks and calendars have it: minutes, hours, days from
// midnight, weeks from Monday (or the day behind the frequency's weekday), months and years from their first day.
TimeNs PeriodBegin(TimeNs time, const Frequency& frequency);

// The most grid points for so many observations; more are refused.
std::uint64_t MaxGridPoints(std::uint64_t observations);

// Number of points of a step from a to b, both included.
std::uint64_t PointsBetween(TimeNs a, TimeNs b, const Step& step);

// Months from a to b when both are the same day of the month, or its end, at the same clock; else 0.
std::int64_t MonthsBetween(const CivilDay& a, const CivilDay& b);

// Gives targets seen at one time only (step count 0) a step, so that forecasts of them lie ahead: `usual`; when its
// count is 0, the most common step of the others; without others a day for times at midnight, else an hour. When the
// step counts days, their times (UTC) are moved to the clock of `zone` (null: UTC).
void StepSingleTimes(std::span<Frame::Entry> entries, Step usual = {}, std::shared_ptr<const TimeZone> zone = nullptr);

}  // namespace fitd
