#include "common/models/base/size_cycle.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/median.h"

namespace fitd {
namespace {

constexpr double kWholeTurn = 6.283185307179586;
constexpr std::size_t kFewestForCycles = 60;
constexpr std::size_t kMostForCycles = 2000;  // the last ones
constexpr double kShortestCycle = 12;         // steps
constexpr std::size_t kBlockOfSizes = 4;      // errors that are summed up in looking for it
constexpr double kFewestCycles = 2.5;         // of the errors, at least
constexpr double kLeastOfMedian = 0.15;  // of the median: the logarithm of an error that is hardly any says no more
// Of the F statistic over the logarithm of the number of frequencies, which is what the largest of them exceeds by
// chance: where there is no cycle yet; twice: half of what is found.
constexpr double kFadeInOfCycles = 4;  // 6: within 0.8 % (tests/bench/README.md, "Intervals by kind")
constexpr double kLargestSwing = 3;    // of the logarithm

// Logarithms of sizes less their mean, by the number of the error from the next one on, which is 0.
struct LogSizes {
  std::vector<double> values, times;
  std::vector<double> blocks;  // sums of them, the last ones first
  double squares = 0;
};

LogSizes LogSizesOf(std::span<const double> errors) {
  LogSizes logs;
  std::vector<double> sizes;
  for (const double e : errors) {
    if (std::isfinite(e)) sizes.push_back(std::abs(e));
  }
  if (sizes.size() < kFewestForCycles) return logs;
  const double least = kLeastOfMedian * Median(sizes);
  if (!(least > 0)) return logs;
  double mean = 0;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    if (!std::isfinite(errors[t])) continue;
    logs.values.push_back(Log(std::max(std::abs(errors[t]), least) / least));
    logs.times.push_back(static_cast<double>(t) - static_cast<double>(errors.size()));
    mean += logs.values.back();
  }
  mean /= static_cast<double>(logs.values.size());
  for (double& v : logs.values) {
    v -= mean;
    logs.squares += v * v;
  }
  logs.blocks.assign((errors.size() + kBlockOfSizes - 1) / kBlockOfSizes, 0.0);
  for (std::size_t i = 0; i < logs.values.size(); ++i) {
    logs.blocks[static_cast<std::size_t>(-1 - logs.times[i]) / kBlockOfSizes] += logs.values[i];
  }
  return logs;
}

// What a wave of this period explains of the squares, about: by blocks, which are short beside it. Of one of 12 steps
// two thirds.
double ExplainedBy(const LogSizes& logs, double period) {
  constexpr double kMiddle = 0.5 * (1 + kBlockOfSizes);  // errors before the next one
  const double turn = kWholeTurn / period;
  const double cos_step = Cos(kBlockOfSizes * turn), sin_step = Sin(kBlockOfSizes * turn);
  double c = Cos(kMiddle * turn), s = Sin(kMiddle * turn);
  double along = 0, across = 0;
  for (const double sum : logs.blocks) {
    along += c * sum;
    across += s * sum;
    const double turned = c * cos_step - s * sin_step;
    s = s * cos_step + c * sin_step;
    c = turned;
  }
  return 2 / static_cast<double>(logs.values.size()) * (along * along + across * across);
}

// The F statistic of a wave that explains so much, over what the largest one of all frequencies reaches by chance.
double EvidenceOfWave(const LogSizes& logs, double explained) {
  const auto n = static_cast<double>(logs.values.size());
  return 0.5 * (n - 3) * explained / std::max(logs.squares - explained, 0.0) - Log(0.5 * n);
}

// The period that explains most; 0: none explains half of what it has to. Every other one that a spectrum of so many
// values tells apart, and what is between.
double BestPeriod(const LogSizes& logs) {
  const auto n = static_cast<double>(logs.values.size());
  const double longest = std::floor(n / kFewestCycles);
  const auto step_at = [&](double period) { return std::max(1.0, std::floor(period * period / (2 * n))); };
  double best = 0, most = 0;
  const auto consider = [&](double period) {
    const double explained = ExplainedBy(logs, period);
    if (!(explained > most)) return;
    most = explained;
    best = period;
  };
  for (double period = kShortestCycle; period <= longest; period += step_at(period)) consider(period);
  if (!(EvidenceOfWave(logs, 2 * most) > kFadeInOfCycles)) return 0;
  const double middle = best;
  const double reach = step_at(best) - 1;
  for (double period = middle - reach; period <= std::min(middle + reach, longest); period += 1) {
    if (period >= kShortestCycle && period != middle) consider(period);
  }
  return best;
}

}  // namespace

double SizeCycle::Factor(std::ptrdiff_t k) const {
  const double angle = kWholeTurn * std::fmod(place + static_cast<double>(k), period) / period;
  return width * Exp(along * Cos(angle) + across * Sin(angle));
}

void SizeCycle::Step() {
  place = place + 1 < period ? place + 1 : 0;
}

std::optional<SizeCycle> MeasureSizeCycle(std::span<const double> errors) {
  const std::span<const double> last = errors.last(std::min(errors.size(), kMostForCycles));
  const LogSizes logs = LogSizesOf(last);
  if (!(logs.squares > 0)) return std::nullopt;
  const auto n = static_cast<double>(logs.values.size());
  SizeCycle cycle;
  cycle.period = BestPeriod(logs);
  if (!(cycle.period > 0)) return std::nullopt;
  // Least squares with a constant.
  double c = 0, s = 0, cc = 0, ss = 0, cs = 0, cx = 0, sx = 0;
  for (std::size_t i = 0; i < logs.values.size(); ++i) {
    const double angle = kWholeTurn * std::fmod(logs.times[i], cycle.period) / cycle.period;
    const double a = Cos(angle), b = Sin(angle), x = logs.values[i];
    c += a, s += b, cc += a * a, ss += b * b, cs += a * b, cx += a * x, sx += b * x;
  }
  cc -= c * c / n, ss -= s * s / n, cs -= c * s / n;
  const double determinant = cc * ss - cs * cs;
  if (!(determinant > 0)) return std::nullopt;
  cycle.along = (ss * cx - cs * sx) / determinant;
  cycle.across = (cc * sx - cs * cx) / determinant;
  const double explained = cycle.along * cx + cycle.across * sx;
  const double evidence = EvidenceOfWave(logs, explained);
  const double kept = 1 - kFadeInOfCycles / evidence;
  if (!(evidence > kFadeInOfCycles) || !std::isfinite(kept)) return std::nullopt;
  cycle.along = std::clamp(kept * cycle.along, -kLargestSwing, kLargestSwing);
  cycle.across = std::clamp(kept * cycle.across, -kLargestSwing, kLargestSwing);
  double all = 0, alike = 0;
  for (std::size_t t = 0; t < last.size(); ++t) {
    if (!std::isfinite(last[t])) continue;
    const double size =
        last[t] / cycle.Factor(static_cast<std::ptrdiff_t>(t) - static_cast<std::ptrdiff_t>(last.size()));
    all += last[t] * last[t];
    alike += size * size;
  }
  cycle.width = std::sqrt(alike / all);
  if (!(cycle.width > 0) || !std::isfinite(cycle.width)) return std::nullopt;
  return cycle;
}

std::optional<SizeCycle> MeasureSizeCycle(std::span<const double> errors, const FitRequest& request) {
  if (!request.seasons.empty() || !request.removed_seasons.empty()) return std::nullopt;
  if (errors.size() < kFewestForCycles || errors.size() > request.y.size()) return std::nullopt;
  return MeasureSizeCycle(ObservedErrors(errors, request));
}

std::vector<double> ObservedErrors(std::span<const double> errors, const FitRequest& request) {
  std::vector<double> observed(errors.begin(), errors.end());
  const std::size_t before = request.y.size() - errors.size();
  for (std::size_t t = 0; t < observed.size() && before + t < request.observed.size(); ++t) {
    if (std::isnan(request.observed[before + t])) observed[t] = kNotAvailable;
  }
  return observed;
}

std::vector<double> PackSizeCycle(const SizeCycle& c) {
  return {c.period, c.along, c.across, c.place, c.width};
}

std::optional<SizeCycle> SizeCycleOf(const Model& model) {
  const std::vector<double>* state = model.State(kSizeCycleState);
  if (state == nullptr || state->size() != 5) return std::nullopt;
  const SizeCycle c{(*state)[0], (*state)[1], (*state)[2], (*state)[3], (*state)[4]};
  constexpr double kLongestCycle = kMostForCycles;
  constexpr double kWidestFactor = 1e3;
  const bool sound = c.period >= kShortestCycle && c.period <= kLongestCycle && std::abs(c.along) <= kLargestSwing &&
                     std::abs(c.across) <= kLargestSwing && c.place >= 0 && c.place < c.period && c.width > 0 &&
                     c.width <= kWidestFactor;
  return sound ? std::optional<SizeCycle>(c) : std::nullopt;
}

bool HasSoundSizeCycle(const Model& model) {
  return model.State(kSizeCycleState) == nullptr || SizeCycleOf(model).has_value();
}

void FollowSizeCycle(const Model& model, std::span<double> deviations) {
  const std::optional<SizeCycle> cycle = SizeCycleOf(model);
  if (!cycle || deviations.empty() || !(deviations[0] > 0) || !std::isfinite(deviations[0])) return;
  // What the variance grows by at a step is the next error's share.
  const double first = deviations[0];
  double known = 0;  // of the variance, in units of the first step's
  std::vector<double> shares, squares;
  for (std::size_t h = 0; h < deviations.size(); ++h) {
    const double relative = deviations[h] / first;
    if (!std::isfinite(relative * relative)) return;
    const double factor = cycle->Factor(static_cast<std::ptrdiff_t>(h));
    shares.push_back(std::max(relative * relative - known, 0.0));
    squares.push_back(factor * factor);
    known += shares.back();
    double sum = 0;
    for (std::size_t k = 0; k <= h; ++k) sum += shares[h - k] * squares[k];
    deviations[h] *= std::sqrt(sum / known);
  }
}

}  // namespace fitd
