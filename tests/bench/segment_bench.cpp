// segment_bench: GB/s of values serialised into a chunk's shared segment by the parent, and mapped, decoded and read by
// a worker.
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "common/series/series.h"
#include "ipc/chunk_segment.h"
#include "ipc/shared_segment.h"

namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// One chunk of `targets` series of `length` values, written and read `rounds` times through one reused segment.
bool Measure(std::size_t targets, std::size_t length, int rounds) {
  fitd::Frame frame;
  const std::vector<double> values(length, 1.5);
  for (std::size_t i = 0; i < targets; ++i) frame.Append("target" + std::to_string(i), values, {});
  std::vector<fitd::WorkUnit> units;
  for (std::uint32_t i = 0; i < targets; ++i) units.push_back({i, 1});
  fitd::ChunkWriter writer;
  auto segment = fitd::SharedSegment::Create("segment_bench", writer.Prepare(frame, units),
                                             fitd::SharedSegment::PeerAccess::kReadOnly);
  if (!segment.ok()) return false;
  double write_seconds = 0;
  double read_seconds = 0;
  double sum = 0;
  for (int round = 0; round < rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    writer.Prepare(frame, units);
    writer.Write(segment->data());
    write_seconds += SecondsSince(start);
    start = std::chrono::steady_clock::now();
    fitd::ChunkReader reader;
    if (!reader.Open({segment->data(), segment->size()}).ok()) return false;
    for (std::size_t g = 0; g < reader.num_groups(); ++g) {
      for (const double v : reader.group(g)[0].values) sum += v;
    }
    read_seconds += SecondsSince(start);
  }
  const double gigabytes = 8e-9 * static_cast<double>(targets * length) * rounds;
  std::printf("%zu targets x %zu values: write %.1f GB/s, read %.1f GB/s, %.2f us a target both (sum %g)\n", targets,
              length, gigabytes / write_seconds, gigabytes / read_seconds,
              1e6 * (write_seconds + read_seconds) / static_cast<double>(targets) / rounds, sum);
  return true;
}

}  // namespace

int main() {
  const bool ok = Measure(1000, 100, 500) && Measure(100, 10'000, 50) && Measure(1, 1'250'000, 50);
  return ok ? 0 : 1;
}
