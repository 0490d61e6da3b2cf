#include "common/models/season/lone_jumps.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/median.h"

namespace fitd {
namespace {

// See tests/bench/README.md, "Short seasons".
constexpr std::size_t kFewestForJumps = 12;
// Up and down in fewer is the peak of a season: else M3's ends of 15 to 21 months lose 0.6 to 1.5 % of accuracy.
constexpr std::size_t kFewestForBoth = 40;
constexpr std::size_t kMostJumps = 3;
constexpr double kJumpDeviations = 7;
constexpr double kBeyondOthers = 2.5;
constexpr double kOfMeanToDeviation = 1.2533;
constexpr std::size_t kFewestOthers = 6;  // windows without jumps
constexpr double kJumpRounding = 1e-9;    // of the largest value
constexpr std::size_t kLongestWindow = 4;
constexpr std::size_t kWindows[] = {1, kLongestWindow};  // values on either side
constexpr std::size_t kTimesForPlaces = 4;               // a season, whose places have usual changes
// So many times as far beyond others, divided by the number of values, jumps of what grows are besides.
constexpr double kMoreOfFew = 10;
constexpr double kOfALine = 0.5;              // of the distance from the median, that from a line
constexpr std::size_t kFewestBehindJump = 6;  // values behind a jump that is no outage
constexpr std::size_t kMostBehindJump = 12;   // that are asked for where nothing grows, half a season else
constexpr double kLikeSize = 0.5;             // of the size of a jump
constexpr std::size_t kPartOfSeasonOff = 50;  // that its like may be off
constexpr double kSameLevel = 0.1;            // of the smallest jump
constexpr double kLargestLevel = 1e290;       // so that sums and differences stay finite
constexpr double kSameDistance = 0.15;        // of the longest

double MiddleOf(std::span<const double> values) {
  std::vector<double> scratch(values.begin(), values.end());
  return Median(scratch);
}

// What each value adds to the one before it beside what is usual, at its place of a season if there is one.
std::vector<double> UnusualChanges(std::span<const double> y, std::span<const std::size_t> seasons) {
  std::vector<double> changes(y.size() - 1);
  for (std::size_t t = 1; t < y.size(); ++t) changes[t - 1] = y[t] - y[t - 1];
  std::size_t period = 1;
  for (const std::size_t season : seasons) {
    if (changes.size() >= kTimesForPlaces * season) period = season;
  }
  std::vector<double> same;
  for (std::size_t place = 0; place < period; ++place) {
    same.clear();
    for (std::size_t t = place; t < changes.size(); t += period) same.push_back(changes[t]);
    const double usual = Median(same);
    for (std::size_t t = place; t < changes.size(); t += period) changes[t] -= usual;
  }
  return changes;
}

// How far the median of `window` values from each on is from that of as many before it; 0 where there are fewer.
std::vector<double> MovesOf(std::span<const double> changes, std::size_t window) {
  std::vector<double> moves(changes.size() + 1, 0.0);
  if (window == 1) {
    std::copy(changes.begin(), changes.end(), moves.begin() + 1);
    return moves;
  }
  // Levels as distances from the first value of both windows, so that far ones lose no digits.
  double levels[2 * kLongestWindow];
  for (std::size_t t = window; t + window <= moves.size(); ++t) {
    levels[0] = 0;
    for (std::size_t k = 1; k < 2 * window; ++k) levels[k] = levels[k - 1] + changes[t - window + k - 1];
    moves[t] = Median(std::span(levels).subspan(window, window)) - Median(std::span(levels).first(window));
  }
  return moves;
}

// The places of the largest moves, the largest first, each out of reach of the others' windows; one more than there may
// be jumps.
std::vector<std::size_t> LargestMoves(std::span<const double> moves, std::size_t window) {
  std::vector<std::size_t> places;
  while (places.size() <= kMostJumps) {
    std::size_t best = 0;
    for (std::size_t t = 1; t < moves.size(); ++t) {
      const bool apart = std::all_of(places.begin(), places.end(),
                                     [&](std::size_t p) { return std::max(p, t) - std::min(p, t) >= window; });
      if (apart && std::abs(moves[t]) > std::abs(moves[best])) best = t;
    }
    if (best == 0) break;
    places.push_back(best);
  }
  return places;
}

// Mean distance of moves out of reach of the jumps from 0; negative where they are too few to tell.
double OthersMean(std::span<const double> moves, std::span<const std::size_t> jumps, std::size_t window) {
  double sum = 0, count = 0;
  for (std::size_t t = window; t + window <= moves.size(); ++t) {
    const bool apart = std::all_of(jumps.begin(), jumps.end(),
                                   [&](std::size_t p) { return std::max(p, t) - std::min(p, t) >= window; });
    if (apart) sum += std::abs(moves[t]), ++count;
  }
  return count >= static_cast<double>(kFewestOthers * window) ? sum / count : -1;
}

// As many of the largest moves as are beyond all others. `still`: values mostly stay, so that any move is.
std::vector<LoneJump> BeyondOthers(std::span<const double> changes, std::span<const double> moves, std::size_t window,
                                   double rounding, bool still, double times) {
  const std::vector<std::size_t> largest = LargestMoves(moves, window);
  for (std::size_t count = std::min(largest.size(), kMostJumps); count > 0; --count) {
    const std::span<const std::size_t> jumps = std::span(largest).first(count);
    const double others = OthersMean(moves, jumps, window);
    if (others < 0 || (others == 0 && still)) continue;
    const double next = count < largest.size() ? std::abs(moves[largest[count]]) : 0;
    const double least =
        std::max({times * kBeyondOthers * next, rounding, times * kJumpDeviations * kOfMeanToDeviation * others});
    if (!(std::abs(moves[jumps.back()]) > least)) continue;
    std::vector<LoneJump> found;
    for (const std::size_t place : jumps) {
      // A window's medians are as far apart some values before and behind it.
      const std::size_t reach = window / 2;
      std::size_t at = place;
      for (std::size_t t = std::max(place, reach + 1) - reach; t <= std::min(place + reach, changes.size()); ++t) {
        if (moves[place] * (changes[t - 1] - changes[at - 1]) > 0) at = t;
      }
      found.push_back({at, moves[place]});
    }
    std::sort(found.begin(), found.end(), [](const LoneJump& a, const LoneJump& b) { return a.at < b.at; });
    return found;
  }
  return {};
}

bool HasLike(const LoneJump& jump, std::span<const double> moves, std::size_t season) {
  // A season that is there more often would have more of them.
  if (season <= 1 || moves.size() > (kMostJumps + 2) * season) return false;
  const std::size_t off = std::max<std::size_t>(1, season / kPartOfSeasonOff);
  const auto is_like = [&](double move) {
    return move * jump.size > 0 && std::abs(move) >= kLikeSize * std::abs(jump.size);
  };
  const auto first = moves.begin();
  const auto n = moves.size();
  bool like = false;
  if (jump.at >= season) {
    const std::size_t place = jump.at - season;
    like = std::any_of(first + static_cast<std::ptrdiff_t>(std::max(place, off) - off),
                       first + static_cast<std::ptrdiff_t>(std::min(place + off + 1, n)), is_like);
  }
  if (!like && jump.at + season < n + off) {
    const std::size_t place = jump.at + season;
    like = std::any_of(first + static_cast<std::ptrdiff_t>(place - off),
                       first + static_cast<std::ptrdiff_t>(std::min(place + off + 1, n)), is_like);
  }
  return like;
}

// Whether jumps come again and again, from a level to another or after the same time.
bool ComeAgain(std::span<const double> y, std::span<const LoneJump> jumps) {
  if (jumps.size() < 2) return false;
  double lowest[2], highest[2];
  double smallest = std::abs(jumps[0].size);
  std::size_t shortest = y.size(), longest = 0;
  for (std::size_t i = 0; i < jumps.size(); ++i) {
    const double levels[] = {y[jumps[i].at - 1], y[jumps[i].at]};
    for (std::size_t side = 0; side < 2; ++side) {
      lowest[side] = i == 0 ? levels[side] : std::min(lowest[side], levels[side]);
      highest[side] = i == 0 ? levels[side] : std::max(highest[side], levels[side]);
    }
    smallest = std::min(smallest, std::abs(jumps[i].size));
    if (i == 0) continue;
    shortest = std::min(shortest, jumps[i].at - jumps[i - 1].at);
    longest = std::max(longest, jumps[i].at - jumps[i - 1].at);
  }
  if (std::max(highest[0] - lowest[0], highest[1] - lowest[1]) <= kSameLevel * smallest) return true;
  const double most = (1 + kSameDistance) * static_cast<double>(shortest);
  const bool even = static_cast<double>(std::max({longest, jumps.front().at, y.size() - jumps.back().at})) <= most;
  // Of two, one distance tells little.
  return even && (jumps.size() > 2 || highest[0] - lowest[0] <= 3 * kSameLevel * smallest);
}

// `times` as far beyond others as a jump has to be.
std::vector<LoneJump> JumpsBeyond(std::span<const double> y, std::span<const std::size_t> seasons, double times) {
  if (y.size() < kFewestForJumps || std::any_of(y.begin(), y.end(), [](double v) { return !std::isfinite(v); }))
    return {};
  double most = 0;
  for (const double v : y) most = std::max(most, std::abs(v));
  if (most > kLargestLevel) return {};
  const std::vector<double> changes = UnusualChanges(y, seasons);
  std::size_t zeros = 0;
  for (std::size_t t = 1; t < y.size(); ++t) zeros += y[t] == y[t - 1] ? 1 : 0;
  const bool still = 2 * zeros >= changes.size();
  for (const std::size_t window : kWindows) {
    if (window > 1 && still) break;
    const std::vector<double> moves = MovesOf(changes, window);
    std::vector<LoneJump> jumps = BeyondOthers(changes, moves, window, kJumpRounding * most, still, times);
    if (jumps.empty()) continue;
    const bool again = std::any_of(jumps.begin(), jumps.end(), [&](const LoneJump& jump) {
      return std::any_of(seasons.begin(), seasons.end(),
                         [&](std::size_t season) { return HasLike(jump, moves, season); });
    });
    const bool both = std::any_of(jumps.begin(), jumps.end(),
                                  [&](const LoneJump& jump) { return (jump.size > 0) != (jumps[0].size > 0); });
    if (again || ComeAgain(y, jumps) || (both && y.size() < kFewestForBoth)) return {};
    return jumps;
  }
  return {};
}

}  // namespace

std::vector<LoneJump> FindLoneJumps(std::span<const double> y, std::span<const std::size_t> seasons) {
  return JumpsBeyond(y, seasons, 1);
}

std::vector<LoneJump> FindJumpsOfGrowth(std::span<const double> y, std::span<const std::size_t> seasons) {
  const double times = 1 + kMoreOfFew / static_cast<double>(std::max<std::size_t>(y.size(), 1));
  std::vector<LoneJump> jumps = JumpsBeyond(y, seasons, times);
  if (jumps.empty() || y.size() - jumps.back().at < kFewestBehindJump) return {};
  const bool up = jumps[0].size > 0;
  if (std::any_of(jumps.begin(), jumps.end(), [&](const LoneJump& jump) { return (jump.size > 0) != up; })) return {};
  const bool lasts = !seasons.empty() && y.size() < kTimesForPlaces * seasons.back() &&
                     y.size() - jumps.back().at >= std::clamp(seasons.front() / 2, kFewestBehindJump, kMostBehindJump);
  return lasts || ShareBesideLine(y, jumps) <= kOfALine ? jumps : std::vector<LoneJump>();
}

double ShareBesideLine(std::span<const double> y, std::span<const LoneJump> jumps) {
  std::vector<double> levelled(y.begin(), y.end());
  LevelJumps(jumps, levelled);
  const auto n = static_cast<double>(y.size());
  const double middle = 0.5 * (n - 1), level = MiddleOf(levelled);
  double mean = 0, products = 0, squares = 0, around_level = 0, around_line = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double x = static_cast<double>(t) - middle;
    mean += levelled[t] / n;
    products += x * levelled[t];
    squares += x * x;
  }
  for (std::size_t t = 0; t < y.size(); ++t) {
    around_level += std::abs(levelled[t] - level);
    around_line += std::abs(levelled[t] - mean - products / squares * (static_cast<double>(t) - middle));
  }
  return around_level > 0 ? around_line / around_level : 1;
}

void LevelJumps(std::span<const LoneJump> jumps, std::span<double> y) {
  for (const LoneJump& jump : jumps) {
    for (double& v : y.first(jump.at)) v += jump.size;
  }
}

}  // namespace fitd
