// Hands the inputs out in pieces: whole files, or ranges of large plain files that shrink towards the end.
// Daemon, ingest threads; safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/file_layout.h"
#include "daemon/input/input_stream.h"

namespace fitd {

struct IngestInput {
  InputFile file;
  // Set for an input that is read in ranges: opened and its header read beforehand.
  std::shared_ptr<InputSource> source;
  std::shared_ptr<const FileLayout> layout;
};

struct IngestPiece {
  std::uint32_t number = 0;  // in the order of the input
  std::uint32_t input = 0;
  bool whole = true;
  std::uint64_t begin = 0;  // nominal range; the records that begin in it belong to the piece
  std::uint64_t end = 0;
};

class IngestPlan {
 public:
  // The inputs outlive the plan. Ranges are at least `range_bytes` long.
  IngestPlan(const std::vector<IngestInput>& inputs, int threads, std::uint64_t range_bytes);
  std::optional<IngestPiece> Next();

 private:
  const std::vector<IngestInput>& inputs_;
  std::uint64_t threads_;
  std::uint64_t range_bytes_;
  std::mutex mutex_;
  std::uint32_t number_ = 0;
  std::size_t input_ = 0;
  std::uint64_t offset_ = 0;     // in the input, when it is read in ranges; 0: not begun
  std::uint64_t remaining_ = 0;  // bytes of inputs that are read in ranges
};

}  // namespace fitd
