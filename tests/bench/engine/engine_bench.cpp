// What the algorithms cost and give on the M3 series, by group, next to R's forecast package where that is installed.
// engine_bench [--holdout] [--every N] [--profile] [--r] [ALGORITHM...]
//   --holdout  scores the last horizon of each training series instead of the test files, for choosing without looking
//   --every N  every N-th series only
//   --profile  the routines that take more than 2 % of the CPU time of fitting
//   --r        the same series through R: forecast::ets, auto.arima, thetaf (hours for all of auto.arima: use --every)
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <map>
#include <sstream>

#include "common/models/base/algorithm.h"
#include "test_paths.h"
#include "tests/bench/engine/sampling_profile.h"
#include "tests/support/m3_data.h"

namespace fitd {
namespace {

struct Options {
  bool holdout = false;
  bool profile = false;
  bool r = false;
  int every = 1;
  std::vector<std::string> algorithms;
};

struct Case {
  std::string id;
  std::vector<double> y;
  std::vector<double> observed;  // what follows
};

double CpuSeconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Sums over the series of a group, or of all groups.
struct Totals {
  double series = 0;
  double failed = 0;
  double fit_seconds = 0;
  double expected_seconds = 0;
  double evaluations = 0;
  double refit_seconds = 0;
  double refit_evaluations = 0;
  double predict_seconds = 0;
  double forecasts = 0;
  double percentage_errors = 0;
  double scaled_errors = 0;
  double covered = 0;  // by the 95 % interval
  std::map<std::string, double> aicc;

  void Add(const Totals& t) {
    series += t.series;
    failed += t.failed;
    fit_seconds += t.fit_seconds;
    expected_seconds += t.expected_seconds;
    evaluations += t.evaluations;
    refit_seconds += t.refit_seconds;
    refit_evaluations += t.refit_evaluations;
    predict_seconds += t.predict_seconds;
    forecasts += t.forecasts;
    percentage_errors += t.percentage_errors;
    scaled_errors += t.scaled_errors;
    covered += t.covered;
  }
};

void Score(const Case& c, int season, const std::vector<double>& forecast, Totals* totals) {
  double absolute = 0;
  double scale = 0;
  for (std::size_t h = 0; h < c.observed.size(); ++h) {
    totals->percentage_errors += m3::SymmetricPercentageError(c.observed[h], forecast[h]);
    absolute += std::fabs(c.observed[h] - forecast[h]);
  }
  totals->forecasts += static_cast<double>(c.observed.size());
  const auto m = static_cast<std::size_t>(season);
  for (std::size_t t = m; t < c.y.size(); ++t) scale += std::fabs(c.y[t] - c.y[t - m]);
  scale /= static_cast<double>(c.y.size() - m);
  if (scale > 0) totals->scaled_errors += absolute / static_cast<double>(c.observed.size()) / scale;
}

void FitOne(const Algorithm& algorithm, const Case& c, const m3::Group& group, Totals* totals) {
  const std::vector<int> seasons(group.season > 1 ? 1 : 0, group.season);
  double start = CpuSeconds();
  const FitOutcome outcome = algorithm.Fit({.y = c.y, .seasons = seasons, .horizon = group.horizon});
  totals->fit_seconds += CpuSeconds() - start;
  totals->expected_seconds += algorithm.ExpectedSeconds(c.y.size(), seasons);
  totals->evaluations += outcome.evaluations;
  ++totals->series;
  if (outcome.status == FitStatus::kFailed) {
    ++totals->failed;
    return;
  }
  totals->aicc[c.id] = outcome.model.criteria.aicc;
  const std::vector<double> levels = {95};
  start = CpuSeconds();
  const Forecast forecast = algorithm.Predict(outcome.model, group.horizon, levels);
  totals->predict_seconds += CpuSeconds() - start;
  Score(c, group.season, forecast.mean, totals);
  for (std::size_t h = 0; h < c.observed.size() && !forecast.intervals.empty(); ++h) {
    const ForecastInterval& interval = forecast.intervals.front();
    totals->covered += c.observed[h] >= interval.lo[h] && c.observed[h] <= interval.hi[h] ? 1 : 0;
  }
  const std::span<const double> shorter(c.y.data(), c.y.size() - c.observed.size());
  start = CpuSeconds();
  totals->refit_evaluations +=
      algorithm.Fit({.y = shorter, .seasons = seasons, .horizon = group.horizon, .like = &outcome.model}).evaluations;
  totals->refit_seconds += CpuSeconds() - start;
}

void Print(const char* group, const Totals& t) {
  std::printf(
      "  %-10s %5.0f  fit %8.4f ms (expected %7.3f) %6.1f evaluations  refit %7.4f ms %5.1f  predict %5.1f us  sMAPE "
      "%6.3f "
      " MASE %5.3f  inside 95 %%: %4.1f %%  failed %.0f\n",
      group, t.series, 1e3 * t.fit_seconds / t.series, 1e3 * t.expected_seconds / t.series, t.evaluations / t.series,
      1e3 * t.refit_seconds / t.series, t.refit_evaluations / t.series, 1e6 * t.predict_seconds / t.series,
      t.percentage_errors / t.forecasts, t.scaled_errors / t.series, 100 * t.covered / t.forecasts, t.failed);
}

void RunR(const std::string& algorithm, const std::string& data, const m3::Group& group, const Options& options,
          const std::vector<Case>& cases, const Totals& ours) {
  const std::string command = std::string("Rscript '" FITD_ENGINE_BENCH_DIR "/peers.R' ") + algorithm + " '" + data +
                              "/" + group.name + ".train.csv' " + std::to_string(group.season) + " " +
                              std::to_string(group.horizon) + " " + std::to_string(options.every);
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return;
  std::map<std::string, const Case*> by_id;
  for (const Case& c : cases) by_id[c.id] = &c;
  Totals theirs;
  double compared = 0;
  double no_worse = 0;
  char line[16384];
  while (fgets(line, sizeof(line), pipe) != nullptr) {
    std::stringstream fields(line);
    std::string id, seconds, aicc, value;
    std::getline(fields, id, ',');
    std::getline(fields, seconds, ',');
    std::getline(fields, aicc, ',');
    std::vector<double> forecast;
    while (std::getline(fields, value, ';')) forecast.push_back(std::strtod(value.c_str(), nullptr));
    ++theirs.series;
    theirs.fit_seconds += std::strtod(seconds.c_str(), nullptr);
    Score(*by_id.at(id), group.season, forecast, &theirs);
    const auto our_aicc = ours.aicc.find(id);
    if (aicc == "NA" || our_aicc == ours.aicc.end()) continue;
    ++compared;
    no_worse += our_aicc->second <= std::strtod(aicc.c_str(), nullptr) + 0.01 ? 1 : 0;
  }
  if (pclose(pipe) != 0 || theirs.series == 0) {
    std::printf("  R          the forecast package does not answer (apt-get install r-cran-forecast)\n");
    return;
  }
  std::printf("  R          %5.0f  fit %8.2f ms: fitd is %.0f times as fast   sMAPE %6.3f  MASE %5.3f", theirs.series,
              1e3 * theirs.fit_seconds / theirs.series, theirs.fit_seconds / ours.fit_seconds,
              theirs.percentage_errors / theirs.forecasts, theirs.scaled_errors / theirs.series);
  if (compared > 0) std::printf("   AICc of fitd no worse by 0.01: %.2f %%", 100 * no_worse / compared);
  std::printf("\n");
}

std::vector<Case> ReadCases(const m3::Group& group, const Options& options) {
  std::vector<Case> cases;
  const m3::SeriesById train = m3::Read(FITD_SHARED_DIR, group.name, "train");
  const m3::SeriesById test = m3::Read(FITD_SHARED_DIR, group.name, "test");
  int at = 0;
  for (const auto& [id, y] : train) {
    if (at++ % options.every != 0) continue;
    Case c{id, y, test.at(id)};
    if (options.holdout) {
      c.observed.assign(y.end() - group.horizon, y.end());
      c.y.resize(y.size() - static_cast<std::size_t>(group.horizon));
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

// Fits everything again and again for three seconds: the kernel samples only 250 times a second.
void PrintProfile(const Algorithm& algorithm, const Options& options) {
  std::vector<std::pair<Case, std::vector<int>>> all;
  for (const m3::Group& group : m3::kGroups) {
    for (Case& c : ReadCases(group, options)) {
      all.emplace_back(std::move(c), std::vector<int>(group.season > 1 ? 1 : 0, group.season));
    }
  }
  bench::SamplingProfile profile;
  const double start = CpuSeconds();
  do {
    for (const auto& [c, seasons] : all) {
      algorithm.Fit({.y = c.y, .seasons = seasons, .horizon = static_cast<int>(c.observed.size())});
    }
  } while (CpuSeconds() - start < 3);
  for (const auto& [name, share] : profile.Stop()) {
    if (share > 0.02) std::printf("  %5.1f %%  %s\n", 100 * share, name.c_str());
  }
}

int Run(const Options& options) {
  for (const std::string& name : options.algorithms) {
    const Algorithm* algorithm = FindAlgorithm(name);
    if (algorithm == nullptr) {
      std::fprintf(stderr, "engine_bench: unknown algorithm: %s\n", name.c_str());
      return 64;
    }
    std::printf("%s\n", name.c_str());
    Totals all;
    for (const m3::Group& group : m3::kGroups) {
      const std::vector<Case> cases = ReadCases(group, options);
      if (cases.empty()) {
        std::fprintf(stderr, "engine_bench: no M3 data below %s\n", FITD_SHARED_DIR);
        return 66;
      }
      Totals totals;
      for (const Case& c : cases) FitOne(*algorithm, c, group, &totals);
      Print(group.name, totals);
      const bool has_peer = name == "ets" || name == "arima" || name == "theta";
      if (options.r && has_peer && !options.holdout) {
        RunR(name, std::string(FITD_SHARED_DIR) + "/data/m3", group, options, cases, totals);
      }
      all.Add(totals);
    }
    Print("all", all);
    if (options.profile) PrintProfile(*algorithm, options);
  }
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  fitd::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--holdout") {
      options.holdout = true;
    } else if (argument == "--profile") {
      options.profile = true;
    } else if (argument == "--r") {
      options.r = true;
    } else if (argument == "--every" && i + 1 < argc) {
      options.every = std::max(1, std::atoi(argv[++i]));
    } else {
      options.algorithms.push_back(argument);
    }
  }
  if (options.algorithms.empty()) options.algorithms = {"ets", "arima", "ces", "theta"};
  return fitd::Run(options);
}
