#include "daemon/ingest/key_search.h"

#include <algorithm>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/key_study.h"
#include "daemon/input/input_stream.h"
#include "daemon/input/text_stream.h"

namespace fitd {
namespace {

constexpr std::size_t kBlock = 1U << 20;
// Repeats in a pipe that make it refused, in percent of the rows; fewer are taken for rows that were sent twice.
// Chosen, not measured.
constexpr std::uint64_t kManyPercent = 10;

class KeySearch {
 public:
  KeySearch(const CsvLayout& layout, KeyStudy& study) : layout_(layout), study_(study), splitter_(layout.separator) {}

  // Reads all records of a text. Lines above the data do no harm: records with another number of fields are skipped,
  // and other titles do not repeat as times.
  Status Read(InputStream& stream) {
    buffer_.clear();
    while (true) {
      const std::size_t before = buffer_.size();
      buffer_.resize(before + kBlock);
      FITD_ASSIGN_OR_RETURN(const std::size_t n, stream.Read({buffer_.data() + before, kBlock}));
      buffer_.resize(before + n);
      if (n == 0 && !buffer_.empty() && buffer_.back() != '\n') buffer_ += '\n';
      buffer_.erase(0, TakeRecords());
      if (n == 0) return OkStatus();
    }
  }

 private:
  std::size_t TakeRecords() {
    const char* const end = buffer_.data() + buffer_.size();
    const char* p = buffer_.data();
    std::uint64_t lines = 0;
    while (const char* const record_end = FindRecordEnd(p, end, &lines, layout_.separator)) {
      if (splitter_.Split(p, record_end) && splitter_.fields().size() == layout_.columns) Take();
      p = record_end;
    }
    return static_cast<std::size_t>(p - buffer_.data());
  }

  void Take() {
    const auto& fields = splitter_.fields();
    std::uint64_t row = 0;
    for (const std::string_view field : fields) row = KeyStudy::Hash(field, row);
    cells_.clear();
    for (const std::size_t column : layout_.key_candidates) cells_.push_back(fields[column]);
    const std::string time = layout_.TimeText(fields);
    if (!TrimBlanks(time).empty()) study_.Add(time, row, cells_);
  }

  const CsvLayout& layout_;
  KeyStudy& study_;
  RecordSplitter splitter_;
  std::string buffer_;
  std::vector<std::string_view> cells_;
};

Result<KeyVerdict> SearchKey(const std::vector<InputFile>& files, const CsvLayout& layout, const IngestOptions& options,
                             const std::atomic<bool>& stop) {
  KeyStudy study(layout.key_is_text);
  KeySearch search(layout, study);
  std::atomic<std::uint64_t> bytes{0};
  for (const InputFile& file : files) {
    FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputSource> source, InputSource::Open(file, &stop, &bytes));
    FITD_ASSIGN_OR_RETURN(std::unique_ptr<InputStream> raw, source->Stream(options.expansion));
    FITD_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> text, MakeTextStream(std::move(raw)));
    FITD_RETURN_IF_ERROR(search.Read(*text));
  }
  return study.Decide();
}

}  // namespace

Result<std::optional<std::string>> SearchTargets(const std::vector<InputFile>& files, const CsvLayout& layout,
                                                 const IngestOptions& options, const IngestReport& report,
                                                 const std::atomic<bool>& stop) {
  std::optional<std::string> targets;
  if (report.duplicates == 0 || layout.key_candidates.empty()) return targets;
  const bool found_wide = layout.wide() && options.layout == "auto" && !options.wide;
  if (!layout.found_target && !found_wide) return targets;
  if (!std::all_of(files.begin(), files.end(), [](const InputFile& f) { return f.regular; })) {
    if (100 * report.duplicates < kManyPercent * report.cells) return targets;
    return Status(StatusCode::kInvalidInput,
                  std::to_string(report.duplicates) + " of " + std::to_string(report.cells) +
                      (report.cells == report.rows ? " rows" : " values") +
                      " repeat a time of their target; say which columns tell them apart with --target-column " +
                      ShellWord(layout.OptionFor(layout.key_candidates)) + ", or leave these out with --ignore");
  }
  FITD_ASSIGN_OR_RETURN(const KeyVerdict verdict, SearchKey(files, layout, options, stop));
  if (verdict.kind == KeyVerdict::Kind::kUncertain && !options.observations) {
    return Status(StatusCode::kInvalidInput,
                  files[0].path + ": " + DescribeKey(verdict, layout.key_candidates, layout));
  }
  if (verdict.kind != KeyVerdict::Kind::kFound) return targets;
  std::vector<std::size_t> columns;
  for (const std::size_t place : verdict.columns) columns.push_back(layout.key_candidates[place]);
  for (const std::size_t place : verdict.columns) {
    if (!layout.key_is_part[place]) continue;
    return Status(StatusCode::kInvalidInput,
                  files[0].path + ": " + DescribePart(layout.key_candidates[place], columns, layout));
  }
  if (columns != layout.targets) targets = layout.OptionFor(columns);
  return targets;
}

}  // namespace fitd
