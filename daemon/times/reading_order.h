// Which of several readings of a time is right, as the order of the rows shows. Daemon, ingest threads; pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/time_pattern.h"

namespace fitd {

// The pattern `text` with years of the last century (%Ey) for two-digit years, when it reads some cell as 2041 or
// later; else empty.
std::string LastCentury(const std::string& text, std::span<const std::string> cells);

// Indices of the readings no other beats. One beats another when it leaves the rows in (better) order, or takes a
// twentieth of the time: 24/01/02 is a year first, 01/01/50 is 1950. Only the place of the year and its century are
// judged, never day against month.
std::vector<std::size_t> BestOrdered(std::span<const std::string> texts, std::span<const std::string> cells);

// True when six digits such as 012015 are a month and its year: the third and fourth are always 19 or 20, and the
// months follow each other. False: they are a month, a day and a two-digit year. nullopt: fewer than three months.
std::optional<bool> AreMonthsBeforeYears(std::span<const std::string> cells);

// Of two readings whose days and months change places the one by which the times of day go on from one day to the next,
// where the other leaps over a month behind every day; nullopt: they do not say.
std::optional<std::size_t> GoesOnByClock(std::span<const std::string> texts, std::span<const std::string> cells);

// Of two readings whose days and months change places the one by which the times are the first days of months or
// quarters that follow each other through at least three years, where the other has some days of every January;
// nullopt: none is.
std::optional<std::size_t> AreFirstDays(std::span<const std::string> texts, std::span<const std::string> cells);

// Whether years and two digits from 1 to 13 are months and a thirteenth for their totals: of several years, or in a
// column that is called months.
bool AreMonthsAndTotals(std::span<const std::string> cells, std::string_view column);

// `pattern` with %EH for its hours when these go from 1 to 24 in `cells`, so that midnight is written as 24; else
// `pattern`.
std::string HoursTo24(const std::string& pattern, std::span<const std::string> cells);

// True when the years that `text` reads behind names of months are days: they go up by one from row to row within a
// month (Jan-01, Jan-02, Jan-03), or a time of day stands behind them.
bool DaysFollow(const std::string& text, std::span<const std::string> cells);

// True when all cells are days with the names of their months and no year: 1-Jan, Jan 1. Then what to say of one.
bool AreDaysOfNoYear(std::span<const std::string> cells);
std::string SayDayOfNoYear(const std::string& cell);
// What to say of such days; a cell with one digit (Jan 1) can be no year.
std::string SayDays(const std::string& text, std::span<const std::string> cells);

}  // namespace fitd
