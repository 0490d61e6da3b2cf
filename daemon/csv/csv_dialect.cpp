#include "daemon/csv/csv_dialect.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "daemon/csv/cell_kind.h"
#include "daemon/csv/csv_record.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

// Records that are judged for each separator: more than any block of titles that was met (World Bank: 4 lines,
// InfluxDB: 3, MeteoSwiss: 15).
constexpr std::size_t kRecordsToJudge = 60;
constexpr std::size_t kRowsToType = 10;
constexpr char kSeparators[] = {',', ';', '\t', '|', ' '};

std::string_view LineAt(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset);
  return rest.substr(0, std::min(rest.find('\n'), rest.size()));
}

std::string_view WithoutCr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// "sep=;" above the header, as spreadsheets write it; 0: none.
char SeparatorLine(std::string_view line) {
  line = WithoutCr(line);
  if (line.size() > 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (line.size() < 4 || line.size() > 5) return 0;
  const bool sep = (line[0] == 's' || line[0] == 'S') && (line[1] == 'e' || line[1] == 'E') &&
                   (line[2] == 'p' || line[2] == 'P') && line[3] == '=';
  if (!sep) return 0;
  return line.size() == 5 ? line[4] : ',';
}

char SeparatorOf(std::string_view name) {
  if (name == "space") return ' ';
  return name == "tab" ? '\t' : name[0];
}

bool IsData(const std::vector<std::string_view>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](std::string_view cell) {
    const CellKind kind = KindOfCell(cell);
    return kind == CellKind::kNumber || kind == CellKind::kDate;
  });
}

// True when some number or date stands where the other record has a cell of the same kind.
bool IsDataLike(const std::vector<std::string_view>& fields, const std::vector<std::string_view>& other) {
  for (std::size_t i = 0; i < std::min(fields.size(), other.size()); ++i) {
    const CellKind kind = KindOfCell(fields[i]);
    if ((kind == CellKind::kNumber || kind == CellKind::kDate) && kind == KindOfCell(other[i])) return true;
  }
  return false;
}

// What one separator makes of the text.
struct Reading {
  char separator = ',';
  std::size_t fields = 1;  // of most records
  std::size_t header = 0;  // record that is the header
  std::size_t titles = 0;  // records above it
  double agreement = 0;    // share of the records from the header on that have `fields` fields
  std::size_t typed = 0;   // columns whose cells are numbers or times
};

std::size_t CommonCount(const std::vector<Records::Record>& records) {
  std::map<std::size_t, std::size_t> counts;
  // The header and what is above it are the exception, and the last record may be cut off.
  const std::size_t last = records.size() > 3 ? records.size() - 1 : records.size();
  for (std::size_t i = records.size() > 4 ? records.size() / 3 : 0; i < last; ++i) ++counts[records[i].fields.size()];
  std::size_t best = 1;
  std::size_t most = 0;
  for (const auto& [fields, count] : counts) {
    if (count >= most) best = fields, most = count;
  }
  return best;
}

// True when the record at `at` stands above the header: it has fewer fields than the data (`fields`), or more, and the
// next record with as many fields as the data holds nothing but words.
bool IsAbove(const std::vector<Records::Record>& records, std::size_t at, std::size_t fields) {
  if (records[at].fields.size() == fields) return false;
  if (records[at].fields.size() < fields) return true;
  constexpr std::size_t kMostAbove = 10;
  for (std::size_t r = at + 1; r < std::min(records.size(), at + kMostAbove); ++r) {
    if (records[r].fields.size() != fields) continue;
    const auto& cells = records[r].fields;
    const auto is = [](CellKind kind) { return [kind](std::string_view cell) { return KindOfCell(cell) == kind; }; };
    const auto words = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), is(CellKind::kText)));
    const bool last_empty = cells.back().empty() && words > 1;  // separators at the ends of lines
    return words + (last_empty ? 1 : 0) == cells.size();
  }
  return false;
}

Reading Judge(const std::vector<Records::Record>& records, char separator, bool titles) {
  Reading reading;
  reading.separator = separator;
  if (records.empty()) return reading;
  reading.fields = CommonCount(records);
  if (titles && reading.fields > 1) {
    std::size_t first = 0;
    const auto above = [&](std::size_t at) {
      // Where blanks separate, names that contain blanks give the header any number of fields.
      if (separator == ' ') return records[at].fields.size() != reading.fields;
      return IsAbove(records, at, reading.fields);
    };
    while (first < records.size() && above(first)) ++first;
    // A header of one field fewer than its rows names all columns but the first (R).
    const bool row_names = first > 0 && records[first - 1].fields.size() + 1 == reading.fields && reading.fields > 2 &&
                           !IsData(records[first - 1].fields);
    const bool frame = first > 0 && records[first - 1].fields.size() == reading.fields + 1 &&
                       records[first - 1].fields.back() == "|";  // around what IAGA-2002 writes above its data
    if ((row_names || frame) && first < records.size() && IsData(records[first].fields)) --first;
    const bool names = first < records.size() &&
                       std::any_of(records[first].fields.begin(), records[first].fields.end(),
                                   [](std::string_view cell) { return KindOfCell(cell) == CellKind::kText; });
    const bool data_above = std::any_of(
        records.begin(), records.begin() + static_cast<std::ptrdiff_t>(std::min(first, records.size())),
        [&](const Records::Record& r) {
          return r.fields.size() > 1 && r.fields.size() + 1 >= reading.fields && r.fields.size() <= reading.fields &&
                 first < records.size() && IsDataLike(r.fields, records[first].fields);
        });
    // True for lines of at most a third of the fields, above data that have no header.
    const bool far_fewer =
        std::all_of(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(std::min(first, records.size())),
                    [&](const Records::Record& r) { return 3 * r.fields.size() <= reading.fields; });
    if (first > 0 && first < records.size() && (names || separator == ' ' || far_fewer) && !data_above)
      reading.header = reading.titles = first;
  }
  std::size_t agree = 0;
  std::vector<std::size_t> typed(reading.fields);
  std::size_t rows = 0;
  for (std::size_t i = reading.header; i < records.size(); ++i) {
    if (records[i].fields.size() != reading.fields) continue;
    ++agree;
    if (i == reading.header || rows == kRowsToType) continue;
    ++rows;
    for (std::size_t f = 0; f < reading.fields; ++f) {
      const CellKind kind = KindOfCell(records[i].fields[f]);
      typed[f] += kind != CellKind::kText && kind != CellKind::kMissing ? 1 : 0;
    }
  }
  reading.agreement = static_cast<double>(agree) / static_cast<double>(records.size() - reading.header);
  for (const std::size_t count : typed) reading.typed += rows > 0 && 2 * count > rows ? 1 : 0;
  return reading;
}

bool Better(const Reading& a, const Reading& b) {
  constexpr double kRegular = 0.8;
  if (a.separator == ' ') {
    // Blanks separate words too. They are the separator only when no other one splits the lines, or when the other one
    // leaves the header whole.
    const bool table = a.fields > 1 && a.agreement >= kRegular && 2 * a.typed >= a.fields;
    return table && (b.fields == 1 || (b.titles > 0 && a.titles == 0 && a.typed > b.typed));
  }
  if ((a.fields > 1) != (b.fields > 1)) return a.fields > 1;
  if ((a.agreement >= kRegular) != (b.agreement >= kRegular)) return a.agreement >= kRegular;
  // A decimal comma splits rows in two as well, but not their header, which then looks like a title.
  if (a.fields > 1 && (a.titles == 0) != (b.titles == 0)) return a.titles == 0;
  return a.typed > b.typed;
}

// False when the record at `header` is data: a cell is a date above a date, a word stands above itself beside decimals,
// or all cells are numbers above numbers and do not just number the columns (0, 1, 2, ...).
bool HasHeader(const std::vector<Records::Record>& records, std::size_t header) {
  const auto& first = records[header].fields;
  if (records.size() < header + 2) return true;
  const auto& next = records[header + 1].fields;
  if (next.size() != first.size()) return true;
  bool all_numbers = true;
  bool any_number = false;
  bool counts = true;
  bool repeats = false;   // a word above the same word
  bool measured = false;  // a decimal or an epoch above a number
  bool named = false;     // a word above something else
  std::size_t dates = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const CellKind kind = KindOfCell(first[i]);
    if (kind == CellKind::kDate && KindOfCell(next[i]) == CellKind::kDate) return false;
    // YYYYMMDD above YYYYMMDD, and nothing of the kind beside it.
    const bool compact =
        first[i].size() == 8 && next[i].size() == 8 && IsNumericTime(first[i]) && IsNumericTime(next[i]);
    dates += compact ? 1 : 0;
    const bool nothing = first[i].empty() && next[i].empty();
    any_number = any_number || kind == CellKind::kNumber;
    all_numbers = all_numbers && (nothing || (kind == CellKind::kNumber && KindOfCell(next[i]) == CellKind::kNumber));
    const CellKind below = KindOfCell(next[i]);
    repeats = repeats || (kind == CellKind::kText && first[i] == next[i]);
    named = named || (kind == CellKind::kText && (below == CellKind::kNumber || below == CellKind::kDate));
    const bool whole = first[i].find_first_not_of("0123456789") == std::string_view::npos;
    measured = measured || (kind == CellKind::kNumber && below == CellKind::kNumber && (!whole || first[i].size() > 8));
    counts = counts && (first[i] == std::to_string(i) || first[i] == std::to_string(i + 1));
  }
  if (dates == 1 || (repeats && measured && !named)) return false;
  return !all_numbers || !any_number || counts;
}

bool AreDistinct(const std::vector<std::string_view>& fields) {
  return std::set<std::string_view>(fields.begin(), fields.end()).size() == fields.size();
}

// A place in a text and the number of its newlines before it.
struct Place {
  std::size_t offset = 0;
  std::uint64_t line = 0;

  void SkipLine(std::string_view head) {
    offset = std::min(offset + LineAt(head, offset).size() + 1, head.size());
    ++line;
  }
};

// What stands above the first record.
struct Preamble {
  Place end;
  bool comments = false;
  std::optional<Place> last_comment;
  std::optional<Place> comment_above;  // the comment right above last_comment
};

// Skips the lines that the options say, a sep= line, comments and blank lines.
Preamble SkipPreamble(std::string_view head, const CsvOptions& options) {
  Preamble preamble;
  Place& at = preamble.end;
  const bool free = options.skip_lines < 0;
  if (free && SeparatorLine(LineAt(head, 0)) != 0) at.SkipLine(head);
  for (int i = 0; i < options.skip_lines && at.offset < head.size(); ++i) {
    preamble.comments = preamble.comments || head[at.offset] == '#';
    at.SkipLine(head);
  }
  while (at.offset < head.size()) {
    const std::string_view line = LineAt(head, at.offset);
    const bool comment = !line.empty() && line[0] == '#';
    if (!comment && !(free && IsBlank(line))) break;
    preamble.comments = preamble.comments || comment;
    const std::optional<Place>& last = preamble.last_comment;
    const bool blank = IsBlank(line.substr(comment ? 1 : 0));  // a lone # stands below the names, in the files of KNMI
    if (!blank && (free || !last)) {  // behind lines that an option leaves out the first one is the header
      preamble.comment_above = last && last->line + 1 == at.line ? last : std::nullopt;
      preamble.last_comment = at;
    }
    at.SkipLine(head);
  }
  return preamble;
}

// The comment above the data that is their header: "#time,value", the last one. Of two, names above units, as data of
// buoys have them, it is the upper one: units repeat, or are words for such, and names do not.
std::optional<Place> HeaderInComments(std::string_view head, const Preamble& preamble, char separator,
                                      std::size_t fields) {
  if (!preamble.last_comment) return std::nullopt;
  const Records last(head, preamble.last_comment->offset, separator, 1, false);
  if (last.all().empty() || last.all()[0].fields.size() != fields) return std::nullopt;
  const bool units = !AreDistinct(last.all()[0].fields) || !UnitsInRow(last.all()[0].fields, fields).empty();
  if (!preamble.comment_above || !units) return preamble.last_comment;
  const Records above(head, preamble.comment_above->offset, separator, 1, false);
  const bool names =
      !above.all().empty() && above.all()[0].fields.size() == fields && AreDistinct(above.all()[0].fields);
  return names ? preamble.comment_above : preamble.last_comment;
}

}  // namespace

Records::Records(std::string_view text, std::size_t offset, char separator, std::size_t limit, bool comments) {
  RecordSplitter splitter(separator);
  const char* const end = text.data() + text.size();
  const char* p = text.data() + offset;
  std::uint64_t blank_lines = 0;
  while (p < end && records_.size() < limit) {
    const std::string_view line = LineAt(text, static_cast<std::size_t>(p - text.data()));
    const bool whole = p + line.size() < end;
    if (whole && (IsBlank(line) || (comments && line[0] == '#'))) {
      p += line.size() + 1;
      ++blank_lines;
      continue;
    }
    std::uint64_t lines = 0;
    const char* const record_end = FindRecordEnd(p, end, &lines, separator);
    if (!record_end) break;
    if (splitter.Split(p, record_end)) {
      Record record;
      record.begin = static_cast<std::size_t>(p - text.data());
      record.end = static_cast<std::size_t>(record_end - text.data());
      record.lines = lines;
      for (const std::string_view field : splitter.fields()) {
        const bool inside = field.data() >= text.data() && field.data() <= end;
        record.fields.push_back(inside ? field : std::string_view(unescaped_.emplace_back(field)));
      }
      const bool empty =
          std::all_of(record.fields.begin(), record.fields.end(), [](auto cell) { return cell.empty(); });
      if (record.fields.size() == 1 || !empty) records_.push_back(std::move(record));
    }
    p = record_end;
  }
}

CsvDialect FindDialect(std::string_view head, const CsvOptions& options) {
  const Preamble preamble = SkipPreamble(head, options);
  const char named = options.separator != "auto" ? SeparatorOf(options.separator) : SeparatorLine(LineAt(head, 0));
  CsvDialect dialect;
  dialect.comments = preamble.comments;
  Reading best;
  bool any = false;
  Place header = preamble.end;
  for (const char separator : kSeparators) {
    if (any && named != 0) break;
    const char tried = named != 0 ? named : separator;
    const Records records(head, preamble.end.offset, tried, kRecordsToJudge, dialect.comments);
    const Reading reading = Judge(records.all(), tried, options.skip_lines < 0 && !options.no_header);
    if (any && !Better(reading, best)) continue;
    any = true;
    best = reading;
    header = preamble.end;
    if (records.all().empty()) continue;
    header.offset = records.all()[reading.header].begin;
    header.line +=
        static_cast<std::uint64_t>(std::count(head.begin() + static_cast<std::ptrdiff_t>(preamble.end.offset),
                                              head.begin() + static_cast<std::ptrdiff_t>(header.offset), '\n'));
    dialect.header = !options.no_header && HasHeader(records.all(), reading.header);
    if (dialect.header || options.no_header || reading.titles > 0) continue;
    if (const std::optional<Place> comment = HeaderInComments(head, preamble, tried, reading.fields)) {
      header = *comment;
      dialect.header = true;
    }
  }
  dialect.separator = best.separator;
  dialect.titles = best.titles;
  dialect.header_offset = header.offset;
  dialect.lines_above = header.line;
  return dialect;
}

std::string SeparatorName(char separator) {
  if (separator == ' ') return "space";
  return separator == '\t' ? "tab" : std::string(1, separator);
}

}  // namespace fitd
