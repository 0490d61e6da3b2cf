// Reads one piece of an input through a bounded buffer into a target table.
// Daemon, ingest threads; one PieceReader per thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/piece_plan.h"
#include "daemon/ingest/row_parser.h"

namespace fitd {

struct PieceResult {
  IngestPiece piece;
  // Byte range of the records that were read. A piece begins behind the first newline at or after its nominal begin.
  // When that newline is inside quotes this is wrong, and `begin` is not where the piece before ended.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  RowCounts counts;
  std::shared_ptr<const FileLayout> layout;  // null: an empty input
  Status status;
};

class PieceReader {
 public:
  PieceReader(const IngestOptions& options, const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes_read);

  // Opens a large plain file and reads its header so that it can be read in ranges; sets input.source and layout.
  // Leaves the input unchanged when it is compressed, small, or has to be read front to back.
  Status Prepare(IngestInput& input);
  // One piece; errors are in the result.
  PieceResult Read(const std::vector<IngestInput>& inputs, const IngestPiece& piece, TargetTable& table);

  // Reads a whole input from its first byte, header included. The caller has set `result.piece`.
  Status ReadStream(InputStream& stream, const std::string& path, TargetTable& table, PieceResult& result);

 private:
  Status ReadWhole(const IngestInput& input, TargetTable& table, PieceResult& result);
  Status ReadRange(const IngestInput& input, TargetTable& table, PieceResult& result);
  Status ReadHeader(InputStream& stream, const std::string& path, std::shared_ptr<const FileLayout>* layout,
                    bool in_ranges);
  Status ReadRows(InputStream& stream, const std::string& path, std::uint64_t offset, std::uint64_t end,
                  RowParser& parser, PieceResult& result);
  Status ReadTimes(InputStream& stream, const std::string& path, FileLayout& layout);
  // How the times of the other files with these columns are written, where some of them decide and these can be read
  // so.
  std::optional<TimeRule> RuleOfSiblings(const std::string& path, const FileLayout& layout) const;
  // Null: the file cannot be read.
  std::shared_ptr<const FileLayout> LayoutOf(const InputFile& file) const;
  const FileLayout* Largest(const std::string& path);
  bool ReadAsLargest(std::string_view head, const std::string& path, FileLayout& made);
  Status UncertainHeader(const std::string& path, const FileLayout& layout, const std::vector<std::size_t>& read,
                         std::size_t odd) const;
  // Appends a block to the buffer; false at the end of the input. kInvalidInput for a record longer than the limit.
  Result<bool> Fill(InputStream& stream, const std::string& path);
  const char* data() const { return buffer_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }

  const IngestOptions& options_;
  const std::atomic<bool>& stop_;
  std::atomic<std::uint64_t>& bytes_read_;
  std::size_t room_;
  std::unique_ptr<char[]> buffer_;  // room_ bytes, uninitialized; unread bytes are [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  const std::vector<IngestInput>* siblings_ = nullptr;  // of the piece in hand; null: nobody asks them
  std::shared_ptr<const FileLayout> largest_;           // of the largest of them; null: it was not read, or cannot be
  bool looked_ = false;                                 // it was tried
};

}  // namespace fitd
