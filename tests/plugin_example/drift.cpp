// Random walk with drift, as a plugin: the model is its last value, mean change and the variance of the changes.
#include <fitd/algorithm.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

class Drift : public fitd::plugin::Algorithm {
 public:
  fitd::plugin::FittedModel Fit(const fitd::plugin::Series& series, const fitd::plugin::Logger& logger) override {
    const auto y = series.values;
    if (series.target.ends_with("crash")) std::abort();
    if (y.size() < 3) throw std::runtime_error("drift needs 3 values");
    if (series.target.ends_with("talks")) logger.Warning("a line of the plugin at " + std::string(series.step));
    const double slope = (y.back() - y.front()) / static_cast<double>(y.size() - 1);
    double sum = 0;
    for (std::size_t i = 1; i < y.size(); ++i) sum += std::pow(y[i] - y[i - 1] - slope, 2);
    const std::array<double, 3> model = {y.back(), slope, sum / static_cast<double>(y.size() - 2)};
    return {{reinterpret_cast<const char*>(model.data()), sizeof(model)}, {{"drift", slope}, {"sigma2", model[2]}}};
  }

  fitd::plugin::Forecast Forecast(std::string_view bytes, int horizon, std::span<const double> levels) override {
    std::array<double, 3> model{};
    if (bytes.size() != sizeof(model)) throw std::runtime_error("not a model of drift");
    std::memcpy(model.data(), bytes.data(), sizeof(model));
    fitd::plugin::Forecast forecast;
    for (int h = 1; h <= horizon; ++h) forecast.mean.push_back(model[0] + h * model[1]);
    for (const double level : levels) {
      const double z = level / 50;  // a crude quantile: an example, not statistics
      fitd::plugin::Interval interval{level, {}, {}};
      for (int h = 1; h <= horizon; ++h) {
        const double half = z * std::sqrt(h * model[2]);
        interval.lo.push_back(forecast.mean[static_cast<std::size_t>(h - 1)] - half);
        interval.hi.push_back(forecast.mean[static_cast<std::size_t>(h - 1)] + half);
      }
      forecast.intervals.push_back(std::move(interval));
    }
    return forecast;
  }
};

FITD_ALGORITHM(Drift)
