#include "daemon/csv/csv_layout.h"

#include <algorithm>
#include <unordered_map>

#include "common/ascii.h"
#include "common/job/name_list.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_facts.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/column_roles.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/rows_above_data.h"
#include "daemon/csv/text_encoding.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr std::size_t kRowsToProbe = 100;
// Enough for days above 12 to turn up.
constexpr std::size_t kTimesToKeep = 2000;

// True when one target, as the columns `ids` tell targets apart, has years or months between shorter times: 2024 is a
// year, 2024-03 a month, longer text a shorter time.
bool MixesPeriods(const std::vector<Records::Record>& records, std::size_t from, const CsvLayout& layout,
                  const std::vector<std::size_t>& ids) {
  std::map<std::string, unsigned> periods;  // bits by target: 1 year, 2 month, 4 shorter
  for (std::size_t r = from; r < records.size() && r < from + kTimesToKeep; ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns) continue;
    std::string id;
    for (const std::size_t column : ids) (id += fields[column]) += '\n';
    unsigned& seen = periods[id];
    const std::string_view cell = TrimBlanks(fields[layout.times[0]]);
    if (cell.size() == 4) seen |= 1;
    if (cell.size() == 7 && cell[4] == '-') seen |= 2;
    if (cell.size() > 7) seen |= 4;
    if ((seen & (seen - 1)) != 0) return true;
  }
  return false;
}

// True when one target has a day without a clock beside the first time of that day: 2024-03-01 and 2024-03-01 00:00.
bool HasDaysBesideMidnight(const std::vector<Records::Record>& records, std::size_t from, const CsvLayout& layout) {
  constexpr std::size_t kDate = 10;  // characters
  std::map<std::string, unsigned> days;
  for (std::size_t r = from; r < records.size() && r < from + kTimesToKeep; ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(fields[layout.times[0]]);
    if (cell.size() < kDate) continue;
    const bool midnight = cell.size() > kDate && cell.substr(kDate + 1).starts_with("00:00");
    if (cell.size() > kDate && !midnight) continue;
    std::string day(cell.substr(0, kDate));
    for (const std::size_t column : layout.targets) (day += '\n') += fields[column];
    unsigned& seen = days[day];
    seen |= midnight ? 2 : 1;
    if (seen == 3) return true;
  }
  return false;
}

// Sets CsvLayout::shortest_time and period_column.
void FindTotals(const std::vector<Records::Record>& records, std::size_t from, CsvLayout& layout) {
  constexpr std::uint8_t kMonth = 7, kDay = 8, kClock = 11;  // 2024-03, 20240301, more than 2024-03-01
  if (!layout.table.empty() || layout.times.size() != 1) return;
  if (HasDaysBesideMidnight(records, from, layout)) layout.shortest_time = kClock;
  if (layout.shortest_time != 0 || !MixesPeriods(records, from, layout, layout.targets)) return;
  const auto days = std::count_if(layout.time_cells.begin(), layout.time_cells.end(),
                                  [](std::string_view cell) { return TrimBlanks(cell).size() >= kDay; });
  layout.shortest_time = 2 * static_cast<std::size_t>(days) > layout.time_cells.size() ? kDay : kMonth;
  for (const std::size_t column : layout.key_candidates) {
    std::vector<std::size_t> ids = layout.targets;
    ids.push_back(column);
    if (!MixesPeriods(records, from, layout, ids)) layout.period_column = column;
  }
}

class LayoutReader {
 public:
  LayoutReader(std::string_view head, bool complete, const CsvOptions& options, const std::string& path)
      : head_(head), complete_(complete), options_(options), path_(path), dialect_(FindDialect(head, options)) {}

  Result<CsvLayout> Read() {
    layout_.separator = dialect_.separator;
    layout_.header = dialect_.header;
    layout_.comments = dialect_.comments;
    layout_.titles = dialect_.titles;
    layout_.lines_above = dialect_.lines_above;
    layout_.windows1252 = IsWindows1252(head_);
    layout_.scale = ScaleInTitle(head_.substr(0, dialect_.header_offset));
    if (const std::string word = layout_.windows1252 ? WordOfOtherScript(head_) : ""; !word.empty()) {
      return Status(StatusCode::kInvalidInput, path_ + ": '" + word +
                                                   "' is what another encoding looks like as Latin-1; write the file "
                                                   "as UTF-8, such as with iconv -t UTF-8 -f CP1251 (Cyrillic), "
                                                   "-f GB18030 (Chinese) or -f CP1253 (Greek)");
    }
    FITD_RETURN_IF_ERROR(CheckPartYears());
    FITD_RETURN_IF_ERROR(ReadNames());
    const std::size_t limit = IsUsual() ? kRowsToProbe : static_cast<std::size_t>(-1);
    const Records records(head_, layout_.data_offset, layout_.separator, limit, layout_.comments);
    const std::size_t from = PassSecondHeaders(records.all());
    FITD_RETURN_IF_ERROR(FitWidth(records.all(), from));
    layout_.units.resize(layout_.columns);
    SetNumbers(records.all(), from);
    const bool whole = complete_ && limit != kRowsToProbe;
    FITD_RETURN_IF_ERROR(FindRoles(records.all(), from, whole, options_, path_, layout_));
    ProbeRows(records.all(), from);
    return std::move(layout_);
  }

 private:
  Status Fail(const std::string& text) const { return {StatusCode::kInvalidInput, path_ + ": " + text}; }

  // Where blanks part the columns, a year without its first quarters, as R prints them, looks like a line of a title,
  // and so does the header above it.
  Status CheckPartYears() const {
    constexpr std::size_t kQuarters = 4;
    if (dialect_.separator != ' ' || dialect_.titles == 0 || options_.skip_lines >= 0) return OkStatus();
    const Records above(head_, 0, ' ', 1, dialect_.comments);
    if (above.all().empty()) return OkStatus();
    const auto& names = above.all()[0].fields;
    const auto all = [&](auto is) { return std::all_of(names.begin(), names.end(), is); };
    const bool quarters = names.size() == kQuarters &&
                          all([](std::string_view name) { return QuarterOfWord(name).sure && QuarterOfWord(name); });
    const bool months = names.size() == kMonthsOfYear &&
                        all([](std::string_view name) { return static_cast<bool>(MonthOfName(name)); });
    if (!quarters && !months) return OkStatus();
    return Fail("the first line names the " + std::string(quarters ? "quarters" : "months") +
                " of a year, and a year below it has not all of them, so that it is not known which values are whose: "
                "write a row for each, in R with write.csv(data.frame(time = format(zoo::" +
                std::string(quarters ? "as.yearqtr(time(x)))" : "as.Date(zoo::as.yearmon(time(x))))") +
                ", value = as.numeric(x)), row.names = FALSE)");
  }

  Status ReadNames() {
    const char* const begin = head_.data() + dialect_.header_offset;
    const char* const end = head_.data() + head_.size();
    std::uint64_t lines = 0;
    if (begin == end) {
      return Fail(options_.skip_lines > 0 ? "nothing is left behind the " + std::to_string(options_.skip_lines) +
                                                " lines that --skip-lines leaves out"
                                          : "there is no header line");
    }
    const char* const record_end = FindRecordEnd(begin, end, &lines, dialect_.separator);
    if (!record_end) return Fail("a quote in the header line is never closed");
    FITD_RETURN_IF_ERROR(CheckText({begin, static_cast<std::size_t>(record_end - begin)}, path_));
    RecordSplitter splitter(dialect_.separator);
    if (!splitter.Split(begin, record_end)) return Fail("text after a closing quote in the header line");
    layout_.columns = splitter.fields().size();
    layout_.names.resize(layout_.columns);
    layout_.data_offset = dialect_.header_offset;
    layout_.header_lines = dialect_.lines_above;
    if (!dialect_.header) {
      if (!options_.no_header) layout_.notes.push_back("the first line is data, so the columns have no names");
      return OkStatus();
    }
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      std::string_view name = splitter.fields()[i];
      if (i == 0 && *begin == '#') name.remove_prefix(1);  // a header behind the sign of a comment
      name = TrimBlanks(name);
      const bool quoted = name.size() > 2 && name.front() == '"' && name.back() == '"';  // behind a blank
      if (quoted && name.find('"', 1) == name.size() - 1) name = name.substr(1, name.size() - 2);
      layout_.names[i] = TrimBlanks(name);
    }
    layout_.data_offset = static_cast<std::size_t>(record_end - head_.data());
    layout_.header_lines = dialect_.lines_above + lines;
    TakeTimesOutOfNames();
    return OkStatus();
  }

  // Shortens names such as X1990 to the time in them (TimeInName) when at least three columns have one.
  void TakeTimesOutOfNames() {
    constexpr std::ptrdiff_t kFewest = 3;
    const auto is = [](const std::string& name) { return !TimeInName(name).empty(); };
    if (std::count_if(layout_.names.begin(), layout_.names.end(), is) < kFewest) return;
    for (std::string& name : layout_.names) {
      if (is(name)) name = std::string(TimeInName(name));
    }
  }

  // True for the three columns of a plain long file: no role has to be found, so that few rows are probed. Inputs of
  // many small files of that kind are common.
  bool IsUsual() const {
    const std::vector<bool> none(layout_.columns);
    const auto has = [&](std::span<const std::string_view> names) {
      return FindNamed(layout_, names, none) != kNoColumn;
    };
    return layout_.columns == 3 && layout_.separator == ',' && has(kTargetNames) && has(kTimeNames) && has(kValueNames);
  }

  // Passes over records below the header that are no data, and takes better names from them. Returns their number.
  std::size_t PassSecondHeaders(const std::vector<Records::Record>& records) {
    if (!layout_.header) return 0;
    RowsAboveData above(records, layout_.columns);
    above.FindTimesAcross(layout_.names);
    for (std::size_t r = 0; r < above.rows(); ++r) {
      if (layout_.said_units.empty()) layout_.said_units = UnitsInRow(records[r].fields, layout_.columns);
      layout_.notes.push_back("line " + std::to_string(layout_.header_lines + 1) + " holds no data and is left out");
      layout_.header_lines +=
          static_cast<std::uint64_t>(std::count(head_.begin() + static_cast<std::ptrdiff_t>(layout_.data_offset),
                                                head_.begin() + static_cast<std::ptrdiff_t>(records[r].end), '\n'));
      layout_.data_offset = records[r].end;
    }
    const std::size_t header = above.BetterHeader(layout_.names);
    if (header == above.rows()) {
      above.JoinLevels(layout_.names);
      return header;
    }
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      layout_.names[i] = TrimBlanks(records[header].fields[i]);
    }
    layout_.scale = ScaleInTitle(head_.substr(0, records[header].begin));  // what stood above was a title
    return above.rows();
  }

  Status FitWidth(const std::vector<Records::Record>& records, std::size_t from) {
    const std::string why = FitNames(records, from, head_, layout_.separator, layout_.names);
    layout_.columns = layout_.names.size();
    if (why.empty()) return OkStatus();
    const std::string without = "--skip-lines " + std::to_string(dialect_.lines_above + 1) + " --no-header";
    return Fail(why + (layout_.header ? ", or read the columns without names: " + without : ""));
  }

  void SetNumbers(const std::vector<Records::Record>& records, std::size_t from) {
    NumberStyle& numbers = layout_.numbers;
    if (options_.decimal == "auto") {
      numbers = FindNumberStyle(records, from, layout_.separator);
    } else {
      numbers.decimal = options_.decimal[0];
      if (numbers.decimal == ',') numbers.own = OwnMark(records, from, layout_.columns);
    }
    numbers.missing = options_.missing;
    for (const std::string& marker : options_.missing) {
      double value = 0;
      if (ParseNumber(marker, &value) == NumberKind::kValue) numbers.missing_values.push_back(value);
    }
    numbers.dash = HasAccounts(records, from, layout_.columns);
    numbers.plain = numbers.decimal == '.' && numbers.points && numbers.missing.empty() && !numbers.dash;
  }

  // Sets time_cells, interleaved, shortest_time and period_column from the first rows.
  void ProbeRows(const std::vector<Records::Record>& records, std::size_t from) {
    if (layout_.shape == CsvShape::kRows) layout_.time_cells = layout_.header_times;
    std::string_view target;
    std::size_t changes = 0;
    for (std::size_t r = from; r < records.size() && r < from + kTimesToKeep; ++r) {
      const auto& fields = records[r].fields;
      if (fields.size() != layout_.columns) continue;
      if (layout_.table.empty() && !layout_.times.empty()) layout_.time_cells.push_back(layout_.TimeText(fields));
      for (std::size_t i = 0; i < layout_.table.size() && layout_.time_cells.size() < kTimesToKeep; ++i) {
        // Cells without a value are left out: the one for 30 February would be a sign that these are no dates.
        const std::string_view value = fields[layout_.values[i]];
        if (std::any_of(value.begin(), value.end(), IsDigit))
          layout_.AppendTableTime(fields, i, layout_.time_cells.emplace_back());
      }
      if (layout_.targets.empty() || r >= from + kRowsToProbe || fields[layout_.targets[0]] == target) continue;
      target = fields[layout_.targets[0]];
      ++changes;
    }
    layout_.interleaved = layout_.wide() || changes > kRowsToProbe / 4;
    FindTotals(records, from, layout_);
  }

  std::string_view head_;
  bool complete_;
  const CsvOptions& options_;
  const std::string& path_;
  CsvDialect dialect_;
  CsvLayout layout_;
};

}  // namespace

std::string CsvLayout::NameOf(std::size_t column) const {
  return names[column].empty() ? "#" + std::to_string(column + 1) : QuoteForMessage(names[column]);
}

std::string CsvLayout::TimeText(const std::vector<std::string_view>& fields) const {
  std::string text;
  AppendTimeText(fields, text);
  return text;
}

void CsvLayout::AppendTimeText(const std::vector<std::string_view>& fields, std::string& text) const {
  // There is no time without its year or day: where cells were merged, its month or hour alone must not be read as one.
  if (times.size() > 1 && TrimBlanks(fields[times[0]]).empty()) return;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string_view cell = times.size() == 1 ? TimeCell(fields) : fields[times[i]];
    TimePart part = i < parts.size() ? parts[i] : TimePart::kPlain;
    if (i == 0 && times.size() > 1 && year_begins > MonthInYear(fields[times[1]])) part = TimePart::kSecondYear;
    if (part != TimePart::kPlain) {
      AppendTimePart(part, cell, text);
    } else {
      if (i > 0) text += ' ';
      text += times.size() > 1 || !table.empty() ? TrimBlanks(cell) : cell;
    }
  }
}

void CsvLayout::AppendTableTime(const std::vector<std::string_view>& fields, std::size_t i, std::string& text) const {
  if (table_first && year_begins > 0) {  // 2023-24 across, its months down
    const bool next = MonthInYear(fields[times[0]]) < year_begins;
    AppendTimePart(next ? TimePart::kSecondYear : TimePart::kFirstYear, table[i], text);
    text += ' ';
  } else if (table_first) {
    text += table[i];
  }
  const bool next_year = !table_first && year_begins > 0 && static_cast<int>(i) + year_begins > kMonthsOfYear;
  next_year ? AppendTimePart(TimePart::kSecondYear, fields[times[0]], text) : AppendTimeText(fields, text);
  if (!table_first) text += table[i];
}

std::string CsvLayout::OptionFor(const std::vector<std::size_t>& places) const {
  std::unordered_map<std::string_view, std::size_t> count;
  for (const std::string& name : names) ++count[name];
  std::vector<std::string> words;
  for (const std::size_t column : places) {
    const bool named = !names[column].empty() && count[names[column]] == 1;
    words.push_back(named ? names[column] : "#" + std::to_string(column + 1));
  }
  return JoinNames(words);
}

Result<CsvLayout> ReadLayout(std::string_view head, bool complete, const CsvOptions& options, const std::string& path) {
  Result<CsvLayout> layout = LayoutReader(head, complete, options, path).Read();
  if (layout.ok()) layout->ids_name_values = options.ids_name_values;
  return layout;
}

}  // namespace fitd
