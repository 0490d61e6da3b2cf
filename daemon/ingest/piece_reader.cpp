#include "daemon/ingest/piece_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "common/out_of_memory.h"

namespace fitd {
namespace {

constexpr std::size_t kBytesToProbe = 64U << 10;
constexpr int kRowsToProbe = 100;
constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

}  // namespace

PieceReader::PieceReader(const IngestOptions& options, const std::atomic<bool>& stop,
                         std::atomic<std::uint64_t>& bytes_read)
    : options_(options), stop_(stop), bytes_read_(bytes_read), buffer_(2 * options.block_bytes + 1) {}

Result<bool> PieceReader::Fill(InputStream& stream, const std::string& path) {
  if (stop_.load(std::memory_order_relaxed)) return Status(StatusCode::kCancelled, "cancelled while reading the data");
  if (at_end_) return false;
  if (begin_ != 0) std::memmove(buffer_.data(), buffer_.data() + begin_, size());
  end_ -= begin_;
  begin_ = 0;
  if (end_ > options_.max_record_bytes) {
    return Status(StatusCode::kInvalidInput, path + ": a line is longer than " +
                                                 std::to_string(options_.max_record_bytes >> 20) +
                                                 " MiB (is a quote not closed, or is this not CSV?)");
  }
  if (buffer_.size() - end_ < options_.block_bytes + 1) buffer_.resize(buffer_.size() * 2);
  FITD_ASSIGN_OR_RETURN(const std::size_t n, stream.Read({buffer_.data() + end_, options_.block_bytes}));
  end_ += n;
  if (n != 0) return true;
  at_end_ = true;
  // The last line ends like all others.
  if (end_ != 0 && buffer_[end_ - 1] != '\n') buffer_[end_++] = '\n';
  return false;
}

Status PieceReader::ReadHeader(InputStream& stream, const std::string& path, std::shared_ptr<const CsvLayout>* layout) {
  begin_ = end_ = 0;
  at_end_ = false;
  std::uint64_t offset = 0;
  std::uint64_t lines = 0;
  std::uint64_t record_lines = 0;
  const char* record_end = nullptr;
  while (true) {
    FITD_ASSIGN_OR_RETURN(const bool more, Fill(stream, path));
    FITD_RETURN_IF_ERROR(CheckText({data(), std::min<std::size_t>(size(), 2)}, path));
    if (offset == 0 && size() >= 3 && std::memcmp(data(), "\xef\xbb\xbf", 3) == 0) begin_ += 3, offset = 3;
    while (size() != 0 && (*data() == '\n' || (*data() == '\r' && size() > 1 && data()[1] == '\n'))) {
      const std::size_t blank = *data() == '\n' ? 1 : 2;
      begin_ += blank, offset += blank, ++lines;
    }
    record_end = FindRecordEnd(data(), data() + size(), &record_lines);
    if (record_end || !more) break;
  }
  if (!record_end && size() == 0) return OkStatus();  // empty: no layout
  if (!record_end) return {StatusCode::kInvalidInput, path + ": a quote in the header line is never closed"};
  const auto length = static_cast<std::size_t>(record_end - data());
  FITD_RETURN_IF_ERROR(CheckText({data(), length}, path));
  RecordSplitter splitter;
  if (!splitter.Split(data(), record_end)) {
    return {StatusCode::kInvalidInput, path + ": text after a closing quote in the header line"};
  }
  FITD_ASSIGN_OR_RETURN(CsvLayout made, MakeLayout(splitter.fields(), options_, path));
  begin_ += length;
  made.data_offset = offset + length;
  made.header_lines = lines + record_lines;
  while (size() < kBytesToProbe && !at_end_) FITD_RETURN_IF_ERROR(Fill(stream, path).status());
  ProbeRows(made);
  *layout = std::make_shared<const CsvLayout>(std::move(made));
  return OkStatus();
}

// What the first rows, which are in the buffer, say about the others.
void PieceReader::ProbeRows(CsvLayout& layout) const {
  std::vector<std::string> cells;
  RecordSplitter splitter;
  std::string target;
  int changes = 0;
  const char* p = data();
  for (int i = 0; i < kRowsToProbe; ++i) {
    std::uint64_t lines = 0;
    const char* const end = FindRecordEnd(p, data() + size(), &lines);
    if (!end) break;
    if (splitter.Split(p, end) && splitter.fields().size() == layout.columns) {
      cells.emplace_back(splitter.fields()[layout.time]);
      if (layout.target != CsvLayout::kNoColumn && splitter.fields()[layout.target] != target) {
        target = splitter.fields()[layout.target];
        ++changes;
      }
    }
    p = end;
  }
  const std::vector<std::string_view> views(cells.begin(), cells.end());
  layout.numeric = GuessNumericTime(views);
  layout.interleaved = layout.wide || changes > kRowsToProbe / 4;
}

Status PieceReader::Prepare(IngestInput& input) {
  if (!input.file.regular || input.file.bytes < 2 * options_.range_bytes) return OkStatus();
  FITD_ASSIGN_OR_RETURN(std::unique_ptr<InputSource> source, InputSource::Open(input.file, &stop_, &bytes_read_));
  FITD_ASSIGN_OR_RETURN(const bool compressed, source->IsCompressed());
  if (compressed) return OkStatus();
  const std::uint64_t before = bytes_read_.load();
  FITD_RETURN_IF_ERROR(ReadHeader(*source->Range(0), source->path(), &input.layout));
  bytes_read_.store(before);
  if (input.layout) input.source = std::move(source);
  return OkStatus();
}

PieceResult PieceReader::Read(const std::vector<IngestInput>& inputs, const IngestPiece& piece, TargetTable& table) {
  PieceResult result;
  result.piece = piece;
  const IngestInput& input = inputs[piece.input];
  try {
    result.status = piece.whole ? ReadWhole(input, table, result) : ReadRange(input, table, result);
  } catch (const std::bad_alloc&) {
    result.status = OutOfMemory("reading " + input.file.path, input.file.bytes);
  }
  return result;
}

Status PieceReader::ReadWhole(const IngestInput& input, TargetTable& table, PieceResult& result) {
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputSource> source, InputSource::Open(input.file, &stop_, &bytes_read_));
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> stream, source->Stream(options_.expansion));
  FITD_RETURN_IF_ERROR(ReadStream(*stream, source->path(), table, result));
  return source->CheckUnchanged();
}

Status PieceReader::ReadStream(InputStream& stream, const std::string& path, TargetTable& table, PieceResult& result) {
  FITD_RETURN_IF_ERROR(ReadHeader(stream, path, &result.layout));
  if (!result.layout) return OkStatus();
  RowParser parser(*result.layout, table, result.piece.number, result.counts);
  return ReadRows(stream, path, result.layout->data_offset, kToTheEnd, parser, result);
}

Status PieceReader::ReadRange(const IngestInput& input, TargetTable& table, PieceResult& result) {
  const IngestPiece& piece = result.piece;
  result.layout = input.layout;
  begin_ = end_ = 0;
  at_end_ = false;
  std::uint64_t offset = piece.begin;
  const bool first = piece.begin == input.layout->data_offset;
  if (!first) --offset;  // a newline just before the range makes its first byte the start of a record
  const std::unique_ptr<InputStream> stream = input.source->Range(offset);
  const std::string& path = input.source->path();
  while (!first) {
    const void* const newline = std::memchr(data(), '\n', size());
    if (newline) {
      const auto skip = static_cast<std::size_t>(static_cast<const char*>(newline) - data()) + 1;
      offset += skip;
      begin_ += skip;
      break;
    }
    if (at_end_) {
      offset += size();
      begin_ = end_;
      break;
    }
    FITD_RETURN_IF_ERROR(Fill(*stream, path).status());
  }
  result.begin = result.end = std::min(offset, input.source->bytes());
  if (offset >= piece.end) return OkStatus();
  RowParser parser(*input.layout, table, piece.number, result.counts);
  return ReadRows(*stream, path, offset, piece.end, parser, result);
}

// `offset` is that of the first byte in the buffer; records that begin before `end` are read.
Status PieceReader::ReadRows(InputStream& stream, const std::string& path, std::uint64_t offset, std::uint64_t end,
                             RowParser& parser, PieceResult& result) {
  result.begin = offset;
  while (true) {
    const std::uint64_t left = end - offset;
    const char* const stop = left < size() ? data() + left : data() + size();
    const char* const next = parser.Consume(data(), data() + size(), stop);
    offset += static_cast<std::uint64_t>(next - data());
    begin_ = static_cast<std::size_t>(next - buffer_.data());
    if (offset >= end) break;
    if (at_end_) {
      if (size() != 0) parser.ReportUnclosedQuote(data(), data() + size());
      offset += size();
      break;
    }
    FITD_RETURN_IF_ERROR(Fill(stream, path).status());
  }
  result.end = offset;
  return OkStatus();
}

}  // namespace fitd
