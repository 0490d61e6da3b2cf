// What was there before a target was: the zeros that a metric or a product has until it exists. Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "common/series/series.h"

namespace fitd {

// The first value that is the target's own: behind a run of one constant value that is longer than six values and half
// a season (1: none) and never observed again, seven observed ones at least. 0: the first one is. Another value than
// zero has been one of the target's unless all later ones are further from it than three usual changes: rates stay for
// a year, and then move. Where the later ones move by steps too and mostly stand still, it is one of them.
std::size_t LateStart(const SeriesView& series, int season);

// The series from a value on.
class StartedSeries {
 public:
  // `series` outlives this.
  StartedSeries(const SeriesView& series, std::size_t first);
  StartedSeries(const StartedSeries&) = delete;
  StartedSeries& operator=(const StartedSeries&) = delete;

  const SeriesView& view() const { return view_; }
  std::size_t first() const { return first_; }

 private:
  std::size_t first_;
  SeriesView view_;
  std::vector<GapRun> filled_;
};

}  // namespace fitd
