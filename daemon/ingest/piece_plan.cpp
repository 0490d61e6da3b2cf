#include "daemon/ingest/piece_plan.h"

#include <algorithm>

namespace fitd {
IngestPlan::IngestPlan(const std::vector<IngestInput>& inputs, int threads, std::uint64_t range_bytes)
    : inputs_(inputs), threads_(static_cast<std::uint64_t>(threads)), range_bytes_(range_bytes) {
  for (const IngestInput& input : inputs_) {
    if (input.source) remaining_ += input.source->bytes();
  }
}

std::optional<IngestPiece> IngestPlan::Next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (input_ == inputs_.size()) return std::nullopt;
  IngestPiece piece;
  piece.number = number_++;
  piece.input = static_cast<std::uint32_t>(input_);
  const IngestInput& input = inputs_[input_];
  if (!input.source) {
    ++input_;
    return piece;
  }
  piece.whole = false;
  piece.begin = std::max(offset_, input.layout->data_offset);
  // Large pieces first: a target's rows stay together in memory. Small ones last: all threads end together.
  const std::uint64_t size = threads_ == 1 ? remaining_ : std::max(range_bytes_, remaining_ / (2 * threads_));
  piece.end = std::min(piece.begin + size, input.source->bytes());
  if (input.source->bytes() - piece.end < range_bytes_ / 2) piece.end = input.source->bytes();
  remaining_ -= std::min(remaining_, piece.end - piece.begin);
  offset_ = piece.end;
  if (piece.end == input.source->bytes()) ++input_, offset_ = 0;
  return piece;
}

}  // namespace fitd
