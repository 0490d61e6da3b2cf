// The flat form of what archives keep: counts before vectors, a version first.
#include <cmath>
#include <iterator>

#include "common/models/combination/combination.h"

namespace fitd {
namespace {

// Reads what the Pack functions wrote; any count out of place fails all later reads.
class Reader {
 public:
  explicit Reader(std::span<const double> data) : data_(data) {}
  double Number() {
    if (at_ >= data_.size()) {
      ok_ = false;
      return 0;
    }
    return data_[at_++];
  }
  std::size_t Count() {
    const double v = Number();
    ok_ = ok_ && v >= 0 && v <= static_cast<double>(data_.size()) && v == std::floor(v);
    return ok_ ? static_cast<std::size_t>(v) : 0;
  }
  int Season() {
    const double v = Number();
    ok_ = ok_ && v >= 1 && v <= 1e9 && v == std::floor(v);
    return ok_ ? static_cast<int>(v) : 1;
  }
  std::vector<double> Vector() {
    std::vector<double> out(Count());
    for (double& v : out) v = Number();
    return out;
  }
  bool ok() const { return ok_; }
  bool Finished() const { return ok_ && at_ == data_.size(); }

 private:
  std::span<const double> data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

void Append(std::vector<double>& out, std::span<const double> values) {
  out.push_back(static_cast<double>(values.size()));
  out.insert(out.end(), values.begin(), values.end());
}

constexpr std::size_t kLevels = std::size(kConformalLevels);
constexpr std::size_t kRules = 4;
constexpr double kValidationVersion = 1;
constexpr double kFleetVersion = 1;

}  // namespace

std::vector<double> PackValidation(const Validation& v) {
  std::vector<double> out = {kValidationVersion, static_cast<double>(v.traits.season),
                             static_cast<double>(v.traits.num_observations), v.traits.scale, v.traits.level};
  Append(out, v.actual);
  out.push_back(static_cast<double>(v.forecast.size()));
  for (const std::vector<double>& f : v.forecast) Append(out, f);
  return out;
}

std::optional<Validation> UnpackValidation(std::span<const double> data) {
  Reader in(data);
  if (in.Number() != kValidationVersion) return std::nullopt;
  Validation v;
  v.traits.season = in.Season();
  const double n = in.Number();
  if (!(n >= 0 && n <= 1e15)) return std::nullopt;
  v.traits.num_observations = static_cast<std::uint64_t>(n);
  v.traits.scale = in.Number();
  v.traits.level = in.Number();
  v.actual = in.Vector();
  v.forecast.resize(in.Count());
  for (std::vector<double>& f : v.forecast) {
    f = in.Vector();
    if (!f.empty() && f.size() != v.actual.size()) return std::nullopt;
  }
  return in.Finished() ? std::optional(std::move(v)) : std::nullopt;
}

std::vector<double> PackFleet(const FleetCombination& fleet) {
  std::vector<double> out = {kFleetVersion, static_cast<double>(fleet.algorithms), static_cast<double>(fleet.rule),
                             static_cast<double>(fleet.groups.size())};
  for (const FleetGroup& g : fleet.groups) {
    out.insert(out.end(), {static_cast<double>(g.season), g.targets, static_cast<double>(g.steps)});
    for (const std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.quantiles, &g.coverage})
      Append(out, *v);
  }
  return out;
}

std::optional<FleetCombination> UnpackFleet(std::span<const double> data) {
  Reader in(data);
  if (in.Number() != kFleetVersion) return std::nullopt;
  FleetCombination fleet;
  fleet.algorithms = static_cast<std::size_t>(in.Season());
  const std::size_t rule = in.Count();
  if (rule >= kRules) return std::nullopt;
  fleet.rule = static_cast<CombineRule>(rule);
  fleet.groups.resize(in.Count());
  for (FleetGroup& g : fleet.groups) {
    g.season = in.Season();
    g.targets = in.Number();
    g.steps = in.Count();
    for (std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.quantiles, &g.coverage}) *v = in.Vector();
    if (g.weights.size() != fleet.algorithms || g.error.size() != fleet.algorithms || g.rule_error.size() != kRules ||
        g.quantiles.size() != g.steps * kLevels || g.coverage.size() != kLevels) {
      return std::nullopt;
    }
  }
  return in.Finished() ? std::optional(std::move(fleet)) : std::nullopt;
}

}  // namespace fitd
