// Saving and reading back 1,000,000 targets with one small model each, and the cost of one model's archive.
// Usage: store_bench [TARGETS] [BATCH] [FOLDER]; prints one line a figure. CPU time is of this process.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace fitd {
namespace {

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Stopwatch {
 public:
  void Report(const char* what, double count) const {
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double cpu = CpuSeconds() - cpu_;
    std::printf("%-28s %8.3f s wall %8.3f s cpu %8.3f us/item cpu\n", what, wall, cpu, 1e6 * cpu / count);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_ = CpuSeconds();
};

FitOutcome SeasonalNaive(int i) {
  FitOutcome outcome;
  outcome.status = FitStatus::kFitted;
  outcome.reason.clear();
  outcome.model.algorithm = "seasonal-naive";
  outcome.model.num_observations = 100;
  outcome.model.criteria.sigma2 = 1.5 + i;
  outcome.model.parameters = {{"m", 12}};
  outcome.model.states = {{"season", std::vector<double>(12, 0.5 * i)}};
  return outcome;
}

bool Check(const Status& status) {
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.ok();
}

void BenchArchive() {
  constexpr int kRounds = 1'000'000;
  const FitOutcome outcome = SeasonalNaive(1);
  std::size_t bytes = 0;
  const Stopwatch encode;
  for (int i = 0; i < kRounds; ++i) bytes += EncodeOutcome(outcome).size();
  encode.Report("encode outcome", kRounds);
  const std::string archive = EncodeOutcome(outcome);
  std::size_t ok = 0;
  const Stopwatch decode;
  for (int i = 0; i < kRounds; ++i) ok += DecodeOutcome(archive).ok();
  decode.Report("decode outcome", kRounds);
  const Stopwatch header;
  for (int i = 0; i < kRounds; ++i) ok += DecodeOutcomeHeader(archive).ok();
  header.Report("decode header", kRounds);
  std::printf("archive %zu bytes, checked %zu\n", bytes / kRounds, ok);
}

int Main(int argc, char** argv) {
  const std::uint64_t targets = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::uint64_t batch_size = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 8192;
  const TempDir dir;
  const std::string path = argc > 3 ? std::string(argv[3]) + "/store_bench.db" : dir.File("store.db");
  BenchArchive();
  const std::string archive = EncodeOutcome(SeasonalNaive(7));
  std::vector<std::string> ids(batch_size);
  std::vector<TargetRecord> batch;
  {
    Result<Store> store = Store::Open(path, Store::Mode::kCreate);
    if (!Check(store.status())) return 1;
    Result<std::int64_t> run = store->BeginRun(SampleHeader(targets), kSampleNow);
    if (!Check(run.status())) return 1;
    const Stopwatch save;
    for (std::uint64_t first = 0; first < targets; first += batch_size) {
      batch.clear();
      for (std::uint64_t i = first; i < std::min(targets, first + batch_size); ++i) {
        char id[32];
        std::snprintf(id, sizeof id, "host-%08llu", static_cast<unsigned long long>(i));
        ids[i - first] = id;
        TargetRecord record;
        record.index = i;
        record.id = ids[i - first];
        record.grid = {1'700'000'000'000'000'000, {Step::Unit::kNanosecond, 60'000'000'000}};
        record.num_values = 100;
        record.status = FitStatus::kFitted;
        record.seasons = {12};
        record.seconds = 1e-6;
        record.fingerprint = i * 0x9e3779b97f4a7c15ULL;
        record.models = {{archive, 1e-6}};
        batch.push_back(std::move(record));
      }
      if (!Check(store->Append(*run, batch))) return 1;
    }
    if (!Check(store->FinishRun(*run, targets, "{}", 10, kSampleNow))) return 1;
    save.Report("save", static_cast<double>(targets));
  }
  std::printf("file %.1f MB\n", 1e-6 * static_cast<double>(std::filesystem::file_size(path)));
  Result<Store> store = Store::Open(path, Store::Mode::kRead);
  if (!Check(store.status())) return 1;
  std::size_t bytes = 0;
  const Stopwatch read;
  const Status status = store->ForEachTarget(1, {}, [&](const TargetRecord& record) {
    bytes += record.models[0].archive.size();
    return OkStatus();
  });
  if (!Check(status)) return 1;
  read.Report("read back, raw", static_cast<double>(targets));
  const Stopwatch saved;
  std::printf("saved targets %zu\n", store->SavedTargets(1)->size());
  saved.Report("which are saved", static_cast<double>(targets));
  if (argc > 3) std::filesystem::remove(path);
  return bytes > 0 ? 0 : 1;
}

}  // namespace
}  // namespace fitd

int main(int argc, char** argv) {
  return fitd::Main(argc, argv);
}
