#include "daemon/rows/flagged_values.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace fitd {
namespace {

// The value without its letter when that lies among the others (least to most, or near); NaN: it does not.
double WithoutLetter(double value, double least, double most) {
  constexpr double kTimes[] = {1e6, 1e9, 1e12};
  constexpr double kBeside = 0.5;  // of the range of others
  const double reach = kBeside * (most - least);
  for (const double times : kTimes) {
    const double written = value / times;
    if (written >= least - reach && written <= most + reach) return written;
  }
  return std::nan("");
}

void Look(const SeriesView& series, FlaggedValues& found) {
  constexpr double kBeyond = 100;
  std::vector<double> sizes;
  for (const double v : series.values) {
    if (std::isfinite(v)) sizes.push_back(std::abs(v));
  }
  if (sizes.size() < 2) return;
  std::sort(sizes.begin(), sizes.end());
  std::size_t usual = (sizes.size() + 1) / 2;
  while (usual < sizes.size() && sizes[usual] <= kBeyond * sizes[usual - 1]) ++usual;
  if (usual == sizes.size() || !(sizes[usual - 1] > 0)) return;
  double written = 0;
  for (std::size_t i = usual; i < sizes.size(); ++i) {
    written = WithoutLetter(sizes[i], sizes.front(), sizes[usual - 1]);
    if (std::isnan(written)) return;  // it is large by itself
  }
  if (found.targets++ == 0) found.first = series.id, found.largest = sizes.back(), found.as_written = written;
  found.values += sizes.size() - usual;
}

}  // namespace

FlaggedValues FindFlaggedValues(const Frame& frame) {
  FlaggedValues found;
  for (std::size_t i = 0; i < frame.size(); ++i) Look(frame[i], found);
  return found;
}

}  // namespace fitd
