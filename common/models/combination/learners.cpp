#include "common/models/combination/learners.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>
#include <utility>

#include "common/checksum.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/minimize.h"

namespace fitd {
namespace {

// Constants of the search. The smoothing and the penalty of few have not been swept since errors lost their units.
constexpr int kMostEvaluations = 60;  // of the weights' objective, per fold
constexpr double kSmoothing = 0.2;    // |e| is sqrt(e^2 + kSmoothing^2), e in units of the mean error
// On squared distances of logits from where they start, relative to the mean error, and as much per number of targets.
// kPenalty 0.002, 0.004, 0.008 and 0.02, MASE of three held-out horizons of M3 yearly in the mean: 2.763, 2.767, 2.760,
// 2.765, of other series 2.043, 2.048, 2.055, 2.064, of quarters 1.113, 1.114, 1.115, 1.117.
constexpr double kPenalty = 2e-3;
constexpr double kPenaltySmall = 0.2;
constexpr double kSizeShare = 0.5;           // of a target's size in its unit of error, the rest is its scale's
constexpr double kUsualOrigins = 2;          // of a target: the last and the one before
constexpr double kLargestLearnerError = 10;  // times the median target's: a target with larger ones has a larger unit

FleetGroup& GroupOf(std::vector<FleetGroup>& groups, const TargetTraits& traits) {
  const auto key = [](const auto& one) { return std::tie(one.seasons, one.intermittent); };
  const auto at = std::lower_bound(groups.begin(), groups.end(), traits,
                                   [&](const FleetGroup& g, const TargetTraits& t) { return key(g) < key(t); });
  if (at != groups.end() && key(*at) == key(traits)) return *at;
  FleetGroup group;
  group.seasons = traits.seasons;
  group.intermittent = traits.intermittent;
  return *groups.insert(at, std::move(group));
}

// What errors of a target count in: size and scale alike, so that sMAPE and MASE both are served and a constant added
// to the data of a fleet changes no weight.
double UnitOf(const Validation& v) {
  double size = 0;
  double count = 0;
  for (const double y : v.actual) {
    if (!std::isfinite(y)) continue;
    count += 1;
    size += (std::abs(y) - size) / count;
  }
  if (!(v.traits.scale > 0)) return size;
  if (!(size > 0) || v.traits.intermittent) return v.traits.scale;  // of zeros the size is chance
  return Exp(kSizeShare * Log(size) + (1 - kSizeShare) * Log(v.traits.scale));
}

// Averages the errors that equal weights make over the rows from `first` on.
double MeanErrorOfRows(const Learners& learners, std::size_t first) {
  const std::size_t width = learners.width();
  double sum = 0;
  double rows = 0;
  for (std::size_t r = first * width; r + width <= learners.rows.size(); r += width) {
    double combined = 0;
    double count = 0;
    for (std::size_t j = 1; j < width; ++j) {
      const double f = learners.rows[r + j];
      if (std::isnan(f)) continue;
      count += 1;
      combined += (f - combined) / count;
    }
    rows += 1;
    sum += (std::abs(learners.rows[r] - combined) - sum) / rows;
  }
  return sum;
}

// Counts n targets whose errors of equal weights correlate by rho at a step as n / (1 + (n - 1) rho). What all share
// anyway, such as a trend that goes on, is no clock: up to kShared it counts for nothing.
class Independence {
 public:
  void Add(const Validation& v) {
    const double mean = MeanError(HeldOutErrors(v));
    if (!(mean > 0) || !std::isfinite(mean)) return;
    if (sum_.size() < v.actual.size()) {
      sum_.resize(v.actual.size());
      squares_.resize(v.actual.size());
      count_.resize(v.actual.size());
    }
    for (std::size_t h = 0; h < v.actual.size(); ++h) {
      double error = 0;
      double forecasts = 0;
      for (const std::vector<double>& f : v.forecast) {
        if (!IsUsable(f) || !std::isfinite(v.actual[h])) continue;
        forecasts += 1;
        error += ((f[h] - v.actual[h]) / mean - error) / forecasts;
      }
      if (!(forecasts > 0)) continue;
      sum_[h] += error;
      squares_[h] += error * error;
      count_[h] += 1;
    }
  }

  double Targets(double targets) const {
    double common = 0;
    double all = 0;
    for (std::size_t h = 0; h < sum_.size(); ++h) {
      if (count_[h] < 2) continue;
      common += (sum_[h] * sum_[h] - squares_[h]) / (count_[h] * (count_[h] - 1));
      all += squares_[h] / count_[h];
    }
    const double rho = all > 0 ? std::clamp(common / all - kShared, 0.0, 1.0) : 0.0;
    return targets / (1 + (targets - 1) * rho);
  }

 private:
  static constexpr double kShared = 0.2;  // a guess: fleets of separate things lie below, zones of one grid far above
  std::vector<double> sum_, squares_, count_;
};

// Rows of one target from one origin, which has at least two forecasts.
void AppendRows(const Validation& one, double unit, std::size_t fold, Learners& learners) {
  std::vector<std::size_t> usable;
  bool claims_count = ClaimsCount(one.traits);
  for (std::size_t a = 0; a < one.forecast.size(); ++a) {
    if (!IsUsable(one.forecast[a])) continue;
    usable.push_back(a);
    claims_count = claims_count && a < one.deviation.size() && one.deviation[a].size() == one.forecast[a].size();
  }
  if (usable.size() < 2) return;
  std::vector<double> values, claims;
  for (std::size_t h = 0; h < one.actual.size(); ++h) {
    if (!std::isfinite(one.actual[h])) continue;
    values.clear();
    claims.clear();
    for (const std::size_t a : usable) {
      values.push_back(one.forecast[a][h]);
      if (claims_count) claims.push_back(one.deviation[a][h]);
    }
    Winsorize(values, one.traits.scale, claims);
    const std::size_t row = learners.rows.size();
    learners.rows.resize(row + learners.width(), kNotAvailable);
    learners.rows[row] = one.actual[h] / unit;
    for (std::size_t k = 0; k < usable.size(); ++k) learners.rows[row + 1 + usable[k]] = values[k] / unit;
    learners.row_fold.push_back(fold);
  }
}

// How well members know a season that they have seen so often: none takes less than two for one.
double KnowledgeOf(double cycles) {
  constexpr double kLeast = 2, kMost = 4, kOfTwo = 0.05;
  return cycles < kLeast ? 0 : std::min(kOfTwo + (1 - kOfTwo) * (cycles - kLeast) / (kMost - kLeast), 1.0);
}

// How much of what those fitted to the whole series know of their longest season members do not when values are held
// out: then errors tell which does without, not which will be the best. Members for what is mostly zero know no season
// anyway, none is new where the whole series has it less than twice, nor where it hardly is one.
double IsNew(const Validation& v) {
  if (v.traits.seasons.empty() || v.traits.intermittent || v.traits.doubtful) return 0;
  const double season = v.traits.seasons.back();
  const auto before = static_cast<double>(v.traits.num_observations);
  const double all = KnowledgeOf((before + static_cast<double>(v.actual.size())) / season);
  return all > 0 ? 1 - KnowledgeOf(before / season) / all : 0;
}

// Learners stand in the order of these, whatever they are called and counted in: folds would else go by names. Of 20
// monthly series 9 of 10 orders of names gave "median", and one "weighted".
std::uint64_t KeyOf(const Validation& v) {
  std::uint64_t key = v.traits.num_observations;
  for (const double value : v.actual) {
    const double off = (value - v.traits.level) / v.traits.scale;
    if (!std::isfinite(off)) continue;
    const double rounded = std::round(1024 * off) + 0.0;
    key = Checksum64({reinterpret_cast<const char*>(&rounded), sizeof(rounded)}, key);
  }
  return key;
}

double PenaltyOfFew(const Learners& learners) {
  return kPenaltySmall / std::max(learners.independent, 1.0);
}

// Smoothed mean of |y - f| of the weighted means over the rows outside `fold`, as a function of logits.
double WeightedError(const Learners& learners, std::size_t fold, double penalty, std::span<const double> prior,
                     std::span<const double> logits, std::span<double> gradient) {
  const std::size_t p = logits.size();
  std::vector<double> w(p);
  std::vector<double> slope(p, 0.0);
  const double largest = *std::max_element(logits.begin(), logits.end());
  for (std::size_t j = 0; j < p; ++j) w[j] = Exp(logits[j] - largest);
  double sum = 0;
  double count = 0;
  const double* row = learners.rows.data();
  for (const std::size_t row_fold : learners.row_fold) {
    const double actual = row[0];
    const double* f = row + 1;
    row += learners.width();
    if (row_fold == fold) continue;
    double combined = 0, total = 0;
    for (std::size_t j = 0; j < p; ++j) {
      if (std::isnan(f[j])) continue;
      combined += w[j] * f[j];
      total += w[j];
    }
    count += 1;
    if (!(total > 0)) continue;
    combined /= total;
    const double error = combined - actual;
    const double smooth = std::sqrt(error * error + kSmoothing * kSmoothing);
    sum += smooth;
    const double d = error / smooth / total;
    for (std::size_t j = 0; j < p; ++j) {
      if (!std::isnan(f[j])) slope[j] += d * w[j] * (f[j] - combined);
    }
  }
  if (!(count > 0)) return 0;
  double value = sum / count;
  for (std::size_t j = 0; j < p; ++j) {
    const double from = logits[j] - prior[j];
    value += penalty * from * from;
    if (!gradient.empty()) gradient[j] = slope[j] / count + 2 * penalty * from;
  }
  return value;
}

}  // namespace

// Groups, how many targets each has, and of these the learners.
std::vector<Learners> FindLearners(std::size_t targets, const ValidationSource& validations,
                                   const CombinationPrior& prior, FleetCombination& fleet) {
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    assert(v.forecast.size() <= fleet.algorithms);
    if (!v.actual.empty()) {
      GroupOf(fleet.groups, v.traits).targets += 1;
    } else if (KnowsOf(prior, v.traits)) {
      GroupOf(fleet.groups, v.traits);
    }
  }
  std::vector<Learners> learners(fleet.groups.size());
  for (Learners& one : learners) one.algorithms = fleet.algorithms;
  std::vector<std::vector<std::pair<std::uint64_t, std::size_t>>> by_values(fleet.groups.size());
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    if (v.actual.empty()) continue;
    const auto g = static_cast<std::size_t>(&GroupOf(fleet.groups, v.traits) - fleet.groups.data());
    by_values[g].emplace_back(KeyOf(v), i);
  }
  for (std::size_t g = 0; g < by_values.size(); ++g) {
    std::sort(by_values[g].begin(), by_values[g].end());
    const std::size_t stride = by_values[g].empty() ? 1 : 1 + (by_values[g].size() - 1) / kMostLearners;
    for (std::size_t k = 0; k < by_values[g].size(); k += stride) learners[g].targets.push_back(by_values[g][k].second);
  }
  return learners;
}

std::vector<double> MeanErrors(const ValidationSource& validations, const Learners& learners) {
  std::vector<double> error(learners.algorithms, 0.0);
  std::vector<double> count(learners.algorithms, 0.0);
  for (const std::size_t i : learners.targets) {
    const Validation& v = validations(i);
    const std::vector<double> own = learners.by_origin ? OwnErrorsOf(v) : HeldOutErrors(v);
    const double mean = MeanError(own);
    if (!(mean > 0) || !std::isfinite(mean)) continue;
    for (std::size_t a = 0; a < own.size(); ++a) {
      if (std::isnan(own[a])) continue;
      error[a] += own[a] / mean;
      count[a] += 1;
    }
  }
  for (std::size_t a = 0; a < error.size(); ++a) error[a] = count[a] > 0 ? error[a] / count[a] : kNotAvailable;
  return error;
}

void FillRows(const ValidationSource& validations, Learners& learners) {
  struct Block {
    std::size_t first = 0;  // rows of one target
    double error = 0;
  };
  std::vector<Block> blocks;
  Independence independence;
  double sum_of_origins = 0;
  double units = 0;
  learners.by_origin = std::all_of(learners.targets.begin(), learners.targets.end(),
                                   [&](std::size_t i) { return NumOrigins(validations(i)) >= kFolds; });
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    const Validation& v = validations(learners.targets[k]);
    const double unit = UnitOf(v);
    if (!(unit > 0)) continue;
    independence.Add(v);
    learners.is_new += IsNew(v);
    const std::size_t first = learners.row_fold.size();
    // A fleet under one clock has seen one week or month; another origin is worth more than another target.
    const std::size_t origins = NumOrigins(v);
    for (std::size_t o = origins; o-- > 0;) {
      AppendRows(FromOrigin(v, o), unit, (learners.by_origin ? o : k) % kFolds, learners);
    }
    sum_of_origins += static_cast<double>(origins);
    units += 1;
    if (learners.row_fold.size() > first) blocks.push_back({first, MeanErrorOfRows(learners, first)});
  }
  learners.is_new /= std::max(units, 1.0);
  learners.independent = independence.Targets(static_cast<double>(learners.targets.size()));
  if (blocks.empty()) return;
  learners.independent *= std::max(1.0, sum_of_origins / static_cast<double>(blocks.size()) / kUsualOrigins);
  learners.independent *= 1 - learners.is_new;
  std::vector<double> sizes;
  sizes.reserve(blocks.size());
  for (const Block& block : blocks) sizes.push_back(block.error);
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
  const double largest = kLargestLearnerError * sizes[sizes.size() / 2];
  const std::size_t width = learners.width();
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (!(largest > 0) || blocks[b].error <= largest) continue;
    const std::size_t last = b + 1 < blocks.size() ? blocks[b + 1].first : learners.row_fold.size();
    for (std::size_t r = blocks[b].first * width; r < last * width; ++r) learners.rows[r] *= largest / blocks[b].error;
  }
  const double mean = MeanErrorOfRows(learners, 0);
  if (!(mean > 0)) return;
  for (double& v : learners.rows) v /= mean;
}

// Two penalties on squared distances are one, from the mean of both points.
std::vector<double> LogitsDrawnTo(const Learners& learners, std::span<const double> always,
                                  std::span<const double> while_few) {
  const double few = PenaltyOfFew(learners);
  std::vector<double> out;
  for (std::size_t a = 0; a < always.size(); ++a) {
    out.push_back((kPenalty * always[a] + few * while_few[a]) / (kPenalty + few));
  }
  return out;
}

// Logits from the rows outside `fold`; a fold that no row has: from all.
std::vector<double> LearnLogits(const Learners& learners, std::size_t fold, std::span<const double> prior,
                                std::span<const double> start) {
  constexpr double kFarthest = 10;  // a logit beyond it is as good as none
  const std::size_t p = learners.algorithms;
  if (learners.row_fold.empty()) return {prior.begin(), prior.end()};
  const double penalty = kPenalty + PenaltyOfFew(learners);
  const std::vector<double> lower(p, -kFarthest);
  const std::vector<double> upper(p, kFarthest);
  MinimizeOptions options;
  options.max_evaluations = kMostEvaluations;
  options.function_tolerance = 1e-7;
  options.gradient_tolerance = 1e-6;
  const Objective objective = [&](std::span<const double> x, std::span<double> gradient) {
    return WeightedError(learners, fold, penalty, prior, x, gradient);
  };
  return MinimizeBounded(objective, start, lower, upper, options).x;
}

}  // namespace fitd
