#include "daemon/report/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>

#include "common/models/combination/weights.h"
#include "common/series/time_form.h"
#include "daemon/report/axis.h"

namespace fitd {
namespace {

constexpr std::size_t kPlotsAGroup = 4;
constexpr std::size_t kFailuresListed = 200;
constexpr std::size_t kRecentValues = 32;
constexpr std::array<double, 2> kLevels = {80, 95};

double Inside(const HeldOutForecast& held_out, std::size_t level) {
  if (level >= held_out.forecast.intervals.size()) return kNotAvailable;
  const ForecastInterval& interval = held_out.forecast.intervals[level];
  if (interval.lo.empty() || interval.lo.size() != held_out.actual.size()) return kNotAvailable;
  double inside = 0;
  for (std::size_t i = 0; i < interval.lo.size(); ++i) {
    inside += held_out.actual[i] >= interval.lo[i] && held_out.actual[i] <= interval.hi[i] ? 1 : 0;
  }
  return inside / static_cast<double>(interval.lo.size());
}

double MeanSize(std::span<const double> values) {
  double sum = 0;
  double count = 0;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    sum += std::abs(v);
    ++count;
  }
  return count > 0 ? sum / count : kNotAvailable;
}

// Symmetric mean absolute percentage error over the values that were observed; NaN when none was.
double Smape(std::span<const double> actual, std::span<const double> forecast) {
  double sum = 0;
  double count = 0;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const double half_size = 0.5 * std::abs(actual[h]) + 0.5 * std::abs(forecast[h]);
    if (!std::isfinite(actual[h])) continue;
    count += 1;
    if (half_size > 0) sum += 100 * std::abs(actual[h] / half_size - forecast[h] / half_size);
  }
  return count > 0 ? sum / count : kNotAvailable;
}

TargetAccuracy Measure(const HeldOutForecast& held_out) {
  TargetAccuracy accuracy;
  if (held_out.actual.empty() || held_out.forecast.mean.size() != held_out.actual.size()) return accuracy;
  accuracy.smape = Smape(held_out.actual, held_out.forecast.mean);
  accuracy.coverage_80 = Inside(held_out, 0);
  accuracy.coverage_95 = Inside(held_out, 1);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < held_out.models.size(); ++a) {
    if (held_out.models[a].size() != held_out.actual.size() || !IsUsable(held_out.models[a])) continue;
    const double error = Smape(held_out.actual, held_out.models[a]);
    if (error >= least) continue;
    least = error;
    accuracy.best = static_cast<int>(a);
  }
  return accuracy;
}

// The few targets with the greatest score, each with what is said of it. Equal scores: the first ones.
class Leaders {
 public:
  Leaders(std::string title, std::string why) : title_(std::move(title)), why_(std::move(why)) {}

  void Offer(double score, const TargetRow& row, const std::string& said) {
    if (!std::isfinite(score) || (kept_.size() == kPlotsAGroup && score <= kept_.back().score)) return;
    const auto at = std::find_if(kept_.begin(), kept_.end(), [score](const Kept& k) { return k.score < score; });
    kept_.insert(at, {score, row.id, said});
    if (kept_.size() > kPlotsAGroup) kept_.pop_back();
  }
  // Without those that are shown already.
  void Take(std::map<std::string, bool>& shown, std::vector<PlotGroup>& groups) const {
    PlotGroup group{title_, why_, {}};
    for (const Kept& kept : kept_) {
      if (!shown.emplace(kept.id, true).second) continue;
      TargetPlot plot;
      plot.target = kept.id;
      group.plots.emplace_back(std::move(plot), kept.said);
    }
    if (!group.plots.empty()) groups.push_back(std::move(group));
  }

 private:
  struct Kept {
    double score;
    std::string id;
    std::string said;
  };
  std::string title_;
  std::string why_;
  std::vector<Kept> kept_;
};

// SplitMix64: the same targets are drawn whenever the same run is reported.
double Shuffle(std::uint64_t index) {
  std::uint64_t z = (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

class Collector {
 public:
  Collector(const Store& store, const RunInfo& run, PlotReader reader) : store_(store), reader_(std::move(reader)) {
    report_.store = store.path();
    report_.run = run;
  }

  Result<RunReport> Run() {
    FITD_RETURN_IF_ERROR(ReadAround());
    FITD_RETURN_IF_ERROR(ReadTargets());
    Choose();
    FITD_RETURN_IF_ERROR(ReadPlots());
    report_.user_failures = reader_.forecaster().user_failures();
    return std::move(report_);
  }

 private:
  // Everything that is not a target.
  Status ReadAround() {
    const RunModels& models = reader_.forecaster().models();
    report_.algorithms = models.algorithms;
    report_.fleet = models.fleet;
    report_.wins.assign(models.algorithms.size(), 0);
    FITD_ASSIGN_OR_RETURN(report_.by_status, store_.CountByStatus(report_.run.run));
    report_.targets = std::accumulate(report_.by_status.begin(), report_.by_status.end(), std::uint64_t{0});
    FITD_ASSIGN_OR_RETURN(report_.quarantine, store_.ListQuarantine());
    FITD_ASSIGN_OR_RETURN(report_.history, store_.ListRuns());
    AnomalyFilter events;
    events.newest_first = true;
    events.limit = kMostAnomalies;
    FITD_RETURN_IF_ERROR(store_.ForEachAnomaly(events, [this](const StoredAnomaly& event) -> Status {
      report_.anomalies.push_back(event);
      return {};
    }));
    for (const auto& [name, into] : {std::pair{"data", &report_.data}, std::pair{"backtest", &report_.backtest}}) {
      Result<std::string> note = store_.GetNote(report_.run.run, name);
      if (note.ok()) {
        *into = *std::move(note);
      } else if (note.status().code() != StatusCode::kNotFound) {
        return note.status();
      }
    }
    return {};
  }

  Status ReadTargets() {
    TargetFilter filter;
    filter.with_models = false;
    filter.with_last_values = true;
    const std::uint64_t stride = report_.targets / kMostMeasured + 1;
    std::uint64_t place = 0;
    FITD_RETURN_IF_ERROR(store_.ForEachTarget(report_.run.run, filter, [&](const TargetRecord& target) -> Status {
      const bool failed = target.status == FitStatus::kFallback || target.status == FitStatus::kFailed;
      if (failed) {
        ++report_.failure_count;
        if (report_.failures.size() < kFailuresListed) report_.failures.emplace_back(target.id, target.reason);
      }
      return place++ % stride == 0 ? Look(target) : Status();
    }));
    std::sort(report_.smapes.begin(), report_.smapes.end());
    return {};
  }

  Status Look(const TargetRecord& target) {
    TargetRow row;
    row.id = target.id;
    row.status = target.status;
    row.reason = target.reason;
    row.values = target.num_values;
    if (const auto history = reader_.HistoryOf(target)) {
      const std::size_t few = std::min(history->size(), kRecentValues);
      row.recent.assign(history->end() - static_cast<std::ptrdiff_t>(few), history->end());
      row.level = MeanSize(*history);
    }
    FITD_ASSIGN_OR_RETURN(const HeldOutForecast held_out, reader_.forecaster().PredictHeldOut(target, kLevels));
    row.accuracy = Measure(held_out);
    if (!std::isfinite(row.level)) row.level = MeanSize(held_out.actual);
    Count(row, target.index);
    if (report_.targets <= kMostListed) report_.rows.push_back(std::move(row));
    return {};
  }

  void Count(const TargetRow& row, std::uint64_t index) {
    const TargetAccuracy& a = row.accuracy;
    if (std::isfinite(a.smape)) {
      ++report_.measured;
      report_.smapes.push_back(a.smape);
      if (a.best >= 0 && static_cast<std::size_t>(a.best) < report_.wins.size()) {
        ++report_.wins[static_cast<std::size_t>(a.best)];
      }
    }
    if (row.status == FitStatus::kFitted || row.status == FitStatus::kFallback) {
      largest_.Offer(row.level, row, fmt::format("mean size {}", HumanNumber(row.level)));
      random_.Offer(Shuffle(index), row, Say(row));
    }
    worst_error_.Offer(a.smape > 0 ? a.smape : kNotAvailable, row, Say(row));
    const double missed = std::isfinite(a.coverage_95) ? 1 - a.coverage_95 + 0.1 * (1 - a.coverage_80) : kNotAvailable;
    worst_coverage_.Offer(missed > 0.06 ? missed : kNotAvailable, row,
                          fmt::format("{:.0f} % of the held-out values in the 95 % interval, {:.0f} % in that of 80 %",
                                      100 * a.coverage_95, 100 * a.coverage_80));
  }

  std::string Say(const TargetRow& row) const {
    if (!std::isfinite(row.accuracy.smape)) return std::string(FitStatusName(row.status));
    std::string text = fmt::format("held-out sMAPE {:.1f} %", row.accuracy.smape);
    if (row.accuracy.best >= 0) {
      text += ", best model " + report_.algorithms[static_cast<std::size_t>(row.accuracy.best)];
    }
    return text;
  }

  void Choose() {
    std::map<std::string, bool> shown;
    ChooseMostAnomalous(shown);
    worst_error_.Take(shown, report_.groups);
    worst_coverage_.Take(shown, report_.groups);
    largest_.Take(shown, report_.groups);
    random_.Take(shown, report_.groups);
  }

  // By their most unusual event.
  void ChooseMostAnomalous(std::map<std::string, bool>& shown) {
    std::vector<const StoredAnomaly*> events;
    for (const StoredAnomaly& event : report_.anomalies) {
      if (event.scope != AnomalyScope::kFleet) events.push_back(&event);
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const StoredAnomaly* a, const StoredAnomaly* b) { return a->score > b->score; });
    PlotGroup group{"Most anomalous", "Where fitd detect has found the most unusual values; circles mark them.", {}};
    for (const StoredAnomaly* event : events) {
      if (group.plots.size() == kPlotsAGroup) break;
      if (!shown.emplace(event->target, true).second) continue;
      TargetPlot plot;
      plot.target = event->target;
      group.plots.emplace_back(std::move(plot),
                               fmt::format("{} at {}, score {:.0f}", event->kind,
                                           FormatTime(event->peak, report_.run.header.time_form()), event->score));
    }
    if (!group.plots.empty()) report_.groups.push_back(std::move(group));
  }

  Status ReadPlots() {
    std::map<std::string, TargetPlot*, std::less<>> wanted;
    TargetFilter filter;
    filter.with_last_values = true;
    for (PlotGroup& group : report_.groups) {
      for (auto& [plot, said] : group.plots) {
        filter.ids.push_back(plot.target);
        wanted[plot.target] = &plot;
      }
    }
    const bool all = report_.targets <= kMostPlotted;
    if (all) filter.ids.clear();
    if (!all && filter.ids.empty()) return {};
    return store_.ForEachTarget(report_.run.run, filter, [&](const TargetRecord& target) -> Status {
      FITD_ASSIGN_OR_RETURN(TargetPlot plot, reader_.Read(target, 0, MostHistory(target)));
      for (const StoredAnomaly& event : report_.anomalies) MarkAnomaly(plot, event);
      if (const auto at = wanted.find(target.id); at != wanted.end()) *at->second = plot;
      if (all) report_.plots.push_back(std::move(plot));
      return {};
    });
  }

  // Enough to see seasons and where it comes from, and not so much that the forecast is a speck.
  std::size_t MostHistory(const TargetRecord& target) const {
    const int season = target.seasons.empty() ? 1 : target.seasons.front();
    const int horizon = report_.run.header.horizon > 0 ? report_.run.header.horizon : season;
    return static_cast<std::size_t>(std::clamp(std::max(6 * season, 5 * horizon), 60, 360));
  }

  const Store& store_;
  PlotReader reader_;
  RunReport report_;
  Leaders worst_error_{"Largest error", "Where the combination missed the held-out values most."};
  Leaders worst_coverage_{"Worst coverage", "Where the held-out values left the intervals most."};
  Leaders largest_{"Largest targets", "By the mean size of their last values."};
  Leaders random_{"At random", "Drawn without looking, for a fair impression."};
};

}  // namespace

Result<RunReport> CollectReport(const Store& store, const RunInfo& run, const HistorySource* history, bool allow_code) {
  FITD_ASSIGN_OR_RETURN(PlotReader reader, PlotReader::Open(store, run, history, allow_code));
  return Collector(store, run, std::move(reader)).Run();
}

}  // namespace fitd
