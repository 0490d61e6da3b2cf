#include "common/fit/outlier_patch.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/median.h"
#include "common/series/gaps.h"

namespace fitd {
namespace {

// Chosen on simulated outages beside the training parts of M3, CIF 2016, NN5 and GEFCom 2012, which have patches in six
// of 3191 series (tests/bench/README.md, "Outages that are over").
constexpr std::size_t kFewestValues = 36;
constexpr std::size_t kCyclesKnown = 4;     // that tell a season, though an outage is in one
constexpr std::size_t kLongest = 12;        // values of a patch where there is no season
constexpr std::size_t kFewCycles = 2;       // that its own neighbours tell of
constexpr std::size_t kFewestWithFew = 24;  // values with so few of them
constexpr double kFar = 6;  // deviations; with 4 and 8 the same simulated ones are found, and 5 and 1 of M3
// One value is one of many, and many series have a promotion or a strike a year. With 8, 12 and 20 the held-out ends of
// M3's monthly training parts have sMAPE 13.452, 13.448 and 13.449 and MASE 0.8488, 0.8487 and 0.8488, without 13.450
// and 0.8492; those of the other groups and of CIF 2016 do not change.
constexpr double kFarAlone = 12;
constexpr double kCalm = 3;         // likewise
constexpr double kBack = 0.25;      // of the distance of a patch: nearer values have come back from one that is far
                                    // off. With 0, 4 of 90 simulated outages are missed, with 0.4 none
constexpr std::size_t kAround = 2;  // calm values on both sides
constexpr double kHorizons = 4;     // in which there may be one event
constexpr double kHalfAsFar = 0.5;  // of a patch's distance: what comes so far is another event of its kind
constexpr std::size_t kSeasonsToEachSide = 2;
constexpr std::size_t kSeasonSlack = 50;         // of a year of days a week: the last Friday of a month, Easter
constexpr double kShare = 0.2;                   // of the values that patches may be
constexpr double kDeviationOverMedian = 1.4826;  // the deviation over the median size

// Where the values usually are around each of them: medians of windows that reach `half` to both sides, every half of
// that, and straight lines between.
std::vector<double> RunningMedian(std::span<const double> x, std::size_t half) {
  const std::size_t stride = std::max<std::size_t>(half / 2, 1);
  std::vector<double> out(x.size());
  std::vector<double> scratch;
  double before = 0;
  for (std::size_t knot = 0;; knot += stride) {
    const std::size_t at = std::min(knot, x.size() - 1);
    const std::size_t first = at > half ? at - half : 0;
    const std::size_t last = std::min(at + half + 1, x.size());
    scratch.assign(x.begin() + static_cast<std::ptrdiff_t>(first), x.begin() + static_cast<std::ptrdiff_t>(last));
    const double here = Median(scratch);
    const std::size_t from = knot > 0 ? knot - stride : 0;
    for (std::size_t t = from; t <= at; ++t) {
      const double way = at > from ? static_cast<double>(t - from) / static_cast<double>(at - from) : 1.0;
      out[t] = (1 - way) * before + way * here;
    }
    if (at + 1 == x.size()) return out;
    before = here;
  }
}

// Takes the usual growth out, which a running median follows late at both ends. Changes are over a fourth of the values
// or, with a season, so many whole ones, so that a level that moves once is in a third of them.
void TakeGrowthOut(std::size_t season, std::vector<double>& x) {
  const std::size_t lag = std::max(season, x.size() / kCyclesKnown / season * season);
  std::vector<double> changes;
  changes.reserve(x.size() - lag);
  for (std::size_t t = lag; t < x.size(); ++t) changes.push_back(x[t] - x[t - lag]);
  const double growth = Median(changes) / static_cast<double>(lag);
  if (!std::isfinite(growth)) return;
  for (std::size_t t = 0; t < x.size(); ++t) x[t] -= growth * static_cast<double>(t);
}

// Takes out how far each part of a season usually is from the median of some seasons around it: means would follow an
// outage of half a season, and the others of its parts with them.
void TakeSeasonOut(std::size_t season, std::vector<double>& x) {
  if (season == 1) return;
  const std::vector<double> level = RunningMedian(x, kSeasonsToEachSide * season);
  std::vector<double> of_phase;
  for (std::size_t phase = 0; phase < season; ++phase) {
    of_phase.clear();
    for (std::size_t t = phase; t < x.size(); t += season) of_phase.push_back(x[t] - level[t]);
    const double usual = Median(of_phase);
    for (std::size_t t = phase; t < x.size(); t += season) x[t] -= usual;
  }
}

double TypicalSize(std::span<const double> values) {
  std::vector<double> sizes;
  sizes.reserve(values.size());
  for (const double v : values) sizes.push_back(std::abs(v));
  return kDeviationOverMedian * Median(sizes);
}

// Puts how far each value is from the nearest of those of its part of a season and of the usual level in its place: of
// two or three seasons no median tells what is usual. Returns the deviation of one value.
double TakeNearestOut(std::size_t season, std::vector<double>& x) {
  std::vector<double> changes;
  for (std::size_t t = season; t < x.size(); ++t) changes.push_back(x[t] - x[t - season]);
  std::vector<double> scratch = x;
  const double level = Median(scratch);
  std::vector<double> off;
  for (std::size_t t = 0; t < x.size(); ++t) {
    double nearest = x[t] - level;
    for (std::size_t s = t % season; s < x.size(); s += season) {
      if (s != t && std::abs(x[t] - x[s]) < std::abs(nearest)) nearest = x[t] - x[s];
    }
    off.push_back(nearest);
  }
  x = std::move(off);
  return TypicalSize(changes) / std::numbers::sqrt2;
}

// The season that is taken out: the longest that the values hold often enough; 1: none.
std::size_t SeasonToTakeOut(std::size_t n, std::span<const int> seasons) {
  std::size_t season = 1;
  for (const int m : seasons) {
    if (kCyclesKnown * static_cast<std::size_t>(m) <= n) season = static_cast<std::size_t>(m);
  }
  return season;
}

// A season of which there are too few to take it out; 1: none.
std::size_t SeasonOfFew(std::size_t n, std::span<const int> seasons) {
  if (seasons.size() != 1 || n < kFewestWithFew) return 1;
  const auto season = static_cast<std::size_t>(seasons[0]);
  return kFewCycles * season <= n && n < kCyclesKnown * season ? season : 1;
}

double MiddleOf(std::span<const double> off, std::size_t first, std::size_t end) {
  std::vector<double> inside(off.begin() + static_cast<std::ptrdiff_t>(first),
                             off.begin() + static_cast<std::ptrdiff_t>(end));
  return Median(inside);
}

// Whether [first, end) of the distances is a patch, ordinary values around it. `reach`: how far to look for others.
bool IsPatch(std::span<const double> off, std::size_t first, std::size_t end, std::size_t reach, double deviation) {
  const double size = std::abs(MiddleOf(off, first, end));
  const double calm = std::max(kCalm * deviation, kBack * size);
  const auto are_calm = [&](std::size_t from, std::size_t until) {
    return from < until && until <= off.size() &&
           std::all_of(off.begin() + static_cast<std::ptrdiff_t>(from),
                       off.begin() + static_cast<std::ptrdiff_t>(until), [&](double v) { return std::abs(v) <= calm; });
  };
  // Of a single value next to the beginning what is before it is enough: the whole series is behind it.
  const bool is_early = end == first + 1 && first <= kAround;
  if (first < kAround + 1 && !is_early) return false;
  if (is_early ? first > 0 && !are_calm(0, first)
               : !are_calm(first - kAround, first) && !are_calm(first - kAround - 1, first - 1)) {
    return false;
  }
  const bool is_last_but_one = end == first + 1 && end + 1 == off.size();  // of a single value one behind it is enough
  if (!are_calm(end, end + (is_last_but_one ? 1 : kAround)) && !are_calm(end + 1, end + kAround + 1)) return false;
  const auto is_far = [&](double v) { return std::abs(v) > kHalfAsFar * size; };
  const std::size_t before = first > 0 ? first - 1 : 0;
  const std::size_t from = before > reach ? before - reach : 0;
  const std::size_t until = std::min(end + 1 + reach, off.size());
  return std::none_of(off.begin() + static_cast<std::ptrdiff_t>(from),
                      off.begin() + static_cast<std::ptrdiff_t>(before), is_far) &&
         std::none_of(off.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                      off.begin() + static_cast<std::ptrdiff_t>(until), is_far);
}

// Whether values come as far as [first, end) on the same side about one of `season` before or after it.
bool Recurs(std::span<const double> off, std::size_t first, std::size_t end, std::size_t season) {
  const double half = 0.5 * MiddleOf(off, first, end);
  const std::size_t slack = std::max<std::size_t>(season / kSeasonSlack, 1);
  const auto comes = [&](std::size_t from, std::size_t until) {
    return std::any_of(off.begin() + static_cast<std::ptrdiff_t>(std::min(from, off.size())),
                       off.begin() + static_cast<std::ptrdiff_t>(std::min(until, off.size())),
                       [&](double v) { return half > 0 ? v >= half : v <= half; });
  };
  if (end + slack > season && comes(first > season + slack ? first - season - slack : 0, end + slack - season))
    return true;
  return comes(first + season - slack, end + season + slack);
}

// What is looked for in a series.
struct PatchSearch {
  std::size_t season = 1;  // that is taken out, or
  std::size_t few = 1;     // that is there too seldom for that
  std::span<const int> recurring;
  int horizon = 1;
  bool on_logs = false;  // where a dip is far off: any event says that others will come
};

// Puts how far values are from what is usual there and then in their place, and returns the deviation.
double TakeUsualOut(const PatchSearch& search, std::size_t longest, std::vector<double>& x) {
  if (search.few > 1) {
    TakeGrowthOut(search.few, x);
    return TakeNearestOut(search.few, x);
  }
  TakeGrowthOut(search.season, x);
  TakeSeasonOut(search.season, x);
  // Twice, as Tukey (1977, Exploratory Data Analysis, ch. 16) does: what is left of a bend is in the second.
  for (int k = 0; k < 2; ++k) {
    const std::vector<double> usual = RunningMedian(x, 2 * longest);
    for (std::size_t t = 0; t < x.size(); ++t) x[t] -= usual[t];
  }
  return TypicalSize(x);
}

// Of values without gaps.
std::vector<GapRun> FindIn(std::vector<double> off, const PatchSearch& search, int* recurs) {
  const std::size_t longest = search.few > 1 ? std::min(search.few / 2, kLongest) : std::max(search.season, kLongest);
  const double deviation = TakeUsualOut(search, longest, off);
  if (!(deviation > 0) || !std::isfinite(deviation)) return {};
  std::vector<GapRun> patches;
  std::vector<double> events;  // how far off, in size
  double values = 0;
  for (std::size_t t = 0; t < off.size();) {
    std::size_t end = t;
    while (end < off.size() && std::abs(off[end]) > kFar * deviation && (off[end] > 0) == (off[t] > 0)) ++end;
    if (end == t) {
      ++t;
      continue;
    }
    events.push_back(std::abs(MiddleOf(off, t, end)));
    const bool is_far = end - t > 1 || std::abs(off[t]) > kFarAlone * deviation;
    if (is_far && end - t <= longest && IsPatch(off, t, end, 2 * longest, deviation)) {
      patches.push_back({static_cast<std::uint32_t>(t), static_cast<std::uint32_t>(end - t)});
      values += static_cast<double>(end - t);
    }
    t = end;
  }
  int longest_again = 0;
  std::erase_if(patches, [&](const GapRun& patch) {
    int again = 0;
    for (const int m : search.recurring) {
      const bool longer = m > static_cast<int>(patch.count);
      if (longer && Recurs(off, patch.first, patch.first + patch.count, static_cast<std::size_t>(m))) again = m;
    }
    longest_again = std::max(longest_again, again);
    return again > 0;
  });
  if (recurs != nullptr) *recurs = std::max(*recurs, longest_again);
  const auto n = static_cast<double>(off.size());
  if (values > kShare * n) return {};
  std::erase_if(patches, [&](const GapRun& patch) {
    const double size = std::abs(MiddleOf(off, patch.first, patch.first + patch.count));
    const auto like =
        std::count_if(events.begin(), events.end(), [&](double v) { return search.on_logs || v >= kHalfAsFar * size; });
    return like > 1 && kHorizons * static_cast<double>(like) * std::max(search.horizon, 1) > n;
  });
  return patches;
}

// Takes logarithms, where no value is negative and few are zero. A zero is taken for half of what values are counted
// in, the smallest difference of two of them: of ones and twos it is the next one, of hundreds it is far off.
bool TakeLogarithms(std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto zeros = static_cast<std::size_t>(
      std::find_if(sorted.begin(), sorted.end(), [](double v) { return v > 0; }) - sorted.begin());
  if (!(sorted[0] >= 0) || static_cast<double>(zeros) > kShare * static_cast<double>(sorted.size())) return false;
  double unit = sorted[zeros];
  for (std::size_t i = zeros + 1; i < sorted.size(); ++i) {
    if (sorted[i] > sorted[i - 1]) unit = std::min(unit, sorted[i] - sorted[i - 1]);
  }
  for (double& v : values) v = Log(v > 0 ? v : 0.5 * unit);
  return true;
}

}  // namespace

std::vector<GapRun> FindOutlierPatches(std::span<const double> y, std::span<const int> seasons, int horizon,
                                       std::size_t year, int* recurs) {
  PatchSearch search;
  search.few = SeasonOfFew(y.size(), seasons);
  if (y.size() < kFewestValues && search.few == 1) return {};
  search.season = SeasonToTakeOut(y.size(), seasons);
  search.horizon = horizon;
  std::vector<double> values(y.begin(), y.end());
  if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) {
    FillGaps(values, GapPolicy::kSeasonal, static_cast<int>(search.season));
  }
  std::vector<int> recurring(seasons.begin(), seasons.end());
  if (year > 1 && year < y.size()) recurring.push_back(static_cast<int>(year));
  search.recurring = recurring;
  std::vector<GapRun> patches = FindIn(values, search, recurs);
  search.on_logs = true;
  if (!patches.empty() || !TakeLogarithms(values)) return patches;
  return FindIn(std::move(values), search, recurs);
}

}  // namespace fitd
