// How many observations a second and core detection follows with the four default models, and what a target's state
// takes: non-seasonal random walks, fitted on their first 200 values.
//
//   detect_bench [series] [observations each]
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

#include "common/detect/target_detector.h"
#include "common/fit/local_fit.h"
#include "common/models/base/algorithm.h"

namespace {

constexpr fitd::TimeNs kMinute = 60'000'000'000;
constexpr std::size_t kWarmup = 200;

std::vector<double> Walk(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> values;
  double level = 100;
  for (std::size_t i = 0; i < count; ++i) {
    level += 0.3 * noise(random);
    values.push_back(level + noise(random));
  }
  return values;
}

fitd::TargetDetector Warmed(const std::vector<double>& values, const fitd::Step& step) {
  std::vector<fitd::TimeNs> times;
  for (std::size_t i = 0; i < kWarmup; ++i) times.push_back(static_cast<fitd::TimeNs>(i) * kMinute);
  const std::span<const double> head = std::span(values).first(kWarmup);
  fitd::LocalFitOptions options;
  options.algorithms = {"ets", "arima", "ces", "theta"};
  options.seasons = std::vector<int>{};
  const fitd::TargetFit fit = fitd::FitTarget({"walk", head, {0, step}}, options);
  std::vector<std::unique_ptr<fitd::ModelFilter>> models;
  std::vector<std::unique_ptr<fitd::ModelFilter>> pass;
  for (const fitd::AlgorithmFit& one : fit.fits) {
    const fitd::Algorithm* algorithm = fitd::FindAlgorithm(one.outcome.model.algorithm);
    models.push_back(algorithm->Resume(one.outcome.model));
    pass.push_back(algorithm->Resume(one.outcome.model));
  }
  fitd::TargetDetector detector(step);
  detector.SetModels(std::move(models));
  detector.Warm(times, head, std::move(pass), 0);
  return detector;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t series = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20;
  const std::size_t length = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 20'000;
  const fitd::Step step{fitd::Step::Unit::kNanosecond, kMinute};
  double seconds = 0;
  std::size_t bytes = 0;
  std::size_t alerts = 0;
  for (std::size_t s = 0; s < series; ++s) {
    const std::vector<double> values = Walk(kWarmup + length, static_cast<std::uint32_t>(s + 1));
    fitd::TargetDetector detector = Warmed(values, step);
    const std::clock_t start = std::clock();
    for (std::size_t i = kWarmup; i < values.size(); ++i) {
      alerts += detector.Observe(static_cast<fitd::TimeNs>(i) * kMinute, values[i], {}).alert;
    }
    seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    bytes += detector.Pack().size();
  }
  const auto observations = static_cast<double>(series * length);
  fmt::print("{:.0f} observations a second and core ({} series, {} observations each, {} alerts)\n",
             observations / seconds, series, length, alerts);
  fmt::print("{} bytes of histories a target\n", bytes / series);
  return 0;
}
