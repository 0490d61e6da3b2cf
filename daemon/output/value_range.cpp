#include "daemon/output/value_range.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace fitd {
namespace {

void Clamp(const ValueRange& range, std::vector<double>& values) {
  for (double& v : values) {
    if (range.lowest) v = std::max(v, *range.lowest);
    if (range.highest) v = std::min(v, *range.highest);
    v += 0.0;  // turns -0 (rounded -0.4) into 0
  }
}

// Shrinks a range to its whole numbers; unchanged when it has none.
ValueRange WholeNumbers(ValueRange range) {
  const std::optional<double> lowest = range.lowest, highest = range.highest;
  if (lowest) range.lowest = std::ceil(*lowest);
  if (highest) range.highest = std::floor(*highest);
  if (range.lowest && range.highest && *range.lowest > *range.highest) return {lowest, highest, range.integer};
  return range;
}

}  // namespace

ValueRange ValueRangeOf(std::string_view options) {
  ValueRange range;
  const auto json = nlohmann::json::parse(options, nullptr, false);
  if (!json.is_object()) return range;
  const auto number = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
  };
  range.lowest = number("min");
  range.highest = number("max");
  const auto integer = json.find("integer");
  range.integer = integer != json.end() && integer->is_boolean() && integer->get<bool>();
  return range;
}

void BringInside(const ValueRange& range, Forecast& forecast) {
  if (range.integer) {
    for (double& v : forecast.mean) v = std::round(v);
    for (ForecastInterval& interval : forecast.intervals) {
      // A value is the whole number nearest to what the model describes, so its quantiles are the rounded ones of the
      // model.
      for (double& v : interval.lo) v = std::round(v);
      for (double& v : interval.hi) v = std::round(v);
    }
  }
  const ValueRange inside = range.integer ? WholeNumbers(range) : range;
  Clamp(inside, forecast.mean);
  for (ForecastInterval& interval : forecast.intervals) {
    Clamp(inside, interval.lo);
    Clamp(inside, interval.hi);
  }
}

}  // namespace fitd
