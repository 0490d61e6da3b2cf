#include "common/series/gaps.h"

#include <algorithm>
#include <cmath>

#include "common/series/usual_season.h"

namespace fitd {
namespace {

double OverallSlope(std::span<const double> values, double* mean) {
  double n = 0;
  double sum_t = 0;
  double sum_y = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    n += 1;
    sum_t += static_cast<double>(i);
    sum_y += values[i];
  }
  const double mean_t = sum_t / n;
  *mean = sum_y / n;
  double stt = 0;
  double sty = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const double dt = static_cast<double>(i) - mean_t;
    stt += dt * dt;
    sty += dt * (values[i] - *mean);
  }
  return stt > 0 ? sty / stt : 0;
}

// Mean of each phase around the trend; empty when a phase has no value or the season is not seen twice.
std::vector<double> PhaseMeans(std::span<const double> values, int season) {
  const auto m = static_cast<std::size_t>(season);
  if (season < 2 || values.size() < 2 * m) return {};
  double mean = 0;
  const double slope = OverallSlope(values, &mean);
  std::vector<double> sums(m, 0.0);
  std::vector<double> counts(m, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    sums[i % m] += values[i] - slope * static_cast<double>(i);
    counts[i % m] += 1;
  }
  for (std::size_t p = 0; p < m; ++p) {
    if (counts[p] == 0) return {};
    sums[p] /= counts[p];
  }
  for (const double s : sums) {
    if (!std::isfinite(s)) return {};
  }
  return sums;
}

// Fills values[a+1 .. b-1] between the finite ends a and b; `phase` may be empty (a straight line).
void Interpolate(std::span<double> values, std::size_t a, std::size_t b, std::span<const double> phase) {
  const auto level = [&](std::size_t i) { return phase.empty() ? 0.0 : phase[i % phase.size()]; };
  const double from = values[a] - level(a);
  const double to = values[b] - level(b);
  const double width = static_cast<double>(b - a);
  for (std::size_t i = a + 1; i < b; ++i) {
    const double weight = static_cast<double>(i - a) / width;
    values[i] = from * (1 - weight) + to * weight + level(i);
  }
}

}  // namespace

std::uint64_t FillGaps(std::span<double> values, GapPolicy policy, int season, std::vector<GapRun>* runs) {
  std::uint64_t filled = 0;
  std::vector<double> phase;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!std::isnan(values[i])) continue;
    if (filled == 0 && policy == GapPolicy::kSeasonal) phase = PhaseMeans(values, season);
    std::size_t end = i;
    while (std::isnan(values[end])) ++end;  // ends: the last value is finite
    filled += end - i;
    if (runs) runs->push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)});
    if (policy == GapPolicy::kPrevious)
      std::fill(values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(end),
                values[i - 1]);
    if (policy == GapPolicy::kZero)
      std::fill(values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(end),
                0.0);
    if (policy == GapPolicy::kLinear || policy == GapPolicy::kSeasonal || policy == GapPolicy::kAuto)
      Interpolate(values, i - 1, end, phase);
    i = end;
  }
  return filled;
}

std::vector<double> ValuesUntil(const SeriesView& series, std::span<const double> observed,
                                std::span<const double> complete, std::size_t n, int season) {
  std::vector<double> values(observed.begin(), observed.begin() + static_cast<std::ptrdiff_t>(n));
  if (std::isnan(values.back())) values.back() = complete[n - 1];
  // Nothing is before the first ones that they could be filled from.
  for (std::size_t i = 0; std::isnan(values[i]); ++i) values[i] = complete[i];
  std::vector<double> line = values;
  FillGaps(line, GapPolicy::kLinear, 1);
  const auto is_line = [&](std::size_t i) { return line[i] == complete[i]; };
  const auto is_previous = [&](std::size_t i) { return i > 0 && complete[i] == complete[i - 1]; };
  bool by_season = series.filled.empty();
  for (const GapRun& run : series.filled) {
    if (run.first + run.count >= n) break;
    for (std::size_t i = run.first; i < run.first + run.count; ++i) by_season |= !is_line(i) && !is_previous(i);
  }
  if (!by_season) return {complete.begin(), complete.begin() + static_cast<std::ptrdiff_t>(n)};
  const int usual = UsualSeason(series.grid.step);
  FillGaps(values, GapPolicy::kSeasonal, season > 1 || series.filled.empty() ? season : usual);
  return values;
}

CompleteValues::CompleteValues(std::span<const double> values, int season) : view_(values) {
  if (std::none_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) return;
  copy_.assign(values.begin(), values.end());
  FillGaps(copy_, GapPolicy::kSeasonal, season);
  view_ = copy_;
}

}  // namespace fitd
