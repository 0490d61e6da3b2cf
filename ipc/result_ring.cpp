#include "ipc/result_ring.h"

#include <bit>
#include <cstring>

#include "common/checksum.h"

namespace fitd {
namespace {

struct RecordHeader {
  std::uint32_t bytes;  // of the payload; kSkip: the rest of the ring is unused
  std::uint32_t chunk;
  std::uint32_t position;
  std::uint32_t reserved;
  double seconds;
  std::uint64_t checksum;  // of the payload, seeded with the checksum of the fields above
};
static_assert(sizeof(RecordHeader) == 32);
constexpr std::uint32_t kSkip = 0xffffffff;
constexpr std::size_t kRecordAlign = 32;  // so that a header always fits before the end of the ring

constexpr std::size_t Footprint(std::size_t bytes) {
  return (sizeof(RecordHeader) + bytes + kRecordAlign - 1) / kRecordAlign * kRecordAlign;
}

std::uint64_t RecordChecksum(const RecordHeader& header, std::string_view payload) {
  const auto* fields = reinterpret_cast<const char*>(&header);
  return Checksum64(payload, Checksum64({fields, offsetof(RecordHeader, checksum)}));
}

Status Lie(const std::string& what) {
  return {StatusCode::kCorrupt, "result ring: " + what};
}

}  // namespace

std::size_t RingWriter::RingBytesFor(std::size_t record_bytes) {
  return std::bit_ceil(2 * Footprint(record_bytes));
}

std::size_t RingWriter::backlog() const {
  return page_->committed.load(std::memory_order_relaxed) - page_->consumed.load(std::memory_order_acquire);
}

bool RingWriter::TryAppend(const ResultRecord& record) {
  const std::size_t need = Footprint(record.bytes.size());
  std::uint64_t at = page_->committed.load(std::memory_order_relaxed);
  const std::size_t room = ring_.size() - (at - page_->consumed.load(std::memory_order_acquire));
  const std::size_t to_end = ring_.size() - at % ring_.size();
  const std::size_t skip = need > to_end ? to_end : 0;
  if (need + skip > room) return false;
  if (skip > 0) {
    const RecordHeader header{kSkip, 0, 0, 0, 0, 0};
    std::memcpy(ring_.data() + at % ring_.size(), &header, sizeof(header));
    at += skip;
  }
  RecordHeader header{
      static_cast<std::uint32_t>(record.bytes.size()), record.chunk, record.position, 0, record.seconds, 0};
  header.checksum = RecordChecksum(header, record.bytes);
  std::byte* to = ring_.data() + at % ring_.size();
  std::memcpy(to, &header, sizeof(header));
  std::memcpy(to + sizeof(header), record.bytes.data(), record.bytes.size());
  page_->committed.store(at + need, std::memory_order_release);
  return true;
}

Status RingReader::Drain(std::vector<ResultRecord>& records) {
  records.clear();
  const std::uint64_t committed = page_->committed.load(std::memory_order_acquire);
  const std::uint64_t published = committed - consumed_;
  if (published == 0) return OkStatus();
  if (published > ring_.size() || published % kRecordAlign != 0) return Lie("impossible position");
  if (copy_.size() < published) copy_.resize(published);
  std::size_t copied = 0;
  Status status;
  while (status.ok() && consumed_ != committed) status = TakeOne(committed, records, copied);
  page_->consumed.store(consumed_, std::memory_order_release);
  return status;
}

Status RingReader::TakeOne(std::uint64_t committed, std::vector<ResultRecord>& records, std::size_t& copied) {
  const std::size_t at = consumed_ % ring_.size();
  const std::size_t to_end = ring_.size() - at;
  const std::size_t left = committed - consumed_;
  RecordHeader header;
  std::memcpy(&header, ring_.data() + at, sizeof(header));
  if (header.bytes == kSkip) {
    if (to_end > left) return Lie("skips more than was published");
    consumed_ += to_end;
    return OkStatus();
  }
  const std::size_t footprint = Footprint(header.bytes);
  if (footprint > left || footprint > to_end) {
    return Lie("record claims " + std::to_string(header.bytes) + " bytes");
  }
  char* to = copy_.data() + copied;
  std::memcpy(to, ring_.data() + at + sizeof(header), header.bytes);
  const std::string_view payload(to, header.bytes);
  if (RecordChecksum(header, payload) != header.checksum) return Lie("record with a wrong checksum");
  records.push_back({header.chunk, header.position, header.seconds, payload});
  copied += header.bytes;
  consumed_ += footprint;
  return OkStatus();
}

}  // namespace fitd
