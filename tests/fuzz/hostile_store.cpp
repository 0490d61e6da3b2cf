// hostile_store IN OUT SEED [ALGORITHM]: a store like IN with right checksums everywhere and something wrong inside:
// parameters, states, specs, validations, the regressions and the combination of the run, grids and headers, as a
// stranger would craft them. The same seed makes the same store. With ALGORITHM only its models are touched.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "common/fit/model_archive.h"
#include "daemon/store/model_store.h"
#include "daemon/store/run_globals.h"

namespace fitd {
namespace {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  bool Chance(double p) { return std::uniform_real_distribution<double>(0, 1)(random_) < p; }
  std::size_t Below(std::size_t n) {
    return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }

  double Number() {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    static constexpr double kOdd[] = {0,      -0.0, 1,   -1,   0.5,  2,     3,    7,    12,    24,    1e-320, 1e308,
                                      -1e308, 1e9,  4e9, -4e9, 1e19, -1e19, 1e-9, kInf, -kInf, 65536, 1e6,    100};
    const std::size_t i = Below(std::size(kOdd) + 1);
    return i == std::size(kOdd) ? std::numeric_limits<double>::quiet_NaN() : kOdd[i];
  }

  std::uint64_t Count() {
    static constexpr std::uint64_t kOdd[] = {0, 1, 2, 3, 100, 1U << 31, std::uint64_t{1} << 39, UINT64_MAX, INT64_MAX};
    return kOdd[Below(std::size(kOdd))];
  }

  void Numbers(std::vector<double>& values) {
    switch (Below(6)) {
      case 0:
        values.clear();
        break;
      case 1:
        values.resize(Below(values.size() + 1));
        break;
      case 2:
        values.resize(values.size() + 1 + Below(30), Number());
        break;
      case 3:
        values.assign(1 + Below(5), Number());
        break;
      default:
        if (!values.empty()) values[Below(values.size())] = Number();
    }
  }

  void Spec(std::string& spec) {
    static const char* const kSpecs[] = {"full[24]",
                                         "partial[7]",
                                         "simple[24]",
                                         "none",
                                         "A,N,A",
                                         "M,Ad,M",
                                         "A,A,N",
                                         "(2,1,1)(0,1,1)[12] drift",
                                         "(0,0,0)",
                                         "(5,2,5)",
                                         "(0,1,0)(2,1,2)[24]",
                                         "[24] A,N,N",
                                         "[24,168] ",
                                         "",
                                         "dotm,M[24]",
                                         "linear",
                                         "log",
                                         "(0,1,0)[2000000000]",
                                         "[0]"};
    if (Chance(0.5) || spec.empty()) {
      spec = kSpecs[Below(std::size(kSpecs))];
    } else {
      spec[Below(spec.size())] = static_cast<char>(32 + Below(95));
    }
  }

  void Mutate(FitOutcome& outcome) {
    Model& model = outcome.model;
    for (std::size_t times = 1 + Below(3); times > 0; --times) {
      switch (Below(11)) {
        case 0:
          Spec(model.spec);
          break;
        case 1:
          if (!model.parameters.empty()) model.parameters.erase(model.parameters.begin() + At(model.parameters));
          break;
        case 2:
          if (!model.states.empty()) model.states.erase(model.states.begin() + At(model.states));
          break;
        case 3:
          model.parameters.clear();
          break;
        case 4:
          model.states.clear();
          break;
        case 5:
          model.num_observations = Count();
          break;
        case 6:
          outcome.status = static_cast<FitStatus>(Below(5));
          break;
        case 7:
          model.states.push_back({Chance(0.5) ? "season[24]" : "M[12]", std::vector<double>(Below(4), Number())});
          break;
        case 8:
          model.payload.assign(Below(100), '[');
          break;
        case 9:
          if (!model.parameters.empty()) model.parameters[Below(model.parameters.size())].value = Number();
          break;
        default:
          if (!model.states.empty()) Numbers(model.states[Below(model.states.size())].values);
      }
    }
  }

  std::string Validation(std::string_view bytes) {
    std::vector<double> numbers(bytes.size() / sizeof(double));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
    Numbers(numbers);
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)};
  }

  void Mutate(TargetRecord& target) {
    switch (Below(6)) {
      case 0:
        target.grid.start = Chance(0.5) ? INT64_MAX - 5 : INT64_MIN;
        break;
      case 1:
        target.grid.step.count = static_cast<std::int64_t>(Count());
        break;
      case 2:
        target.grid.step.unit = static_cast<Step::Unit>(Below(256));
        break;
      case 3:
        target.num_values = Count();
        break;
      case 4:
        target.seasons = {static_cast<int>(Below(3)) - 1, 1 << Below(31)};
        break;
      default:
        target.status = static_cast<FitStatus>(Below(5));
    }
  }

  void Mutate(PooledArGlobal& global) {
    switch (Below(4)) {
      case 0:
        global.season = static_cast<int>(Count() & 0x7fffffff);
        break;
      case 1:
        global.horizon = static_cast<int>(Count() & 0x7fffffff);
        break;
      case 2:
        Numbers(global.all.weights);
        break;
      default:
        Numbers(global.all.sigma);
    }
  }

  void Mutate(FleetCombination& fleet) {
    fleet.algorithms = Chance(0.3) ? Below(9) : fleet.algorithms;
    for (FleetGroup& group : fleet.groups) {
      switch (Below(6)) {
        case 0:
          group.steps = Below(100);
          break;
        case 1:
          Numbers(group.factors);
          break;
        case 2:
          Numbers(group.weights);
          break;
        case 3:
          group.seasons = {static_cast<int>(Count() & 0x7fffffff)};
          break;
        case 4:
          group.targets = Number();
          break;
        default:
          Numbers(group.error);
      }
    }
    if (Chance(0.1)) fleet.groups.clear();
  }

  void Mutate(RunHeader& header) {
    header.horizon = Chance(0.5) ? static_cast<int>(Below(4)) : header.horizon;
    if (Chance(0.3)) header.time_format = static_cast<TimeFormat>(Below(7));
    if (Chance(0.2)) header.options = std::string(1000, '[');
    if (Chance(0.2)) header.target_column = "a\"b\n,c";
  }

 private:
  template <class T>
  std::ptrdiff_t At(const std::vector<T>& values) {
    return static_cast<std::ptrdiff_t>(Below(values.size()));
  }

  std::mt19937_64 random_;
};

Status CopyTargets(const Store& in, std::int64_t from, Store& out, std::int64_t to, Mutator& mutate,
                   const std::string& algorithm) {
  return in.ForEachTarget(from, {}, [&](const TargetRecord& read) -> Status {
    TargetRecord target = read;
    std::string validation(read.validation);
    std::vector<std::string> archives;
    for (const ModelRecord& model : read.models) {
      FITD_ASSIGN_OR_RETURN(FitOutcome outcome, DecodeOutcome(model.archive));
      if (algorithm.empty() ? mutate.Chance(0.5) : outcome.model.algorithm == algorithm) mutate.Mutate(outcome);
      archives.push_back(EncodeOutcome(outcome));
    }
    if (algorithm.empty() && mutate.Chance(0.2)) mutate.Mutate(target);
    if (algorithm.empty() && mutate.Chance(0.3)) validation = mutate.Validation(validation);
    if (algorithm.empty() && mutate.Chance(0.1) && !archives.empty()) archives.pop_back();
    target.validation = validation;
    for (std::size_t i = 0; i < archives.size(); ++i) target.models[i].archive = archives[i];
    target.models.resize(archives.size());
    return out.Append(to, {&target, 1});
  });
}

Status Make(const std::string& from, const std::string& to, std::uint64_t seed, const std::string& algorithm) {
  Mutator mutate(seed);
  FITD_ASSIGN_OR_RETURN(const Store in, Store::Open(from, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(const RunInfo run, in.LatestRun());
  FITD_ASSIGN_OR_RETURN(Store out, Store::Open(to, Store::Mode::kCreate));
  RunHeader header = run.header;
  if (algorithm.empty() && mutate.Chance(0.3)) mutate.Mutate(header);
  FITD_ASSIGN_OR_RETURN(const std::int64_t copy, out.BeginRun(header, {}));
  FITD_ASSIGN_OR_RETURN(std::vector<std::string> names, GetAlgorithmNames(in, run.run));
  if (algorithm.empty() && mutate.Chance(0.1)) names.resize(mutate.Below(names.size() + 3), "naive");
  FITD_RETURN_IF_ERROR(PutAlgorithmNames(out, copy, names));
  FITD_ASSIGN_OR_RETURN(std::vector<PooledArGlobal> globals, GetPooledAr(in, run.run));
  const bool pooled = algorithm.empty() ? mutate.Chance(0.2) : algorithm == "pooled-ar" && mutate.Chance(0.5);
  for (PooledArGlobal& global : globals) {
    if (pooled) mutate.Mutate(global);
  }
  if (!globals.empty()) FITD_RETURN_IF_ERROR(PutPooledAr(out, copy, globals));
  FITD_ASSIGN_OR_RETURN(std::optional<FleetCombination> fleet, GetFleet(in, run.run));
  if (fleet && (algorithm.empty() ? mutate.Chance(0.2) : algorithm == "ensemble")) mutate.Mutate(*fleet);
  if (fleet) FITD_RETURN_IF_ERROR(PutFleet(out, copy, *fleet));
  FITD_RETURN_IF_ERROR(CopyTargets(in, run.run, out, copy, mutate, algorithm));
  if (mutate.Chance(0.3)) return OkStatus();  // an unfinished run, for train to take up
  return out.FinishRun(copy, header.num_targets, "{}", 10, {});
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: hostile_store IN OUT SEED [ALGORITHM]\n");
    return 64;
  }
  const fitd::Status status =
      fitd::Make(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10), argc > 4 ? argv[4] : "");
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
