// combination_bench SETS CACHE_DIR [--inner|--inner=K] [--members A,B,...] [--rule R] [--kinds] [SET...]: how accurate
// the combination is, by the code of a training run. SETS is a text file with a line for each set: name, the path
// before .train.csv and .test.csv, seasons (24,168; 1: none), horizon. Forecasts of a member are kept in
// CACHE_DIR/SET.MEMBER.bin, so that only members without a file are fitted and weights are learned again in a second.
// With --inner the last horizon of the training parts is forecast in place of the test parts, with --inner=K the one
// K - 1 horizons before, without the values behind it: constants are chosen by them. --kinds prints a line for each
// kind of target, which is its name up to the first dot, or the number at its end.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/checksum.h"
#include "common/fit/local_fit.h"
#include "common/models/base/algorithm.h"
#include "common/models/combination/combination.h"
#include "common/models/intermittent/intermittent.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "tests/bench/data_sets.h"

namespace fitd {
namespace {

// One member of one target: what it forecast for the held-out values, and for the test.
struct MemberForecast {
  std::vector<double> held_out, held_out_deviation, earlier, mean, deviation;
};
using Column = std::vector<MemberForecast>;  // per target

Column FitMember(const DataSet& set, const std::string& name) {
  LocalFitOptions options;
  options.seasons = set.seasons;
  options.horizon = set.horizon;
  options.validate = true;
  options.earlier_every = 1;
  options.members_by_season = true;
  if (name == kPooledArName) {
    const PooledArOptions pooled{MainSeason(set), set.horizon};
    PooledArSums total(pooled);
    for (std::size_t first = 0; first < set.train.size(); first += kPooledArBlockSize) {
      PooledArSums block(pooled);
      for (std::size_t i = first; i < std::min(first + kPooledArBlockSize, set.train.size()); ++i) {
        block.Add(set.train[i]);
      }
      total.Merge(block);
    }
    options.globals.push_back(Solve(total));
  } else {
    options.algorithms.push_back(name);
  }
  Column column;
  const double levels[] = {kOneDeviation};
  for (std::size_t i = 0; i < set.train.size(); ++i) {
    SeriesView series;
    series.id = set.ids[i];
    series.values = set.train[i];
    MemberForecast& member = column.emplace_back();
    if (ClosedFormStatus(series) != FitStatus::kFitted) continue;
    const TargetFit fit = FitTarget(series, options);
    if (fit.fits.empty() || fit.fits[0].outcome.status != FitStatus::kFitted) continue;
    const Model& model = fit.fits[0].outcome.model;
    const Forecast forecast = name == kPooledArName ? PredictPooledAr(model, options.globals[0], set.horizon, levels)
                                                    : FindAlgorithm(name)->Predict(model, set.horizon, levels);
    member.mean = forecast.mean;
    member.deviation = StandardDeviations(forecast);
    if (!fit.validation.forecast.empty()) member.held_out = fit.validation.forecast[0];
    if (!fit.validation.earlier_forecast.empty()) member.earlier = fit.validation.earlier_forecast[0];
    if (!fit.validation.deviation.empty()) member.held_out_deviation = fit.validation.deviation[0];
  }
  return column;
}

template <class Visit>
void VisitColumn(Column& column, Visit visit) {
  for (MemberForecast& m : column) {
    for (std::vector<double>* v : {&m.held_out, &m.held_out_deviation, &m.earlier, &m.mean, &m.deviation}) visit(*v);
  }
}

Column Load(const std::string& path, const DataSet& set, const std::string& name) {
  Column column(set.train.size());
  if (std::ifstream in(path, std::ios::binary); in) {
    VisitColumn(column, [&](std::vector<double>& v) {
      std::uint64_t size = 0;
      in.read(reinterpret_cast<char*>(&size), sizeof size);
      v.resize(std::min<std::uint64_t>(size, 100000));
      in.read(reinterpret_cast<char*>(v.data()), static_cast<std::streamsize>(v.size() * sizeof(double)));
    });
    if (in) return column;
  }
  const std::clock_t start = std::clock();
  column = FitMember(set, name);
  fmt::print("{} {}: {:.2f} CPU seconds, held-out refits and forecasts included\n", set.name, name,
             static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  std::fflush(stdout);
  std::ofstream out(path, std::ios::binary);
  VisitColumn(column, [&](const std::vector<double>& v) {
    const std::uint64_t size = v.size();
    out.write(reinterpret_cast<const char*>(&size), sizeof size);
    out.write(reinterpret_cast<const char*>(v.data()), static_cast<std::streamsize>(size * sizeof(double)));
  });
  return column;
}

// sMAPE and interval figures as means over forecasts, MASE as the mean over targets, scaled by the in-sample
// (seasonal) naive.
struct Score {
  double smape = 0, forecasts = 0, mase = 0, targets = 0;
  double inside[2] = {0, 0}, score[2] = {0, 0}, bounds = 0;
  void Add(std::span<const double> past, int season, std::span<const double> actual, std::span<const double> forecast,
           std::span<const ForecastInterval> intervals) {
    if (forecast.size() < actual.size()) return;
    const auto m = static_cast<std::size_t>(season);
    double scale = 0;
    for (std::size_t t = m; t < past.size(); ++t) scale += std::abs(past[t] - past[t - m]);
    scale /= static_cast<double>(std::max<std::size_t>(past.size(), m + 1) - m);
    double absolute = 0, count = 0;
    for (std::size_t h = 0; h < actual.size(); ++h) {
      if (std::isnan(actual[h])) continue;
      const double size = std::abs(actual[h]) + std::abs(forecast[h]);
      smape += size > 0 ? 200 * std::abs(actual[h] - forecast[h]) / size : 0.0;
      absolute += std::abs(actual[h] - forecast[h]);
      count += 1;
      if (!(scale > 0) || intervals.size() < 2 || intervals[0].lo.size() < actual.size()) continue;
      for (std::size_t l = 0; l < 2; ++l) {
        const double alpha = 1 - intervals[l].level / 100;
        const double lo = intervals[l].lo[h], hi = intervals[l].hi[h];
        inside[l] += actual[h] >= lo && actual[h] <= hi;
        score[l] += (hi - lo + 2 / alpha * std::max({lo - actual[h], actual[h] - hi, 0.0})) / scale;
      }
      bounds += 1;
    }
    forecasts += count;
    if (!(scale > 0) || !(count > 0)) return;
    mase += absolute / count / scale;
    targets += 1;
  }
  void Print(const std::string& label) const {
    fmt::print("{:<28} {:8.3f} {:7.4f}  {:5.1f} {:5.1f}  {:7.3f} {:7.3f}\n", label, smape / forecasts, mase / targets,
               100 * inside[0] / bounds, 100 * inside[1] / bounds, score[0] / bounds, score[1] / bounds);
  }
};

constexpr double kLevels[] = {80, 95};

// A member's forecast with normal intervals.
Forecast WithIntervals(const std::vector<double>& mean, const std::vector<double>& deviation) {
  Forecast forecast{mean, {}};
  if (deviation.size() != mean.size()) return forecast;
  for (const auto& [level, z] :
       {std::pair(80.0, 1.2815515655446004), std::pair(95.0, 1.959963984540054), std::pair(kOneDeviation, 1.0)}) {
    ForecastInterval interval{level, {}, {}};
    for (std::size_t h = 0; h < mean.size(); ++h) {
      interval.lo.push_back(mean[h] - z * deviation[h]);
      interval.hi.push_back(mean[h] + z * deviation[h]);
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

// Up to the first dot, or the number at the end.
std::string KindOf(const std::string& id) {
  const std::size_t dot = id.find('.');
  if (dot != std::string::npos) return id.substr(0, dot);
  return id.substr(0, id.find_last_not_of("0123456789") + 1);
}

struct Options {
  bool kinds = false;
  std::optional<CombineRule> rule;
  std::vector<std::string> members;
};

void Run(const DataSet& set, const std::vector<Column>& columns, const Options& options) {
  const std::vector<std::string_view> names(options.members.begin(), options.members.end());
  std::vector<Validation> validations;
  for (std::size_t i = 0; i < set.train.size(); ++i) {
    const std::vector<double>& y = set.train[i];
    const auto held_out = static_cast<std::size_t>(HoldOut(y.size(), MainSeason(set), set.horizon));
    Validation& v = validations.emplace_back();
    v.traits = DescribeTarget(std::span(y).first(y.size() - held_out), set.seasons);
    v.traits.intermittent = IsIntermittent(y) && std::none_of(set.seasons.begin(), set.seasons.end(),
                                                              [&](int s) { return ZerosFollowSeason(y, s); });
    if (held_out == 0) continue;
    v.actual.assign(y.end() - static_cast<std::ptrdiff_t>(held_out), y.end());
    for (const Column& column : columns) {
      v.forecast.push_back(column[i].held_out);
      v.deviation.push_back(column[i].held_out_deviation);
    }
    std::size_t earlier = 0;
    for (const Column& column : columns) earlier = std::max(earlier, column[i].earlier.size());
    if (Checksum64(set.ids[i]) % EarlierEvery(set.train.size()) != 0 || earlier == 0) continue;
    v.earlier_actual.assign(y.end() - static_cast<std::ptrdiff_t>(earlier + held_out),
                            y.end() - static_cast<std::ptrdiff_t>(held_out));
    for (const Column& column : columns) {
      const std::vector<double>& all = column[i].earlier;
      v.earlier_forecast.emplace_back(all.end() - static_cast<std::ptrdiff_t>(std::min(earlier, all.size())),
                                      all.end());
    }
  }
  const FleetCombination fleet = LearnCombination(
      names.size(), validations.size(), [&](std::size_t i) -> const Validation& { return validations[i]; },
      options.rule, CombinationPrior{{names.begin(), names.end()}, set.train.size()});
  std::map<std::string, std::map<std::string, Score>> scores;
  for (std::size_t i = 0; i < set.train.size(); ++i) {
    const std::string kind = KindOf(set.ids[i]);
    std::vector<Forecast> components;
    std::vector<bool> usable;
    for (std::size_t a = 0; a < names.size(); ++a) {
      components.push_back(WithIntervals(columns[a][i].mean, columns[a][i].deviation));
      usable.push_back(!components.back().mean.empty());
    }
    if (std::find(usable.begin(), usable.end(), true) == usable.end()) continue;
    TargetTraits traits = DescribeTarget(set.train[i], set.seasons);
    traits.intermittent = validations[i].traits.intermittent;
    const Model model = FitCombination(fleet, names, traits, validations[i], usable, set.train[i]);
    const Forecast ensemble = PredictCombination(model, fleet, components, kLevels);
    for (const std::string& group : {std::string(), options.kinds ? kind : std::string()}) {
      scores[group]["ensemble"].Add(set.train[i], MainSeason(set), set.test[i], ensemble.mean, ensemble.intervals);
      for (std::size_t a = 0; a < names.size(); ++a) {
        scores[group][options.members[a]].Add(set.train[i], MainSeason(set), set.test[i], components[a].mean,
                                              components[a].intervals);
      }
      if (!options.kinds) break;
    }
  }
  for (const auto& [kind, by_member] : scores) {
    by_member.at("ensemble").Print(set.name + (kind.empty() ? "" : "/" + kind));
    for (const auto& [member, score] : by_member) {
      if (member != "ensemble" && std::getenv("MEMBERS")) score.Print("    " + member);
    }
  }
  std::string note;
  for (const FleetGroup& g : fleet.groups) {
    note += fmt::format("    {} ({:.3f} {:.3f} {:.3f} {:.3f}) s {} k {} c {} factors {:.2f} {:.2f}:",
                        CombineRuleName(g.rule), g.rule_error[0], g.rule_error[1], g.rule_error[2], g.rule_error[3],
                        g.sharpness, g.trust, g.credit, g.factors[17], g.factors[19]);
    for (std::size_t a = 0; a < names.size(); ++a) note += fmt::format(" {} {:.2f}", names[a], g.weights[a]);
    note += '\n';
  }
  if (std::getenv("NOTES")) fmt::print("{}", note);
}

int Main(int argc, char** argv) {
  std::vector<std::string> plain;
  Options options;
  options.members = {"ets", "arima", "ces", "theta", "pooled-ar"};
  std::size_t inner = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--inner")
      inner = 1;
    else if (arg.starts_with("--inner="))
      inner = std::stoul(arg.substr(8));
    else if (arg == "--kinds")
      options.kinds = true;
    else if (arg == "--members" && i + 1 < argc)
      options.members = Split(argv[++i], ',');
    else if (arg == "--rule" && i + 1 < argc)
      options.rule = FindCombineRule(argv[++i]);
    else
      plain.push_back(arg);
  }
  if (plain.size() < 2) {
    fmt::print(
        "usage: combination_bench SETS CACHE_DIR [--inner|--inner=K] [--members A,B] [--rule R] [--kinds] [SET...]\n");
    return 64;
  }
  std::filesystem::create_directories(plain[1]);
  fmt::print("{:<28} {:>8} {:>7}  {:>5} {:>5}  {:>7} {:>7}\n", "", "sMAPE", "MASE", "in 80", "in 95", "IS 80", "IS 95");
  for (const DataSet& set : ReadSets(plain[0], {plain.begin() + 2, plain.end()}, inner)) {
    std::vector<Column> columns;
    const std::string part = inner == 0 ? "" : inner == 1 ? ".inner" : fmt::format(".inner{}", inner);
    for (const std::string& name : options.members) {
      columns.push_back(Load(fmt::format("{}/{}.{}{}.bin", plain[1], set.name, name, part), set, name));
    }
    Run(set, columns, options);
  }
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  return fitd::Main(argc, argv);
}
