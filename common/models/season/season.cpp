#include "common/models/season/season.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "common/models/numeric/scaling.h"
#include "common/models/season/lone_jumps.h"
#include "common/models/season/periods.h"
#include "common/models/season/season_shows.h"
#include "common/models/season/spectrum.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr double kIndependentValues = 2.5;  // in a period of a random walk
constexpr double kCalendarDeviations = 2;   // of periods above 6
constexpr double kCalendarFloor = 0.05;     // with 0.1 the week is missed in 15 of 20 load zones over four years
// Where the independent values of a period are counted. With 4 in its place up to 2 in 100 of 18 processes without a
// season have one, with 4.5 at most 1 more than before (tests/bench/README.md, "Long seasons").
constexpr double kCountedDeviations = 4.5;
constexpr double kCountedFloor = 0.1;
constexpr std::size_t kFewestToCount = 24;  // values of a period
constexpr double kClearRho = 0.6;           // of a calendar season that no other is looked for beside
constexpr double kAsGood = 0.95;            // of a multiple's rho, for a shorter season that explains it
constexpr double kBetterRho = 0.3;          // more than the calendar's: what takes its place
constexpr double kClearlyBetter = 1.1;      // than the season, for a multiple of it
constexpr std::size_t kMostTimes = 6;       // a calendar season, for a multiple that takes its place, but for one that
constexpr double kNearlyAll = 0.8;          // explains so much: others are common multiples of several seasons
constexpr std::size_t kFewTimes = 4;        // a calendar season, at most, beside a period that is there three times as
constexpr double kShorterRho = 0.05;        // often: more than its rho, for what takes its place
constexpr double kHighestThreshold = 0.9;
constexpr double kSearchedDeviations = 3.5;
constexpr double kSearchedFloor = 0.3;
constexpr std::size_t kSearchedPeriods = 4;
constexpr std::size_t kNumPeaks = 4;
constexpr std::size_t kNumLags = 3;
constexpr double kLeastPeak = 0.15;   // of the autocorrelations
constexpr double kNegligible = 1e-6;  // of the squares of the series: nothing left to explain
constexpr double kClipRanges = 3;

// What rho has to exceed.
double Threshold(std::size_t length, std::size_t count, double deviations, double floor) {
  const double k = static_cast<double>(count);
  const double independent = std::min(kIndependentValues, static_cast<double>(length) - 1);
  const double threshold = deviations * std::sqrt(2 / (k * (k - 1) * independent));
  return std::clamp(threshold, floor, kHighestThreshold);
}

// The fewer values a period has, the further rho strays upwards: that of noise is distributed as chi-squared with one
// degree of freedom less than these, and exceeds so many deviations in 1 of 100 series. Of longer periods it does in
// fewer, and what wanders has no more independent values than these.
double CalendarDeviations(std::size_t length) {
  constexpr double kOfShort[] = {4, 3.6, 3.1, 2.6, 2.25};  // periods of 2 to 6
  return length - 2 < std::size(kOfShort) ? kOfShort[length - 2] : kCalendarDeviations;
}

// Whether a season of the calendar is there. Of a period that is there a few times a walk has so few independent values
// that hardly any rho is beyond chance; where the periods' differences have more of them, less will do.
bool IsThere(std::span<const double> x, const Periods& p, double rho) {
  if (rho > Threshold(p.length, p.count, CalendarDeviations(p.length), kCalendarFloor)) return true;
  if (p.length < kFewestToCount || rho <= kCountedFloor) return false;
  const double k = static_cast<double>(p.count);
  const double least = kCountedDeviations * std::sqrt(2 / (k * (k - 1) * IndependentValues(p)));
  return rho > least && Correlation(ClippedPeriods(x, p.length, false)) > least;
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

std::vector<double> Changes(std::span<const double> x) {
  std::vector<double> changes(x.size(), 0.0);
  for (std::size_t t = 1; t < x.size(); ++t) changes[t] = x[t] - x[t - 1];
  return changes;
}

// Bins of the highest local maxima of the periodogram of the differences with at least four periods in the series.
std::vector<std::size_t> PeakBins(std::span<const double> changes, std::size_t& transform_size) {
  transform_size = NextPowerOfTwo(2 * changes.size());
  const std::vector<double> power = PowerSpectrum(changes, transform_size);
  std::vector<std::size_t> peaks;
  for (std::size_t bin = kSearchedPeriods * transform_size / changes.size(); bin <= transform_size / 2; ++bin) {
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

// Lags of the highest local maxima of autocorrelations `r`, but for those that no season of the least rho has.
std::vector<std::size_t> PeakLags(std::span<const double> r) {
  std::vector<std::size_t> lags;
  for (std::size_t lag = 2; lag + 1 < r.size(); ++lag) {
    if (r[lag] > kLeastPeak && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1]) lags.push_back(lag);
  }
  const std::size_t kept = std::min(lags.size(), kNumLags);
  std::partial_sort(lags.begin(), lags.begin() + static_cast<std::ptrdiff_t>(kept), lags.end(),
                    [&](std::size_t i, std::size_t j) { return r[i] > r[j] || (r[i] == r[j] && i < j); });
  lags.resize(kept);
  return lags;
}

// Ascending periods that the spectrum or the autocorrelations suggest. Those of the values show a smooth season whose
// changes vanish in the noise; those of the changes a short job, whose power is spread over all harmonics alike, beside
// a level that wanders.
std::vector<std::size_t> SearchedPeriods(std::span<const double> x, std::size_t longest) {
  std::size_t size = 0;
  const std::vector<double> changes = Changes(x);
  const std::vector<std::size_t> bins = PeakBins(changes, size);
  const std::vector<double> r = Autocorrelation(x, longest + 1);
  std::vector<std::size_t> periods = PeakLags(r);
  for (const std::size_t lag : PeakLags(Autocorrelation(changes, longest + 1))) periods.push_back(lag);
  for (const std::size_t bin : bins) {
    // Periods within one bin of the peak; the autocorrelation picks the whole one.
    const std::size_t low = std::max<std::size_t>(2, size / (bin + 1));
    const std::size_t high = std::min(longest, size / (bin - 1) + 1);
    if (low > high) continue;
    const auto best = std::max_element(r.begin() + static_cast<std::ptrdiff_t>(low),
                                       r.begin() + static_cast<std::ptrdiff_t>(high) + 1);
    periods.push_back(static_cast<std::size_t>(best - r.begin()));
  }
  std::sort(periods.begin(), periods.end());
  periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
  return periods;
}

struct Found {
  std::size_t length = 0;  // 0: none
  double rho = 0;
};

// The season that the values show without a calendar, and show so often at least.
Found SearchPeriod(std::span<const double> x, std::size_t times = kSearchedPeriods) {
  const std::size_t longest = x.size() / times;
  if (longest < 2) return {};
  Found found;
  for (const std::size_t length : SearchedPeriods(x, longest)) {
    const Periods p = ClippedPeriods(x, length);
    const double rho = Correlation(p);
    if (rho <= Threshold(length, p.count, kSearchedDeviations, kSearchedFloor)) continue;
    if (rho > kClearlyBetter * found.rho) found = {.length = length, .rho = rho};
  }
  return found;
}

// The best multiple of `length` that is no other season of the calendar and much better than `rho`, or its shortest
// divisor that is as good; 0: none.
std::size_t BetterMultiple(std::span<const double> x, std::size_t length, double rho,
                           std::span<const std::size_t> calendar) {
  std::size_t best = 0;
  double strongest = 0;
  for (std::size_t times = 2; times <= kMostTimes; ++times) {
    const std::size_t multiple = times * length;
    if (x.size() / multiple < kSearchedPeriods) break;
    if (std::find(calendar.begin(), calendar.end(), multiple) != calendar.end()) continue;
    const Periods p = ClippedPeriods(x, multiple);
    const double found = Correlation(p);
    if (found <= rho + kBetterRho || found <= kClearlyBetter * strongest) continue;
    if (found <= Threshold(multiple, p.count, kSearchedDeviations, kSearchedFloor)) continue;
    best = multiple;
    strongest = found;
  }
  for (std::size_t divisor = 2; divisor < best; ++divisor) {
    if (best % divisor == 0 && Correlation(ClippedPeriods(x, divisor)) >= kAsGood * strongest) return divisor;
  }
  return best;
}

// A period that is there three times as often as a calendar season that is there only a few times, and explains more,
// or 0: four days of 37 ten minutes are 148, and nearly repeat after a day of 144.
std::size_t FarShorter(std::span<const double> x, std::size_t length, double rho) {
  if (x.size() / length > kFewTimes) return 0;
  const Found found = SearchPeriod(x);
  return 3 * found.length <= length && found.rho > rho + kShorterRho ? found.length : 0;
}

// A period that is there `times` and leaves far less unexplained than a season of the calendar, or 0.
std::size_t FarClearer(std::span<const double> x, std::size_t length, double rho, std::span<const std::size_t> calendar,
                       std::size_t times) {
  constexpr double kNothingBetter = 0.95;  // rho
  constexpr double kClear = 0.9;           // rho of what takes its place
  constexpr double kLeft = 1.0 / 3;        // of what the calendar's leaves unexplained
  if (rho > kNothingBetter) return 0;
  const Found found = SearchPeriod(x, times);
  if (found.rho < kClear || 1 - found.rho > kLeft * (1 - rho) || found.length % length == 0) return 0;
  const bool of_calendar = std::any_of(calendar.begin(), calendar.end(), [&](std::size_t other) {
    return other == found.length ||
           (x.size() >= 2 * other && 1 - Correlation(ClippedPeriods(x, other)) < (1 - found.rho) / kLeft);
  });
  return of_calendar ? 0 : found.length;
}

// Likewise of one that is there only a few times: a log that is emptied every 90 hours nearly repeats after a week,
// which is two such periods less 12 hours.
std::size_t ClearerThanFew(std::span<const double> x, std::size_t length, double rho,
                           std::span<const std::size_t> calendar) {
  constexpr std::size_t kFew = 6;
  constexpr std::size_t kLeastTimes = 3;
  return x.size() / length <= kFew ? FarClearer(x, length, rho, calendar, kLeastTimes) : 0;
}

// Months and the like have the calendar's season, but where another is clear: a job of every five months is none of a
// year.
int SeasonOfMonths(std::span<const double> y, std::size_t season) {
  if (y.size() / season < kSearchedPeriods) return static_cast<int>(season);
  const std::vector<double> x = Prepare(y);
  const std::size_t calendar[] = {season};
  const double rho = Correlation(ClippedPeriods(x, season));
  const std::size_t clearer = FarClearer(x, season, rho, calendar, kSearchedPeriods);
  return static_cast<int>(clearer != 0 ? clearer : season);
}

// What takes the place of a calendar season that is there, but weakly, or 0: a job every four hours shows in the hour
// too, one every 30 hours in the day, for they share a few harmonics.
std::size_t BetterThan(std::span<const double> x, std::size_t length, double rho,
                       std::span<const std::size_t> calendar) {
  if (const std::size_t shorter = FarShorter(x, length, rho); shorter != 0) return shorter;
  if (const std::size_t clearer = ClearerThanFew(x, length, rho, calendar); clearer != 0 || rho >= kClearRho) {
    return clearer;
  }
  const Found found = SearchPeriod(x);
  const bool several = found.length > kMostTimes * length && found.length % length == 0 && found.rho < kNearlyAll;
  if (found.rho <= rho + kBetterRho || several) return BetterMultiple(x, length, rho, calendar);
  const bool of_calendar = std::any_of(calendar.begin(), calendar.end(), [&](std::size_t other) {
    return other == found.length ||
           (x.size() >= 2 * other && kAsGood * Correlation(ClippedPeriods(x, other)) > found.rho);
  });
  return of_calendar ? 0 : found.length;
}

// Ascending.
std::vector<std::size_t> Candidates(bool months, std::int64_t step, std::span<const int> calendar) {
  if (months) return {static_cast<std::size_t>(12 / step)};
  return calendar.empty() ? CalendarPeriods(step) : std::vector<std::size_t>(calendar.begin(), calendar.end());
}

// What happened once neither shows a season nor hides one.
std::vector<double> WithoutLoneJumps(std::span<const double> y, std::span<const std::size_t> candidates) {
  std::vector<double> levelled(y.begin(), y.end());
  LevelJumps(FindLoneJumps(y, candidates), levelled);
  return levelled;
}

}  // namespace

std::vector<int> DetectSeasons(std::span<const double> as_it_is, bool months, std::int64_t step,
                               std::span<const int> calendar) {
  if (months && (step <= 0 || step >= 12 || 12 % step != 0)) return {};
  const std::vector<std::size_t> candidates = Candidates(months, step, calendar);
  const std::vector<double> y = WithoutLoneJumps(as_it_is, candidates);
  if (months) {
    const auto season = static_cast<int>(candidates[0]);
    const bool shows = y.size() > 2 * static_cast<std::size_t>(season) || ShowsInFew(y, season);
    return shows ? std::vector<int>{SeasonOfMonths(y, static_cast<std::size_t>(season))} : std::vector<int>{};
  }
  if (y.size() < 4) return {};
  std::vector<double> x = Prepare(y);
  std::vector<int> seasons;
  const double negligible = kNegligible * SumOfSquares(x);
  for (const std::size_t length : candidates) {
    const bool shows = seasons.empty() && ShowsInFew(y, static_cast<int>(length));
    if (shows) {
      const bool twice = x.size() >= 2 * length;
      const double rho = twice ? Correlation(ClippedPeriods(x, length)) : kClearRho;
      std::size_t better = FarShorter(x, length, rho);
      if (better == 0) better = ClearerThanFew(x, length, rho, candidates);
      seasons.push_back(static_cast<int>(better != 0 ? better : length));
    }
    if (shows || x.size() < 2 * length || SumOfSquares(x) <= negligible) break;
    Periods p = ClippedPeriods(x, length);
    const double rho = Correlation(p);
    if (!IsThere(x, p, rho)) continue;
    if (const std::size_t better = BetterThan(x, length, rho, candidates); better != 0) p = ClippedPeriods(x, better);
    SubtractPeriod(p, x);
    seasons.push_back(static_cast<int>(p.length));
  }
  if (seasons.empty()) {
    if (const Found found = SearchPeriod(x); found.length != 0) seasons.push_back(static_cast<int>(found.length));
  }
  std::sort(seasons.begin(), seasons.end());
  seasons.erase(std::unique(seasons.begin(), seasons.end()), seasons.end());
  return seasons;
}

}  // namespace fitd
