#include "daemon/times/observation.h"

#include <algorithm>
#include <cmath>

namespace fitd {

void GridCounts::Add(const GridCounts& other) {
  unordered += other.unordered;
  duplicates += other.duplicates;
  snapped += other.snapped;
  merged += other.merged;
  stray += other.stray;
  parts += other.parts;
  lost += other.lost;
}

void SortAndDeduplicate(std::vector<Observation>& observations, GridCounts& counts) {
  std::uint64_t descents = 0;
  for (std::size_t i = 1; i < observations.size(); ++i) descents += observations[i].time < observations[i - 1].time;
  if (descents != 0) {
    std::stable_sort(observations.begin(), observations.end(),
                     [](const Observation& a, const Observation& b) { return a.time < b.time; });
  }
  counts.unordered += descents;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    if (kept != 0 && observations[kept - 1].time == observations[i].time) {
      --kept;
      const double overruled = observations[kept].value;
      counts.lost += !std::isnan(overruled) && overruled != observations[i].value;
    }
    observations[kept++] = observations[i];
  }
  counts.duplicates += observations.size() - kept;
  observations.resize(kept);
}

}  // namespace fitd
