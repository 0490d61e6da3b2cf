#include "common/models/season/season.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "common/models/numeric/scaling.h"
#include "common/models/season/spectrum.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr double kIndependentValues = 2.5;  // in a period of a random walk
constexpr double kCalendarDeviations = 2;
constexpr double kCalendarFloor = 0.05;  // with 0.1 the week is missed in 15 of 20 load zones over four years
constexpr double kClearRho = 0.6;        // of a calendar season that no other is looked for beside
constexpr double kAsGood = 0.95;         // of a multiple's rho, for a shorter season that explains it
constexpr double kBetterRho = 0.3;       // more than the calendar's: what takes its place
constexpr double kHighestThreshold = 0.9;
constexpr double kSearchedDeviations = 3.5;
constexpr double kSearchedFloor = 0.3;
constexpr std::size_t kSearchedPeriods = 4;
constexpr std::size_t kNumPeaks = 4;
constexpr double kNegligible = 1e-6;  // of the squares of the series: nothing left to explain
constexpr int kClippings = 3;
constexpr double kClipDeviations = 4;
constexpr double kClipRanges = 3;

// Whole periods at the end of a series, one row each, less a line through the period means.
struct Periods {
  std::size_t length = 0;
  std::size_t count = 0;
  std::vector<double> x;
};

Periods DetrendedPeriods(std::span<const double> y, std::size_t length) {
  Periods p{.length = length, .count = y.size() / length, .x = {}};
  p.x.assign(y.end() - static_cast<std::ptrdiff_t>(p.count * length), y.end());
  std::vector<double> means(p.count, 0.0);
  for (std::size_t i = 0; i < p.count; ++i) {
    for (std::size_t k = 0; k < length; ++k) means[i] += p.x[i * length + k];
    means[i] /= static_cast<double>(length);
  }
  for (std::size_t i = 0; i < p.count; ++i) {
    const std::size_t before = i == 0 ? i : i - 1, after = i + 1 == p.count ? i : i + 1;
    const double slope = (means[after] - means[before]) / static_cast<double>((after - before) * length);
    const double middle = 0.5 * static_cast<double>(length - 1);
    for (std::size_t k = 0; k < length; ++k) {
      p.x[i * length + k] -= means[i] + slope * (static_cast<double>(k) - middle);
    }
  }
  return p;
}

double SumOfSquares(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}

void ClipOutliers(std::span<double> x) {
  for (int i = 0; i < kClippings; ++i) {
    const double limit = kClipDeviations * std::sqrt(SumOfSquares(x) / static_cast<double>(x.size()));
    if (std::none_of(x.begin(), x.end(), [=](double v) { return std::fabs(v) > limit; })) return;
    for (double& v : x) v = std::clamp(v, -limit, limit);
  }
}

std::vector<double> PeriodMeans(const Periods& p) {
  std::vector<double> mean(p.length, 0.0);
  for (std::size_t i = 0; i < p.count; ++i) {
    for (std::size_t k = 0; k < p.length; ++k) mean[k] += p.x[i * p.length + k];
  }
  for (double& v : mean) v /= static_cast<double>(p.count);
  return mean;
}

double Correlation(const Periods& p) {
  const double total = SumOfSquares(p.x);
  if (!(total > 0)) return 0;
  const double count = static_cast<double>(p.count);
  return (SumOfSquares(PeriodMeans(p)) * count * count - total) / ((count - 1) * total);
}

// What rho has to exceed.
double Threshold(std::size_t length, std::size_t count, double deviations, double floor) {
  const double k = static_cast<double>(count);
  const double independent = std::min(kIndependentValues, static_cast<double>(length) - 1);
  const double threshold = deviations * std::sqrt(2 / (k * (k - 1) * independent));
  return std::clamp(threshold, floor, kHighestThreshold);
}

// Subtracts the mean period, aligned with the end of the series.
void SubtractPeriod(const Periods& p, std::span<double> y) {
  const std::vector<double> mean = PeriodMeans(p);
  const std::size_t first = (p.length - y.size() % p.length) % p.length;
  for (std::size_t t = 0, k = first; t < y.size(); ++t, k = k + 1 == p.length ? 0 : k + 1) y[t] -= mean[k];
}

Periods ClippedPeriods(std::span<const double> y, std::size_t length) {
  Periods p = DetrendedPeriods(y, length);
  ClipOutliers(p.x);
  return p;
}

// Lengths > 1 in steps that the calendar suggests, ascending.
std::vector<std::size_t> CalendarPeriods(std::int64_t step) {
  std::vector<std::size_t> lengths;
  for (const std::int64_t cycle : {kNsPerMinute, kNsPerHour, kNsPerDay, kNsPerWeek}) {
    if (step > 0 && cycle % step == 0 && cycle / step > 1) lengths.push_back(static_cast<std::size_t>(cycle / step));
  }
  if (step == kNsPerDay) lengths.push_back(365);
  if (step == kNsPerWeek) lengths.push_back(52);
  return lengths;
}

// Limits values to three times the range of the middle 95 % on either side: one spike must not hide a season, and a
// season of spikes stays one.
void ClipToMiddle(std::vector<double>& x) {
  std::vector<double> tail(x.size() / 40 + 1);
  std::partial_sort_copy(x.begin(), x.end(), tail.begin(), tail.end());
  const double low = tail.back();
  std::partial_sort_copy(x.begin(), x.end(), tail.begin(), tail.end(), std::greater<>());
  const double high = tail.back();
  const double reach = kClipRanges * (high - low);
  if (!(reach > 0)) return;
  for (double& v : x) v = std::clamp(v, low - reach, high + reach);
}

// Finite values of magnitude 1 without outliers; a missing value repeats the one before, or the first after it.
std::vector<double> Prepare(std::span<const double> y) {
  std::vector<double> x(y.begin(), y.end());
  const auto first = std::find_if(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
  double last = first == x.end() ? 0 : *first;
  for (double& v : x) last = v = std::isfinite(v) ? v : last;
  ClipToMiddle(x);
  x = ScaleDown(x, ScaleExponent(x));
  // Beside a large offset the squares of what matters would vanish in rounding.
  double mean = 0;
  for (const double v : x) mean += v;
  mean /= static_cast<double>(x.size());
  for (double& v : x) v -= mean;
  return ScaleDown(x, ScaleExponent(x));
}

// Bins of the highest local maxima of the periodogram of the differences with at least four periods in the series.
std::vector<std::size_t> PeakBins(std::span<const double> x, std::size_t& transform_size) {
  transform_size = NextPowerOfTwo(2 * x.size());
  std::vector<double> changes(x.size(), 0.0);
  for (std::size_t t = 1; t < x.size(); ++t) changes[t] = x[t] - x[t - 1];
  const std::vector<double> power = PowerSpectrum(changes, transform_size);
  std::vector<std::size_t> peaks;
  for (std::size_t bin = kSearchedPeriods * transform_size / x.size(); bin <= transform_size / 2; ++bin) {
    const bool last = bin == transform_size / 2;
    if (power[bin] > power[bin - 1] && (last || power[bin] >= power[bin + 1])) peaks.push_back(bin);
  }
  const std::size_t kept = std::min(peaks.size(), kNumPeaks);
  std::partial_sort(
      peaks.begin(), peaks.begin() + static_cast<std::ptrdiff_t>(kept), peaks.end(),
      [&](std::size_t a, std::size_t b) { return power[a] > power[b] || (power[a] == power[b] && a < b); });
  peaks.resize(kept);
  return peaks;
}

// What takes the place of a calendar season that is there, but weakly: a job every four hours shows in the hour too,
// one every 36 hours in the day. The shortest divisor of a multiple of `length` that is as good as the multiple; 0:
// none.
std::size_t BetterThan(std::span<const double> x, std::size_t length, double rho,
                       std::span<const std::size_t> calendar) {
  if (rho >= kClearRho) return 0;
  for (const std::size_t times : {2U, 3U, 4U, 6U}) {
    const std::size_t multiple = times * length;
    if (x.size() / multiple < kSearchedPeriods) return 0;
    if (std::find(calendar.begin(), calendar.end(), multiple) != calendar.end()) continue;
    const Periods p = ClippedPeriods(x, multiple);
    const double found = Correlation(p);
    if (found <= rho + kBetterRho) continue;
    if (found <= Threshold(multiple, p.count, kSearchedDeviations, kSearchedFloor)) continue;
    for (std::size_t divisor = length + 1; divisor < multiple; ++divisor) {
      if (multiple % divisor == 0 && Correlation(ClippedPeriods(x, divisor)) >= kAsGood * found) return divisor;
    }
    return multiple;
  }
  return 0;
}

// The season that the spectrum shows, or 0.
std::size_t SearchPeriod(std::span<const double> x) {
  const std::size_t longest = x.size() / kSearchedPeriods;
  if (longest < 2) return 0;
  std::size_t size = 0;
  const std::vector<std::size_t> bins = PeakBins(x, size);
  const std::vector<double> r = Autocorrelation(x, longest + 1);
  std::vector<std::size_t> candidates;
  for (const std::size_t bin : bins) {
    // Periods within one bin of the peak; the autocorrelation picks the whole one.
    const std::size_t low = std::max<std::size_t>(2, size / (bin + 1));
    const std::size_t high = std::min(longest, size / (bin - 1) + 1);
    if (low > high) continue;
    const auto best = std::max_element(r.begin() + static_cast<std::ptrdiff_t>(low),
                                       r.begin() + static_cast<std::ptrdiff_t>(high) + 1);
    candidates.push_back(static_cast<std::size_t>(best - r.begin()));
  }
  std::sort(candidates.begin(), candidates.end());
  std::size_t found = 0;
  double strongest = 0;
  for (const std::size_t length : candidates) {
    const Periods p = ClippedPeriods(x, length);
    const double rho = Correlation(p);
    if (rho <= Threshold(length, p.count, kSearchedDeviations, kSearchedFloor)) continue;
    if (rho > 1.1 * strongest) {  // a multiple of the season must be clearly better than the season
      found = length;
      strongest = rho;
    }
  }
  return found;
}

}  // namespace

std::vector<int> DetectSeasons(std::span<const double> y, bool months, std::int64_t step,
                               std::span<const int> calendar) {
  if (months) {
    if (step <= 0 || step >= 12 || 12 % step != 0) return {};
    const std::int64_t season = 12 / step;
    return y.size() > static_cast<std::size_t>(2 * season) ? std::vector<int>{static_cast<int>(season)}
                                                           : std::vector<int>{};
  }
  if (y.size() < 4) return {};
  std::vector<double> x = Prepare(y);
  std::vector<int> seasons;
  const double negligible = kNegligible * SumOfSquares(x);
  const std::vector<std::size_t> candidates =
      calendar.empty() ? CalendarPeriods(step) : std::vector<std::size_t>(calendar.begin(), calendar.end());
  for (const std::size_t length : candidates) {
    if (x.size() < 2 * length || SumOfSquares(x) <= negligible) break;
    Periods p = ClippedPeriods(x, length);
    const double rho = Correlation(p);
    if (rho <= Threshold(length, p.count, kCalendarDeviations, kCalendarFloor)) continue;
    if (const std::size_t better = BetterThan(x, length, rho, candidates); better != 0) p = ClippedPeriods(x, better);
    SubtractPeriod(p, x);
    seasons.push_back(static_cast<int>(p.length));
  }
  if (seasons.empty()) {
    if (const std::size_t length = SearchPeriod(x); length != 0) seasons.push_back(static_cast<int>(length));
  }
  std::sort(seasons.begin(), seasons.end());
  seasons.erase(std::unique(seasons.begin(), seasons.end()), seasons.end());
  return seasons;
}

}  // namespace fitd
