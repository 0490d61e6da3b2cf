// combination_bench CACHE_DIR [ALGORITHM...]: how accurate the combination of the algorithms is on M3, per rule and
// group, on the held-out last horizon of the training parts (choose by this one) and on the test files (report only).
// Forecasts are kept in CACHE_DIR/ALGORITHM.bin, so that only algorithms without a file are fitted: delete a file to
// fit again. With FITD_RESELECT=1 in the environment the held-out refits select their form anew instead of keeping it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/models/combination/combination.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "test_paths.h"

namespace fitd {
namespace {

struct Group {
  std::string name;
  int season;
  int horizon;
  std::vector<std::vector<double>> train;
  std::vector<std::vector<double>> test;
};

// Forecasts of one algorithm for one target: from before the held-out values, and from the end.
struct Forecasts {
  std::vector<double> held_out;
  std::vector<double> final;
};
using Column = std::vector<std::vector<Forecasts>>;  // per group, per target

std::vector<std::vector<double>> ReadCsv(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::vector<double>> out;
  std::string line;
  std::string last;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const std::string id = line.substr(0, line.find(','));
    if (id != last) out.emplace_back();
    last = id;
    out.back().push_back(std::strtod(line.c_str() + line.rfind(',') + 1, nullptr));
  }
  return out;
}

std::vector<Group> ReadM3(bool inner) {
  std::vector<Group> groups = {
      {"yearly", 1, 6, {}, {}}, {"quarterly", 4, 8, {}, {}}, {"monthly", 12, 18, {}, {}}, {"other", 1, 8, {}, {}}};
  for (Group& g : groups) {
    const std::string base = std::string(FITD_SHARED_DIR) + "/data/m3/" + g.name;
    g.train = ReadCsv(base + ".train.csv");
    g.test = ReadCsv(base + ".test.csv");
    if (!inner) continue;
    for (std::size_t i = 0; i < g.train.size(); ++i) {
      g.test[i].assign(g.train[i].end() - g.horizon, g.train[i].end());
      g.train[i].resize(g.train[i].size() - static_cast<std::size_t>(g.horizon));
    }
  }
  return groups;
}

// The values before the held-out ones; all when the series is too short to hold any out.
std::span<const double> Before(const Group& g, std::size_t i) {
  const std::size_t n = g.train[i].size();
  return std::span(g.train[i]).first(n - static_cast<std::size_t>(HoldOut(n, g.season, g.horizon)));
}

Column FitPooled(const std::vector<Group>& groups) {
  Column column;
  for (const Group& g : groups) {
    PooledArSums total({g.season, g.horizon});
    for (std::size_t first = 0; first < g.train.size(); first += kPooledArBlockSize) {
      PooledArSums block({g.season, g.horizon});
      for (std::size_t i = first; i < std::min(first + kPooledArBlockSize, g.train.size()); ++i) block.Add(g.train[i]);
      total.Merge(block);
    }
    const PooledArGlobal global = Solve(total);
    column.emplace_back();
    for (std::size_t i = 0; i < g.train.size(); ++i) {
      const FitOutcome before = FitPooledAr(Before(g, i), global, true);
      const FitOutcome whole = FitPooledAr(g.train[i], global, false);
      column.back().push_back({PredictPooledAr(before.model, global, g.horizon, {}).mean,
                               PredictPooledAr(whole.model, global, g.horizon, {}).mean});
    }
  }
  return column;
}

Column FitLocal(const std::vector<Group>& groups, const Algorithm& algorithm, bool like) {
  Column column;
  for (const Group& g : groups) {
    column.emplace_back();
    const std::vector<int> seasons = g.season > 1 ? std::vector<int>{g.season} : std::vector<int>{};
    for (std::size_t i = 0; i < g.train.size(); ++i) {
      Forecasts f;
      FitRequest request;
      request.seasons = seasons;
      request.horizon = g.horizon;
      request.y = g.train[i];
      const FitOutcome whole = algorithm.Fit(request);
      if (whole.status != FitStatus::kFailed) f.final = algorithm.Predict(whole.model, g.horizon, {}).mean;
      request.y = Before(g, i);
      if (like && whole.status == FitStatus::kFitted) request.like = &whole.model;
      const FitOutcome before = algorithm.Fit(request);
      if (before.status != FitStatus::kFailed) f.held_out = algorithm.Predict(before.model, g.horizon, {}).mean;
      column.back().push_back(std::move(f));
    }
  }
  return column;
}

void WriteColumn(const std::string& path, const Column& column) {
  std::ofstream out(path, std::ios::binary);
  for (const auto& group : column) {
    for (const Forecasts& f : group) {
      for (const std::vector<double>* v : {&f.held_out, &f.final}) {
        const std::uint64_t size = v->size();
        out.write(reinterpret_cast<const char*>(&size), sizeof size);
        out.write(reinterpret_cast<const char*>(v->data()), static_cast<std::streamsize>(size * sizeof(double)));
      }
    }
  }
}

std::optional<Column> ReadColumn(const std::string& path, const std::vector<Group>& groups) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  Column column;
  for (const Group& g : groups) {
    column.emplace_back(g.train.size());
    for (Forecasts& f : column.back()) {
      for (std::vector<double>* v : {&f.held_out, &f.final}) {
        std::uint64_t size = 0;
        in.read(reinterpret_cast<char*>(&size), sizeof size);
        if (!in || size > 1000) return std::nullopt;
        v->resize(size);
        in.read(reinterpret_cast<char*>(v->data()), static_cast<std::streamsize>(size * sizeof(double)));
      }
    }
  }
  return in ? std::optional(std::move(column)) : std::nullopt;
}

Column Load(const std::string& folder, const std::string& name, const std::vector<Group>& groups, bool like,
            const std::string& suffix) {
  const std::string path = folder + "/" + name + suffix + ".bin";
  if (std::optional<Column> cached = ReadColumn(path, groups)) return std::move(*cached);
  const std::clock_t start = std::clock();
  Column column = name == "pooled-ar" ? FitPooled(groups) : FitLocal(groups, *FindAlgorithm(name), like);
  fmt::print("{}: {:.2f} CPU seconds for all of M3, held-out refits and forecasts included\n", name,
             static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  WriteColumn(path, column);
  return column;
}

// sMAPE as the mean over forecasts, MASE as the mean over targets scaled by the in-sample seasonal naive.
struct Score {
  double smape = 0;
  double forecasts = 0;
  double mase = 0;
  double targets = 0;
  void Add(std::span<const double> past, int season, std::span<const double> actual, std::span<const double> forecast) {
    if (forecast.size() < actual.size()) return;
    double absolute = 0;
    for (std::size_t h = 0; h < actual.size(); ++h) {
      const double size = std::abs(actual[h]) + std::abs(forecast[h]);
      smape += size > 0 ? 200 * std::abs(actual[h] - forecast[h]) / size : 0.0;
      absolute += std::abs(actual[h] - forecast[h]);
      forecasts += 1;
    }
    const auto m = static_cast<std::size_t>(season);
    double scale = 0;
    for (std::size_t t = m; t < past.size(); ++t) scale += std::abs(past[t] - past[t - m]);
    if (!(scale > 0)) return;
    mase += absolute / static_cast<double>(actual.size()) / (scale / static_cast<double>(past.size() - m));
    targets += 1;
  }
  void Add(const Score& other) {
    smape += other.smape;
    forecasts += other.forecasts;
    mase += other.mase;
    targets += other.targets;
  }
};

void PrintRow(const std::string& label, const std::vector<Score>& scores) {
  Score all;
  fmt::print("{:<22}", label);
  for (const Score& s : scores) {
    fmt::print(" {:6.3f} / {:5.3f}", s.smape / s.forecasts, s.mase / s.targets);
    all.Add(s);
  }
  fmt::print(" {:6.3f} / {:5.3f}\n", all.smape / all.forecasts, all.mase / all.targets);
}

class Experiment {
 public:
  Experiment(std::vector<Group> groups, std::vector<std::string> names, std::vector<Column> columns)
      : groups_(std::move(groups)), names_(std::move(names)), columns_(std::move(columns)) {
    if (const char* every = std::getenv("FITD_VALIDATE_EVERY")) {
      validate_every_ = std::max<std::size_t>(1, std::strtoul(every, nullptr, 10));
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      validations_.emplace_back();
      for (std::size_t i = 0; i < groups_[g].train.size(); ++i) validations_.back().push_back(MakeValidation(g, i));
    }
  }

  void PrintSingle() const {
    for (std::size_t a = 0; a < names_.size(); ++a) {
      for (const bool test : {false, true}) {
        std::vector<Score> scores(groups_.size());
        for (std::size_t g = 0; g < groups_.size(); ++g) {
          for (std::size_t i = 0; i < groups_[g].train.size(); ++i) {
            const Forecasts& f = columns_[a][g][i];
            AddScore(scores[g], g, i, test, test ? f.final : f.held_out);
          }
        }
        PrintRow(names_[a] + (test ? " test" : " held out"), scores);
      }
    }
  }

  void PrintRule(std::optional<CombineRule> rule) const {
    std::vector<Score> held_out(groups_.size());
    std::vector<Score> test(groups_.size());
    std::vector<std::string> notes;
    for (std::size_t g = 0; g < groups_.size(); ++g) notes.push_back(RunGroup(g, rule, held_out[g], test[g]));
    const std::string label = rule ? std::string(CombineRuleName(*rule)) : "default";
    PrintRow(label + " held out", held_out);
    PrintRow(label + " test", test);
    for (const std::string& note : notes) fmt::print("    {}\n", note);
  }

 private:
  Validation MakeValidation(std::size_t g, std::size_t i) const {
    Validation v;
    v.traits = DescribeTarget(Before(groups_[g], i), groups_[g].season);
    if (i % validate_every_ != 0) return v;
    const std::vector<double>& y = groups_[g].train[i];
    v.actual.assign(y.begin() + static_cast<std::ptrdiff_t>(Before(groups_[g], i).size()), y.end());
    for (const Column& column : columns_) {
      v.forecast.push_back(v.actual.empty() ? std::vector<double>{} : column[g][i].held_out);
    }
    return v;
  }

  void AddScore(Score& score, std::size_t g, std::size_t i, bool test, std::span<const double> forecast) const {
    const Group& group = groups_[g];
    if (!test && validations_[g][i].actual.empty()) return;
    if (test) return score.Add(group.train[i], group.season, group.test[i], forecast);
    score.Add(Before(group, i), group.season, validations_[g][i].actual, forecast);
  }

  std::string RunGroup(std::size_t g, std::optional<CombineRule> rule, Score& held_out, Score& test) const {
    const FleetCombination fleet = LearnCombination(
        names_.size(), validations_[g].size(), [&](std::size_t i) -> const Validation& { return validations_[g][i]; },
        rule);
    const std::vector<std::string_view> names(names_.begin(), names_.end());
    const double levels[] = {80, 95};
    double inside[2] = {0, 0};
    double count = 0;
    for (std::size_t i = 0; i < validations_[g].size(); ++i) {
      const Validation& own = validations_[g][i];
      std::vector<Forecast> before;
      std::vector<Forecast> final;
      std::vector<bool> usable;
      const bool validated = !own.actual.empty();
      for (std::size_t a = 0; a < names_.size(); ++a) {
        before.push_back({validated ? own.forecast[a] : std::vector<double>{}, {}});
        final.push_back({columns_[a][g][i].final, {}});
        usable.push_back(!final.back().mean.empty());
      }
      const Model model =
          FitCombination(fleet, names, DescribeTarget(groups_[g].train[i], groups_[g].season), own, usable);
      if (validated) AddScore(held_out, g, i, false, PredictCombination(model, fleet, before, {}).mean);
      const Forecast forecast = PredictCombination(model, fleet, final, levels);
      AddScore(test, g, i, true, forecast.mean);
      for (std::size_t h = 0; h < groups_[g].test[i].size(); ++h) {
        const double actual = groups_[g].test[i][h];
        for (std::size_t l = 0; l < 2; ++l) {
          inside[l] += actual >= forecast.intervals[l].lo[h] && actual <= forecast.intervals[l].hi[h];
        }
        count += 1;
      }
    }
    std::string note = fmt::format("{}: {}, weights", groups_[g].name, CombineRuleName(fleet.rule));
    for (std::size_t a = 0; a < names_.size(); ++a) {
      note += fmt::format(" {} {:.2f}", names_[a], fleet.groups[0].weights[a]);
    }
    return note + fmt::format("; coverage 80/95 held out {:.3f}/{:.3f}, test {:.3f}/{:.3f}", fleet.Coverage(80),
                              fleet.Coverage(95), inside[0] / count, inside[1] / count);
  }

  std::size_t validate_every_ = 1;
  std::vector<Group> groups_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  std::vector<std::vector<Validation>> validations_;
};

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && std::string_view(value) == "1";
}

int Run(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("usage: combination_bench CACHE_DIR [ALGORITHM...]\n");
    return 64;
  }
  const std::string folder = argv[1];
  std::filesystem::create_directories(folder);
  std::vector<std::string> wanted(argv + 2, argv + argc);
  if (wanted.empty()) wanted = {"ets", "arima", "ces", "theta", "pooled-ar"};
  const bool inner = IsSet("FITD_INNER");
  const bool like = IsSet("FITD_LIKE");
  const std::string suffix = std::string(inner ? ".inner" : "") + (like ? ".like" : "");
  const std::vector<Group> groups = ReadM3(inner);
  if (groups[0].train.empty()) {
    fmt::print("no M3 data under {}\n", FITD_SHARED_DIR);
    return 66;
  }
  std::vector<std::string> names;
  std::vector<Column> columns;
  for (const std::string& name : wanted) {
    if (name != "pooled-ar" && FindAlgorithm(name) == nullptr) {
      fmt::print("{}: no such algorithm, left out\n", name);
      continue;
    }
    names.push_back(name);
    columns.push_back(Load(folder, name, groups, like, suffix));
  }
  fmt::print("{:<22} {:>14} {:>14} {:>14} {:>14} {:>14}\n", "sMAPE / MASE", "yearly", "quarterly", "monthly", "other",
             "all");
  const Experiment experiment(groups, names, columns);
  experiment.PrintSingle();
  for (const CombineRule rule :
       {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted}) {
    experiment.PrintRule(rule);
  }
  experiment.PrintRule(std::nullopt);
  return 0;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  return fitd::Run(argc, argv);
}
