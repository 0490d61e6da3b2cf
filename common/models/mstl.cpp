#include "common/models/mstl.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "common/models/base/filter.h"
#include "common/models/base/inner_model.h"
#include "common/models/base/model_check.h"
#include "common/models/numeric/scaling.h"
#include "common/models/season/loess.h"
#include "common/models/season/stl.h"

namespace fitd {
namespace {

constexpr std::string_view kSeasonPrefix = "season[";
constexpr int kRounds = 2;
// Two passes, as STL has by default, leave some of a trend in the season at the ends, where forecasts start: 2 % of a
// season's height for a line, which four passes take below 0.01 %.
constexpr int kInnerIterations = 4;
constexpr double kSecondsPerValueAndSeason = 3e-7;
constexpr double kLeastResidual = 0.1;  // of the variance: two periods leave less than can be told from
constexpr std::string_view kWidening = "widening";

std::vector<std::size_t> UsableSeasons(const FitRequest& request) {
  std::vector<std::size_t> seasons;
  const auto consider = [&](std::size_t m) {
    if (m > 1 && request.y.size() >= 2 * m) seasons.push_back(m);
  };
  if (request.like != nullptr) {
    for (const NamedVector& state : request.like->states) {
      if (state.name.starts_with(kSeasonPrefix)) consider(state.values.size());
    }
  } else {
    for (const int m : request.seasons) consider(static_cast<std::size_t>(std::max(m, 0)));
  }
  std::sort(seasons.begin(), seasons.end());
  return seasons;
}

std::size_t SeasonalWindow(std::size_t place) {
  return 11 + 4 * place;
}

// The seasons of the inner algorithm: the shortest, which is taken off the list, or that of the model to refit.
std::vector<int> LeaveShortest(const FitRequest& request, std::vector<std::size_t>& seasons) {
  if (request.like != nullptr) {
    const double season = request.like->Parameter(std::string(kInnerPrefix) + "season");
    return season > 1 && season <= static_cast<double>(request.y.size()) ? std::vector{static_cast<int>(season)}
                                                                         : std::vector<int>();
  }
  if (seasons.empty()) return {};
  const auto shortest = static_cast<int>(seasons.front());
  seasons.erase(seasons.begin());
  return {shortest};
}

// Takes out of a season's component what comes back every `shortest` values: around each value the mean of as many of
// them as the season has.
void LeaveIn(std::size_t shortest, std::size_t season, std::span<double> component) {
  if (season % shortest != 0) return;
  const std::size_t times = season / shortest;
  const std::vector<double> whole(component.begin(), component.end());
  for (std::size_t t = 0; t < whole.size(); ++t) {
    const std::size_t phase = t % shortest;
    const std::size_t count = (whole.size() - 1 - phase) / shortest + 1;
    const std::size_t place = t / shortest;
    const std::size_t first = std::min(place - std::min(place, times / 2), count - std::min(count, times));
    double mean = 0;
    const std::size_t used = std::min(times, count);
    for (std::size_t k = 0; k < used; ++k) {
      mean += whole[phase + (first + k) * shortest] / static_cast<double>(used);
    }
    component[t] -= mean;
  }
}

// Takes the seasons out of `x` in place, but what the inner algorithm's own season is; one component for each.
std::vector<std::vector<double>> RemoveEachSeason(std::span<const std::size_t> seasons, std::span<const int> inner,
                                                  std::span<double> x) {
  std::vector<std::vector<double>> components(seasons.size(), std::vector<double>(x.size(), 0.0));
  const int rounds = seasons.size() > 1 ? kRounds : 1;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < seasons.size(); ++i) {
      for (std::size_t t = 0; t < x.size(); ++t) x[t] += components[i][t];
      const StlOptions options{
          .season = seasons[i], .seasonal_window = SeasonalWindow(i), .inner_iterations = kInnerIterations};
      components[i] = DecomposeStl(x, options).seasonal;
      if (!inner.empty()) LeaveIn(static_cast<std::size_t>(inner[0]), seasons[i], components[i]);
      for (std::size_t t = 0; t < x.size(); ++t) x[t] -= components[i][t];
    }
  }
  return components;
}

// Of a phase's course of `count` periods with a unit variance.
struct SmoothedCourse {
  double residual = 0;  // mean variance of what smoothing leaves
  double last = 0;      // variance of the last period
};

SmoothedCourse SmoothNoise(std::size_t window, std::size_t count) {
  const LoessOptions options{.window = window, .degree = 0};
  std::vector<double> impulse(count, 0.0), smooth(count);
  SmoothedCourse course;
  for (std::size_t t = 0; t < count; ++t) {
    impulse[t] = 1;
    Loess(impulse, options, {}, smooth);
    impulse[t] = 0;
    double squares = 0;
    for (const double v : smooth) squares += v * v;
    course.residual += (1 - 2 * smooth[t] + squares) / static_cast<double>(count);
    course.last += smooth[count - 1] * smooth[count - 1];
  }
  return course;
}

// How much wider one step's error is than the residuals that the inner model sees: smoothing the seasons follows each
// value in part, and the last period that is forecast with is itself uncertain. For white noise, by the loess weights
// of one phase's course; of several seasons the ratios multiply. The phases of a season that has begun have seen one
// period more than the others: of 2.1 weeks of hours nearly all have seen two.
double Widening(std::span<const std::size_t> seasons, std::size_t n) {
  double variance = 1;
  for (std::size_t i = 0; i < seasons.size(); ++i) {
    const std::size_t window = SeasonalWindow(i);
    const std::size_t farthest = 4 * window;  // further ones have no part in it
    const std::size_t count = n / seasons[i];
    const double begun = static_cast<double>(n % seasons[i]) / static_cast<double>(seasons[i]);
    const SmoothedCourse less = SmoothNoise(window, std::min(count, farthest));
    const SmoothedCourse more = SmoothNoise(window, std::min(count + 1, farthest));
    const double last = (1 - begun) * less.last + begun * more.last;
    const double residual = (1 - begun) * less.residual + begun * more.residual;
    variance *= (1 + last) / std::max(residual, kLeastResidual);
  }
  return std::sqrt(variance);
}

std::string SeasonList(std::span<const std::size_t> seasons) {
  std::string list;
  for (const std::size_t m : seasons) {
    list.append(list.empty() ? "[" : ",");
    list.append(std::to_string(m));
  }
  if (!list.empty()) list.append("] ");
  return list;
}

Model Extract(const Model& outer, std::string_view algorithm) {
  const std::size_t end = outer.spec.starts_with('[') ? outer.spec.find("] ") : std::string::npos;
  return ExtractModel(outer, algorithm, end == std::string::npos ? outer.spec : outer.spec.substr(end + 2));
}

// 1: a model of an earlier fitd, which knew of none.
double WideningOf(const Model& model) {
  const double widening = model.Parameter(kWidening);
  return std::isfinite(widening) && widening > 0 ? widening : 1.0;
}

// The inner model's filter on what is left of each value without its seasons, which go round as they are.
class MstlFilter final : public ModelFilter {
 public:
  MstlFilter(const Model& model, std::unique_ptr<ModelFilter> inner)
      : ModelFilter(model), inner_(std::move(inner)), widening_(WideningOf(model)) {
    for (const NamedVector& state : model.states) {
      if (state.name.starts_with(kSeasonPrefix)) seasons_.push_back({state.name, SeasonRing(state.values)});
    }
  }

  double Expect() const override {
    double mean = inner_->Expect();
    for (const Season& season : seasons_) mean = ToFinite(mean + season.values.now());
    return mean;
  }
  double DeviationOfFit() const override { return ToFinite(widening_ * inner_->StandardDeviation()); }

 private:
  struct Season {
    std::string state;
    SeasonRing values;
  };

  void Update(double y) override {
    for (Season& season : seasons_) {
      y = ToFinite(y - season.values.now());
      season.values.Step();
    }
    inner_->Observe(y);
  }
  void PutStates(Model& model) const override {
    for (const Season& season : seasons_) ReplaceState(model, season.state, season.values.FromNext());
    ReplaceInnerStates(inner_->Finish(), model);
  }

  std::unique_ptr<ModelFilter> inner_;
  double widening_;
  std::vector<Season> seasons_;
};

class Mstl final : public Algorithm {
 public:
  Mstl(std::string_view name, std::string_view inner, InnerSeason season)
      : name_(name), inner_(inner), season_(season) {}

  std::string_view name() const override { return name_; }
  FitOutcome Fit(const FitRequest& request) const override;
  std::string Damage(const Model& model) const override;
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override;
  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override {
    const Algorithm* inner = FindAlgorithm(inner_);
    return kSecondsPerValueAndSeason * static_cast<double>(n * seasons.size()) +
           (inner != nullptr
                ? inner->ExpectedSeconds(n, season_ == InnerSeason::kNone ? std::span<const int>() : seasons)
                : 0);
  }

 private:
  std::string_view name_, inner_;
  InnerSeason season_;
};

FitOutcome Mstl::Fit(const FitRequest& request) const {
  const Algorithm* inner = FindAlgorithm(inner_);
  if (inner == nullptr) {
    FitOutcome outcome;
    outcome.reason = "there is no algorithm named " + std::string(inner_);
    return outcome;
  }
  std::vector<std::size_t> seasons = UsableSeasons(request);
  if (IsConstant(request.y)) seasons.clear();
  std::vector<int> inner_seasons;
  if (season_ == InnerSeason::kShortest) inner_seasons = LeaveShortest(request, seasons);
  const int exponent = ScaleExponent(request.y);
  std::vector<double> adjusted = ScaleDown(request.y, exponent);
  const std::vector<std::vector<double>> components = RemoveEachSeason(seasons, inner_seasons, adjusted);
  for (double& v : adjusted) v = ScaleUp(v, exponent);
  Model inner_like;
  if (request.like != nullptr) inner_like = Extract(*request.like, inner_);
  Model inner_near;
  if (request.near != nullptr) inner_near = Extract(*request.near, inner_);
  std::vector<int> removed;
  removed.reserve(seasons.size());
  for (const std::size_t m : seasons) removed.push_back(static_cast<int>(m));
  FitOutcome outcome = inner->Fit({.y = adjusted,
                                   .seasons = inner_seasons,
                                   .horizon = request.horizon,
                                   .like = request.like != nullptr ? &inner_like : nullptr,
                                   .near = request.near != nullptr ? &inner_near : nullptr,
                                   .observed = request.observed,
                                   .removed_seasons = removed});
  if (outcome.status == FitStatus::kFailed) return outcome;
  // A pure season leaves a constant, which is no closed form of the whole series.
  if (outcome.status == FitStatus::kConstant && !seasons.empty()) {
    outcome.status = FitStatus::kFitted;
    outcome.reason.clear();
  }
  Model model;
  model.algorithm = name_;
  model.spec = SeasonList(seasons) + outcome.model.spec;
  model.num_observations = request.y.size();
  for (std::size_t i = 0; i < seasons.size(); ++i) {
    NamedVector state{.name = std::string(kSeasonPrefix) + std::to_string(seasons[i]) + ']', .values = {}};
    state.values.assign(components[i].end() - static_cast<std::ptrdiff_t>(seasons[i]), components[i].end());
    for (double& v : state.values) v = ScaleUp(v, exponent);
    model.states.push_back(std::move(state));
  }
  EmbedModel(outcome.model, model);
  model.parameters.push_back({std::string(kWidening), Widening(seasons, request.y.size())});
  outcome.model = std::move(model);
  return outcome;
}

std::string Mstl::Damage(const Model& model) const {
  ModelCheck check(model);
  for (const NamedVector& state : model.states) {
    if (state.name.starts_with(kSeasonPrefix)) check.HasSome(state);
  }
  const Algorithm* inner = FindAlgorithm(inner_);
  if (inner == nullptr) return "there is no algorithm named " + std::string(inner_);
  return check.damage().empty() ? inner->Damage(Extract(model, inner_)) : check.damage();
}

Forecast Mstl::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  const Algorithm* inner = FindAlgorithm(inner_);
  Forecast forecast = inner->Predict(Extract(model, inner_), horizon, levels);
  const double widening = WideningOf(model);
  for (ForecastInterval& interval : forecast.intervals) {
    for (std::size_t h = 0; h < interval.lo.size(); ++h) {
      interval.lo[h] = ToFinite(forecast.mean[h] + widening * (interval.lo[h] - forecast.mean[h]));
      interval.hi[h] = ToFinite(forecast.mean[h] + widening * (interval.hi[h] - forecast.mean[h]));
    }
  }
  const auto add = [&](const std::vector<double>& season, std::vector<double>& values) {
    for (std::size_t h = 0; h < values.size(); ++h) values[h] = ToFinite(values[h] + season[h % season.size()]);
  };
  for (const NamedVector& state : model.states) {
    if (!state.name.starts_with(kSeasonPrefix)) continue;
    add(state.values, forecast.mean);
    for (ForecastInterval& interval : forecast.intervals) {
      add(state.values, interval.lo);
      add(state.values, interval.hi);
    }
  }
  return forecast;
}

std::unique_ptr<ModelFilter> Mstl::Resume(const Model& model) const {
  for (const NamedVector& state : model.states) {
    if (state.name.starts_with(kSeasonPrefix) && state.values.empty()) return nullptr;
  }
  const Algorithm* inner = FindAlgorithm(inner_);
  std::unique_ptr<ModelFilter> filter = inner != nullptr ? inner->Resume(Extract(model, inner_)) : nullptr;
  return filter != nullptr ? std::make_unique<MstlFilter>(model, std::move(filter)) : nullptr;
}

}  // namespace

std::unique_ptr<Algorithm> MakeMstl(std::string_view name, std::string_view inner, InnerSeason season) {
  return std::make_unique<Mstl>(name, inner, season);
}

}  // namespace fitd
