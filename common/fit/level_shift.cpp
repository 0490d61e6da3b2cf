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
constexpr std::size_t kShortestSide = 4;       // of a side
constexpr int kLongEnough = 12;                // values of a side, whatever the horizon
constexpr std::size_t kMost = 2;               // shifts; a series with more moves between levels and will go on to
constexpr double kDeviations = 3;              // of the values around both medians
constexpr double kDeviationOverMean = 1.2533;  // the deviation over the mean absolute error
// Of the log-likelihood. 10: scores of autoregressions of 0.99 at 95 % 2.6 % higher than without shifts, 15: those of
// shifts 8 % higher than with 12.
constexpr double kGain = 12;
constexpr double kAlike = 3;              // times as large the spread of one side may be
constexpr double kSteady = 2;             // times the spread of a window that of the whole may be without its shifts
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
  double level = MedianOf(y.first(kShortestSide)), sum = 0;
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
bool AreApart(std::span<const double> y, const SplitSides& p) {
  return p.spread_before > 0 && p.spread_after > 0 &&
         std::abs(p.after - p.before) > kDeviations * kDeviationOverMean * p.error &&
         static_cast<double>(y.size()) * Log(ErrorWithoutShift(y) / p.error) >= kGain;
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
std::size_t ShortestSide(std::span<const int> seasons, int horizon) {
  const int enough = seasons.empty() ? kLongEnough : std::max(kLongEnough / 2, seasons.front() / 2);
  return std::max(kShortestSide, static_cast<std::size_t>(std::min(horizon / 2, enough)));
}

// The shifts of values without gaps; of logarithms, whose spread is that of shares, they are moved and never scaled.
std::vector<LevelShift> ShiftsOf(std::vector<double> moved, std::size_t season, std::size_t shortest, bool scales) {
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
      if (AreApart(last, p)) in_shares = SpreadInShares(p, spread);
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
  const double deviation = kDeviationOverMean * error;
  const double now = MedianOf(std::span(x).subspan(shifts.front().at));
  const double then = MedianOf(std::span(as_it_is).first(shifts.back().at));
  const double moved_to = MedianOf(std::span(x).first(shifts.back().at));
  if (!AllFinite(moved)) return {};
  const bool one_level = Spread(x, MedianOf(x)) <= kSteady * error && std::abs(moved_to - now) <= deviation;
  return one_level && std::abs(then - now) > kDeviations * deviation ? shifts : std::vector<LevelShift>();
}

// A season in shares of the level moves with it, which no deviations of one size around a usual season explain: the
// logarithms of such values have a season that stays. Their usual growth over a season, which two shifts do not change,
// is taken out: a level that grows by percents is one level.
std::vector<LevelShift> ShiftsInShares(std::vector<double> y, std::size_t season, std::size_t shortest) {
  for (double& v : y) v = Log(v);
  std::vector<double> changes;
  for (std::size_t t = season; t < y.size(); ++t) changes.push_back(y[t] - y[t - season]);
  const double growth = Median(changes) / static_cast<double>(season);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += growth * static_cast<double>(y.size() - 1 - t);
  std::vector<LevelShift> shifts = ShiftsOf(std::move(y), season, shortest, false);
  for (LevelShift& shift : shifts) shift = {shift.at, Exp(shift.before), Exp(shift.after), true};
  return shifts;
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

std::vector<LevelShift> FindLevelShifts(std::span<const double> y, std::span<const int> seasons, int horizon) {
  const auto season = static_cast<std::size_t>(seasons.empty() ? 1 : seasons.back());
  if (y.size() < std::max(kFewestInWindow, season == 1 ? 1 : kCyclesToTell * season)) return {};
  std::vector<double> values(y.begin(), y.end());
  if (std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) FillGaps(values, GapPolicy::kLinear, 1);
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  if (!(*lowest > -kLargestValue && *highest < kLargestValue)) return {};
  const bool positive = *lowest > 0;
  const std::size_t shortest = ShortestSide(seasons, horizon);
  std::vector<LevelShift> shifts = ShiftsOf(values, season, shortest, *lowest >= 0);
  if (shifts.empty() && season > 1 && positive) shifts = ShiftsInShares(std::move(values), season, shortest);
  return shifts;
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
