// Whatever a worker leaves in its result ring and control page is taken or refused; likewise a chunk's segment.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "common/checksum.h"
#include "ipc/chunk_segment.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"

namespace {

constexpr std::size_t kRecordHeader = 32;  // payload bytes, chunk, position, reserved, seconds; checksum in the last 8
constexpr std::size_t kChunkPrefix = 64;   // magic, version, archive bytes, total bytes, archive checksum

template <class T>
T At(const void* bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const char*>(bytes) + offset, sizeof(value));
  return value;
}

void Put(void* bytes, std::size_t offset, std::uint64_t value) {
  std::memcpy(static_cast<char*>(bytes) + offset, &value, sizeof(value));
}

// No fuzzer guesses a checksum: these put the right ones over whatever claims to be a record or a chunk.
void SealRecords(char* ring, std::size_t size) {
  for (std::size_t at = 0; at + kRecordHeader <= size;) {
    const std::size_t bytes = At<std::uint32_t>(ring, at);
    if (bytes > size - at - kRecordHeader) return;
    const std::uint64_t seed = fitd::Checksum64({ring + at, kRecordHeader - 8});
    Put(ring, at + kRecordHeader - 8, fitd::Checksum64({ring + at + kRecordHeader, bytes}, seed));
    at += (kRecordHeader + bytes + 31) / 32 * 32;
  }
}

void SealChunk(char* chunk, std::size_t size) {
  if (size < kChunkPrefix) return;
  std::memcpy(chunk, "FTDCHUNK", 8);
  Put(chunk, 8, fitd::kProtocolVersion);
  const auto archive_bytes = At<std::uint64_t>(chunk, 16);
  if (archive_bytes <= size - kChunkPrefix) Put(chunk, 32, fitd::Checksum64({chunk + kChunkPrefix, archive_bytes}));
}

void DrainRing(const std::uint8_t* data, std::size_t size, bool sealed) {
  using namespace fitd;
  std::vector<std::byte> memory(4096);
  ControlPage page{};
  std::uint64_t committed = 0;
  std::memcpy(&committed, data, sizeof(committed));
  page.committed = committed % (2 * memory.size()) / 32 * 32;
  std::memcpy(memory.data(), data + sizeof(committed), std::min(size - sizeof(committed), memory.size()));
  if (sealed) SealRecords(reinterpret_cast<char*>(memory.data()), memory.size());
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
  DrainRing(data, size, false);
  DrainRing(data, size, true);
  // As the writer lays it out: the mapping is page-aligned.
  std::vector<std::uint8_t> aligned(size + 64);
  std::uint8_t* start = aligned.data() + (64 - reinterpret_cast<std::uintptr_t>(aligned.data()) % 64) % 64;
  std::memcpy(start, data, size);
  OpenChunk(start, size);
  SealChunk(reinterpret_cast<char*>(start), size);
  OpenChunk(start, size);
  return 0;
}
