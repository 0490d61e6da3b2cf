// Hands out the inputs in pieces: whole files, or ranges of large plain files that get shorter towards the end. Daemon,
// ingest threads; safe from any thread.
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
  // Set when the input is read in ranges: it was opened and its header read by PieceReader::Prepare.
  std::shared_ptr<InputSource> source;
  std::shared_ptr<const FileLayout> layout;
};

struct IngestPiece {
  std::uint32_t number = 0;  // in the order of the input, from 0
  std::uint32_t input = 0;   // index of the input
  bool whole = true;
  std::uint64_t begin = 0;  // byte range; records that begin in it belong to the piece
  std::uint64_t end = 0;
};

class IngestPlan {
 public:
  // The inputs outlive the plan. Ranges are at least `range_bytes` long.
  IngestPlan(const std::vector<IngestInput>& inputs, int threads, std::uint64_t range_bytes);
  // The next piece in the order of the input; nullopt: all were handed out.
  std::optional<IngestPiece> Next();

 private:
  const std::vector<IngestInput>& inputs_;
  std::uint64_t threads_;
  std::uint64_t range_bytes_;
  std::mutex mutex_;
  std::uint32_t number_ = 0;
  std::size_t input_ = 0;
  std::uint64_t offset_ = 0;     // next byte of input_ when it is read in ranges; 0: not begun
  std::uint64_t remaining_ = 0;  // bytes not handed out yet, of all inputs that are read in ranges
};

}  // namespace fitd
