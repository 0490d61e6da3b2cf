#include "daemon/ingest/reading_check.h"

#include <algorithm>

#include "common/text.h"
#include "daemon/csv/column_report.h"
#include "daemon/times/time_parser.h"

namespace fitd {
namespace {

bool AreOfOtherUnits(const std::vector<std::string>& bad_rows) {
  return !bad_rows.empty() && std::all_of(bad_rows.begin(), bad_rows.end(), [](const std::string& row) {
    return row.find(": " + std::string(NumberErrorText(NumberKind::kOtherUnit))) != std::string::npos;
  });
}

constexpr std::uint64_t kMostBadRows = 3;  // at most one row in this many may be left out with --max-bad-rows

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

// What to do when not a single row could be used.
std::string NoRowFits(const CsvLayout& layout, const RowCounts& counts) {
  const std::string text = "no row can be used as it was read (" + DescribeColumns(ReportColumns(layout)) + "); ";
  const auto says = [&counts](std::string_view what) {
    return !counts.first_bad.empty() && counts.first_bad[0].message.starts_with(what);
  };
  const std::string option = DecimalOption(counts.first_bad, layout.numbers);
  if (!option.empty()) return text + option;
  const bool number = !counts.first_bad.empty() && !counts.first_bad[0].cell.empty();
  if (number)
    return text + "say which column holds numbers with --value-column, or how they are written with --decimal ,";
  const bool time = says(TimeErrorText(TimeError::kMalformed)) || says(TimeErrorText(TimeError::kNoSuchTime)) ||
                    says(TimeErrorText(TimeError::kOutOfRange));
  if (time && layout.shape != CsvShape::kRows && layout.times.size() == 1) {
    const std::string form = text + "say how the times are written with --time-format, such as '%d.%m.%Y %H:%M'";
    if (!layout.targets.empty()) return form;
    return form + ", or, if each row is one step, number the rows and say when: --ignore " +
           ShellWord(layout.OptionFor(layout.times)) + " --start 2024-01-01 --frequency 1D";
  }
  return text + "say other columns, --time-format or --decimal";
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

// The cell that all bad rows have in common, as --missing can take it; empty: there is none.
std::string ReadingCheck::CommonCell() const {
  std::string cell;
  for (const PieceResult& p : pieces_) {
    for (const BadRow& bad : p.counts.first_bad) {
      if (bad.cell.empty() || (!cell.empty() && bad.cell != cell)) return {};
      cell = bad.cell;
    }
  }
  return cell.find_first_of(",\"\n\r") == std::string::npos && IsUtf8(cell) ? cell : std::string();
}

// Advice for bad rows whose time or target is empty.
std::string ReadingCheck::Hint() const {
  for (const PieceResult& p : pieces_) {
    for (const BadRow& bad : p.counts.first_bad) {
      if (bad.message.ends_with(": ''"))
        return " (where an empty cell means the one above it, as in merged cells, write it into every row)";
    }
  }
  return {};
}

// Advice when a column tells yearly from monthly rows of the same target.
std::string ReadingCheck::PeriodHint() const {
  for (const PieceResult& p : pieces_) {
    if (!p.layout || p.layout->period_column == kNoColumn || p.counts.first_bad.empty()) continue;
    if (!p.counts.first_bad[0].message.starts_with(TimeErrorText(TimeError::kCoarser))) continue;
    std::vector<std::size_t> ids = p.layout->targets;
    ids.push_back(p.layout->period_column);
    return "make targets of their own of them with --target-column " + ShellWord(p.layout->OptionFor(ids)) + ", ";
  }
  return {};
}

Status ReadingCheck::CheckBadRows(std::uint64_t most, IngestReport& report) const {
  std::uint64_t line = 0;
  std::uint64_t good_rows = 0;
  for (const PieceResult& p : pieces_) {
    if (!p.layout) continue;
    if (p.piece.whole || p.piece.begin == p.layout->data_offset) line = p.layout->header_lines + 1;
    report.bad_rows += p.counts.bad;
    const std::string& path = inputs_[p.piece.input].file.path;
    for (const BadRow& bad : p.counts.first_bad) {
      if (report.first_bad_rows.size() >= kBadRowsShown) break;
      report.first_bad_rows.push_back((path == "-" ? "standard input" : path) + ":" + std::to_string(line + bad.line) +
                                      ":" + std::to_string(bad.column) + ": " + bad.message);
    }
    for (const BadRow& bad : p.counts.first_bad_cells) {
      if (report.first_bad_cells.size() >= kBadRowsShown) break;
      report.first_bad_cells.push_back((path == "-" ? "standard input" : path) + ":" + std::to_string(line + bad.line) +
                                       ":" + std::to_string(bad.column) + ": " + bad.message);
    }
    if (p.counts.other_table) {
      return {StatusCode::kInvalidInput,
              (path == "-" ? "standard input" : path) + ":" + std::to_string(line + *p.counts.other_table) +
                  ": the header of another table, or this one's in another order: the rows below it would be taken for "
                  "what they are not; write every table into a file of its own, or all rows below one header"};
    }
    if (p.counts.late.cells > 0) {
      const std::string column = ShellWord(p.layout->OptionFor({p.counts.late.column}));
      return {StatusCode::kInvalidInput,
              (path == "-" ? "standard input" : path) + ":" + std::to_string(line + p.counts.late.line) + ": column " +
                  p.layout->NameOf(p.counts.late.column) +
                  " is empty in the rows above and holds numbers from here on; make a target "
                  "of every column with --wide, or leave it out with --ignore " +
                  column};
    }
    line += p.counts.lines;
    report.bad_cells += p.counts.bad_cells;
    report.marked_times += p.counts.marked_times;
    report.marked_values += p.counts.marked_values;
    good_rows += p.counts.rows;
  }
  if (report.bad_rows <= most) return OkStatus();
  constexpr std::size_t kNamed = 3;
  std::string message = std::to_string(report.bad_rows) + (report.bad_rows == 1 ? " row" : " rows") + " cannot be used";
  for (std::size_t i = 0; i < std::min(kNamed, report.first_bad_rows.size()); ++i) {
    message += "\n  " + report.first_bad_rows[i];
  }
  if (report.bad_rows > kNamed) message += "\n  and " + std::to_string(report.bad_rows - kNamed) + " more";
  for (const PieceResult& p : pieces_) {
    // Leaving all of them out is no remedy.
    if (good_rows == 0 && p.layout) return {StatusCode::kInvalidInput, message + "\n" + NoRowFits(*p.layout, p.counts)};
  }
  if (AreOfOtherUnits(report.first_bad_rows)) {
    return {StatusCode::kInvalidInput,
            message +
                "\nwrite all values in one unit: without these the small or the large ones would be missing, which "
                "--max-bad-rows " +
                std::to_string(report.bad_rows) + " does all the same"};
  }
  for (const PieceResult& p : pieces_) {
    const std::string option = p.layout ? DecimalOption(p.counts.first_bad, p.layout->numbers) : std::string();
    if (!option.empty()) return {StatusCode::kInvalidInput, message + "\n" + option};
  }
  const std::string marker = CommonCell();
  message += "\nmend them, ";
  if (!marker.empty()) message += "say --missing=" + ShellWord(marker) + " where that is a missing value, ";
  message += PeriodHint();
  // Without a third of its rows it would be another series.
  if (kMostBadRows * report.bad_rows >= good_rows + report.bad_rows)
    return {StatusCode::kInvalidInput, message + "or write them as the others are" + Hint() +
                                           "; they are too many to leave out without a loss, which --max-bad-rows " +
                                           std::to_string(report.bad_rows) + " does all the same"};
  if (const std::string title = SectionTitle(); !title.empty()) {
    return {StatusCode::kInvalidInput,
            message + "or, where " + title +
                " is the title of the rows below it, write it into "
                "a column of them: without such rows, those of all sections would be one series"};
  }
  message += "or leave them out with --max-bad-rows " + std::to_string(report.bad_rows);
  return {StatusCode::kInvalidInput, message};
}

// The title of a section, a row of words with good rows below it; empty: there is none.
std::string ReadingCheck::SectionTitle() const {
  for (const PieceResult& p : pieces_) {
    const TitleRows& titles = p.counts.titles;
    if (!titles.first.empty() && p.counts.rows > titles.rows_before) return QuoteForMessage(titles.first);
  }
  return {};
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

void ReadingCheck::CheckEvents(const IngestOptions& options, IngestReport& report) const {
  constexpr std::uint64_t kMany = 10;  // refused when more than one row in this many. Chosen, not measured.
  const std::uint64_t copies = report.duplicates - std::min(report.duplicates, report.lost);
  if (options.max_repaired || copies == 0 || kMany * copies <= report.rows || !report.refusal.empty()) return;
  std::string number;
  for (const PieceResult& p : pieces_) {
    for (std::size_t i = 0; p.layout && number.empty() && i < p.layout->unused.size(); ++i) {
      if (p.layout->unused[i].second == kRowNumber) number = p.layout->NameOf(p.layout->unused[i].first);
    }
  }
  if (number.empty() && (inputs_.size() > 1 || 2 * copies <= report.rows)) return;
  const std::string step = report.frequency_option.empty() ? "1D" : report.frequency_option;
  report.refusal = std::to_string(copies) + " of " + std::to_string(report.rows) +
                   " rows repeat the time and the value of another one of their target" +
                   (number.empty() ? std::string() : ", and " + number + " is another one in every row") +
                   ": where each is an event, put those of a step together with --frequency " + step +
                   " --aggregate sum or count; where they were sent twice, allow it with --max-repaired " +
                   std::to_string(100 * copies / report.rows + 1) + "%";
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
    report.missing_values += p.counts.missing;
    if (!first && p.layout) first = &p;
  }
  report.empty_files += rows_of_file == 0;
  if (!first) return;
  DescribeTimes(options, Times(), result);
  const CsvLayout& layout = *first->layout;
  report.columns = ReportColumns(layout);
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
