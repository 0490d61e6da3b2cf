// ETS on the M3 series: CPU time and evaluations per series, sMAPE and MASE on the test sets, and what a refit costs.
// Usage: ets_bench [GROUP...]   (reads FITD_SHARED_DIR, from the environment or as configured)
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "common/models/ets.h"
#include "tests/support/m3_data.h"

namespace fitd {
namespace {

double Seconds(std::clock_t from) {
  return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
}

struct Totals {
  double smape = 0;
  double mase = 0;
  std::size_t forecasts = 0;
  std::size_t series = 0;
  std::size_t covered = 0;  // by the 95 % interval
};

double SeasonalNaiveError(const std::vector<double>& y, std::size_t m) {
  double sum = 0;
  for (std::size_t t = m; t < y.size(); ++t) sum += std::fabs(y[t] - y[t - m]);
  return sum / static_cast<double>(y.size() - m);
}

void Score(const Forecast& f, const std::vector<double>& actual, double scale, Totals& totals) {
  double error = 0;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const double e = std::fabs(actual[h] - f.mean[h]);
    totals.smape += m3::SymmetricPercentageError(actual[h], f.mean[h]);
    totals.covered += actual[h] >= f.intervals[0].lo[h] && actual[h] <= f.intervals[0].hi[h] ? 1 : 0;
    error += e;
  }
  totals.mase += error / static_cast<double>(actual.size()) / scale;
  totals.forecasts += actual.size();
  ++totals.series;
}

Totals RunGroup(const std::string& dir, const std::string& group, int season) {
  const m3::SeriesById train = m3::Read(dir, group, "train");
  m3::SeriesById test = m3::Read(dir, group, "test");
  const std::unique_ptr<Algorithm> ets = MakeEts();
  const std::vector<int> seasons(season > 1 ? 1 : 0, season);
  const double level = 95;
  Totals totals;
  double fit_seconds = 0;
  double refit_seconds = 0;
  double evaluations = 0;
  double refit_evaluations = 0;
  double expected = 0;
  for (const auto& [name, y] : train) {
    const std::vector<double>& actual = test[name];
    FitRequest request{y, seasons, static_cast<int>(actual.size()), nullptr};
    std::clock_t start = std::clock();
    const FitOutcome outcome = ets->Fit(request);
    fit_seconds += Seconds(start);
    expected += ets->ExpectedSeconds(y.size(), seasons);
    evaluations += outcome.evaluations;
    request.y = request.y.first(y.size() - actual.size());
    request.like = &outcome.model;
    start = std::clock();
    refit_evaluations += ets->Fit(request).evaluations;
    refit_seconds += Seconds(start);
    const Forecast f = ets->Predict(outcome.model, request.horizon, {&level, 1});
    Score(f, actual, SeasonalNaiveError(y, static_cast<std::size_t>(season)), totals);
  }
  const auto n = static_cast<double>(train.size());
  std::printf("%-10s %5zu series  fit %.3f ms, %.0f evaluations (expected %.3f ms)  refit %.3f ms, %.0f evaluations  ",
              group.c_str(), train.size(), 1e3 * fit_seconds / n, evaluations / n, 1e3 * expected / n,
              1e3 * refit_seconds / n, refit_evaluations / n);
  std::printf("sMAPE %.3f  MASE %.3f  95%% interval covers %.1f%%\n",
              totals.smape / static_cast<double>(totals.forecasts), totals.mase / n,
              100.0 * static_cast<double>(totals.covered) / static_cast<double>(totals.forecasts));
  return totals;
}

int Main(int argc, char** argv) {
  const char* from_environment = std::getenv("FITD_SHARED_DIR");
  const std::string dir = from_environment != nullptr ? from_environment : FITD_SHARED_DIR;
  if (!std::ifstream(dir + "/data/m3/yearly.train.csv")) {
    std::fprintf(stderr, "ets_bench: no M3 data in %s (set FITD_SHARED_DIR)\n", dir.c_str());
    return 66;
  }
  Totals all;
  for (const m3::Group& group : m3::kGroups) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::string(group.name) == argv[i];
    if (!wanted) continue;
    const Totals t = RunGroup(dir, group.name, group.season);
    all.smape += t.smape;
    all.mase += t.mase;
    all.forecasts += t.forecasts;
    all.series += t.series;
  }
  std::printf("all: %zu forecasts, sMAPE %.3f, MASE %.3f\n", all.forecasts,
              all.smape / static_cast<double>(all.forecasts), all.mase / static_cast<double>(all.series));
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  return fitd::Main(argc, argv);
}
