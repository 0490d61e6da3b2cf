// Reads CSV files into a frame and prints what it cost.
//   ingest_bench [--threads N] [--wide] FILE...
//   ingest_bench --sample TARGETS LENGTH > FILE
// One JSON object: bytes, rows, values, seconds, CPU seconds, MB/s per core, peak memory as a multiple of the values.
#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "daemon/cli/sample.h"
#include "daemon/ingest/load_frame.h"

namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

int WriteSampleFile(const char* targets, const char* length) {
  fitd::SampleOptions options;
  options.targets = std::strtoull(targets, nullptr, 10);
  options.length = std::strtoull(length, nullptr, 10);
  options.frequency = "5min";
  const fitd::Status status = fitd::WriteSample(options, [](std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return fitd::OkStatus();
    return fitd::StatusFromErrno(errno, "standard output");
  });
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message().c_str());
  return fitd::ExitCode(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--sample") return WriteSampleFile(argv[2], argv[3]);
  fitd::IngestOptions options;
  options.max_bad_rows = 1'000'000;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--threads" && i + 1 < argc) {
      options.threads = std::atoi(argv[++i]);
    } else if (arg == "--wide") {
      options.wide = true;
    } else {
      options.inputs.push_back(arg);
    }
  }
  const double before = PeakBytes();
  const auto start = std::chrono::steady_clock::now();
  const double cpu_start = CpuSeconds();
  fitd::Result<fitd::IngestResult> result = fitd::LoadFrame(options);
  const double cpu = CpuSeconds() - cpu_start;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().message().c_str());
    return fitd::ExitCode(result.status());
  }
  const fitd::IngestReport& r = result->report;
  const double values = 8.0 * static_cast<double>(result->frame.num_values());
  std::printf(
      "{\"targets\":%zu,\"values\":%llu,\"rows\":%llu,\"bad_rows\":%llu,\"missing\":%llu,\"unordered\":%llu,"
      "\"duplicates\":%llu,\"snapped\":%llu,\"merged\":%llu,\"stray\":%llu,\"gaps_filled\":%llu,\"dropped\":%zu,\n"
      " \"bytes\":%llu,\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"mb_per_cpu_second\":%.0f,\"value_bytes\":%.0f,"
      "\"peak_bytes\":%.0f,\"peak_over_values\":%.3f}\n",
      result->frame.size(), static_cast<unsigned long long>(result->frame.num_values()),
      static_cast<unsigned long long>(r.rows), static_cast<unsigned long long>(r.bad_rows),
      static_cast<unsigned long long>(r.missing_values), static_cast<unsigned long long>(r.unordered_rows),
      static_cast<unsigned long long>(r.duplicates), static_cast<unsigned long long>(r.snapped),
      static_cast<unsigned long long>(r.merged), static_cast<unsigned long long>(r.stray),
      static_cast<unsigned long long>(r.gaps_filled), r.dropped.size(), static_cast<unsigned long long>(r.bytes),
      seconds, cpu, 1e-6 * static_cast<double>(r.bytes) / cpu, values, PeakBytes() - before,
      (PeakBytes() - before) / values);
  return 0;
}
