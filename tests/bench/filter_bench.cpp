// Values a second that the four default models follow together, one core: `filter_bench`.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "common/models/base/filter.h"
#include "tests/support/awkward_series.h"

namespace fitd {
namespace {

// Each value is expected, with its deviation, and then observed, as detection does.
void FollowDefaultModels(benchmark::State& state) {
  const auto season = static_cast<std::size_t>(state.range(0));
  std::vector<double> y = awkward::Seasonal(400, season == 0 ? 12 : season, 50, 0.01, season == 0 ? 0 : 6, 2);
  for (std::size_t t = 1; t < y.size(); ++t) y[t] += 0.6 * (y[t - 1] - 50);
  const std::vector<int> seasons = season == 0 ? std::vector<int>{} : std::vector<int>{static_cast<int>(season)};
  std::vector<std::unique_ptr<ModelFilter>> filters;
  for (const char* name : {"ets", "arima", "ces", "theta"}) {
    const Algorithm& algorithm = *FindAlgorithm(name);
    filters.push_back(algorithm.Resume(algorithm.Fit({.y = y, .seasons = seasons, .horizon = 12}).model));
  }
  double sum = 0;
  std::int64_t values = 0;
  for (auto _ : state) {
    for (const double v : y) {
      for (const auto& filter : filters) {
        sum += filter->Expect() + filter->StandardDeviation();
        filter->Observe(v);
      }
    }
    values += static_cast<std::int64_t>(y.size());
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(values);
}
BENCHMARK(FollowDefaultModels)->Arg(0)->Arg(12)->Arg(24);

}  // namespace
}  // namespace fitd

BENCHMARK_MAIN();
