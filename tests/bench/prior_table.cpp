// prior_table M3_DIR POOLED_AR.cpp COMBINATION.cpp [--half]: what the training parts of M3 teach, as the tables that
// small fleets are drawn to (common/models/pooled_ar/prior_table.cpp and common/models/combination/prior_table.cpp).
// M3_DIR has yearly.train.csv, quarterly, monthly and other, each with the columns target, time, value: the 3003 series
// of the M3 competition (R package Mcomp, data/M3.rda) without the values that it was judged by. --half learns from
// series of even number alone and without their last horizon, so that the others judge constants.
#include "common/models/combination/prior_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/models/pooled_ar/layout.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "tests/bench/data_sets.h"

namespace fitd {
namespace {

using Sets = std::vector<DataSet>;

// Held out one by one for the weights.
constexpr std::size_t kHorizons = 3;

PooledArSums SumsOf(const Sets& sets, int season, int horizon) {
  PooledArSums total({season, horizon});
  for (const DataSet& set : sets) {
    for (const std::vector<double>& y : set.train) {
      PooledArSums one({season, horizon});
      one.Add(y);
      total.Merge(one);
    }
  }
  return total;
}

// The sums without the lags that a series of no season has not: behind its own features there are only those.
PooledArSums WithoutLongLags(const PooledArSums& sums) {
  const auto [season, horizon] = sums.options();
  const pooled_ar::Layout from(season, horizon);
  const pooled_ar::Layout to(1, horizon);
  std::vector<double> data = {sums.data()[0], 1, static_cast<double>(horizon)};
  const double* in = sums.data().data() + pooled_ar::kHeader;
  for (int half = 0; half < 2; ++half) {
    for (std::size_t step = 0; step < from.steps.size(); ++step) {
      for (std::size_t i = 0; i < from.features; ++i) {
        for (std::size_t j = i; j < from.features; ++j, ++in) {
          if (j < to.features) data.push_back(*in);
        }
      }
    }
    for (std::size_t step = 0; step < from.steps.size(); ++step, in += from.step_size()) {
      data.insert(data.end(), in, in + to.features);
      data.insert(data.end(), in + from.features, in + from.step_size());
    }
  }
  return PooledArSums::FromData(std::move(data)).value();
}

std::size_t NumSeries(const Sets& sets) {
  std::size_t count = 0;
  for (const DataSet& set : sets) count += set.train.size();
  return count;
}

template <class T>
std::string Joined(std::span<const T> values) {
  std::string out;
  std::size_t column = 2;
  for (const T v : values) {
    const std::string text = fmt::format("{:.5g}, ", static_cast<double>(v));
    column += text.size();
    if (column > 118) {
      out.back() = '\n';
      out += "  ";
      column = 2 + text.size();
    }
    out += text;
  }
  out.resize(out.size() - 2);
  return out;
}

// A season's entry of the table, and above it the arrays that it names.
struct Entry {
  std::string arrays, entry;
};

Entry PooledEntry(const std::string& name, int season, std::size_t series, const PooledArSums& sums,
                  const std::vector<std::size_t>& steps) {
  const PooledArCoefficients all = Solve(sums).all;
  const std::size_t width = PooledState::NumFeatures(sums.options().season);
  std::vector<double> sigma, weights;
  for (const std::size_t step : steps) {  // up to 24 every step has coefficients
    sigma.push_back(all.sigma[step - 1]);
    const auto row = all.weights.begin() + static_cast<std::ptrdiff_t>((step - 1) * width);
    weights.insert(weights.end(), row, row + static_cast<std::ptrdiff_t>(width));
  }
  return {
      fmt::format("constexpr std::size_t k{0}Steps[] = {{\n  {1}\n}};\nconstexpr double k{0}Sigma[] = {{\n  {2}\n}};\n"
                  "constexpr double k{0}Weights[] = {{\n  {3}\n}};\n\n",
                  name, Joined<std::size_t>(steps), Joined<double>(sigma), Joined<double>(weights)),
      fmt::format("  {{{0}, {1:.5g}, k{2}Steps, k{2}Sigma, k{2}Weights}},\n", season,
                  all.windows / static_cast<double>(series), name)};
}

// The sets as they were so many horizons before their end.
Sets Before(const Sets& sets, std::size_t horizons) {
  Sets out = sets;
  for (DataSet& set : out) {
    for (std::vector<double>& y : set.train) {
      y.resize(y.size() - std::min(y.size(), horizons * static_cast<std::size_t>(set.horizon)));
    }
  }
  return out;
}

std::string CombinationEntry(const Sets& all) {
  Sets sets;
  for (std::size_t before = 0; before < kHorizons; ++before) {
    for (DataSet& set : Before(all, before)) sets.push_back(std::move(set));
  }
  std::vector<Validation> validations;
  double values = 0;
  double count = 0;
  for (const DataSet& set : sets) {
    LocalFitOptions options;
    options.algorithms = {kPriorNames.begin(), kPriorNames.end() - 1};
    options.seasons = set.seasons;
    options.horizon = set.horizon;
    options.validate = true;
    options.members_by_season = true;
    options.earlier_every = EarlierEvery(set.train.size());
    options.globals = {Solve(SumsOf({set}, MainSeason(set), set.horizon))};
    for (std::size_t i = 0; i < set.train.size(); ++i) {
      SeriesView series;
      series.id = set.ids[i];
      series.values = set.train[i];
      if (ClosedFormStatus(series) != FitStatus::kFitted) continue;
      validations.push_back(FitTarget(series, options).validation);
      if (validations.back().actual.empty()) continue;
      if (&set - sets.data() >= static_cast<std::ptrdiff_t>(all.size())) continue;
      count += 1;
      values += static_cast<double>(validations.back().traits.num_observations);
    }
  }
  const auto source = [&](std::size_t i) -> const Validation& { return validations[i]; };
  const FleetCombination fleet =
      LearnCombination(kPriorNames.size(), validations.size(), source, CombineRule::kWeighted);
  const FleetGroup& group = fleet.groups.at(0);
  std::vector<double> weights;
  for (const double w : group.weights) weights.push_back(w > 0 ? std::pow(w, group.sharpness) : 0.0);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& w : weights) w /= total;
  std::vector<double> error;
  for (const double e : group.error) error.push_back(std::isnan(e) ? 0.0 : e);
  return fmt::format("  {{{}, {:.5g}, {},\n  {{{}}},\n  {{{}}},\n  {{{}}},\n  {{{}}}}},\n", MainSeason(sets[0]),
                     values / count, group.trust, Joined<double>(weights), Joined<double>(error),
                     Joined<double>(group.rule_error), Joined<double>(group.factors));
}

// A file with a table of these entries.
void Write(const std::string& path, const std::string& room, const std::string& name_space, const std::string& type,
           const std::string& function, const std::string& arrays, const std::string& entries) {
  std::ofstream out(path);
  out << fmt::format(
      "// Generated by tests/bench/prior_table.cpp of the training parts of M3; not to be edited.\n"
      "#include \"common/models/{}/prior_table.h\"\n\n"
      "// clang-format off\nnamespace {} {{\nnamespace {{\n\n{}constexpr {} kTables[] = {{\n{}}};\n\n}}  // "
      "namespace\n\n"
      "std::span<const {}> {}() {{\n  return kTables;\n}}\n\n}}  // namespace {}\n",
      room, name_space, arrays, type, entries, type, function, name_space);
}

void KeepHalf(DataSet& set) {
  DataSet half{set.name, set.path, set.seasons, set.horizon, {}, {}, {}};
  for (std::size_t i = 0; i < set.train.size(); ++i) {
    if (std::stoi(set.ids[i].substr(1)) % 2 != 0) continue;
    half.ids.push_back(set.ids[i]);
    half.train.push_back(set.train[i]);
    half.train.back().resize(set.train[i].size() - static_cast<std::size_t>(set.horizon));
  }
  set = std::move(half);
}

int Main(int argc, char** argv) {
  if (argc < 4 || argc > 5 || (argc == 5 && std::string(argv[4]) != "--half")) {
    fmt::print(stderr, "usage: prior_table M3_DIR POOLED_AR.cpp COMBINATION.cpp [--half]\n");
    return 64;
  }
  const std::string dir = std::string(argv[1]) + "/";
  Sets no_season = {ReadTrain("yearly", dir + "yearly", 1, 6), ReadTrain("other", dir + "other", 1, 8)};
  Sets quarters = {ReadTrain("quarterly", dir + "quarterly", 4, 8)};
  Sets months = {ReadTrain("monthly", dir + "monthly", 12, 18)};
  for (Sets* sets : {&no_season, &quarters, &months}) {
    for (DataSet& set : *sets) {
      if (argc == 5) KeepHalf(set);
      if (!set.train.empty()) continue;
      fmt::print(stderr, "{}.train.csv: no series\n", set.path);
      return 66;
    }
  }
  // Longer horizons than the competition's, as far as the series teach them.
  const PooledArSums month_sums = SumsOf(months, 12, 24);
  const std::vector<std::size_t> month_steps = {1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24};
  std::string arrays, entries;
  for (const Entry& e :
       {PooledEntry("Any", 0, NumSeries(months), WithoutLongLags(month_sums), month_steps),
        PooledEntry("NoSeason", 1, NumSeries(no_season), SumsOf(no_season, 1, 8), {1, 2, 3, 4, 5, 6, 8}),
        PooledEntry("Quarters", 4, NumSeries(quarters), SumsOf(quarters, 4, 12), {1, 2, 3, 4, 5, 6, 8, 10, 12}),
        PooledEntry("Months", 12, NumSeries(months), month_sums, month_steps)}) {
    arrays += e.arrays;
    entries += e.entry;
  }
  Write(argv[2], "pooled_ar", "fitd::pooled_ar", "PriorTable", "PriorTables", arrays, entries);
  Write(argv[3], "combination", "fitd", "CombinationTable", "CombinationTables", "",
        CombinationEntry(no_season) + CombinationEntry(quarters) + CombinationEntry(months));
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  return fitd::Main(argc, argv);
}
