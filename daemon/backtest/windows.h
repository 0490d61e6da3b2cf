// Where a rolling-origin evaluation cuts each series, and which values are known at each cut. Daemon; pure.
//
// Each target is cut relative to its own end: `windows` cuts, `step` points apart, the last one `horizon` points before
// the end. Missing values are filled for each cut from the values before it only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/series/gaps.h"
#include "common/series/series.h"

namespace fitd {

struct WindowPlan {
  int windows = 3;
  int step = 1;
  int horizon = 1;
  GapPolicy gaps = GapPolicy::kAuto;
  bool keep_outliers = false;
  int season_hint = 0;  // for GapPolicy::kSeasonal; 0: the usual season of the step

  // Number of points of a series of `size` points that come before cut `window` (0: the earliest).
  std::int64_t Cutoff(std::uint64_t size, int window) const;
};

// Series with fewer values before a cut are left out of that window, as nothing can be fitted to them.
inline constexpr std::int64_t kFewestBeforeCut = 4;

// One target of a window.
struct WindowTarget {
  std::uint32_t series = 0;  // index in the full frame
  std::int64_t cutoff = 0;   // number of points before the cut
  std::int64_t known = 0;    // points up to the last value before the cut: those that are fitted
};

struct Window {
  Frame frame;                        // the values known at the cuts
  std::vector<WindowTarget> targets;  // one for each series of `frame`
};

// Fills missing values, and outliers (series/lone_outlier.h), in the values before a cut.
void Complete(std::span<double> values, const WindowPlan& plan, const Step& step);

// Number of points up to the last value before `cutoff`; 0: none.
std::int64_t LastKnown(const SeriesView& series, std::int64_t cutoff);

// `full` must have NaN for missing values.
Window CutFrame(const Frame& full, const WindowPlan& plan, int window);

}  // namespace fitd
