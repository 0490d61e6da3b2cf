// Which of two columns of times is that of the rows: the periods they are of, or when they were written, are due or
// end. Daemon, ingest threads; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fitd {

struct TimesOfRows {
  std::string name;                // of the column, or of the first of several
  std::vector<std::string> cells;  // of every row; parts that stand in several columns are joined with blanks
};

enum class RivalVerdict { kDate, kPeriod, kUnsure };

// Of dates in one column and periods that differ from row to row of a series in others the times of the rows: periods
// that the dates lie in are said again by these, unless the latter are called otherwise; else what lies on a grid is
// the time beside what does not, then what is called so.
RivalVerdict TimeOfRivals(const TimesOfRows& dates, const TimesOfRows& periods);

// True when the times of all rows together lie on one grid, with few gaps.
bool LieOnOneGrid(const TimesOfRows& times);

// The seconds since 1970 at which a text of a time begins, of digits alone too; 0: it is not known what it is.
double SecondsOfTime(std::string_view text);

}  // namespace fitd
