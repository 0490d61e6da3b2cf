#include "common/fit/level_shift.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/median.h"
#include "common/models/numeric/vectors.h"
#include "common/models/season/classical_season.h"
#include "common/series/gaps.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// Chosen on simulated series of 36 to 840 values with shifts of 5 to 10 deviations and none, and on processes that have
// none, beside training parts, where none of M3's 3003 series, and one or two of their beginnings, have a shift
// (tests/bench/README.md, "Levels that moved").
constexpr std::size_t kFewestInWindow = 16;    // values of a window
constexpr std::size_t kFewestToTell = 4;       // that a first level is the median of
constexpr std::size_t kShortestSide = 6;       // values of a side, with a season
constexpr std::size_t kShortestWithout = 8;    // of 6 values a fifth more outages at the end were taken for shifts
constexpr std::size_t kLongEnough = 12;        // likewise, whatever the season, but for half a day
constexpr std::size_t kMost = 2;               // shifts; a series with more moves between levels and will go on to
constexpr double kDeviationOverMean = 1.2533;  // the deviation over the mean absolute error
struct Thresholds {
  double deviations;  // that the levels are apart, of the values around both medians
  double gain;        // of the log-likelihood
  double steady;      // times the spread of a window that of the whole may be without its shifts
  double aside;       // deviations that the level before may be off the one now then
};
// Gain 10: scores of autoregressions of 0.99 at 95 % 2.6 % higher than without, 15: of shifts 8 % higher than with 12.
constexpr Thresholds kNew = {3, 12, 2, 1};
// Of a shift that an earlier end of the series has shown: it is not lost for a value more, or a calm season less.
constexpr Thresholds kSeenBefore = {2.5, 4, 2.5, 1.5};
constexpr std::size_t kEndsToSee = 12;    // that may have shown it, from the first one that could
constexpr std::size_t kSamePlace = 2;     // values that places of one shift are apart at most
constexpr double kAlike = 3;              // times as large the spread of one side may be
constexpr std::size_t kCyclesToTell = 4;  // that tell a season, though the shift is in one
constexpr double kLargestValue = 1e290;   // so that sums and differences stay finite

double MedianOf(std::span<const double> values) {
  std::vector<double> scratch(values.begin(), values.end());
  return Median(scratch);
}

double Spread(std::span<const double> y, double median) {
  double sum = 0;
  for (const double v : y) sum += std::abs(v - median);
  return sum / static_cast<double>(y.size());
}

// From 0, equal values sharing theirs.
std::vector<double> Ranks(std::span<const double> y) {
  std::vector<std::size_t> order(y.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return y[a] < y[b] || (y[a] == y[b] && a < b); });
  std::vector<double> ranks(y.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && y[order[end]] == y[order[i]]) ++end;
    const double rank = 0.5 * static_cast<double>(i + end - 1);
    for (; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

// The first value of the part whose sizes differ most from those before, over the deviation of such a sum.
std::size_t LikeliestPlace(std::span<const double> sizes, std::size_t shortest) {
  const std::size_t n = sizes.size();
  const double mean = std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(n);
  double sum = 0, most = -1;
  std::size_t best = shortest;
  for (std::size_t k = 1; k + shortest <= n; ++k) {
    sum += sizes[k - 1] - mean;
    if (k < shortest) continue;
    const double size = std::abs(sum) / std::sqrt(static_cast<double>(k) * static_cast<double>(n - k));
    if (size > most) {
      most = size;
      best = k;
    }
  }
  return best;
}

double ErrorOfSmoothing(std::span<const double> y, double rate) {
  double level = MedianOf(y.first(kFewestToTell)), sum = 0;
  for (const double v : y) {
    sum += std::abs(v - level);
    level += rate * (v - level);
  }
  return sum / static_cast<double>(y.size());
}

double ErrorOfLine(std::span<const double> y) {
  const auto n = static_cast<double>(y.size());
  const double middle = 0.5 * (n - 1);
  double sum = 0, products = 0, squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double x = static_cast<double>(t) - middle;
    sum += y[t];
    products += x * y[t];
    squares += x * x;
  }
  double error = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    error += std::abs(y[t] - sum / n - products / squares * (static_cast<double>(t) - middle));
  }
  return error / n;
}

// Mean absolute error of the best that knows no shift.
double ErrorWithoutShift(std::span<const double> y) {
  constexpr double kRates[] = {0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1};
  double least = ErrorOfLine(y);
  for (const double rate : kRates) least = std::min(least, ErrorOfSmoothing(y, rate));
  return least;
}

// A window of values without a season in two parts.
struct SplitSides {
  std::size_t at = 0;                          // where the second begins
  double before = 0, after = 0;                // medians
  double spread_before = 0, spread_after = 0;  // mean absolute distances from them
  double error = 0;                            // likewise, of all
};

SplitSides PartsAt(std::span<const double> y, std::size_t at) {
  const std::span<const double> left = y.first(at), right = y.subspan(at);
  SplitSides p{at, MedianOf(left), MedianOf(right), 0, 0, 0};
  p.spread_before = Spread(left, p.before);
  p.spread_after = Spread(right, p.after);
  const auto k = static_cast<double>(at), n = static_cast<double>(y.size());
  p.error = (k * p.spread_before + (n - k) * p.spread_after) / n;
  return p;
}

// By ranks, which no spike moves, or by values, which tell a large shift from small ones behind it: whichever the
// medians of both parts explain better.
SplitSides LikeliestParts(std::span<const double> y, std::size_t shortest) {
  const SplitSides by_rank = PartsAt(y, LikeliestPlace(Ranks(y), shortest));
  const SplitSides by_value = PartsAt(y, LikeliestPlace(y, shortest));
  return by_value.error < by_rank.error ? by_value : by_rank;
}

// Whether the parts are two levels.
bool AreApart(std::span<const double> y, const SplitSides& p, const Thresholds& by) {
  return p.spread_before > 0 && p.spread_after > 0 &&
         std::abs(p.after - p.before) > by.deviations * kDeviationOverMean * p.error &&
         static_cast<double>(y.size()) * Log(ErrorWithoutShift(y) / p.error) >= by.gain;
}

// Whether values spread in shares of the level, or by as much on both; nothing where neither is so. `spread` are those
// of parts on which the spread is to be seen.
std::optional<bool> SpreadInShares(const SplitSides& levels, const SplitSides& spread) {
  const double growth = Log(spread.spread_after / spread.spread_before);
  double unlike = std::abs(growth);
  bool in_shares = false;
  if (levels.before > 0 && levels.after > 0) {
    const double of_shares = std::abs(growth - Log(levels.after / levels.before));
    in_shares = of_shares < unlike;
    unlike = std::min(unlike, of_shares);
  }
  if (!(unlike <= Log(kAlike))) return std::nullopt;
  return in_shares;
}

// What lasted shorter may be over before the forecasts begin, as an outage is.
std::size_t ShortestSide(std::span<const int> seasons, std::size_t day) {
  if (seasons.empty()) return kShortestWithout;
  const std::size_t half = static_cast<std::size_t>(seasons.front()) / 2;
  return std::clamp(half, kShortestSide, std::max(kLongEnough, day / 2));
}

// How to look for shifts in a series.
struct Search {
  std::size_t season;    // that is taken out
  std::size_t shortest;  // side
  bool scales;           // values before may be scaled rather than moved
};

bool IsAmong(std::size_t place, std::span<const std::size_t> places) {
  return std::any_of(places.begin(), places.end(),
                     [&](std::size_t p) { return std::max(p, place) - std::min(p, place) <= kSamePlace; });
}

// The shifts of values without gaps. `seen`: places where there was one before. `nearly` gets those where there would
// be one if there had been.
std::vector<LevelShift> ShiftsOf(std::vector<double> moved, const Search& search, std::span<const std::size_t> seen,
                                 std::vector<std::size_t>& nearly) {
  const auto [season, shortest, scales] = search;
  std::vector<double> x = WithoutUsualSeason(moved, season);
  const std::vector<double> as_it_is = x;
  std::vector<LevelShift> shifts;
  double error = 0;
  for (std::size_t window = std::min(x.size(), std::max(kFewestInWindow, 4 * shortest));;) {
    const std::span<const double> last = std::span(x).last(window);
    std::optional<bool> in_shares;
    SplitSides p;
    if (window >= 2 * shortest) {
      p = LikeliestParts(last, shortest);
      // A season swings with the level or does not, where whole ones are on both sides.
      const bool has_season = season > 1 && p.at >= season && window - p.at >= season;
      const SplitSides spread = has_season ? PartsAt(std::span<const double>(moved).last(window), p.at) : p;
      const std::size_t place = x.size() - window + p.at;
      if (AreApart(last, p, IsAmong(place, seen) ? kSeenBefore : kNew)) {
        in_shares = SpreadInShares(p, spread);
      } else if (seen.empty() && AreApart(last, p, kSeenBefore)) {
        nearly.push_back(place);
      }
    }
    if (in_shares) {
      if (shifts.size() == kMost) return {};
      shifts.push_back({x.size() - window + p.at, p.before, p.after, *in_shares && scales});
      RemoveLevelShifts(std::span(shifts).last(1), moved);
      x = WithoutUsualSeason(moved, season);
      error = p.error;
    } else if (window < x.size()) {
      window = std::min(x.size(), 2 * window);
    } else {
      break;
    }
  }
  if (shifts.empty()) return {};
  // What had no level before will move again, and what has come back to the level it had long ago has not moved for
  // good.
  const Thresholds& by = IsAmong(shifts.front().at, seen) ? kSeenBefore : kNew;
  const double deviation = kDeviationOverMean * error;
  const double now = MedianOf(std::span(x).subspan(shifts.front().at));
  const double then = MedianOf(std::span(as_it_is).first(shifts.back().at));
  const double moved_to = MedianOf(std::span(x).first(shifts.back().at));
  if (!AllFinite(moved)) return {};
  const bool one_level =
      Spread(x, MedianOf(x)) <= by.steady * error && std::abs(moved_to - now) <= by.aside * deviation;
  if (one_level && std::abs(then - now) > by.deviations * deviation) return shifts;
  if (seen.empty()) nearly.push_back(shifts.front().at);
  return {};
}

// A season in shares of the level moves with it, which no deviations of one size around a usual season explain: the
// logarithms of such values have a season that stays. Their usual growth over a season, which two shifts do not change,
// is taken out: a level that grows by percents is one level.
std::vector<double> LogarithmsWithoutGrowth(std::vector<double> y, std::size_t season) {
  for (double& v : y) v = Log(v);
  std::vector<double> changes;
  for (std::size_t t = season; t < y.size(); ++t) changes.push_back(y[t] - y[t - season]);
  const double growth = Median(changes) / static_cast<double>(season);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += growth * static_cast<double>(y.size() - 1 - t);
  return y;
}

std::vector<LevelShift> ShiftsUntil(std::span<const double> y, bool on_logs, const Search& search,
                                    std::span<const std::size_t> seen, std::vector<std::size_t>& nearly) {
  std::vector<double> values(y.begin(), y.end());
  if (!on_logs) return ShiftsOf(std::move(values), search, seen, nearly);
  // The spread of logarithms is that of shares: they are moved and never scaled.
  std::vector<LevelShift> shifts = ShiftsOf(LogarithmsWithoutGrowth(std::move(values), search.season),
                                            {search.season, search.shortest, false}, seen, nearly);
  for (LevelShift& shift : shifts) shift = {shift.at, Exp(shift.before), Exp(shift.after), true};
  return shifts;
}

std::size_t FewestValues(std::size_t season) {
  return std::max(kFewestInWindow, season == 1 ? 1 : kCyclesToTell * season);
}

// Those of the places at which a shift was when the series ended earlier.
std::vector<std::size_t> SeenEarlier(std::span<const double> y, bool on_logs, const Search& search,
                                     std::span<const std::size_t> places) {
  std::vector<std::size_t> seen, nearly;
  for (const std::size_t place : places) {
    const std::size_t first = std::max(place + search.shortest, FewestValues(search.season));
    for (std::size_t end = first; end < std::min(first + kEndsToSee, y.size()) && !IsAmong(place, seen); ++end) {
      for (const LevelShift& shift : ShiftsUntil(y.first(end), on_logs, search, {}, nearly)) {
        if (IsAmong(shift.at, std::span(&place, 1))) seen.push_back(place);
      }
    }
  }
  return seen;
}

// Zeros that are too long for a closed shop or a season.
std::size_t FewestZerosOfEnd(const Step& step) {
  constexpr std::size_t kLeast = 4;
  constexpr std::int64_t kMonths = 12, kDays = 28, kWeeks = 26, kShortDays = 14, kWorkingDays = 20;
  constexpr std::int64_t kWeek = 7 * kNsPerDay;
  if (step.months()) return std::max(kLeast, static_cast<std::size_t>(kMonths / std::max<std::int64_t>(step.count, 1)));
  if (step.weekdays() != 0) {
    const std::optional<DaySession> session = step.session();
    return static_cast<std::size_t>(kWorkingDays * (session ? session->per_day : 1));
  }
  const std::int64_t ns = step.on_dates() ? kNsPerDay : std::max<std::int64_t>(step.nanoseconds(), 1);
  const std::int64_t span = ns >= kWeek ? kWeeks * kWeek : ns >= kNsPerDay ? kDays * kNsPerDay : kShortDays * kNsPerDay;
  return std::max(kLeast, static_cast<std::size_t>(span / ns));
}

}  // namespace

std::vector<LevelShift> FindLevelShifts(std::span<const double> y, std::span<const int> seasons, std::size_t day) {
  const auto season = static_cast<std::size_t>(seasons.empty() ? 1 : seasons.back());
  if (y.size() < FewestValues(season)) return {};
  std::vector<double> values(y.begin(), y.end());
  if (std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) FillGaps(values, GapPolicy::kLinear, 1);
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  if (!(*lowest > -kLargestValue && *highest < kLargestValue)) return {};
  const Search search = {season, ShortestSide(seasons, day), *lowest >= 0};
  const bool has_shares = season > 1 && *lowest > 0;
  for (const bool on_logs : {false, true}) {
    if (on_logs && !has_shares) break;
    std::vector<std::size_t> nearly;
    std::vector<LevelShift> shifts = ShiftsUntil(values, on_logs, search, {}, nearly);
    if (shifts.empty() && !nearly.empty()) {
      const std::vector<std::size_t> seen = SeenEarlier(values, on_logs, search, nearly);
      if (!seen.empty()) shifts = ShiftsUntil(values, on_logs, search, seen, nearly);
    }
    if (!shifts.empty()) return shifts;
  }
  return {};
}

void RemoveLevelShifts(std::span<const LevelShift> shifts, std::span<double> y) {
  for (const LevelShift& shift : shifts) {
    const double times = shift.multiplicative ? shift.after / shift.before : 1;
    const double more = shift.multiplicative ? 0 : shift.after - shift.before;
    for (double& v : y.first(shift.at)) v = v * times + more;
  }
}

std::size_t ZerosSinceEnd(std::span<const double> y, const Step& step) {
  constexpr double kChance = 1e-6;
  const std::size_t fewest = FewestZerosOfEnd(step);
  std::size_t zeros = 0;
  while (zeros < y.size() && y[y.size() - 1 - zeros] == 0) ++zeros;
  if (zeros < fewest || zeros == y.size()) return 0;
  double before = 1;
  std::size_t longest = 0, now = 0;
  for (const double v : y.first(y.size() - zeros)) {
    before += v == 0 ? 1 : 0;
    now = v == 0 ? now + 1 : 0;
    longest = std::max(longest, now);
  }
  const double share = before / static_cast<double>(y.size() - zeros + 2);
  const bool chance = static_cast<double>(zeros) * Log(share) > Log(kChance);
  return chance || 2 * longest > zeros ? 0 : zeros;
}

}  // namespace fitd
