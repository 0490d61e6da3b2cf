#include "common/fit/member_series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "common/fit/outlier_patch.h"
#include "common/fit/target_seasons.h"
#include "common/models/numeric/elementary.h"
#include "common/models/season/lone_jumps.h"
#include "common/models/season/season_shows.h"
#include "common/series/gaps.h"
#include "common/time_units.h"

namespace fitd {
namespace {

void AppendVector(std::string_view name, std::vector<double> numbers, Model& model) {
  if (!numbers.empty()) model.states.push_back({std::string(name), std::move(numbers)});
}

// Puts what would be there had nothing been observed in place of the patches.
void FillPatches(std::span<const GapRun> patches, int season, std::span<double> values) {
  std::vector<double> filled(values.begin(), values.end());
  for (const GapRun& patch : patches) {
    std::fill_n(filled.begin() + patch.first, patch.count, std::numeric_limits<double>::quiet_NaN());
  }
  // Nothing is before the first one: it is the next, or that of a season later.
  const auto m = static_cast<std::size_t>(season);
  if (std::isnan(filled[0]))
    filled[0] = season > 1 && m < filled.size() && !std::isnan(filled[m]) ? filled[m] : filled[1];
  FillGaps(filled, GapPolicy::kSeasonal, season);
  for (const GapRun& patch : patches)
    std::copy_n(filled.begin() + patch.first, patch.count, values.begin() + patch.first);
}

// Both, ascending and apart.
std::vector<GapRun> Together(std::span<const GapRun> a, std::span<const GapRun> b) {
  std::vector<GapRun> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end(), [](const GapRun& x, const GapRun& y) { return x.first < y.first; });
  std::vector<GapRun> out;
  for (const GapRun& run : all) {
    if (out.empty() || run.first > out.back().first + out.back().count) {
      out.push_back(run);
    } else {
      out.back().count = std::max(out.back().count, run.first + run.count - out.back().first);
    }
  }
  return out;
}

// Lone jumps of what grows, or is too short to judge its levels, as shifts; the latest first. What grows by percents
// falls by some, too.
std::vector<LevelShift> ShiftsOfGrowth(std::span<const double> y, const std::vector<int>& seasons) {
  constexpr double kClearlyLess = 0.7;  // distance from a line; of lines with noise of a tenth few logarithms have that
  const std::vector<std::size_t> lengths(seasons.begin(), seasons.end());
  std::vector<LoneJump> jumps = FindJumpsOfGrowth(y, lengths);
  bool in_shares = false;
  if (!jumps.empty() && std::all_of(y.begin(), y.end(), [](double v) { return v > 0; })) {
    std::vector<double> logarithms(y.begin(), y.end());
    for (double& v : logarithms) v = Log(v);
    std::vector<LoneJump> of_shares = FindJumpsOfGrowth(logarithms, lengths);
    in_shares = !of_shares.empty() && ShareBesideLine(logarithms, of_shares) < kClearlyLess * ShareBesideLine(y, jumps);
    if (in_shares) jumps = std::move(of_shares);
  }
  std::vector<LevelShift> shifts;
  for (auto jump = jumps.rbegin(); jump != jumps.rend(); ++jump) {
    const double after = y[jump->at];
    shifts.push_back({jump->at, in_shares ? after * Exp(-jump->size) : after - jump->size, after, in_shares});
  }
  return shifts;
}

// 0: a day is no more than a step, or no whole number of them.
std::size_t ValuesOfADay(const Step& step) {
  const std::int64_t ns = step.unit == Step::Unit::kNanosecond ? step.count : 0;
  return ns > 0 && ns < kNsPerDay ? static_cast<std::size_t>(kNsPerDay / ns) : 0;
}

// 0: a step that says nothing of years.
std::size_t ValuesOfAYear(const Step& step) {
  constexpr double kDaysOfAYear = 365.25;
  if (step.count <= 0) return 0;
  if (step.months()) return static_cast<std::size_t>(std::max<std::int64_t>(12 / step.count, 1));
  if (step.unit != Step::Unit::kNanosecond || step.count < kNsPerHour) return 0;
  return static_cast<std::size_t>(kDaysOfAYear * static_cast<double>(kNsPerDay) / static_cast<double>(step.count));
}

}  // namespace

MemberSeries::MemberSeries(const SeriesView& series, const LocalFitOptions& options, const std::vector<int>& seasons)
    : series_(series),
      on_clock_(series, options.timezone),
      started_(on_clock_.view(), options.validate ? LateStart(series, NamedSeason(options)) : 0),
      view_(started_.view()) {
  if (options.fill_by_season) FillBySeason(seasons);
  if (!options.validate || IsIntermittent(since_start(), seasons)) return;
  shifts_ = ShiftsOfGrowth(view_.values, seasons);
  jumps_ = !shifts_.empty();
  RemoveShifts();
  const int horizon = HorizonOf(seasons, options);
  patches_ = FindOutlierPatches(view_.values, seasons, horizon, ValuesOfAYear(series.grid.step), &peaks_again_);
  if (!patches_.empty()) {
    TakeValues();
    FillPatches(patches_, MainSeason(seasons), values_);
    filled_ = Together(view_.filled, patches_);
    view_.filled = filled_;
    view_.values = values_;
  }
  if (!jumps_) shifts_ = FindLevelShifts(view_.values, seasons, ValuesOfADay(series.grid.step));
  if (!jumps_) RemoveShifts();
  AddSeasonBefore(seasons, options);
}

void MemberSeries::TakeValues() {
  if (values_.empty()) values_.assign(view_.values.begin(), view_.values.end());
}

void MemberSeries::RemoveShifts() {
  if (shifts_.empty()) return;
  TakeValues();
  RemoveLevelShifts(shifts_, values_);
  view_.values = values_;
}

// A straight line through a closed day is a day that was half open.
void MemberSeries::FillBySeason(const std::vector<int>& seasons) {
  if (since_start().filled.empty() || seasons.empty()) return;
  std::vector<double> observed = ObservedValues(since_start());
  for (const std::size_t end : {std::size_t{0}, observed.size() - 1}) {
    if (std::isnan(observed[end])) observed[end] = since_start().values[end];
  }
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const double v : observed) {
    if (!std::isnan(v)) least = std::min(least, v), most = std::max(most, v);
  }
  FillGaps(observed, GapPolicy::kSeasonal, MainSeason(seasons));
  for (double& v : observed) v = std::clamp(v, least, most);  // nothing negative among counts
  values_ = std::move(observed);
  view_.values = values_;
}

// The time of the grid's first value stays that of the first one observed; members do not ask for it.
void MemberSeries::AddSeasonBefore(const std::vector<int>& seasons, const LocalFitOptions& options) {
  const std::span<const double> y = view_.values;
  if (seasons.size() != 1 || std::any_of(y.begin(), y.end(), [](double v) { return !std::isfinite(v); })) return;
  std::vector<double> before = SeasonBefore(y, seasons[0]);
  if (before.empty()) before = FleetSeasonBefore(view_, seasons[0], options);
  if (before.empty() && NamedSeason(options) == seasons[0]) before = SeasonBefore(y, seasons[0], true);
  if (before.empty()) return;
  if (!view_.filled.empty()) {
    filled_.assign(view_.filled.begin(), view_.filled.end());
    for (GapRun& run : filled_) run.first += before.size();
    view_.filled = filled_;
  }
  before.insert(before.end(), y.begin(), y.end());
  values_ = std::move(before);
  view_.values = values_;
}

void MemberSeries::Describe(Model& model) const {
  std::vector<double> shifts, patches;
  for (const LevelShift& shift : shifts_) {
    const double number = static_cast<double>(shift.at + late_start());
    shifts.insert(shifts.end(), {number, shift.before, shift.after, shift.multiplicative ? 1.0 : 0.0});
  }
  for (const GapRun& patch : patches_) {
    patches.insert(patches.end(), {static_cast<double>(patch.first + late_start()), static_cast<double>(patch.count)});
  }
  AppendVector(kLevelShifts, std::move(shifts), model);
  AppendVector(kOutlierPatches, std::move(patches), model);
  if (num_before() > 0) AppendVector(kSeasonBefore, {static_cast<double>(num_before())}, model);
  if (late_start() > 0) AppendVector(kLateStart, {static_cast<double>(late_start())}, model);
}

}  // namespace fitd
