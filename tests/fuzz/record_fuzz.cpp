// Whatever a worker leaves in its result ring and control page is taken or refused; likewise a chunk's segment.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "ipc/chunk_segment.h"
#include "ipc/result_ring.h"

namespace {

void DrainRing(const std::uint8_t* data, std::size_t size) {
  using namespace fitd;
  std::vector<std::byte> memory(4096);
  ControlPage page{};
  std::uint64_t committed = 0;
  std::memcpy(&committed, data, sizeof(committed));
  page.committed = committed % (2 * memory.size()) / 32 * 32;
  std::memcpy(memory.data(), data + sizeof(committed), std::min(size - sizeof(committed), memory.size()));
  RingReader reader(&page, memory);
  std::vector<ResultRecord> records;
  std::size_t bytes = 0;
  reader.Drain(records).ok();
  for (const ResultRecord& record : records) bytes += record.bytes.size();
  if (bytes > memory.size()) std::abort();
}

void OpenChunk(const std::uint8_t* data, std::size_t size) {
  fitd::ChunkReader reader;
  if (!reader.Open({reinterpret_cast<const std::byte*>(data), size}).ok()) return;
  double sum = 0;
  for (std::size_t i = 0; i < reader.num_groups(); ++i) {
    for (const fitd::SeriesView& view : reader.group(i)) {
      for (const double v : view.values) sum += v;
    }
  }
  volatile double keep = sum;
  static_cast<void>(keep);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 16) return 0;
  DrainRing(data, size);
  // As the writer lays it out: the mapping is page-aligned.
  std::vector<std::uint8_t> aligned(size + 64);
  std::uint8_t* start = aligned.data() + (64 - reinterpret_cast<std::uintptr_t>(aligned.data()) % 64) % 64;
  std::memcpy(start, data, size);
  OpenChunk(start, size);
  return 0;
}
