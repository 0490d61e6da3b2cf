#include "common/models/pooled_ar/season_index.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "common/models/numeric/elementary.h"

namespace fitd::pooled_ar {
namespace {

// Errors by share are in tests/bench/README.md, "Short seasons": at a half the index gains a little, at 0.3 it was left
// out without a trial.
constexpr double kFewestWithSeason = 10;
constexpr double kAlike = 0.5;
constexpr std::size_t kFewestWithIndex = 5;

bool IsPositive(std::span<const double> y) {
  return std::all_of(y.begin(), y.end(), [](double v) { return v > 0 && std::isfinite(v); });
}

std::vector<double> Logs(std::span<const double> y) {
  std::vector<double> logs;
  logs.reserve(y.size());
  for (const double v : y) logs.push_back(Log(v));
  return logs;
}

// What is left of `x` beside a line by least squares.
std::vector<double> ErrorsOfLine(std::span<const double> x) {
  const auto n = static_cast<double>(x.size());
  double mean = 0, along = 0, across = 0;
  for (const double v : x) mean += v / n;
  const double middle = (n - 1) / 2;
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double from = static_cast<double>(t) - middle;
    along += from * x[t];
    across += from * from;
  }
  const double slope = across > 0 ? along / across : 0;
  std::vector<double> errors;
  errors.reserve(x.size());
  for (std::size_t t = 0; t < x.size(); ++t) errors.push_back(x[t] - mean - slope * (static_cast<double>(t) - middle));
  return errors;
}

double SumOfSquares(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}

// Of the season of an index; 0 where it is none of targets of this step.
std::size_t LengthFor(SeasonPlace first, std::span<const double> index) {
  constexpr double kSame = 0.01;  // months are of 28 to 31 days, but 30.4 on average
  if (index.size() <= kBesideIndex || !(first.step > 0)) return 0;
  return std::abs(Log(first.step) - index.back()) < kSame ? index.size() - kBesideIndex : 0;
}

// The same for the same number: four uniform values (splitmix64, Steele, Lea & Flood 2014) sum up to what is normal
// enough. What repeats, as errors that are taken again and again do, would be a part of the season.
double DrawNormal(std::uint64_t number) {
  double sum = 0;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    std::uint64_t z = (4 * number + i) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    sum += static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 - 0.5;
  }
  return sum * 1.7320508075688772;  // each has a variance of 1/12
}

}  // namespace

std::size_t SeasonIndexSize(int season) {
  return season > 1 ? static_cast<std::size_t>(season) + 4 : 0;
}

void AddSeasonIndex(std::span<const double> y, int season, SeasonPlace first, std::span<double> sums) {
  const auto m = static_cast<std::size_t>(season);
  const std::size_t count = m > 1 ? y.size() / m : 0;
  if (count < 2 || !IsPositive(y) || !(first.step > 0)) return;
  const std::size_t left_out = y.size() - count * m;
  const std::vector<double> x = Logs(y.subspan(left_out));
  std::vector<double> means(count, 0.0);
  for (std::size_t t = 0; t < x.size(); ++t) means[t / m] += x[t] / static_cast<double>(m);
  const double slope = (means.back() - means.front()) / static_cast<double>((count - 1) * m);
  const double middle = static_cast<double>(m - 1) / 2;
  std::vector<double> index(m, 0.0);
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double usual = means[t / m] + slope * (static_cast<double>(t % m) - middle);
    index[t % m] += (x[t] - usual) / static_cast<double>(count);
  }
  for (std::size_t k = 0; k < m; ++k) sums[(first.place + left_out + k) % m] += index[k];
  double errors = 0;
  for (std::size_t t = 0; t < x.size(); ++t) {
    const double usual = means[t / m] + slope * (static_cast<double>(t % m) - middle) + index[t % m];
    errors += (x[t] - usual) * (x[t] - usual);
  }
  sums[m] += SumOfSquares(index);
  sums[m + 1] += 1;
  sums[m + 2] += std::sqrt(errors / static_cast<double>((count - 1) * (m - 1)));
  sums[m + 3] += Log(first.step);
}

std::vector<double> SolveSeasonIndex(std::span<const double> sums, int season) {
  if (sums.size() != SeasonIndexSize(season) || sums.empty()) return {};
  const auto m = static_cast<std::size_t>(season);
  const double squares = sums[m];
  const double targets = sums[m + 1];
  if (targets < kFewestWithSeason || !(squares > 0)) return {};
  const double share = (SumOfSquares(sums.first(m)) - squares) / ((targets - 1) * squares);
  if (share < kAlike) return {};
  std::vector<double> index(sums.begin(), sums.begin() + season);
  for (double& v : index) v /= targets;
  index.push_back(sums[m + 2] / targets);
  index.push_back(std::sqrt((1 - share) * squares / (targets * static_cast<double>(m))));
  index.push_back(sums[m + 3] / targets);
  return index;
}

std::vector<double> SeasonsBefore(std::span<const double> y, SeasonPlace first, std::span<const double> index) {
  const std::size_t m = LengthFor(first, index);
  const std::size_t n = y.size();
  const std::size_t place = first.place;
  if (m < 2 || n < kFewestWithIndex || n >= 2 * m || !IsPositive(y)) return {};
  const std::vector<double> logs = Logs(y);
  std::vector<double> rest = logs;
  for (std::size_t t = 0; t < n; ++t) rest[t] -= index[(place + t) % m];
  const std::vector<double> errors = ErrorsOfLine(rest);
  if (SumOfSquares(errors) > SumOfSquares(ErrorsOfLine(logs))) return {};
  // A few values beside a line do not show their noise: that of the others counts as so many more.
  constexpr double kOfOthers = 6;
  const auto freedom = static_cast<double>(n - 2);
  // And their level is uncertain. With 4 in place of 2 intervals of 80 % cover up to 3 points more, and errors are up
  // to 8 % larger.
  const double uncertain = 1 + 2 / static_cast<double>(n);
  const double noise =
      std::sqrt(uncertain * (SumOfSquares(errors) + kOfOthers * index[m] * index[m]) / (freedom + kOfOthers));
  // What it has of its own at the places that it shows, by how much of an error that is.
  const double others = index[m] * index[m], own = index[m + 1] * index[m + 1];
  std::vector<double> at_place(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(m));
  for (std::size_t t = n > m ? n - m : 0; t < n && own > 0; ++t)
    at_place[(place + t) % m] += own / (own + others) * errors[t];
  constexpr std::size_t kFirst = 4;
  double level = 0;
  for (std::size_t t = 0; t < kFirst; ++t) level += rest[t] / kFirst;
  const std::size_t count = 3 * m - n;
  std::vector<double> before(count);
  for (std::size_t back = 1; back <= count; ++back) {
    const std::size_t at = (place + (m - back % m)) % m;
    before[count - back] = Exp(level + at_place[at] + noise * DrawNormal(back));
  }
  return before;
}

bool FollowsIndex(std::span<const double> y, SeasonPlace first, std::span<const double> index) {
  constexpr double kLeast = 0.5;
  constexpr double kCertain = 4;  // standard errors
  const std::size_t m = LengthFor(first, index);
  const std::size_t place = first.place;
  if (m < 2 || y.size() < 2 * m || !IsPositive(y)) return false;
  const std::vector<double> logs = Logs(y);
  double along = 0, across = 0, squares = 0;
  for (std::size_t t = 1; t < y.size(); ++t) {
    const double change = logs[t] - logs[t - 1];
    const double usual = index[(place + t) % m] - index[(place + t - 1) % m];
    along += usual * change;
    across += usual * usual;
    squares += change * change;
  }
  if (!(across > 0)) return false;
  const double slope = along / across;
  const double left = std::max(squares - slope * along, 0.0) / static_cast<double>(y.size() - 2);
  return slope >= kLeast && slope * slope * across > kCertain * kCertain * left;
}

}  // namespace fitd::pooled_ar
