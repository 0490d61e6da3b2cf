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

constexpr std::size_t kNumRules = 4;
// Version 2 did not tell intermittent targets; version 3 of a validation knew no tails, that of a fleet one width for
// all steps and no credit, version 4 no lengths; version 5 of a validation no doubts, that of a fleet one weight of a
// member for mean and width.
constexpr double kValidationVersion = 6;
constexpr double kFleetVersion = 6;

bool IsVersion(double version, double newest) {
  return version >= 1 && version <= newest && version == std::floor(version);
}

std::vector<double> AsNumbers(std::span<const int> values) {
  return {values.begin(), values.end()};
}

std::optional<std::vector<int>> AsSeasons(std::span<const double> values) {
  std::vector<int> seasons;
  for (const double v : values) {
    if (!(v > 1 && v <= 1e9 && v == std::floor(v))) return std::nullopt;
    seasons.push_back(static_cast<int>(v));
  }
  return seasons;
}

std::optional<std::vector<int>> AsPlaces(std::span<const double> values) {
  std::vector<int> places;
  for (const double v : values) {
    if (!(v >= 0 && v < 256 && v == std::floor(v))) return std::nullopt;
    places.push_back(static_cast<int>(v));
  }
  return places;
}

// Version 1 knew one season a group and quantiles of errors in units of the scale.
bool ReadGroupOfVersion1(Reader& in, std::size_t algorithms, CombineRule rule, FleetGroup& g) {
  const int season = in.Season();
  if (season > 1) g.seasons = {season};
  g.rule = rule;
  g.targets = in.Number();
  g.steps = in.Count();
  for (std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.quantiles, &g.coverage}) *v = in.Vector();
  return g.weights.size() == algorithms && g.error.size() == algorithms && g.rule_error.size() == kNumRules &&
         g.quantiles.size() == g.steps * kNumConformalLevels && g.coverage.size() == kNumConformalLevels;
}

bool ReadGroup(Reader& in, double version, std::size_t algorithms, FleetGroup& g) {
  const std::optional<std::vector<int>> seasons = AsSeasons(in.Vector());
  g.intermittent = version > 2 && in.Number() != 0;
  const std::size_t rule = in.Count();
  if (!seasons || rule >= kNumRules) return false;
  g.seasons = *seasons;
  g.rule = static_cast<CombineRule>(rule);
  g.targets = in.Number();
  const double steps = in.Number();
  if (!(steps >= 0 && steps <= 1e9)) return false;
  g.steps = static_cast<std::size_t>(steps);
  g.sharpness = in.Number();
  g.trust = in.Number();
  if (!(g.sharpness >= 0 && g.sharpness <= 10 && g.trust >= 0 && g.trust <= 100)) return false;
  g.credit = version > 3 ? in.Number() : 0;
  if (!(g.credit >= 0 && g.credit <= 100)) return false;
  for (std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.factors, &g.coverage}) *v = in.Vector();
  if (version > 3) {
    g.early = in.Number();
    g.early_mean = in.Number();
    if (!(std::abs(g.early) <= 10 && g.early_mean >= 0 && g.early_mean <= 1)) return false;
  }
  if (version > 4) {
    g.brevity = in.Number();
    g.brevity_mean = in.Number();
    if (!(std::abs(g.brevity) <= 10 && g.brevity_mean >= 0 && g.brevity_mean <= kBrevityUnit)) return false;
  }
  if (version > 5) g.width_power = in.Number();
  if (!(g.width_power >= 0 && g.width_power <= 1)) return false;
  return g.weights.size() == algorithms && g.error.size() == algorithms && g.rule_error.size() == kNumRules &&
         g.factors.size() == kNumConformalLevels && g.coverage.size() == kNumConformalLevels;
}

}  // namespace

std::vector<double> PackValidation(const Validation& v) {
  std::vector<double> out = {kValidationVersion, static_cast<double>(v.traits.season),
                             static_cast<double>(v.traits.num_observations), v.traits.scale, v.traits.level};
  out.push_back(v.traits.lowest);
  out.push_back(v.traits.intermittent ? 1 : 0);
  out.insert(out.end(), {v.traits.tails.at80, v.traits.tails.at95});
  Append(out, AsNumbers(v.traits.seasons));
  Append(out, AsNumbers(v.members));
  Append(out, v.actual);
  out.push_back(static_cast<double>(v.forecast.size()));
  for (const std::vector<double>& f : v.forecast) Append(out, f);
  for (const std::vector<double>& d : v.deviation) Append(out, d);
  Append(out, v.earlier_actual);
  out.push_back(static_cast<double>(v.earlier_forecast.size()));
  for (const std::vector<double>& f : v.earlier_forecast) Append(out, f);
  Append(out, v.traits.spread);
  out.push_back(v.traits.doubtful ? 1 : 0);
  return out;
}

std::optional<Validation> UnpackValidation(std::span<const double> data) {
  Reader in(data);
  const double version = in.Number();
  if (!IsVersion(version, kValidationVersion)) return std::nullopt;
  Validation v;
  v.traits.season = in.Season();
  const double n = in.Number();
  if (!(n >= 0 && n <= 1e15)) return std::nullopt;
  v.traits.num_observations = static_cast<std::uint64_t>(n);
  v.traits.scale = in.Number();
  v.traits.level = in.Number();
  if (version == 1) {
    v.traits.lowest = -HUGE_VAL;  // not known
    if (v.traits.season > 1) v.traits.seasons = {v.traits.season};
  } else {
    v.traits.lowest = in.Number();
    v.traits.intermittent = version > 2 && in.Number() != 0;
    if (version > 3) {
      v.traits.tails.at80 = in.Number();
      v.traits.tails.at95 = in.Number();
      if (!(v.traits.tails.at80 > 0 && v.traits.tails.at80 < 10)) return std::nullopt;
      if (!(v.traits.tails.at95 > 0 && v.traits.tails.at95 < 10)) return std::nullopt;
    }
    const std::optional<std::vector<int>> seasons = AsSeasons(in.Vector());
    const std::optional<std::vector<int>> members = AsPlaces(in.Vector());
    if (!seasons || !members) return std::nullopt;
    v.traits.seasons = *seasons;
    v.members = *members;
  }
  v.actual = in.Vector();
  v.forecast.resize(in.Count());
  v.deviation.resize(v.forecast.size());
  for (std::vector<double>& f : v.forecast) {
    f = in.Vector();
    if (!f.empty() && f.size() != v.actual.size()) return std::nullopt;
  }
  for (std::size_t a = 0; version != 1 && a < v.deviation.size(); ++a) {
    v.deviation[a] = in.Vector();
    if (!v.deviation[a].empty() && v.deviation[a].size() != v.forecast[a].size()) return std::nullopt;
  }
  if (version != 1) {
    v.earlier_actual = in.Vector();
    v.earlier_forecast.resize(in.Count());
    for (std::vector<double>& f : v.earlier_forecast) {
      f = in.Vector();
      if (!f.empty() && f.size() != v.earlier_actual.size()) return std::nullopt;
    }
  }
  if (version > 4) v.traits.spread = in.Vector();
  v.traits.doubtful = version > 5 && in.Number() != 0;
  const auto is_factor = [](double factor) { return factor > 0 && factor < 1e6; };
  if (!std::all_of(v.traits.spread.begin(), v.traits.spread.end(), is_factor)) return std::nullopt;
  return in.Finished() ? std::optional(std::move(v)) : std::nullopt;
}

std::vector<double> PackFleet(const FleetCombination& fleet) {
  std::vector<double> out = {kFleetVersion, static_cast<double>(fleet.algorithms),
                             static_cast<double>(fleet.groups.size())};
  for (const FleetGroup& g : fleet.groups) {
    Append(out, AsNumbers(g.seasons));
    out.push_back(g.intermittent ? 1 : 0);
    out.insert(out.end(),
               {static_cast<double>(g.rule), g.targets, static_cast<double>(g.steps), g.sharpness, g.trust, g.credit});
    for (const std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.factors, &g.coverage}) Append(out, *v);
    out.insert(out.end(), {g.early, g.early_mean, g.brevity, g.brevity_mean, g.width_power});
  }
  return out;
}

std::optional<FleetCombination> UnpackFleet(std::span<const double> data) {
  Reader in(data);
  const double version = in.Number();
  if (!IsVersion(version, kFleetVersion)) return std::nullopt;
  FleetCombination fleet;
  fleet.algorithms = static_cast<std::size_t>(in.Season());
  const std::size_t rule = version == 1 ? in.Count() : 0;
  if (rule >= kNumRules) return std::nullopt;
  fleet.first_version = version == 1;
  if (fleet.first_version) fleet.first_rule = static_cast<CombineRule>(rule);
  fleet.groups.resize(in.Count());
  for (FleetGroup& g : fleet.groups) {
    const bool read = version == 1 ? ReadGroupOfVersion1(in, fleet.algorithms, static_cast<CombineRule>(rule), g)
                                   : ReadGroup(in, version, fleet.algorithms, g);
    if (!read) return std::nullopt;
  }
  return in.Finished() ? std::optional(std::move(fleet)) : std::nullopt;
}

}  // namespace fitd
