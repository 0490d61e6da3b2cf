#include "common/models/pooled_ar/prior.h"

#include <algorithm>
#include <cmath>

#include "common/models/base/prior_share.h"
#include "common/models/pooled_ar/prior_table.h"
#include "common/models/pooled_ar/series.h"

namespace fitd::pooled_ar {
namespace {

constexpr int kLongSeason = 24;  // M3 tells nothing of seasons from here on

const PriorTable& PriorTableOf(int season) {
  const std::span<const PriorTable> tables = PriorTables();
  const auto own = std::find_if(tables.begin(), tables.end(), [&](const PriorTable& t) { return t.season == season; });
  return own != tables.end() ? *own : tables.front();
}

// Longer series than the table's are another kind, and tell of themselves: of 240 simulated values each the prior costs
// stationary ones 0.9 % where it counts whole, 0.1 % where it counts by the length.
double ShareOf(const PriorTable& table, std::uint64_t targets, double windows) {
  const double each = windows / static_cast<double>(std::max<std::uint64_t>(targets, 1));
  return PriorShare(targets) * std::min(1.0, table.windows / std::max(each, 1.0));
}

}  // namespace

PriorStep PriorOf(int season, std::size_t step, std::uint64_t targets, double windows) {
  PriorStep prior;
  if (season >= kLongSeason || targets == kAsksNoPrior) return prior;
  // A large fleet with few windows, as one of two years of months, knows no more than as many targets: without the
  // prior its forecasts would be flat, and its deviations those of a walk.
  targets = std::min(targets, static_cast<std::uint64_t>(windows));
  if (targets >= kTargetsWithoutPrior) return prior;
  const PriorTable& table = PriorTableOf(season);
  prior.share = ShareOf(table, targets, windows);
  if (!(prior.share > 0)) return prior;
  // Straight lines between the steps that have coefficients; beyond the last one, its own.
  const auto after = std::lower_bound(table.steps.begin(), table.steps.end(), step) - table.steps.begin();
  const std::size_t right = std::min(static_cast<std::size_t>(after), table.steps.size() - 1);
  const std::size_t left = right > 0 && table.steps[right] > step ? right - 1 : right;
  const auto gap = static_cast<double>(table.steps[right] - table.steps[left]);
  const double way = gap > 0 ? static_cast<double>(step - table.steps[left]) / gap : 0.0;
  const auto between = [&](std::span<const double> values, std::size_t width, std::size_t i) {
    return (1 - way) * values[left * width + i] + way * values[right * width + i];
  };
  const std::size_t known = table.weights.size() / table.steps.size();
  prior.weights.assign(PooledState::NumFeatures(season), 0.0);  // of lags that it does not have a table says nothing
  for (std::size_t i = 0; i < std::min(known, prior.weights.size()); ++i) {
    prior.weights[i] = prior.share * between(table.weights, known, i);
  }
  prior.sigma = between(table.sigma, 1, 0);
  const std::size_t last = table.steps.back();
  if (step > last) prior.sigma *= std::sqrt(static_cast<double>(step) / static_cast<double>(last));
  return prior;
}

}  // namespace fitd::pooled_ar
