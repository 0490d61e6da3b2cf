// Finds steps of the calendar, not of the clock, from the times of a series: days of the week, sessions of the day,
// days of the month or the year. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/series/step.h"
#include "daemon/times/observation.h"

namespace fitd {

// Bits of the days of the week with observations (as WeekdayOf() counts), when the others are missing by more than
// chance; else 0.
unsigned WeeklyMask(std::span<const Observation> sorted);

// `step` of a target whose rows are all on the days of `weekdays`, as those of all others are: these days where it is a
// day, or where most rows follow each other on them, and they are those of a session; else `step`.
Step OnDaysOfAll(const Step& step, std::span<const Observation> sorted, unsigned weekdays);

// A session of minutes that are seen nearly every day, evenly apart but for one break: that of markets at lunch, or the
// hours of an observer, 07:00, 14:00 and 21:00.
std::optional<Step> SessionOfHours(std::span<const Observation> sorted);

// The hours of the day that a step of minutes is seen in, as a session; nullopt when it is seen round the clock.
std::optional<Step> SessionOf(std::span<const Observation> sorted, std::int64_t step);

// True for the same few months of every year that are not evenly apart, such as May and October: no step of months has
// them as its points.
bool AreUnevenMonths(std::span<const Observation> sorted);

// A session that begins on one day and ends on the next, as the week of currencies does: Sunday 22:00 to Friday 21:00.
std::optional<Step> SessionOvernight(std::span<const Observation> sorted, std::int64_t step);

// Days at one distance from January 1, when the times show that they begin anew each year: composites of satellites of
// 8 and 16 days, pentads with a leap year.
std::optional<Step> YearDaysOf(std::span<const Observation> sorted);

// The same few days of every month: the first and the fifteenth, the tenth, twentieth and last.
std::optional<Step> MonthDaysOf(std::span<const Observation> sorted);

}  // namespace fitd
