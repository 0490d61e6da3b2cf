// Where a rolling-origin evaluation cuts the series, and what is known at each cut. Daemon; pure.
//
// Every target is cut by its own end: with `windows` cuts, `step` apart, the last one `horizon` points before the end.
// What was missing is filled anew in each part, from that part alone: a gap before a cut must not be filled with values
// behind it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/series/gap_policy.h"
#include "common/series/series.h"

namespace fitd {

struct WindowPlan {
  int windows = 3;
  int step = 1;
  int horizon = 1;
  GapPolicy gaps = GapPolicy::kAuto;
  bool keep_outliers = false;
  int season_hint = 0;  // for GapPolicy::kSeasonal; 0: what the step suggests

  // How many points of a series of `size` points come before cut `window` (from 0, the earliest).
  std::int64_t Cutoff(std::uint64_t size, int window) const;
};

// A series with fewer values before the cut is left out of that window: nothing could be fitted to it.
inline constexpr std::int64_t kFewestBeforeCut = 4;

// One target of a window.
struct WindowTarget {
  std::uint32_t series = 0;  // its place in the full frame
  std::int64_t cutoff = 0;   // points before the cut
  std::int64_t known = 0;    // of them, up to the last value that is there: what is fitted
};

struct Window {
  Frame frame;                        // what is known at the cuts
  std::vector<WindowTarget> targets;  // of each series of it
};

// Fills what is missing among values up to a cut, which an outlier (series/lone_outlier.h) is too.
void Complete(std::span<double> values, const WindowPlan& plan, const Step& step);

// Points up to the last value that is there before `cutoff`; 0: none.
std::int64_t LastKnown(const SeriesView& series, std::int64_t cutoff);

// `full` has NaN where values are missing.
Window CutFrame(const Frame& full, const WindowPlan& plan, int window);

}  // namespace fitd
