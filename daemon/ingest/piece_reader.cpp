#include "daemon/ingest/piece_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>

#include "common/ascii.h"
#include "common/out_of_memory.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/text_encoding.h"
#include "daemon/csv/time_part.h"
#include "daemon/ingest/turn_study.h"
#include "daemon/input/text_stream.h"
#include "daemon/times/order_faults.h"
#include "daemon/times/time_guess.h"

namespace fitd {
namespace {

// Bytes read before the layout is decided; smaller files are seen whole, so that all their rows count.
constexpr std::size_t kHeadOfPiece = 1U << 20;
// A file of so few lines is read as the largest input with its columns, if that is so many times as large: less than a
// day of hours shows neither slots nor ids. Chosen; of 460 layouts of the tests whose last row was put into a file of
// its own 147 were refused and 10 misread.
constexpr std::size_t kFewLines = 24, kTimesAsLarge = 4;
constexpr std::size_t kMostToProbe = 64U << 20;  // bytes to read to decide between two ways of reading the times
constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

// True when a rule reads the first times of a layout.
bool ReadsTimes(const TimeRule& rule, const CsvLayout& layout) {
  TimeParser parser(rule);
  return std::all_of(layout.time_cells.begin(), layout.time_cells.end(), [&](const std::string& cell) {
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    return TrimBlanks(cell).empty() || parser.Parse(UnmarkedTime(cell), &time, &format) == TimeError::kNone;
  });
}

}  // namespace

PieceReader::PieceReader(const IngestOptions& options, const std::atomic<bool>& stop,
                         std::atomic<std::uint64_t>& bytes_read)
    : options_(options),
      stop_(stop),
      bytes_read_(bytes_read),
      room_(2 * options.block_bytes + 1),
      buffer_(std::make_unique_for_overwrite<char[]>(room_)) {}

Result<bool> PieceReader::Fill(InputStream& stream, const std::string& path) {
  if (stop_.load(std::memory_order_relaxed)) return Status(StatusCode::kCancelled, "cancelled while reading the data");
  if (at_end_) return false;
  if (begin_ != 0) std::memmove(buffer_.get(), buffer_.get() + begin_, size());
  end_ -= begin_;
  begin_ = 0;
  if (end_ > options_.max_record_bytes) {
    return Status(StatusCode::kInvalidInput, path + ": a line is longer than " +
                                                 std::to_string(options_.max_record_bytes >> 20) +
                                                 " MiB (is a quote not closed, or is this not CSV?)");
  }
  if (room_ - end_ < options_.block_bytes + 1) {
    room_ *= 2;
    std::unique_ptr<char[]> larger = std::make_unique_for_overwrite<char[]>(room_);
    std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
  }
  FITD_ASSIGN_OR_RETURN(const std::size_t n, stream.Read({buffer_.get() + end_, options_.block_bytes}));
  end_ += n;
  if (n != 0) return true;
  at_end_ = true;
  // The last line ends like all others.
  if (end_ != 0 && buffer_[end_ - 1] != '\n') buffer_[end_++] = '\n';
  return false;
}

Status PieceReader::ReadHeader(InputStream& stream, const std::string& path, std::shared_ptr<const FileLayout>* layout,
                               bool in_ranges) {
  begin_ = end_ = 0;
  at_end_ = false;
  std::size_t searched = 0;
  std::size_t newlines = 0;
  // The header and a row at least, however long they are.
  const std::size_t head_bytes = std::min<std::uint64_t>(kHeadOfPiece, options_.max_record_bytes);
  while (!at_end_ && (size() < head_bytes || newlines < 2)) {
    FITD_RETURN_IF_ERROR(Fill(stream, path).status());
    newlines += static_cast<std::size_t>(std::count(data() + searched, data() + size(), '\n'));
    searched = size();
    // Only plain text can be read in ranges.
    if (in_ranges && CodingOf({data(), size()}) != TextCoding::kPlain && (at_end_ || size() >= head_bytes))
      return OkStatus();
  }
  std::uint64_t offset = 0;
  if (size() >= 3 && std::memcmp(data(), "\xef\xbb\xbf", 3) == 0) begin_ += 3, offset = 3;
  const std::string_view head(data(), size());
  if (head.find_first_not_of(" \t\r\n") == std::string_view::npos) {  // empty: no layout
    begin_ = end_;
    return OkStatus();
  }
  FileLayout made;
  const bool like_largest = at_end_ && newlines <= kFewLines && ReadAsLargest(head, path, made);
  if (!like_largest) {
    FITD_ASSIGN_OR_RETURN(static_cast<CsvLayout&>(made), ReadLayout(head, at_end_, options_, path));
  }
  begin_ += made.data_offset;
  made.data_offset += offset;
  made.file_target = TargetFromPath(path == "standard input" ? "-" : path);
  if (!like_largest) FITD_RETURN_IF_ERROR(ReadTimes(stream, path, made));
  const bool free = options_.layout == "auto" && !options_.wide && made.targets.empty() && made.table.empty();
  const bool may_have_target = made.shape == CsvShape::kLong ? made.found_target : made.wide();
  if (free && may_have_target && !made.times.empty() && !made.key_candidates.empty())
    TakeTurnTaker({data(), size()}, made);
  *layout = std::make_shared<const FileLayout>(std::move(made));
  return OkStatus();
}

// Finds how the times of the file are written from the first ones; while two ways remain possible, reads on until one
// is ruled out or kMostToProbe bytes were seen.
Status PieceReader::ReadTimes(InputStream& stream, const std::string& path, FileLayout& layout) {
  std::shared_ptr<const TimeZone> zone;
  if (!options_.timezone.empty()) {
    const bool in_utc = options_.timezone.ends_with(kWrittenInUtc);
    FITD_ASSIGN_OR_RETURN(zone, TimeZone::Find(in_utc ? "UTC" : options_.timezone));
  }
  TimeGuess guess(options_.time_format, zone);
  if (layout.times.size() == 1) guess.SetName(layout.names[layout.times[0]]);
  guess.SetShortest(layout.shortest_time);
  for (const std::string& cell : layout.time_cells) guess.Add(UnmarkedTime(cell));
  guess.Settle();
  RecordSplitter splitter(layout.separator);
  std::size_t probed = 0;  // bytes
  while (guess.open() && layout.shape != CsvShape::kRows && !layout.times.empty()) {
    std::uint64_t lines = 0;
    const char* const begin = data() + probed;
    const char* const end = FindRecordEnd(begin, data() + size(), &lines, layout.separator);
    if (!end) {
      if (at_end_ || size() >= kMostToProbe) break;
      FITD_RETURN_IF_ERROR(Fill(stream, path).status());
      continue;
    }
    probed = static_cast<std::size_t>(end - data());
    if (splitter.Split(begin, end) && splitter.fields().size() == layout.columns) {
      std::string time;
      if (layout.table.empty()) layout.AppendTimeText(splitter.fields(), time);
      if (!layout.table.empty()) layout.AppendTableTime(splitter.fields(), 0, time);
      guess.Add(UnmarkedTime(time));
    }
  }
  Result<TimeRule> rule = guess.Finish(path);
  const bool open = guess.open() && (!rule.ok() || rule->either);
  if (const std::optional<TimeRule> shared = open ? RuleOfSiblings(path, layout) : std::nullopt) rule = *shared;
  FITD_ASSIGN_OR_RETURN(layout.rule, std::move(rule));
  if (layout.shape != CsvShape::kRows) FITD_RETURN_IF_ERROR(CheckOrder(layout.rule, layout.time_cells, path));
  layout.counted = layout.times.empty();
  if (layout.shape == CsvShape::kRows) {
    TimeParser parser(layout.rule);
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    std::vector<std::size_t> read;
    std::size_t odd = kNoColumn;  // a column whose time is written differently
    for (std::size_t i = 0; i < layout.values.size(); ++i) {
      const std::size_t column = layout.values[i];
      const std::string& name = layout.header_times[i];
      if (parser.Parse(name, &time, &format) == TimeError::kNone)
        read.push_back(column);
      else if (KindOfCell(name) == CellKind::kDate || IsNumericTime(name))
        odd = column;
    }
    layout.counted = read.size() < layout.values.size();
    if (odd != kNoColumn) return UncertainHeader(path, layout, read, odd);
  }
  if (layout.counted) layout.rule.form = {TimeFormat::kCount, "", ""};
  return OkStatus();
}

std::shared_ptr<const FileLayout> PieceReader::LayoutOf(const InputFile& file) const {
  std::atomic<std::uint64_t> uncounted{0};
  const Result<std::unique_ptr<InputSource>> source = InputSource::Open(file, &stop_, &uncounted);
  if (!source.ok()) return nullptr;
  Result<std::unique_ptr<InputStream>> raw = (*source)->Stream(options_.expansion);
  if (!raw.ok()) return nullptr;
  const Result<std::unique_ptr<InputStream>> stream = MakeTextStream(std::move(*raw));
  PieceReader reader(options_, stop_, uncounted);
  std::shared_ptr<const FileLayout> layout;
  return stream.ok() && reader.ReadHeader(**stream, file.path, &layout, false).ok() ? layout : nullptr;
}

std::optional<TimeRule> PieceReader::RuleOfSiblings(const std::string& path, const FileLayout& layout) const {
  constexpr std::size_t kMostFiles = 100;
  std::optional<TimeRule> found;
  for (std::size_t i = 0; siblings_ != nullptr && i < std::min(siblings_->size(), kMostFiles); ++i) {
    const InputFile& file = (*siblings_)[i].file;
    const std::shared_ptr<const FileLayout> other = file.regular && file.path != path ? LayoutOf(file) : nullptr;
    if (!other || other->names != layout.names || other->times != layout.times || !other->rule.pattern ||
        other->rule.either)
      continue;
    // Files that are written in several ways say nothing of another one.
    if (found && found->form.pattern != other->rule.form.pattern) return std::nullopt;
    found = other->rule;
  }
  return found && ReadsTimes(*found, layout) ? found : std::nullopt;
}

// The layout of the largest input when it is that much larger than the file in hand.
const FileLayout* PieceReader::Largest(const std::string& path) {
  if (!options_.time_format.empty() || options_.no_header || !siblings_ || siblings_->size() < 2) return nullptr;
  const auto largest = std::max_element(siblings_->begin(), siblings_->end(),
                                        [](const auto& a, const auto& b) { return a.file.bytes < b.file.bytes; });
  const InputFile& file = largest->file;
  if (!file.regular || file.path == path || file.bytes < kTimesAsLarge * size()) return nullptr;
  if (!looked_) looked_ = true, largest_ = LayoutOf(file);
  return largest_.get();
}

// Reads the columns of `head` as those of the largest input, whose names it has, in `made`; false where it has others.
bool PieceReader::ReadAsLargest(std::string_view head, const std::string& path, FileLayout& made) {
  const FileLayout* const largest = Largest(path);
  if (largest == nullptr) return false;
  const FileLayout& like = *largest;
  if (like.shape == CsvShape::kRows || !like.table.empty() || !like.header || like.times.empty() || like.counts_rows ||
      like.rule.either)
    return false;
  CsvOptions options = options_;
  options.like_parts = like.parts;
  const bool free = options.time_column.empty() && options.value_column.empty() && options.layout == "auto" &&
                    !options.wide && (options.target_column.empty() || options_.targets_found);
  if (free) options.time_column = like.OptionFor(like.times);
  if (free && like.wide()) {
    options.layout = "wide";
    for (const std::size_t column : like.no_values) options.like_no_values.push_back(like.names[column]);
  } else if (free) {
    options.target_column = like.OptionFor(like.targets);
    options.value_column = like.OptionFor(like.values);
  }
  Result<CsvLayout> read = ReadLayout(head, true, options, path);
  if (!read.ok() || read->names != like.names || read->times != like.times || !ReadsTimes(like.rule, *read))
    return false;
  static_cast<CsvLayout&>(made) = *std::move(read);
  std::tie(made.rule, made.found_target, made.key_candidates, made.key_is_text, made.key_is_part) =
      std::tie(like.rule, like.found_target, like.key_candidates, like.key_is_text, like.key_is_part);
  return true;
}

// Refuses a header in which only some names are times: numbering the columns instead would ignore those times.
Status PieceReader::UncertainHeader(const std::string& path, const FileLayout& layout,
                                    const std::vector<std::size_t>& read, std::size_t odd) const {
  std::string message = path + ": the header has times that are not all written in one way: " + layout.NameOf(odd);
  if (read.empty()) return {StatusCode::kInvalidInput, message + "; say how with --time-format"};
  message += " and " + layout.NameOf(read.front());
  return {StatusCode::kInvalidInput,
          message + "; name those of one kind, such as --value-column " + ShellWord(layout.OptionFor(read))};
}

Status PieceReader::Prepare(IngestInput& input) {
  if (!input.file.regular || input.file.bytes < 2 * options_.range_bytes) return OkStatus();
  FITD_ASSIGN_OR_RETURN(std::unique_ptr<InputSource> source, InputSource::Open(input.file, &stop_, &bytes_read_));
  FITD_ASSIGN_OR_RETURN(const bool compressed, source->IsCompressed());
  if (compressed) return OkStatus();
  const std::uint64_t before = bytes_read_.load();
  FITD_RETURN_IF_ERROR(ReadHeader(*source->Range(0), source->path(), &input.layout, true));
  bytes_read_.store(before);
  // Rows without times are numbered front to back, so they cannot be read in ranges.
  if (input.layout && input.layout->times.empty() && input.layout->shape != CsvShape::kRows) input.layout.reset();
  if (input.layout) input.source = std::move(source);
  return OkStatus();
}

PieceResult PieceReader::Read(const std::vector<IngestInput>& inputs, const IngestPiece& piece, TargetTable& table) {
  PieceResult result;
  result.piece = piece;
  const IngestInput& input = inputs[piece.input];
  siblings_ = &inputs;
  try {
    result.status = piece.whole ? ReadWhole(input, table, result) : ReadRange(input, table, result);
  } catch (const std::bad_alloc&) {
    result.status = OutOfMemory("reading " + input.file.path, input.file.bytes);
  }
  return result;
}

Status PieceReader::ReadWhole(const IngestInput& input, TargetTable& table, PieceResult& result) {
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputSource> source, InputSource::Open(input.file, &stop_, &bytes_read_));
  FITD_ASSIGN_OR_RETURN(std::unique_ptr<InputStream> raw, source->Stream(options_.expansion));
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> stream, MakeTextStream(std::move(raw)));
  FITD_RETURN_IF_ERROR(ReadStream(*stream, source->path(), table, result));
  return source->CheckUnchanged();
}

Status PieceReader::ReadStream(InputStream& stream, const std::string& path, TargetTable& table, PieceResult& result) {
  FITD_RETURN_IF_ERROR(ReadHeader(stream, path, &result.layout, false));
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
    begin_ = static_cast<std::size_t>(next - buffer_.get());
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
