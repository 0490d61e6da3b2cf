#include "daemon/csv/column_facts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>

#include "common/ascii.h"
#include "common/series/time_pattern.h"
#include "common/year_number.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/clock_words.h"

namespace fitd {
namespace {

constexpr std::size_t kFirstToStudy = 200;
constexpr std::size_t kOthersToStudy = 400;

// Indices of the first rows and of others that lie evenly between them and the last one: a shop that opened later has
// no numbers in the first rows, and a value that grows passes a thousand only later.
std::vector<std::size_t> RowsToStudy(const std::vector<Records::Record>& records, std::size_t from) {
  std::vector<std::size_t> rows;
  const std::size_t first = std::min(records.size(), from + kFirstToStudy);
  for (std::size_t r = from; r < first; ++r) rows.push_back(r);
  const std::size_t others = records.size() - first;
  const std::size_t taken = std::min(others, kOthersToStudy);
  for (std::size_t i = 1; i <= taken; ++i) rows.push_back(first + i * others / taken - 1);
  return rows;
}

bool IsPlainWhole(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(" \t-+"), text.size()));
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos || text.find_first_not_of(" \t", end) == std::string_view::npos;
}

// As KindOfCell(), but a date with a mark behind it (2023 Q4 p, provisional) is a date too.
CellKind KindOfMarked(std::string_view cell) {
  const CellKind kind = KindOfCell(cell);
  return kind == CellKind::kText ? KindOfCell(UnmarkedTime(cell)) : kind;
}

void AddNumber(ColumnFacts& facts, std::string_view cell, std::size_t row) {
  const std::string unit = UnitOf(cell);
  NumberStyle style;
  double value = 0;
  if (ParseNumber(cell, style, unit, &value) != NumberKind::kValue) {
    style.decimal = ',';
    ParseNumber(cell, style, unit, &value);
  }
  facts.least = facts.numbers == 0 ? value : std::min(facts.least, value);
  facts.most = facts.numbers == 0 ? value : std::max(facts.most, value);
  if (value != 0 || !unit.empty()) ++facts.units[unit];
  ++facts.numbers;
  facts.whole += IsPlainWhole(PlainTime(cell)) ? 1 : 0;
  facts.codes += IsPlainWhole(cell.ends_with(".0") ? cell.substr(0, cell.size() - 2) : PlainTime(cell)) ? 1 : 0;
  facts.numeric_times += IsNumericTime(cell) || IsNumericTime(UnmarkedTime(cell)) ? 1 : 0;
  const auto expected = static_cast<double>(row);
  facts.counts = facts.counts && (value == facts.least + expected) && (facts.least == 0 || facts.least == 1);
}

// What the cells of rows prove about the decimal mark.
struct MarkProofs {
  bool point = false;
  bool comma = false;
  bool may_be_points = false;  // a point before three digits
  bool may_be_commas = false;
  bool dates_by_hand = false;      // 31.12.2024 or 31/12/2024: by people or spreadsheets, in the style of their country
  bool dates_with_points = false;  // 31.12.2024: where dates are written so, a decimal comma is usual

  void Add(const Records::Record& record);
};

void MarkProofs::Add(const Records::Record& record) {
  for (const std::string_view cell : record.fields) {
    const std::size_t first = cell.find_first_of(".,/");
    if (first == std::string_view::npos || cell.size() > 40) continue;
    const CellKind kind = KindOfCell(cell);
    const bool by_hand = kind == CellKind::kDate && first <= 2 && cell.find(cell[first], first + 1) != cell.npos;
    dates_by_hand |= by_hand;
    dates_with_points |= by_hand && cell[first] == '.';
    if (kind != CellKind::kNumber || PartBeforeYear(cell) > 0) continue;
    const DecimalProof proof = ProofOfDecimal(cell);
    point |= proof == DecimalProof::kPoint;
    comma |= proof == DecimalProof::kComma;
    may_be_points |= proof == DecimalProof::kGroupOrPoint;
    may_be_commas |= proof == DecimalProof::kGroupOrComma;
  }
}

// What a point or a comma is that always has three digits behind it.
enum class MarkMeaning : std::uint8_t { kEither, kDecimal, kGroup };

// Judges `mark` by the column at index `place`. A number of 1000 or more without the mark shows that the mark does not
// group thousands: kDecimal. At least three numbers below 1000 without it show that it does, kGroup, when values go on
// more smoothly from row to row in that reading: of decimals with three digits only one in a thousand would be whole.
MarkMeaning StudyMark(const std::vector<Records::Record>& records, std::size_t from, std::size_t place, char mark) {
  constexpr std::size_t kFewest = 3;
  constexpr double kThousand = 1000;
  std::size_t marked = 0;
  std::size_t small = 0;
  double last[2] = {0, 0};   // the value before, read as a decimal and as grouped; 0: none
  double walks[2] = {0, 0};  // sums of the steps on a logarithmic scale
  for (std::size_t r = from; r < records.size(); ++r) {
    if (place >= records[r].fields.size()) continue;
    const std::string_view cell = records[r].fields[place];
    const bool has_mark = cell.find(mark) != std::string_view::npos;
    NumberStyle style;
    double value = 0;
    style.decimal = mark;
    if (ParseNumber(cell, style, UnitOf(cell), &value) != NumberKind::kValue || value == 0) continue;
    value = std::abs(value);
    if (!has_mark && value >= kThousand) return MarkMeaning::kDecimal;
    (has_mark ? marked : small) += 1;
    const double now[2] = {value, has_mark ? value * kThousand : value};
    for (int i = 0; i < 2; ++i) {
      if (last[i] != 0) walks[i] += std::abs(std::log(now[i] / last[i]));
      last[i] = now[i];
    }
  }
  return marked > 0 && small >= kFewest && walks[1] < walks[0] ? MarkMeaning::kGroup : MarkMeaning::kEither;
}

MarkMeaning StudyMarks(const std::vector<Records::Record>& records, std::size_t from, char mark) {
  std::size_t columns = 0;
  for (std::size_t r = from; r < records.size(); ++r) columns = std::max(columns, records[r].fields.size());
  const DecimalProof open = mark == '.' ? DecimalProof::kGroupOrPoint : DecimalProof::kGroupOrComma;
  MarkMeaning meaning = MarkMeaning::kEither;
  for (std::size_t i = 0; i < columns; ++i) {
    const bool has =
        std::any_of(records.begin() + static_cast<std::ptrdiff_t>(from), records.end(), [&](const auto& r) {
          return i < r.fields.size() && ProofOfDecimal(r.fields[i]) == open &&
                 KindOfCell(r.fields[i]) == CellKind::kNumber;
        });
    if (!has) continue;
    const MarkMeaning found = StudyMark(records, from, i, mark);
    if (found == MarkMeaning::kDecimal) return found;
    if (found == MarkMeaning::kGroup) meaning = found;
  }
  return meaning;
}

// Whether a column has whole numbers of three digits and none above beside points that always have three digits behind
// them, the last of which is a zero somewhere: who writes 1.090 and 1.400 as decimals writes 640.000 and not 640.
bool GroupsByPoints(const std::vector<Records::Record>& records, std::size_t from) {
  constexpr double kFewestOfThree = 100, kThousand = 1000;
  std::size_t columns = 0;
  for (std::size_t r = from; r < records.size(); ++r) columns = std::max(columns, records[r].fields.size());
  for (std::size_t i = 0; i < columns; ++i) {
    bool whole = false, zero = false, all = true;
    for (std::size_t r = from; r < records.size() && all; ++r) {
      if (i >= records[r].fields.size()) continue;
      const std::string_view cell = TrimBlanks(records[r].fields[i]);
      double value = 0;
      if (ParseNumber(cell, NumberStyle(), UnitOf(cell), &value) != NumberKind::kValue) continue;
      const bool marked = ProofOfDecimal(cell) == DecimalProof::kGroupOrPoint;
      all = marked || (cell.find('.') == std::string_view::npos && std::abs(value) < kThousand);
      whole = whole || (!marked && std::abs(value) >= kFewestOfThree);
      const std::size_t last = marked ? cell.find_last_of("0123456789") : std::string_view::npos;
      zero = zero || (last != std::string_view::npos && cell[last] == '0');
    }
    if (all && whole && zero) return true;
  }
  return false;
}

}  // namespace

std::vector<ColumnFacts> StudyColumns(const std::vector<Records::Record>& records, std::size_t from,
                                      std::size_t columns) {
  std::vector<ColumnFacts> all(columns);
  std::vector<std::size_t> may_be_months(columns);
  std::size_t odd = 0;  // rows of another width, which nothing counts
  for (const std::size_t r : RowsToStudy(records, from)) {
    if (records[r].fields.size() != columns) {
      ++odd;
      continue;
    }
    const std::size_t row = r - from - odd;
    for (std::size_t i = 0; i < columns; ++i) {
      ColumnFacts& facts = all[i];
      const std::string_view cell = records[r].fields[i];
      ++facts.rows;
      const CellKind kind = KindOfMarked(cell);
      facts.counts = facts.counts && kind == CellKind::kNumber;
      if (kind == CellKind::kMissing) continue;
      if (facts.cells == 0) facts.example = cell;
      facts.constant = facts.constant && cell == facts.example;
      facts.one_day = facts.one_day && cell.substr(0, 10) == std::string_view(facts.example).substr(0, 10);
      ++facts.cells;
      if (kind == CellKind::kNumber) AddNumber(facts, cell, row);
      facts.dates += kind == CellKind::kDate ? 1 : 0;
      may_be_months[i] += kind == CellKind::kText && MayBeMonth(cell) ? 1 : 0;
      facts.clocks += kind == CellKind::kClock ? 1 : 0;
      const bool clock = cell.find(':') != std::string_view::npos || cell.find_first_of("Tt") == 10;
      facts.with_clock += kind == CellKind::kDate && clock ? 1 : 0;
      facts.midnights += kind == CellKind::kDate && clock && DayAtMidnight(cell).size() < cell.size() ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < columns; ++i) {
    if (all[i].dates > 0) all[i].dates += may_be_months[i];
    all[i].counts = all[i].counts && all[i].cells > 1;
    std::size_t most = 0;
    for (const auto& [unit, count] : all[i].units) {
      if (count > most) all[i].unit = unit, most = count;
    }
  }
  return all;
}

NumberStyle FindNumberStyle(const std::vector<Records::Record>& records, std::size_t from, char separator) {
  MarkProofs proofs;
  for (const std::size_t r : RowsToStudy(records, from)) proofs.Add(records[r]);
  const bool points = separator != ',' && separator != ' ' && proofs.may_be_points;
  const bool commas = separator == ',' && proofs.may_be_commas && proofs.dates_with_points;
  const bool grouped = separator == ',' && !proofs.point && proofs.may_be_points && GroupsByPoints(records, from);
  // Looks at all other rows when these leave the mark open.
  for (std::size_t r = from + kFirstToStudy; (points || commas || grouped) && r < records.size(); ++r)
    proofs.Add(records[r]);
  NumberStyle style;
  style.marked = proofs.point || proofs.comma || proofs.may_be_points || proofs.may_be_commas;
  style.proven = proofs.point != proofs.comma;
  if (proofs.comma && !proofs.point) style.decimal = ',';
  // Whole numbers alone say nothing of a mark that comes later.
  if (!style.marked && separator == ';' && proofs.dates_by_hand) style.points = false;
  style.groups = proofs.point != proofs.comma || (!proofs.point && separator == ',');
  if (grouped && !proofs.point) style.points = false;
  if (proofs.point || proofs.comma || grouped || !(points || commas)) return style;
  switch (StudyMarks(records, from, points ? '.' : ',')) {
    case MarkMeaning::kDecimal:
      style.decimal = points ? '.' : ',';
      break;
    case MarkMeaning::kGroup:
      style.decimal = points ? ',' : '.';
      style.groups = true;
      break;
    case MarkMeaning::kEither:
      // Programs that part columns by semicolons do so because the comma is their decimal mark.
      style.points = !points || !(proofs.dates_by_hand || separator == ';');
      style.groups = !commas && style.groups;
      break;
  }
  return style;
}

char OwnMark(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns) {
  constexpr std::size_t kFewest = 3;
  const std::vector<std::size_t> rows = RowsToStudy(records, from);
  char own = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    std::size_t points = 0, commas = 0, others = 0;
    for (const std::size_t r : rows) {
      if (i >= records[r].fields.size() || KindOfCell(records[r].fields[i]) != CellKind::kNumber) continue;
      const std::string_view cell = TrimBlanks(records[r].fields[i]);
      const DecimalProof proof = ProofOfDecimal(cell);
      points += proof == DecimalProof::kGroupOrPoint ? 1 : 0;
      const bool comma = proof == DecimalProof::kComma && cell.find('.') == std::string_view::npos;
      commas += comma && cell.find(',') <= (cell[0] == '-' ? 4U : 3U) ? 1 : 0;
      others += proof != DecimalProof::kGroupOrPoint && !comma && cell != "0" ? 1 : 0;
    }
    const char here = points >= kFewest && commas + others == 0 ? '.' : commas >= kFewest && points == 0 ? ',' : '\0';
    if (here != 0 && own != 0 && own != here) return 0;
    own = here != 0 ? here : own;
  }
  return own;
}

bool HasAccounts(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns) {
  constexpr std::size_t kFewest = 3;
  const auto blank = [](char c) { return c == ' '; };
  const std::vector<std::size_t> rows = RowsToStudy(records, from);
  for (std::size_t i = 0; i < columns; ++i) {
    std::size_t numbers = 0;
    bool all = true;
    for (const std::size_t r : rows) {
      if (i >= records[r].fields.size()) continue;
      const std::string_view cell = records[r].fields[i];
      if (IsAccountingZero(cell) || KindOfCell(cell) != CellKind::kNumber) continue;
      ++numbers;
      const bool ends = cell.back() == ')' || (blank(cell.back()) && !blank(cell[cell.size() - 2]));
      all = cell.size() > 2 && blank(cell[0]) && !blank(cell[1]) && ends;
      if (!all) break;
    }
    if (all && numbers >= kFewest) return true;
  }
  return false;
}

UnitCounts UnitsOf(const std::vector<ColumnFacts>& facts, const std::vector<std::size_t>& columns) {
  UnitCounts units;
  for (const std::size_t column : columns) {
    for (const auto& [unit, count] : facts[column].units) units[unit] += count;
  }
  return units;
}

std::string LikelyTimeFormat(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                             std::size_t column) {
  static constexpr std::string_view kFormats[] = {"%m/%y",   "%y/%m",    "%m.%y",        "FY%y-P%m",  "FY%Y-P%m",
                                                  "%Y-P%m",  "%Y P%m",   "P%m/%Y",       "CW%V/%y",   "CW %V/%y",
                                                  "CW%V/%Y", "KW %V/%y", "KW%V/%y",      "KW %V/%Y",  "W%V/%y",
                                                  "%b.%y",   "%B %Y г.", "%Y年%B",       "%q кв. %Y", "%q kw. %Y",
                                                  "%Y%b",    "%b/%Y",    "%d %b, %Y г.", "0%m.%Y",    "0%m/%Y",
                                                  "%Y0%m"};  // the fiscal periods of SAP: 001.2024
  constexpr std::size_t kFewest = 3;
  for (const std::string_view format : kFormats) {
    const Result<TimePattern> pattern = TimePattern::Compile(format);
    std::set<std::string_view> cells;
    bool all = pattern.ok();
    for (std::size_t r = from; all && r < records.size(); ++r) {
      if (records[r].fields.size() != columns) continue;
      const std::string_view cell = TrimBlanks(records[r].fields[column]);
      WrittenTime written;
      all = pattern->Parse(cell, &written) == TimeError::kNone;
      cells.insert(cell);
    }
    if (all && cells.size() >= kFewest) return std::string(format);
  }
  return {};
}

bool IsWrittenAfter(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                    std::size_t written, std::size_t day) {
  constexpr std::size_t kFewest = 8;  // different seconds
  std::set<std::string_view> seconds, days;
  std::size_t rows = 0;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != columns) continue;
    const std::string_view cell = records[r].fields[written];
    const std::size_t minutes = cell.find(':');
    const std::size_t mark = minutes == std::string_view::npos ? minutes : cell.find(':', minutes + 1);
    if (mark == std::string_view::npos || records[r].fields[day].find(':') != std::string_view::npos) return false;
    seconds.insert(cell.substr(mark + 1, 2));
    days.insert(records[r].fields[day]);
    ++rows;
  }
  return seconds.size() >= kFewest && days.size() == rows;
}

}  // namespace fitd
