#include "daemon/backtest/accuracy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fitd {
namespace {

const ForecastInterval* FindLevel(const Forecast& forecast, double level, std::size_t steps) {
  for (const ForecastInterval& interval : forecast.intervals) {
    if (interval.level == level && interval.lo.size() >= steps && interval.hi.size() >= steps) return &interval;
  }
  return nullptr;
}

double QuantileLoss(double y, double q, double share) {
  return y >= q ? share * (y - q) : (1 - share) * (q - y);
}

// The continuous ranked probability score of one value; NaN when an interval of kCrpsLevels is missing.
double Crps(const Forecast& forecast, std::size_t step, double y) {
  double sum = QuantileLoss(y, forecast.mean[step], 0.5);
  double count = 1;
  for (const double level : kCrpsLevels) {
    const ForecastInterval* interval = FindLevel(forecast, level, step + 1);
    if (interval == nullptr) return kNotAvailable;
    sum += QuantileLoss(y, interval->lo[step], 0.5 - level / 200);
    sum += QuantileLoss(y, interval->hi[step], 0.5 + level / 200);
    count += 2;
  }
  return 2 * sum / count;
}

void AddInterval(IntervalAccuracy& into, const ForecastInterval* interval, std::size_t step, double y, double scale) {
  if (interval == nullptr) return;
  const double lo = interval->lo[step];
  const double hi = interval->hi[step];
  const double outside = std::max({lo - y, y - hi, 0.0});
  into.coverage.Add(outside > 0 ? 0 : 1);
  into.width.Add(hi - lo);
  if (scale > 0) into.msis.Add((hi - lo + 2 / (1 - interval->level / 100) * outside) / scale);
}

// Two-sided p-value of Student's t (with many degrees of freedom the normal distribution), by the continued fraction of
// the incomplete beta function (Press et al., Numerical Recipes 6.4).
double TwoSided(double t, double degrees) {
  if (!std::isfinite(t)) return kNotAvailable;
  const double x = degrees / (degrees + t * t);
  const double a = degrees / 2;
  constexpr double b = 0.5;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  const auto fraction = [](double p, double q, double z) {
    constexpr double kTiny = 1e-300;
    double c = 1;
    double d = 1 - (p + q) * z / (p + 1);
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    double h = d;
    for (int m = 1; m <= 300; ++m) {
      const double odd = m * (q - m) * z / ((p + 2 * m - 1) * (p + 2 * m));
      const double even = -(p + m) * (p + q + m) * z / ((p + 2 * m) * (p + 2 * m + 1));
      double delta = 0;
      for (const double part : {odd, even}) {
        d = 1 + part * d;
        c = 1 + part / c;
        d = 1 / (std::abs(d) < kTiny ? kTiny : d);
        c = std::abs(c) < kTiny ? kTiny : c;
        delta = c * d;
        h *= delta;
      }
      if (std::abs(delta - 1) < 1e-12) break;
    }
    return h;
  };
  if (t == 0) return 1;
  return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
}

DieboldMariano OverTargets(const AccuracyBoard& board, std::size_t model, std::size_t other,
                           std::span<const std::size_t> targets) {
  Mean mean;
  Mean squares;
  for (const std::size_t t : targets) {
    const double d = board.scaled().AtTarget(model, other, t);
    if (!std::isfinite(d)) continue;
    mean.Add(d);
    squares.Add(d * d);
  }
  DieboldMariano difference;
  difference.mean = mean.value();
  const double n = mean.count;
  if (n < 2) return difference;
  const double variance = std::max(squares.value() - mean.value() * mean.value(), 0.0) * n / (n - 1);
  if (!(variance > 0)) return difference;
  difference.statistic = difference.mean / std::sqrt(variance / n);
  difference.p_value = TwoSided(difference.statistic, n - 1);
  return difference;
}

DieboldMariano OverTime(const AccuracyBoard& board, std::size_t model, std::size_t other) {
  std::vector<double> d;
  for (std::size_t cut = 0; cut < board.scaled().cuts(); ++cut) {
    for (std::size_t h = 0; h < board.scaled().steps(); ++h) {
      const double value = board.scaled().InTime(model, other, cut, h);
      if (std::isfinite(value)) d.push_back(value);
    }
  }
  DieboldMariano difference;
  const auto n = static_cast<double>(d.size());
  double mean = 0;
  for (const double v : d) mean += v / n;
  if (!d.empty()) difference.mean = mean;
  const std::size_t lags = std::min(static_cast<std::size_t>(std::max(board.horizon() - 1, 0)), d.size() / 3);
  if (d.size() < 8) return difference;
  double variance = 0;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double covariance = 0;
    for (std::size_t t = lag; t < d.size(); ++t) covariance += (d[t] - mean) * (d[t - lag] - mean) / n;
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    variance += (lag == 0 ? 1 : 2 * weight) * covariance;
  }
  if (!(variance > 0)) return difference;
  const auto h = static_cast<double>(lags + 1);
  const double correction = std::sqrt(std::max((n + 1 - 2 * h + h * (h - 1) / n) / n, 1 / n));
  difference.statistic = mean / std::sqrt(variance / n) * correction;
  difference.p_value = TwoSided(difference.statistic, n - 1);
  return difference;
}

}  // namespace

ErrorScale ScaleOf(std::span<const double> known, int season) {
  const std::size_t lag = known.size() > static_cast<std::size_t>(season) ? static_cast<std::size_t>(season) : 1;
  Mean absolute;
  Mean square;
  for (std::size_t t = lag; t < known.size(); ++t) {
    const double change = known[t] - known[t - lag];
    absolute.Add(std::abs(change));
    square.Add(change * change);
  }
  return {absolute.count > 0 ? absolute.value() : 0, square.count > 0 ? square.value() : 0};
}

std::vector<double> SeasonalNaive(std::span<const double> known, int season, int horizon) {
  const std::size_t lag = known.size() >= static_cast<std::size_t>(season) ? static_cast<std::size_t>(season) : 1;
  std::vector<double> forecast;
  for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
    forecast.push_back(known[known.size() - lag + h % lag]);
  }
  return forecast;
}

AccuracyBoard::AccuracyBoard(std::vector<std::string> models, int horizon, std::size_t targets)
    : models_(std::move(models)),
      targets_(targets),
      total_(models_.size()),
      steps_(models_.size(), std::vector<Accuracy>(static_cast<std::size_t>(horizon))),
      target_smape_(models_.size() * targets),
      missing_(models_.size(), 0),
      target_missing_(models_.size() * targets, false),
      scaled_(models_.size(), static_cast<std::size_t>(horizon), targets) {
  NextCut();
}

void AccuracyBoard::Add(std::size_t target, std::span<const double> actual, const ErrorScale& scale,
                        std::span<const Forecast> forecasts) {
  forecasts_ += static_cast<std::uint64_t>(
      std::count_if(actual.begin(), actual.end(), [](double v) { return std::isfinite(v); }));
  std::vector<std::vector<double>> errors;
  std::vector<bool> gives;
  for (std::size_t m = 0; m < models_.size(); ++m) {
    const std::uint64_t missing = missing_[m];
    errors.push_back(AddModel(m, target, actual, scale, forecasts[m]));
    gives.push_back(missing_[m] == missing);
  }
  scaled_.Add(target, errors, gives);
}

std::vector<double> AccuracyBoard::AddModel(std::size_t model, std::size_t target, std::span<const double> actual,
                                            const ErrorScale& scale, const Forecast& forecast) {
  std::vector<double> scaled(steps_[model].size(), kNotAvailable);
  Mean absolute;
  Mean square;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const bool there = h < forecast.mean.size() && std::isfinite(forecast.mean[h]);
    if (there || !std::isfinite(actual[h])) continue;
    ++missing_[model];
    target_missing_[model * targets_ + target] = true;
  }
  const std::size_t steps = std::min({actual.size(), forecast.mean.size(), steps_[model].size()});
  for (std::size_t h = 0; h < steps; ++h) {
    const double y = actual[h];
    const double f = forecast.mean[h];
    if (!std::isfinite(y) || !std::isfinite(f)) continue;
    const double size = std::abs(y) + std::abs(f);
    const double smape = size > 0 ? 200 * std::abs(y - f) / size : 0;
    const double crps = Crps(forecast, h, y);
    absolute.Add(std::abs(f - y));
    square.Add((f - y) * (f - y));
    target_smape_[model * targets_ + target].Add(smape);
    if (scale.absolute > 0) scaled[h] = std::abs(f - y) / scale.absolute;
    for (Accuracy* into : {&total_[model], &steps_[model][h]}) {
      into->smape.Add(smape);
      into->mae.Add(std::abs(f - y));
      into->bias.Add(f - y);
      into->crps.Add(crps);
      AddInterval(into->at_80, FindLevel(forecast, 80, h + 1), h, y, scale.absolute);
      AddInterval(into->at_95, FindLevel(forecast, 95, h + 1), h, y, scale.absolute);
    }
    if (scale.absolute > 0) steps_[model][h].mase.Add(std::abs(f - y) / scale.absolute);
    if (scale.square > 0) steps_[model][h].rmsse.Add(std::abs(f - y) / std::sqrt(scale.square));
  }
  if (absolute.count == 0) return scaled;
  if (scale.absolute > 0) total_[model].mase.Add(absolute.value() / scale.absolute);
  if (scale.square > 0) total_[model].rmsse.Add(std::sqrt(square.value() / scale.square));
  return scaled;
}

int AccuracyBoard::BestFor(std::size_t target) const {
  int best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (const bool by_mase : {true, false}) {
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const double error = by_mase ? target_mase(m, target) : target_smape(m, target);
      if (!(error < least) || !target_complete(m, target)) continue;
      least = error;
      best = static_cast<int>(m);
    }
    if (best >= 0) break;
  }
  return best;
}

int AccuracyBoard::Best() const {
  int best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < models_.size(); ++m) {
    const double mase = total_[m].mase.value();
    const double error = std::isfinite(mase) ? mase : total_[m].smape.value();
    if (!(error < least) || missing_[m] > 0) continue;
    least = error;
    best = static_cast<int>(m);
  }
  return best;
}

DieboldMariano CompareModels(const AccuracyBoard& board, std::size_t model, std::size_t other) {
  std::vector<std::size_t> targets(board.targets());
  std::iota(targets.begin(), targets.end(), std::size_t{0});
  const DieboldMariano difference = CompareModels(board, model, other, targets);
  return std::isfinite(difference.mean) ? difference : OverTime(board, model, other);
}

DieboldMariano CompareModels(const AccuracyBoard& board, std::size_t model, std::size_t other,
                             std::span<const std::size_t> targets) {
  const auto measured = static_cast<std::size_t>(std::count_if(targets.begin(), targets.end(), [&](std::size_t t) {
    return std::isfinite(board.scaled().AtTarget(model, other, t));
  }));
  return measured >= kTargetsToCompare ? OverTargets(board, model, other, targets) : DieboldMariano();
}

}  // namespace fitd
