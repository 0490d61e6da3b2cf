// arima_bench [GROUP|all [EVERY]]: CPU time, evaluations, share of time per routine, AICc against the reference and
// sMAPE on the M3 series in FITD_SHARED_DIR. Prints one line a group; every EVERY-th series only.
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/models/arima.h"
#include "common/models/arima_differencing.h"
#include "common/models/arima_estimate.h"
#include "common/models/arima_forecast.h"
#include "common/models/arima_likelihood.h"
#include "common/models/arima_series.h"

namespace {

struct Series {
  std::string id;
  std::vector<double> train;
  std::vector<double> test;
};

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void ReadCsv(const std::string& path, bool test, std::map<std::string, std::size_t>* index, std::vector<Series>* out) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::string id = line.substr(0, line.find(','));
    const double value = std::strtod(line.c_str() + line.rfind(',') + 1, nullptr);
    const auto [place, inserted] = index->try_emplace(id, out->size());
    if (inserted) out->push_back({id, {}, {}});
    Series& series = (*out)[place->second];
    (test ? series.test : series.train).push_back(value);
  }
}

std::vector<Series> ReadGroup(const std::string& group) {
  std::map<std::string, std::size_t> index;
  std::vector<Series> out;
  const std::string base = std::string(FITD_SHARED_DIR) + "/data/m3/" + group;
  ReadCsv(base + ".train.csv", false, &index, &out);
  ReadCsv(base + ".test.csv", true, &index, &out);
  return out;
}

// Seconds spent on one kind of work, measured by doing it again for the selected model.
struct Shares {
  double differencing = 0;
  double value = 0;
  double gradient = 0;
};

void MeasureShares(const Series& series, int m, const fitd::FitOutcome& outcome, Shares* shares) {
  namespace arima = fitd::arima;
  double start = CpuSeconds();
  const arima::DifferencingOrders d = arima::ChooseDifferencing(series.train, m);
  shares->differencing += CpuSeconds() - start;
  arima::ArimaOrder order;
  arima::Coefficients coefficients;
  if (d.d + d.D > 3 || !arima::ReadModel(outcome.model, &order, &coefficients)) return;
  int exponent = 0;
  const std::vector<double> normalised = arima::Normalised(series.train, &exponent);
  const arima::PreparedSeries prepared = arima::Prepare(normalised, exponent, order, false);
  arima::ExactLikelihood likelihood(prepared.values);
  arima::LagPolynomials polynomials;
  std::vector<double> phi;
  std::vector<double> theta;
  Expand(order, coefficients, &polynomials);
  likelihood.Value(polynomials, order.constant);
  constexpr int kRepeats = 20;
  start = CpuSeconds();
  for (int i = 0; i < kRepeats; ++i) likelihood.Value(polynomials, order.constant);
  const double middle = CpuSeconds();
  for (int i = 0; i < kRepeats; ++i) likelihood.Gradient(polynomials, &phi, &theta);
  shares->value += (middle - start) / kRepeats * outcome.evaluations;
  // Nearly every evaluation is an accepted step, which needs the gradient as well.
  shares->gradient += (CpuSeconds() - middle) / kRepeats * outcome.evaluations;
}

struct Totals {
  double smape = 0;
  std::size_t forecasts = 0;
};

Totals RunGroup(const std::string& group, int m, int every) {
  const std::unique_ptr<fitd::Algorithm> algorithm = fitd::MakeArima();
  const std::vector<Series> all = ReadGroup(group);
  const std::vector<int> seasons(m > 1 ? 1 : 0, m);
  Totals totals;
  Shares shares;
  double fit = 0;
  double refit = 0;
  double predict = 0;
  double evaluations = 0;
  double refit_evaluations = 0;
  double expected = 0;
  std::size_t fitted = 0;
  std::size_t outside = 0;
  for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(every)) {
    const Series& series = all[i];
    const int horizon = static_cast<int>(series.test.size());
    double start = CpuSeconds();
    const fitd::FitOutcome outcome = algorithm->Fit({series.train, seasons, horizon, nullptr});
    fit += CpuSeconds() - start;
    ++fitted;
    evaluations += outcome.evaluations;
    expected += algorithm->ExpectedSeconds(series.train.size(), seasons);
    start = CpuSeconds();
    const std::vector<double> levels{95};
    const fitd::Forecast forecast = algorithm->Predict(outcome.model, horizon, levels);
    predict += CpuSeconds() - start;
    const std::span<const double> shorter(series.train.data(), series.train.size() - series.test.size());
    start = CpuSeconds();
    refit_evaluations += algorithm->Fit({shorter, seasons, horizon, &outcome.model}).evaluations;
    refit += CpuSeconds() - start;
    MeasureShares(series, m, outcome, &shares);
    for (std::size_t h = 0; h < series.test.size(); ++h) {
      const double actual = series.test[h];
      const double size = std::abs(actual) + std::abs(forecast.mean[h]);
      if (size > 0) totals.smape += 200 * std::abs(actual - forecast.mean[h]) / size;
      outside += actual < forecast.intervals[0].lo[h] || actual > forecast.intervals[0].hi[h] ? 1 : 0;
      ++totals.forecasts;
    }
  }
  const auto n = static_cast<double>(std::max<std::size_t>(fitted, 1));
  const auto forecasts = static_cast<double>(std::max<std::size_t>(totals.forecasts, 1));
  std::printf(
      "%-10s %5zu series  fit %7.3f ms (expected %.3f)  %6.1f evaluations  refit %6.3f ms, %4.1f  predict %5.1f us\n",
      group.c_str(), fitted, fit * 1e3 / n, expected * 1e3 / n, evaluations / n, refit * 1e3 / n, refit_evaluations / n,
      predict * 1e6 / n);
  std::printf(
      "           share of fit: differencing %.0f %%, likelihood %.0f %%, gradient %.0f %%   sMAPE %.3f   95 %% "
      "interval covers %.1f %%\n",
      100 * shares.differencing / fit, 100 * shares.value / fit, 100 * shares.gradient / fit, totals.smape / forecasts,
      100 - 100 * static_cast<double>(outside) / forecasts);
  return totals;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string wanted = argc > 1 ? argv[1] : "all";
  const int every = argc > 2 ? std::max(1, std::atoi(argv[2])) : 1;
  Totals sum;
  const std::vector<std::pair<std::string, int>> groups{{"yearly", 1}, {"quarterly", 4}, {"monthly", 12}, {"other", 1}};
  for (const auto& [group, m] : groups) {
    if (wanted != "all" && wanted != group) continue;
    const Totals totals = RunGroup(group, m, every);
    sum.smape += totals.smape;
    sum.forecasts += totals.forecasts;
  }
  if (sum.forecasts == 0) {
    std::fprintf(stderr, "no series of group '%s' under %s/data/m3\n", wanted.c_str(), FITD_SHARED_DIR);
    return 1;
  }
  std::printf("sMAPE over %zu forecasts: %.3f\n", sum.forecasts, sum.smape / static_cast<double>(sum.forecasts));
  return 0;
}
