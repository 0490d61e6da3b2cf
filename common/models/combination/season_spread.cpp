#include "common/models/combination/season_spread.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/median.h"

namespace fitd {
namespace {

// Chosen on simulated shops, kFar on held-out ends of the training parts of two sets too (tests/bench/README.md, "Open
// days").
constexpr std::size_t kCycles = 6;      // of a season, at least
constexpr std::size_t kLongest = 2000;  // values of one
constexpr double kFar = 5;              // the widest place over the narrowest
constexpr double kCertain = 6;          // deviations of what the difference is where there is none
// Of short seasons nearer places, and less certain ones, have their factors too, as far as the difference is more than
// where there is none: counts are as wide as the root of their rate. Fleets of 80 counts of 120 days, a week of
// deviation 0.7 on logarithms: 80 % intervals of rates beyond twice the mean cover 62 and 68 % instead of 53 and 61
// (rates of 0.4 to 2.5, and 3 to 15; of 365 days 84 instead of 70), their scores are 6 and 3 % less, those of all days
// 1.4 and 1.2 %, with 2; 64 and 71 %, 9 and 4, 2.0 and 1.9 % with 0.7. Two ends of NN5's training parts score 2.7 and
// 1.0 % less at 80, 3.1 and 0.4 % at 95 %, M3's quarters within 0.1 and 0.1 % (with 12 for 7, its
// and CIF's months within 0.1 and 0.3 %).
constexpr double kNear = 1.3;
constexpr double kLessCertain = 0.7;
constexpr std::size_t kLongestNear = 7;
constexpr double kOverlap = 1.5;  // of that difference: changes that share a value are no independent ones
constexpr double kFew = 2;        // changes that count as much as the mean of all places
constexpr double kNarrowest =
    0.05;  // of the widest place: where nothing ever happens, means miss by a little all the same
constexpr double kRounding = 1e-9;  // of the largest change: sizes that are as near are alike
constexpr double kOutlier = 4;      // times the median of its place, at most

struct Places {
  std::vector<double> sizes;   // mean absolute change
  std::vector<double> counts;  // of changes
};

struct Change {
  double size = 0;
  std::size_t place = 0;
};

// Those over a season, less the usual one, in size.
std::vector<Change> ChangesOf(std::span<const double> y, std::size_t season) {
  std::vector<double> changes;
  for (std::size_t t = season; t < y.size(); ++t) {
    const double change = y[t] - y[t - season];
    if (std::isfinite(change)) changes.push_back(change);
  }
  std::vector<Change> all;
  if (changes.size() < 2) return all;
  const double drift = Median(changes);
  for (std::size_t place = 0; place < season; ++place) {
    for (std::size_t t = season + (y.size() + place) % season; t < y.size(); t += season) {
      const double size = std::abs(y[t] - y[t - season] - drift);
      if (std::isfinite(size)) all.push_back({size, place});
    }
  }
  return all;
}

// Whether the sizes come from one distribution, whatever it is: Kruskal & Wallis (1952), JASA 47, 583-621, with their
// correction for ties, which closed days are. Chi-squared with a degree of freedom less than there are places.
double DifferenceOf(std::vector<Change> changes, std::size_t season) {
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.size < b.size; });
  const auto n = static_cast<double>(changes.size());
  std::vector<double> sums(season, 0.0), counts(season, 0.0);
  double ties = 0;
  // 0.03 - 0.02 is not 0.02 - 0.01: counts in hundreds have the ties of counts.
  const double rounding = changes.empty() ? 0 : kRounding * changes.back().size;
  for (std::size_t i = 0; i < changes.size();) {
    std::size_t end = i;
    while (end < changes.size() && changes[end].size <= changes[i].size + rounding) ++end;
    const auto tied = static_cast<double>(end - i);
    const double rank = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) sums[changes[i].place] += rank, counts[changes[i].place] += 1;
    ties += tied * tied * tied - tied;
  }
  double sum = 0;
  for (std::size_t k = 0; k < season; ++k) sum += counts[k] > 0 ? sums[k] * sums[k] / counts[k] : 0;
  const double different = 1 - ties / (n * n * n - n);
  return different > 0 ? (12 / (n * (n + 1)) * sum - 3 * (n + 1)) / different : 0;
}

// Of changes in the order of their places.
Places PlacesOf(std::span<const Change> changes, std::size_t season) {
  Places out{std::vector<double>(season, 0.0), std::vector<double>(season, 0.0)};
  std::vector<double> own;
  for (std::size_t i = 0; i < changes.size();) {
    const std::size_t place = changes[i].place;
    own.clear();
    for (; i < changes.size() && changes[i].place == place; ++i) own.push_back(changes[i].size);
    std::vector<double> scratch = own;
    const double median = Median(scratch);
    for (const double size : own) out.sizes[place] += median > 0 ? std::min(size, kOutlier * median) : size;
    out.counts[place] = static_cast<double>(own.size());
    out.sizes[place] /= out.counts[place];
  }
  return out;
}

std::vector<double> FactorsOfPlaces(std::span<const double> y, std::size_t season) {
  const std::vector<Change> changes = ChangesOf(y, season);
  const Places places = PlacesOf(changes, season);
  double all = 0, count = 0;
  for (std::size_t k = 0; k < season; ++k) {
    if (places.counts[k] < 3) return {};
    all += places.counts[k] * places.sizes[k];
    count += places.counts[k];
  }
  all /= count;
  if (!(all > 0) || !std::isfinite(all)) return {};
  const double floor = kNarrowest * *std::max_element(places.sizes.begin(), places.sizes.end());
  const double least = *std::min_element(places.sizes.begin(), places.sizes.end());
  const double most = *std::max_element(places.sizes.begin(), places.sizes.end());
  const auto free = static_cast<double>(season - 1);
  const double difference = DifferenceOf(changes, season) / kOverlap;
  const auto differ = [&](double far, double certain) {
    return most >= far * least && difference >= free + certain * std::sqrt(2 * free);
  };
  const bool far = differ(kFar, kCertain);
  if (!far && !(season <= kLongestNear && differ(kNear, kLessCertain))) return {};
  const double kept = far ? 1 : 1 - free / difference;
  std::vector<double> factors(season);
  double squares = 0;
  for (std::size_t k = 0; k < season; ++k) {
    const double size = std::max(places.sizes[k], floor);
    factors[k] = Exp(kept * places.counts[k] / (places.counts[k] + kFew) * Log(size / all));
    squares += factors[k] * factors[k];
  }
  const double scale = std::sqrt(static_cast<double>(season) / squares);
  for (double& factor : factors) factor *= scale;
  return factors;
}

}  // namespace

std::vector<double> SeasonSpreadOf(std::span<const double> y, std::span<const int> seasons) {
  for (std::size_t i = seasons.size(); i-- > 0;) {
    const auto season = static_cast<std::size_t>(std::max(seasons[i], 1));
    if (season < 2 || season > kLongest || y.size() < kCycles * season) continue;
    return FactorsOfPlaces(y, season);
  }
  return {};
}

void MoveSpread(std::vector<double>& spread, std::ptrdiff_t steps) {
  if (spread.empty()) return;
  const auto season = static_cast<std::ptrdiff_t>(spread.size());
  std::rotate(spread.begin(), spread.begin() + ((steps % season) + season) % season, spread.end());
}

bool IsQuiet(std::span<const double> spread, std::size_t h) {
  constexpr double kQuiet = 0.1;
  return !spread.empty() && spread[h % spread.size()] < kQuiet * *std::max_element(spread.begin(), spread.end());
}

void ApplySpread(std::span<const double> spread, std::span<double> deviation) {
  if (spread.empty()) return;
  // How far the deviations follow the factors by themselves: the slope of their logarithms.
  double n = 0, x = 0, z = 0, xx = 0, xz = 0;
  for (std::size_t h = 0; h < deviation.size(); ++h) {
    if (!(deviation[h] > 0) || !std::isfinite(deviation[h])) continue;
    const double a = Log(spread[h % spread.size()]), b = Log(deviation[h]);
    n += 1, x += a, z += b, xx += a * a, xz += a * b;
  }
  const double variance = n * xx - x * x;
  constexpr double kTooLittle = 1e-6;
  const double known = variance > kTooLittle * n * n ? std::clamp((n * xz - x * z) / variance, 0.0, 1.0) : 0;
  if (known == 1) return;
  std::vector<double> factors;
  double squares = 0;
  for (const double factor : spread) {
    factors.push_back(Exp((1 - known) * Log(factor)));
    squares += factors.back() * factors.back();
  }
  const double scale = std::sqrt(static_cast<double>(spread.size()) / squares);
  for (std::size_t h = 0; h < deviation.size(); ++h) deviation[h] *= scale * factors[h % spread.size()];
}

}  // namespace fitd
