#include "daemon/ingest/bad_rows.h"

#include <algorithm>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_report.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"
#include "daemon/times/time_parser.h"

namespace fitd {
namespace {

using Pieces = std::vector<PieceResult>;

constexpr std::uint64_t kMostBadRows = 3;  // at most one row in this many may be left out with --max-bad-rows

bool AreOfOtherUnits(const std::vector<std::string>& bad_rows) {
  return !bad_rows.empty() && std::all_of(bad_rows.begin(), bad_rows.end(), [](const std::string& row) {
    return row.find(": " + std::string(NumberErrorText(NumberKind::kOtherUnit))) != std::string::npos;
  });
}

// True for rows that all have the same number of fields, other than the header.
bool HaveOneWidth(const std::vector<std::string>& bad_rows) {
  std::string_view width;
  for (const std::string_view row : bad_rows) {
    const std::size_t end = row.find(" where the header has");
    const std::size_t begin = end == std::string_view::npos ? end : row.rfind(": ", end);
    if (begin == std::string_view::npos) return false;
    const std::string_view here = row.substr(begin, end - begin);
    if (!width.empty() && here != width) return false;
    width = here;
  }
  return !width.empty();
}

// True when months stand below each other with years or totals between them.
bool HoldsPartsAndTotals(const CsvLayout& layout) {
  constexpr std::ptrdiff_t kFewest = 2;
  const auto month = [](std::string_view cell) { return MonthOfName(TrimBlanks(cell)).number > 0; };
  const auto total = [](std::string_view cell) { return BareNumber(cell, 4) > 999 || IsTotalName(cell); };
  const auto& cells = layout.time_cells;
  return std::count_if(cells.begin(), cells.end(), month) >= kFewest && std::any_of(cells.begin(), cells.end(), total);
}

// What to do when not a single row could be used.
std::string NoRowFits(const CsvLayout& layout, const RowCounts& counts) {
  const std::string text = "no row can be used as it was read (" + DescribeColumns(ReportColumns(layout)) + "); ";
  const auto says = [&counts](std::string_view what) {
    return !counts.first_bad.empty() && counts.first_bad[0].message.starts_with(what);
  };
  const std::string option = DecimalOption(counts.first_bad, layout.numbers);
  if (!option.empty()) return text + option;
  if (says("1 field where") && counts.first_bad[0].message.find(": '\"") != std::string::npos)
    return text + std::string(kRowsInQuotes);
  const bool number = !counts.first_bad.empty() && !counts.first_bad[0].cell.empty();
  if (number && KindOfCell(counts.first_bad[0].cell) == CellKind::kClock)
    return text +
           "write durations as numbers of one unit, such as seconds, or say which column holds numbers with "
           "--value-column";
  if (number)
    return text + "say which column holds numbers with --value-column, or how they are written with --decimal ,";
  const bool time = says(TimeErrorText(TimeError::kMalformed)) || says(TimeErrorText(TimeError::kNoSuchTime)) ||
                    says(TimeErrorText(TimeError::kOutOfRange));
  if (time && HoldsPartsAndTotals(layout)) {
    return text +
           "its rows are totals and their parts, as in pivot tables: write a row for each part with its whole time "
           "(2020-01), and none for totals";
  }
  if (time && layout.shape != CsvShape::kRows && layout.times.size() == 1) {
    const std::string form = text + "say how the times are written with --time-format, such as '%d.%m.%Y %H:%M'";
    if (!layout.targets.empty()) return form;
    return form + ", or, if each row is one step, number the rows and say when: --ignore " +
           ShellWord(layout.OptionFor(layout.times)) + " --start 2024-01-01 --frequency 1D";
  }
  return text + "say other columns, --time-format or --decimal";
}

// The cell that all bad rows have in common, as --missing can take it; empty: there is none.
std::string CommonCell(const Pieces& pieces) {
  std::string cell;
  for (const PieceResult& p : pieces) {
    for (const BadRow& bad : p.counts.first_bad) {
      if (bad.cell.empty() || (!cell.empty() && bad.cell != cell)) return {};
      cell = bad.cell;
    }
  }
  return cell.find_first_of(",\"\n\r") == std::string::npos && IsUtf8(cell) ? cell : std::string();
}

// Advice for bad rows whose time or target is empty.
std::string Hint(const Pieces& pieces) {
  for (const PieceResult& p : pieces) {
    for (const BadRow& bad : p.counts.first_bad) {
      if (bad.message.ends_with(": ''"))
        return " (where an empty cell means the one above it, as in merged cells, write it into every row)";
    }
  }
  return {};
}

// Advice when a column tells yearly from monthly rows of the same target.
std::string PeriodHint(const Pieces& pieces) {
  for (const PieceResult& p : pieces) {
    if (!p.layout || p.layout->period_column == kNoColumn || p.counts.first_bad.empty()) continue;
    if (!p.counts.first_bad[0].message.starts_with(TimeErrorText(TimeError::kCoarser))) continue;
    std::vector<std::size_t> ids = p.layout->targets;
    ids.push_back(p.layout->period_column);
    return "make targets of their own of them with --target-column " + ShellWord(p.layout->OptionFor(ids)) + ", ";
  }
  return {};
}

// The title of a section, a row of words with good rows below it; empty: there is none.
std::string SectionTitle(const Pieces& pieces) {
  for (const PieceResult& p : pieces) {
    const TitleRows& titles = p.counts.titles;
    if (!titles.first.empty() && p.counts.rows > titles.rows_before) return QuoteForMessage(titles.first);
  }
  return {};
}

// Fails at a place from which on rows mean something else: `line` is the line in front of the piece.
Status CheckMeaning(const PieceResult& p, const std::string& path, std::uint64_t line) {
  const RowCounts& counts = p.counts;
  if (counts.other_table) {
    return {StatusCode::kInvalidInput,
            path + ":" + std::to_string(line + *counts.other_table) +
                ": the header of another table, or this one's in another order: the rows below it would be taken for "
                "what they are not; write every table into a file of its own, or all rows below one header"};
  }
  if (counts.late.cells == 0) return {};
  return {StatusCode::kInvalidInput,
          path + ":" + std::to_string(line + counts.late.line) + ": column " + p.layout->NameOf(counts.late.column) +
              " is empty in the rows above and holds numbers from here on; make a target of every column with --wide, "
              "or leave it out with --ignore " +
              ShellWord(p.layout->OptionFor({counts.late.column}))};
}

// Appends `rows` as "FILE:LINE:COLUMN: what is wrong".
void Show(const std::vector<BadRow>& rows, const std::string& path, std::uint64_t line, std::vector<std::string>& out) {
  for (const BadRow& bad : rows) {
    if (out.size() >= kBadRowsShown) return;
    out.push_back(path + ":" + std::to_string(line + bad.line) + ":" + std::to_string(bad.column) + ": " + bad.message);
  }
}

// Puts the counts of all pieces into the report; the number of good rows.
Result<std::uint64_t> Count(const std::vector<IngestInput>& inputs, const Pieces& pieces, IngestReport& report) {
  std::uint64_t line = 0;
  std::uint64_t good_rows = 0;
  for (const PieceResult& p : pieces) {
    if (!p.layout) continue;
    if (p.piece.whole || p.piece.begin == p.layout->data_offset) line = p.layout->header_lines + 1;
    const std::string& file = inputs[p.piece.input].file.path;
    const std::string path = file == "-" ? "standard input" : file;
    Show(p.counts.first_bad, path, line, report.first_bad_rows);
    Show(p.counts.first_bad_cells, path, line, report.first_bad_cells);
    report.bad_rows += p.counts.bad;
    FITD_RETURN_IF_ERROR(CheckMeaning(p, path, line));
    line += p.counts.lines;
    report.bad_cells += p.counts.bad_cells;
    report.marked_times += p.counts.marked_times;
    report.marked_values += p.counts.marked_values;
    good_rows += p.counts.rows;
  }
  return good_rows;
}

// What to do about the report's bad rows.
std::string Remedy(const Pieces& pieces, std::uint64_t good_rows, const IngestReport& report) {
  const std::string bad_rows = std::to_string(report.bad_rows);
  for (const PieceResult& p : pieces) {
    if (good_rows == 0 && p.layout) return NoRowFits(*p.layout, p.counts);  // leaving all of them out is no remedy
  }
  if (AreOfOtherUnits(report.first_bad_rows)) {
    return "write all values in one unit: without these the small or the large ones would be missing, which "
           "--max-bad-rows " +
           bad_rows + " does all the same";
  }
  for (const PieceResult& p : pieces) {
    const std::string option = p.layout ? DecimalOption(p.counts.first_bad, p.layout->numbers) : std::string();
    if (!option.empty()) return option;
  }
  std::string remedy = "mend them, ";
  const std::string marker = CommonCell(pieces);
  if (!marker.empty()) remedy += "say --missing=" + ShellWord(marker) + " where that is a missing value, ";
  remedy += PeriodHint(pieces);
  // Without a third of its rows it would be another series.
  if (kMostBadRows * report.bad_rows >= good_rows + report.bad_rows) {
    const std::string as_others = remedy + "or write them as the others are" + Hint(pieces);
    // What would be left is none of the data where all others have one width.
    if (report.bad_rows > good_rows && HaveOneWidth(report.first_bad_rows)) return as_others;
    return as_others + "; they are too many to leave out without a loss, which --max-bad-rows " + bad_rows +
           " does all the same";
  }
  if (const std::string title = SectionTitle(pieces); !title.empty()) {
    return remedy + "or, where " + title +
           " is the title of the rows below it, write it into a column of them: without such rows, those of all "
           "sections would be one series";
  }
  return remedy + "or leave them out with --max-bad-rows " + bad_rows;
}

}  // namespace

Status CheckBadRows(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces, std::uint64_t most,
                    IngestReport& report) {
  FITD_ASSIGN_OR_RETURN(const std::uint64_t good_rows, Count(inputs, pieces, report));
  if (report.bad_rows <= most) return OkStatus();
  constexpr std::size_t kNamed = 3;
  std::string message = std::to_string(report.bad_rows) + (report.bad_rows == 1 ? " row" : " rows") + " cannot be used";
  for (std::size_t i = 0; i < std::min(kNamed, report.first_bad_rows.size()); ++i) {
    message += "\n  " + report.first_bad_rows[i];
  }
  if (report.bad_rows > kNamed) message += "\n  and " + std::to_string(report.bad_rows - kNamed) + " more";
  return {StatusCode::kInvalidInput, message + "\n" + Remedy(pieces, good_rows, report)};
}

}  // namespace fitd
