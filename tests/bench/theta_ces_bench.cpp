// CPU time and accuracy of the cheap algorithms on the M3 series.
// theta_ces_bench [--holdout] [ALGORITHM...]: a table of CPU ms per fit and sMAPE per group; --holdout scores the last
// horizon of each training series instead of the test files, for choosing without looking.
#include <cstdio>
#include <cstring>
#include <ctime>

#include "common/models/algorithm.h"
#include "tests/support/m3_data.h"

namespace fitd {
namespace {

double CpuSeconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Score {
  double percentage_errors = 0;
  std::size_t num_forecasts = 0;
  double scaled_errors = 0;
  std::size_t num_series = 0;
  double seconds = 0;
  double evaluations = 0;
  std::size_t failed = 0;
  std::size_t covered95 = 0;

  void Add(const Score& s) {
    percentage_errors += s.percentage_errors;
    num_forecasts += s.num_forecasts;
    scaled_errors += s.scaled_errors;
    num_series += s.num_series;
    seconds += s.seconds;
    evaluations += s.evaluations;
    failed += s.failed;
    covered95 += s.covered95;
  }
};

void ScoreSeries(const Algorithm& algorithm, std::vector<double> y, std::vector<double> observed,
                 const m3::Group& group, bool holdout, Score& score) {
  const std::size_t horizon = static_cast<std::size_t>(group.horizon);
  if (holdout) {
    observed.assign(y.end() - group.horizon, y.end());
    y.resize(y.size() - horizon);
  }
  const std::vector<int> seasons = group.season > 1 ? std::vector<int>{group.season} : std::vector<int>{};
  const double start = CpuSeconds();
  const FitOutcome outcome = algorithm.Fit({.y = y, .seasons = seasons, .horizon = group.horizon});
  score.seconds += CpuSeconds() - start;
  score.evaluations += outcome.evaluations;
  ++score.num_series;
  if (outcome.status == FitStatus::kFailed) {
    ++score.failed;
    return;
  }
  const std::vector<double> levels = {95};
  const Forecast forecast = algorithm.Predict(outcome.model, group.horizon, levels);
  double absolute = 0, scale = 0;
  for (std::size_t h = 0; h < observed.size(); ++h) {
    score.percentage_errors += m3::SymmetricPercentageError(observed[h], forecast.mean[h]);
    absolute += std::fabs(observed[h] - forecast.mean[h]);
    score.covered95 += observed[h] >= forecast.intervals[0].lo[h] && observed[h] <= forecast.intervals[0].hi[h];
  }
  score.num_forecasts += observed.size();
  const std::size_t m = static_cast<std::size_t>(group.season);
  for (std::size_t t = m; t < y.size(); ++t) scale += std::fabs(y[t] - y[t - m]);
  scale /= static_cast<double>(y.size() - m);
  if (scale > 0) score.scaled_errors += absolute / static_cast<double>(observed.size()) / scale;
}

void Print(const char* group, const Score& s) {
  const double series = static_cast<double>(s.num_series);
  std::printf("  %-10s %8.4f ms  %7.1f evaluations  sMAPE %6.3f  MASE %6.3f  inside 95 %%: %5.1f %%  failed %zu\n",
              group, 1e3 * s.seconds / series, s.evaluations / series,
              s.percentage_errors / static_cast<double>(s.num_forecasts), s.scaled_errors / series,
              100.0 * static_cast<double>(s.covered95) / static_cast<double>(s.num_forecasts), s.failed);
}

int Run(const std::vector<std::string>& names, bool holdout) {
  for (const std::string& name : names) {
    const Algorithm* algorithm = FindAlgorithm(name);
    if (algorithm == nullptr) {
      std::fprintf(stderr, "unknown algorithm: %s\n", name.c_str());
      return 64;
    }
    std::printf("%s\n", name.c_str());
    Score all;
    for (const m3::Group& group : m3::kGroups) {
      const m3::SeriesById train = m3::Read(FITD_SHARED_DIR, group.name, "train");
      const m3::SeriesById test = m3::Read(FITD_SHARED_DIR, group.name, "test");
      Score score;
      for (const auto& [id, y] : train) ScoreSeries(*algorithm, y, test.at(id), group, holdout, score);
      if (score.num_series == 0) {
        std::fprintf(stderr, "no M3 data below %s\n", FITD_SHARED_DIR);
        return 66;
      }
      Print(group.name, score);
      all.Add(score);
    }
    Print("all", all);
  }
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  std::vector<std::string> names;
  bool holdout = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--holdout") == 0) {
      holdout = true;
    } else {
      names.emplace_back(argv[i]);
    }
  }
  if (names.empty()) names = {"seasonal-naive", "theta", "ces"};
  return fitd::Run(names, holdout);
}
