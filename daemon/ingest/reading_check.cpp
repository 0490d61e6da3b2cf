#include "daemon/ingest/reading_check.h"

#include <algorithm>

#include "common/text.h"
#include "daemon/csv/column_report.h"
#include "daemon/ingest/unlike_files.h"
#include "daemon/input/file_copies.h"
#include "daemon/times/time_parser.h"

namespace fitd {
namespace {

// Names target, time and value of the frame after their columns; several columns are joined by slashes.
void NameColumns(const CsvLayout& layout, const ColumnsTaken& columns, Frame& frame) {
  const auto joined = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "/") + name;
    return text;
  };
  // A time made of several columns has none of their names, and a column without a header has no name.
  if (columns.times.size() == 1 && !layout.names[layout.times[0]].empty()) frame.time_column = columns.times[0];
  if (!columns.targets.empty()) frame.target_column = joined(columns.targets);
  if (!layout.wide() && layout.shape != CsvShape::kRows && !columns.values.empty()) {
    frame.value_column = joined(columns.values);
  }
}

// True when `b` looks like a later part of a split file whose first part, `a`, kept the header.
bool IsPartWithoutHeader(const CsvLayout& a, const CsvLayout& b) {
  if (!a.header || b.header || a.columns != b.columns || a.separator != b.separator) return false;
  const bool alike = a.shape == b.shape && a.targets == b.targets && a.times == b.times && a.values == b.values;
  return !alike || a.targets.empty();
}

}  // namespace

Status ReadingCheck::CheckPieces(bool cancelled, bool* retry) const {
  Status stopped;
  std::uint64_t expected = 0;
  for (const PieceResult& p : pieces_) {
    if (!p.piece.whole) {
      const bool first = p.piece.begin == p.layout->data_offset;
      if (!first && p.begin != expected && stopped.ok()) {
        *retry = true;
        return OkStatus();
      }
      expected = p.end;
    }
    if (p.status.code() == StatusCode::kCancelled) {
      stopped = p.status;
      continue;
    }
    if (p.status.ok()) continue;
    if (!stopped.ok() && !p.piece.whole && !cancelled) *retry = true;
    return p.status;
  }
  if (cancelled) return {StatusCode::kCancelled, "cancelled while reading the data"};
  return stopped;
}

Status ReadingCheck::CheckAlike(std::optional<std::string>* targets) const {
  const PieceResult* first = nullptr;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    if (!first) first = &p;
    const CsvLayout& a = *first->layout;
    const CsvLayout& b = *p.layout;
    if (IsPartWithoutHeader(a, b) || IsPartWithoutHeader(b, a)) {
      const bool first_has = a.header;
      const std::string& with = inputs_[(first_has ? first : &p)->piece.input].file.path;
      const std::string& without = inputs_[(first_has ? &p : first)->piece.input].file.path;
      return {StatusCode::kInvalidInput, without + " has no header, and as many columns as " + with +
                                             ", which has one: where it is a part of that, put them together (cat); "
                                             "else give each a header"};
    }
    if (&a == &b || a.names != b.names) continue;
    if (a.shape != b.shape || a.times != b.times || (a.values != b.values && a.targets == b.targets)) {
      return {StatusCode::kInvalidInput,
              inputs_[first->piece.input].file.path + " and " + inputs_[p.piece.input].file.path +
                  " have the same columns but would be read in different ways (" + DescribeColumns(ReportColumns(a)) +
                  "; " + DescribeColumns(ReportColumns(b)) +
                  "); say which with --time-column, --value-column, --target-column or --layout"};
    }
    if (a.targets == b.targets) continue;
    *targets = a.OptionFor(a.targets.size() >= b.targets.size() ? a.targets : b.targets);
  }
  return OkStatus();
}

Status ReadingCheck::CheckCopies(const IngestOptions& options, const std::atomic<bool>& stop) const {
  if (inputs_.size() < 2 || (options.aggregate != "sum" && options.aggregate != "count")) return OkStatus();
  std::vector<const InputFile*> files;
  for (const PieceResult& p : pieces_) {
    if (!p.layout || p.counts.rows == 0 || (p.layout->targets.empty() && !p.layout->wide())) continue;
    const InputFile& file = inputs_[p.piece.input].file;
    if (file.regular && (files.empty() || files.back() != &file)) files.push_back(&file);
  }
  const auto copies = FindCopies(files, options.expansion, stop);
  if (!copies) return OkStatus();
  return {StatusCode::kInvalidInput, copies->first + " and " + copies->second +
                                         " hold the same bytes, and --aggregate " + options.aggregate +
                                         " would take each of their rows twice: leave one of them out"};
}

Status ReadingCheck::CheckOverlap(const IngestOptions& options, const IngestReport& report) const {
  if (!report.repeated || options.max_repaired) return OkStatus();
  const RepeatedRows::Found& found = *report.repeated;
  return {StatusCode::kInvalidInput,
          inputs_[found.first].file.path + " and " + inputs_[found.second].file.path + " have the same rows at " +
              std::to_string(found.times) + " times of their targets, such as " + QuoteForMessage(found.id) +
              ", as exports do that overlap, and --aggregate sum would take them twice: leave them out of one; where "
              "they are to be added up, say --max-repaired 100%"};
}

void ReadingCheck::CheckEvents(const IngestOptions& options, IngestReport& report) const {
  constexpr std::uint64_t kMany = 10;  // refused when more than one row in this many. Chosen, not measured.
  const std::uint64_t copies = report.duplicates - std::min(report.duplicates, report.lost);
  if (options.max_repaired || copies == 0 || kMany * copies <= report.cells || !report.refusal.empty()) return;
  std::string number;
  for (const PieceResult& p : pieces_) {
    for (std::size_t i = 0; p.layout && number.empty() && i < p.layout->unused.size(); ++i) {
      if (p.layout->unused[i].second == kRowNumber) number = p.layout->NameOf(p.layout->unused[i].first);
    }
  }
  if (number.empty() && (inputs_.size() > 1 || 2 * copies <= report.cells)) return;
  const std::string step = report.frequency_option.empty() ? "1D" : report.frequency_option;
  report.refusal = std::to_string(copies) + " of " + std::to_string(report.cells) +
                   (report.cells == report.rows ? " rows" : " values") +
                   " repeat the time and the value of another one of their target" +
                   (number.empty() ? std::string() : ", and " + number + " is another one in every row") +
                   ": where each is an event, put those of a step together with --frequency " + step +
                   " --aggregate sum or count; where they were sent twice, allow it with --max-repaired " +
                   std::to_string(std::min<std::uint64_t>(100 * copies / report.cells + 1, 100)) + "%";
}

void ReadingCheck::CheckUnits(IngestReport& report) const {
  UnitWatch units;
  UnitWatch stages;
  SignWatch signs;
  const CsvLayout* of_units = nullptr;
  const CsvLayout* of_stages = nullptr;
  const CsvLayout* of_signs = nullptr;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    const auto see = [&p](std::size_t column, const CsvLayout*& layout, auto& all, const auto& counts) {
      if (column == kNoColumn) return;
      if (layout == nullptr) layout = p.layout.get();
      all.Add(counts);
    };
    see(p.layout->unit_column, of_units, units, p.counts.units);
    see(p.layout->status, of_stages, stages, p.counts.stages);
    see(p.layout->direction, of_signs, signs, p.counts.signs);
  }
  report.unit = units.Common();
  if (of_units != nullptr) report.meaning.units = units.Said(*of_units, of_units->unit_column);
  if (of_stages != nullptr) report.meaning.stages = stages.Said(*of_stages, of_stages->status);
  if (of_signs != nullptr) report.meaning.signs = signs.Said(*of_signs);
  DescribeMeaning(inputs_, pieces_, report.meaning);
  for (const std::string& refusal : {of_units != nullptr ? units.Refusal(*of_units) : std::string(),
                                     of_stages != nullptr ? stages.RefusalOfStages(*of_stages) : std::string(),
                                     of_signs != nullptr ? signs.Refusal(*of_signs) : std::string()}) {
    if (!refusal.empty()) report.refusal += (report.refusal.empty() ? "" : "\n") + refusal;
  }
}

UnreadTargets ReadingCheck::Unread() const {
  UnreadTargets unread;
  for (const PieceResult& p : pieces_) {
    for (const auto& [id, cells] : p.counts.unread) unread[id].Add(cells);
  }
  return unread;
}

std::uint64_t ReadingCheck::Multiplied() const {
  std::uint64_t all = 0;
  for (const PieceResult& p : pieces_) all += p.counts.multiplied;
  return all;
}

WrittenTimes ReadingCheck::Times() const {
  WrittenTimes times;
  for (const PieceResult& p : pieces_) {
    times.offsets.Add(p.counts.offsets);
    if (p.layout && (!times.layout || (!times.any_row && p.counts.format))) times.layout = p.layout.get();
    times.any_row = times.any_row || p.counts.format.has_value();
  }
  return times;
}

void ReadingCheck::Describe(const IngestOptions& options, IngestResult& result) const {
  const PieceResult* first = nullptr;
  IngestReport& report = result.report;
  std::uint32_t counted = static_cast<std::uint32_t>(-1);
  std::uint64_t rows_of_file = 0;
  report.files = inputs_.size();
  for (const PieceResult& p : pieces_) {
    if (p.piece.input != counted) {
      report.empty_files += counted != static_cast<std::uint32_t>(-1) && rows_of_file == 0;
      counted = p.piece.input;
      rows_of_file = 0;
    }
    rows_of_file += p.counts.rows;
    report.rows += p.counts.rows;
    report.cells += p.counts.rows * std::max<std::size_t>(p.layout ? p.layout->values.size() : 0, 1);
    report.missing_values += p.counts.missing;
    if (!first && p.layout) first = &p;
  }
  report.empty_files += rows_of_file == 0;
  if (!first) return;
  const CsvLayout& layout = *first->layout;
  report.columns = ReportColumns(layout);
  DescribeTimes(options, Times(), result);
  const auto differs = [&](const PieceResult& p) { return p.layout && p.layout->names != layout.names; };
  if (std::any_of(pieces_.begin(), pieces_.end(), differs)) {  // no option fits the columns of all files
    ColumnsTaken& columns = report.columns;
    columns.notes.push_back("not all files have these columns");
    for (std::string* option :
         {&columns.target_option, &columns.time_option, &columns.value_option, &columns.ignore_option})
      option->clear();
  }
  NameColumns(layout, report.columns, result.frame);
}

}  // namespace fitd
