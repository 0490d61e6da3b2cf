#include "common/models/base/error_scale.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "common/models/base/level_size.h"
#include "common/models/base/size_cycle.h"
#include "common/models/base/volatility.h"
#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

constexpr std::string_view kObserved = "observed_sd";
constexpr std::string_view kObservedGrowth = "observed_growth";
constexpr double kFewestObserved = 20;
constexpr double kMostWidening = 10;
constexpr std::size_t kBlock = 8;  // errors that are summed up, most gaps being shorter

// Models fitted to filled gaps take neighbours to be alike, which made-up values are and observed ones are not: their
// deviation of the next value, which will be observed, is that of errors half of which were made small. Of observed
// values behind observed ones the errors are what the next one's will be. Over the deviation; 1: no less than that, or
// too few to tell.
double ObservedWidening(std::span<const double> errors, double deviation, const FitRequest& request) {
  const std::size_t n = request.y.size();
  if (request.observed.size() < n || errors.size() > n || !(deviation > 0)) return 1;
  const std::size_t before = n - errors.size();
  double count = 0;
  double squares = 0;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    const std::size_t place = before + t;
    if (place == 0 || std::isnan(request.observed[place]) || std::isnan(request.observed[place - 1])) continue;
    const double relative = errors[t] / deviation;
    count += 1;
    squares += relative * relative;
  }
  if (count < kFewestObserved || !std::isfinite(squares)) return 1;
  return std::clamp(std::sqrt(squares / count), 1.0, kMostWidening);
}

// What further steps add to the variance is their errors' part in the level, which over some steps is what it is
// however the way between two observations was filled: a straight line gives a walk small errors that are alike, and
// their sum is that of large ones. Of noise sums are small. The variance of sums over that of errors.
double GrowthOfSums(std::span<const double> errors, double deviation) {
  double squares = 0;
  double count = 0;
  for (std::size_t t = 0; t + kBlock <= errors.size(); t += kBlock) {
    double sum = 0;
    for (const double e : errors.subspan(t, kBlock)) sum += e / deviation;
    squares += sum * sum / static_cast<double>(kBlock);
    count += 1;
  }
  return count > 0 && std::isfinite(squares) ? squares / count : 1;
}

// Expected sizes of errors, in any unit, by a cycle or by volatility.
std::vector<double> SizesBy(const SizeCycle& cycle, std::size_t errors) {
  std::vector<double> sizes;
  for (std::size_t t = 0; t < errors; ++t) {
    sizes.push_back(cycle.Factor(static_cast<std::ptrdiff_t>(t) - static_cast<std::ptrdiff_t>(errors)));
  }
  return sizes;
}

std::vector<double> SizesBy(Volatility volatility, std::span<const double> errors, double deviation) {
  std::vector<double> sizes;
  volatility.now = volatility.usual;
  for (const double e : errors) {
    sizes.push_back(volatility.now);
    volatility.Observe(std::isfinite(e) ? std::optional<double>(std::fabs(e / deviation)) : std::nullopt);
  }
  return sizes;
}

// How much likelier errors of these sizes are than errors that are all alike, by Laplace's distribution.
double GainOf(std::span<const double> sizes, std::span<const double> errors) {
  double alike = 0, scaled = 0, logs = 0, count = 0;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    if (!std::isfinite(errors[t])) continue;
    alike += std::fabs(errors[t]);
    scaled += std::fabs(errors[t]) / sizes[t];
    logs += Log(sizes[t]);
    count += 1;
  }
  return scaled > 0 ? count * Log(alike / scaled) - logs : 0;
}

// One explains what the other does: sizes that are followed take a cycle for what they are now, and a cycle what
// happened once for what goes round (tests/bench/README.md, "Intervals by kind").
bool IsLikelier(const SizeCycle& cycle, const std::optional<Volatility>& volatility, std::span<const double> errors,
                double deviation) {
  const double gain = volatility ? GainOf(SizesBy(*volatility, errors, deviation), errors) : 0;
  return GainOf(SizesBy(cycle, errors.size()), errors) > gain;
}

}  // namespace

void DescribeErrors(std::span<const double> errors, double deviation, const FitRequest& request, Model& model,
                    ErrorSizes sizes) {
  if (const double widening = ObservedWidening(errors, deviation, request); widening > 1) {
    model.parameters.push_back({std::string(kObserved), widening});
    const double growth = std::clamp(GrowthOfSums(errors, deviation), 1.0, widening * widening);
    model.parameters.push_back({std::string(kObservedGrowth), growth});
  }
  std::vector<double> at_one_level(errors.begin(), errors.end());
  if (sizes == ErrorSizes::kUndecided) {
    const LevelSizes by_level = MeasureLevelSizes(errors, request);
    if (by_level.now != 1) model.parameters.push_back({std::string(kLevelSize), by_level.now});
    for (std::size_t t = 0; t < errors.size(); ++t) at_one_level[t] /= by_level.before[t];
  }
  const bool shares = sizes == ErrorSizes::kShares;
  const std::optional<Volatility> volatility = MeasureVolatility(at_one_level, deviation, request, shares);
  const std::optional<SizeCycle> cycle = MeasureSizeCycle(at_one_level, request);
  if (cycle && IsLikelier(*cycle, volatility, ObservedErrors(at_one_level, request), deviation)) {
    model.states.push_back({std::string(kSizeCycleState), PackSizeCycle(*cycle)});
  } else {
    PutVolatility(volatility, model);
  }
}

void ScaleDeviations(const Model& model, std::span<double> deviations) {
  const double widening = model.Parameter(kObserved);
  const double growth = model.Parameter(kObservedGrowth);
  if (widening > 1 && widening <= kMostWidening && growth >= 1 && growth <= widening * widening &&
      !deviations.empty() && deviations[0] > 0) {
    const double first = deviations[0];
    for (double& deviation : deviations) {
      // A season may make a step surer than the first.
      const double added = std::max(deviation / first * (deviation / first) - 1, 0.0);
      const double larger = first * std::sqrt(widening * widening + growth * added);
      deviation = std::isfinite(larger) ? std::min(larger, widening * deviation) : deviation;
    }
  }
  const double by_level = LevelSizeOf(model);
  for (double& deviation : deviations) deviation *= by_level;
  FollowSizeCycle(model, deviations);
  FollowVolatility(model, deviations);
}

}  // namespace fitd
