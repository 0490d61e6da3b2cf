#include "daemon/ingest/row_parser.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "common/ascii.h"
#include "daemon/csv/csv_number.h"
#include "daemon/csv/header_times.h"
#include "daemon/csv/time_part.h"

namespace fitd {
namespace {

const char* FindByte(const char* p, const char* end, char byte) {
  return static_cast<const char*>(std::memchr(p, byte, static_cast<std::size_t>(end - p)));
}

std::string_view Between(const char* p, const char* end) {
  return {p, static_cast<std::size_t>(end - p)};
}

// Hours counted past midnight through the night when clocks go back: 2023-10-29 24:30, 2023-10-29 25.
bool IsBehindMidnight(std::string_view text) {
  const std::size_t blank = text.rfind(' ');
  return blank != std::string_view::npos && text.size() > blank + 2 && text[blank + 1] == '2' && text[blank + 2] >= '4';
}

}  // namespace

RowParser::RowParser(const FileLayout& layout, TargetTable& table, std::uint32_t piece, RowCounts& counts)
    : layout_(layout),
      table_(table),
      piece_(piece),
      counts_(counts),
      times_(layout.rule, &counts.offsets),
      separator_(layout.separator),
      row_id_(layout),
      splitter_(layout.separator) {
  const bool units = std::any_of(layout.units.begin(), layout.units.end(), [](const auto& u) { return !u.empty(); });
  plain_ = layout.numbers.plain && !units;
  const auto only = [](const std::vector<std::size_t>& columns, std::size_t i) {
    return columns.size() == 1 && columns[0] == i;
  };
  fast_ = plain_ && layout.separator != ' ' && layout.shape == CsvShape::kLong && layout.columns == 3 &&
          only(layout.targets, 0) && only(layout.times, 1) && only(layout.values, 2);
  values_.resize(layout.columns);
  watches_ = std::min({layout.unit_column, layout.direction, layout.status}) != kNoColumn || !layout.awaited.empty();
  if (layout.wide()) {
    for (const std::size_t column : layout.values) {
      const std::string number = "#" + std::to_string(column + 1);
      const std::uint32_t index = table_.Find(layout.names[column].empty() ? number : layout.names[column]);
      value_columns_.push_back({index, &table_[index]});
    }
  } else if (layout.shape == CsvShape::kRows) {
    ParseHeaderTimes();
    if (layout.targets.empty()) SelectTarget(layout.file_target);
  } else if (layout.targets.empty() && layout.values.size() == 1 && !layout.ids_name_values) {
    SelectTarget(layout.file_target);
  }
}

// In a counted layout the header times are the numbers in the names (d_1), else the places of the columns, from 1.
void RowParser::ParseHeaderTimes() {
  for (std::size_t i = 0; i < layout_.values.size(); ++i) {
    const std::string& name = layout_.header_times[i];
    TimeNs time = static_cast<TimeNs>(i) + 1;
    if (layout_.counted)
      IsCountName(name, &time);
    else
      (void)times_.Parse(name, &time, &header_format_);  // the reader has seen that all are times
    header_times_.push_back(time);
  }
}

const char* RowParser::Consume(const char* p, const char* end, const char* stop) {
  stop = std::min(stop, end);
  if (p >= stop) return p;
  const auto* const last = static_cast<const char*>(memrchr(p, '\n', static_cast<std::size_t>(end - p)));
  if (!last) return p;
  if (!FindByte(p, last, '"')) return ConsumePlain(p, last + 1, stop);
  return ConsumeQuoted(p, end, stop);
}

// Requires that [p, end) has no quote and ends in a newline.
const char* RowParser::ConsumePlain(const char* p, const char* end, const char* stop) {
  stop = std::min(stop, end);
  while (p < stop) {
    if (fast_ && rows_) {
      if (const char* next = ParseFast(p, end)) {
        p = next;
        continue;
      }
    }
    const char* const newline = FindByte(p, end, '\n');
    ParseLine(p, newline);
    p = newline + 1;
  }
  return p;
}

// Lines without quotes are parsed as plain ones; only a record that has a quote is scanned byte by byte.
const char* RowParser::ConsumeQuoted(const char* p, const char* end, const char* stop) {
  while (p < stop) {
    const char* const newline = FindByte(p, end, '\n');
    if (!newline) return p;
    if (!FindByte(p, newline, '"')) {
      const char* const next = fast_ && rows_ ? ParseFast(p, newline + 1) : nullptr;
      if (!next) ParseLine(p, newline);
      p = newline + 1;
      continue;
    }
    std::uint64_t lines = 0;
    const char* const record_end = FindRecordEnd(p, end, &lines, separator_);
    if (!record_end) return p;
    if (!splitter_.Split(p, record_end)) {
      const std::size_t field = splitter_.bad_field();
      Bad(p, splitter_.starts()[field], "text after a closing quote",
          Between(splitter_.starts()[field], record_end - 1));
    } else {
      HandleRecord(p, record_end - 1, splitter_.fields(), splitter_.starts());
    }
    counts_.lines += lines;
    p = record_end;
  }
  return p;
}

// Parses the line at `p` when it is an ordinary target,time,value; returns the start of the next line, or nullptr when
// ParseLine must parse it. The byte before `end` must be a newline, which stops every scan.
const char* RowParser::ParseFast(const char* p, const char* end) {
  std::uint32_t index = current_;
  TargetRows* rows = rows_;
  const auto matches = [&](const TargetRows& r) {
    return end - p > r.id_size + TimeParser::kFastBytes && p[r.id_size] == separator_ &&
           std::memcmp(p, r.id, r.id_size) == 0;
  };
  if (!matches(*rows)) {
    // Interleaved rows: the target that followed this one last time probably follows again.
    index = rows->successor;
    rows = &table_[index];
    if (!matches(*rows)) return nullptr;
  }
  TimeNs time;
  TimeFormat format;
  const char* at = times_.ParseFast(p + rows->id_size + 1, &time, &format);
  if (!at || at >= end || *at != separator_) return nullptr;
  double value;
  at = ParseShortDecimal(at + 1, &value);
  if (!at) return nullptr;
  at += *at == '\r';
  if (*at != '\n') return nullptr;
  current_ = index;
  rows_ = rows;
  table_.Append(index, *rows, time, value, piece_);
  ++counts_.lines;
  Good(format);
  return at + 1;
}

void RowParser::ParseLine(const char* p, const char* newline) {
  const char* stop = newline;
  if (stop > p && stop[-1] == '\r') --stop;
  if (stop != p) {
    plain_fields_.clear();
    plain_starts_.clear();
    decoded_.clear();
    const bool blanks = separator_ == ' ';
    const bool ascii = IsAscii(p, stop);
    for (const char* field = blanks ? SkipBlanks(p, stop) : p;;) {
      if (blanks && field == stop) break;
      const char* const mark = FindByte(field, stop, separator_);
      const char* const field_end = mark ? mark : stop;
      plain_starts_.push_back(field);
      const std::string_view cell = Between(field, field_end);
      plain_fields_.push_back(ShownOf(ascii ? cell : DecodeWindows1252(cell, decoded_)));
      if (!mark) break;
      field = blanks ? SkipBlanks(mark, stop) : mark + 1;
    }
    if (!plain_fields_.empty()) HandleRecord(p, stop, plain_fields_, plain_starts_);
  }
  ++counts_.lines;
}

void RowParser::HandleRecord(const char* begin, const char* end, const std::vector<std::string_view>& fields,
                             const std::vector<const char*>& starts) {
  fields_ = &fields;
  starts_ = &starts;
  if (fields.size() != layout_.columns) {
    const std::string message = std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields") +
                                " where the header has " + std::to_string(layout_.columns);
    const char* const at = fields.size() > layout_.columns ? starts[layout_.columns] : begin;
    Bad(begin, at, message, Between(begin, end));
  } else if (layout_.wide()) {
    HandleWide(begin);
  } else if (layout_.shape == CsvShape::kRows) {
    HandleRows(begin);
  } else if (!layout_.table.empty()) {
    HandleTable(begin);
  } else if (layout_.values.size() == 1 && !layout_.ids_name_values) {
    HandleLong(begin);
  } else {
    HandleMeasures(begin);
  }
  fields_ = nullptr;
}

bool RowParser::SelectTarget(std::string_view id) {
  if (rows_ && rows_->name() == id) return true;
  if (id.empty()) return false;
  const std::uint32_t index = table_.Find(id);
  if (rows_) rows_->successor = index;
  current_ = index;
  rows_ = &table_[index];
  return true;
}

std::string_view RowParser::IdOfRow(const char* begin) {
  const std::string_view id = row_id_.Read(*fields_);
  const std::string_view why = RowId::FaultOf(id);
  if (!why.empty()) Bad(begin, (*starts_)[layout_.targets[0]], why, id);
  return why.empty() ? id : std::string_view();
}

bool RowParser::ParseTime(const char* begin, TimeNs* time, TimeFormat* format) {
  std::string_view text = layout_.TimeCell(*fields_);
  if (layout_.times.size() > 1) {
    time_text_.clear();
    layout_.AppendTimeText(*fields_, time_text_);
    text = time_text_;
  }
  const TimeError error = times_.Parse(text, time, format);
  if (error == TimeError::kNone) return true;
  const std::string_view bare = error == TimeError::kMalformed ? UnmarkedTime(text) : text;
  if (bare.size() < text.size() && times_.Parse(bare, time, format) == TimeError::kNone) {
    ++counts_.marked_times;
    return true;
  }
  std::string why(TimeErrorText(error));
  if (error == TimeError::kNoSuchTime && layout_.times.size() > 1 && IsBehindMidnight(text))
    why +=
        ": where clocks go back, a day has more hours than its clock tells apart; write times in UTC or with offsets";
  Bad(begin, (*starts_)[layout_.times[0]], std::move(why), text);
  return false;
}

NumberKind RowParser::ReadNumber(std::size_t column, double* value) {
  const NumberKind kind = ReadCell((*fields_)[column], column, value);
  if (kind == NumberKind::kValue && EndsInMultiplier((*fields_)[column]) && layout_.units[column].empty())
    ++counts_.multiplied;
  if (IsRead(kind) || !layout_.units[column].empty()) return kind;
  const std::string_view bare = UnmarkedNumber((*fields_)[column]);
  if (bare.size() == (*fields_)[column].size() || ReadCell(bare, column, value) != NumberKind::kValue) return kind;
  ++counts_.marked_values;
  return NumberKind::kValue;
}

NumberKind RowParser::ReadCell(std::string_view field, std::size_t column, double* value) const {
  // The byte behind a field is never part of a number (separator, newline, NUL), except where fields adjoin.
  if (!plain_) return ParseNumber(field, layout_.numbers, layout_.units[column], value);
  if (!field.empty() && ParseShortDecimal(field.data(), value) == field.data() + field.size())
    return NumberKind::kValue;
  const NumberKind kind = ParseNumber(field, value);
  return kind == NumberKind::kMalformed ? ParseNumber(field, layout_.numbers, {}, value) : kind;
}

bool RowParser::ParseValue(const char* begin, std::size_t column, double* value) {
  if (layout_.counts_rows) return *value = 1, true;
  const NumberKind kind = ReadNumber(column, value);
  if (IsRead(kind)) return true;
  Bad(begin, (*starts_)[column], NumberErrorText(kind), (*fields_)[column]);
  return false;
}

double RowParser::CountUnread(const char* begin, std::size_t column, const TargetRows& rows, NumberKind kind) {
  const std::string_view cell = (*fields_)[column];
  ++counts_.bad_cells;
  AddBadRow(counts_.first_bad_cells, counts_.lines, begin, (*starts_)[column], NumberErrorText(kind), cell);
  auto unread = counts_.unread.find(rows.name());
  if (unread == counts_.unread.end()) unread = counts_.unread.emplace(std::string(rows.name()), UnreadCells()).first;
  unread->second.See(cell, kind);
  return std::numeric_limits<double>::quiet_NaN();
}

// Passes on what the columns beside the values (unit, stage, sign) say about the row.
void RowParser::Watch(std::string_view id, bool negative) {
  if (layout_.unit_column != kNoColumn) counts_.units.See(id, (*fields_)[layout_.unit_column]);
  if (layout_.status != kNoColumn) counts_.stages.See(id, (*fields_)[layout_.status], layout_.blank_status);
  if (layout_.direction != kNoColumn) counts_.signs.See(id, *fields_, layout_, negative);
  if (!layout_.awaited.empty()) counts_.late.See(layout_.awaited, *fields_, counts_.lines);
}

void RowParser::HandleLong(const char* begin) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kCount;
  double value = 0;
  if (!layout_.times.empty() && !ParseTime(begin, &time, &format)) return;
  if (!ParseValue(begin, layout_.values[0], &value)) return;
  if (!layout_.targets.empty() && !SelectTarget(IdOfRow(begin))) return;
  if (watches_) Watch(rows_->name(), value < 0);
  if (layout_.times.empty()) time = NumberRow(current_);
  counts_.missing += std::isnan(value);
  table_.Append(current_, *rows_, time, value, piece_);
  Good(format);
}

TimeNs RowParser::NumberRow(std::uint32_t target) {
  if (target >= row_numbers_.size()) row_numbers_.resize(target + 1);
  return static_cast<TimeNs>(++row_numbers_[target]);
}

void RowParser::Bad(const char* begin, const char* at, std::string_view message, std::string_view text) {
  if (IsHeader() || IsPassed(begin)) {
    ++counts_.passed;
    return;
  }
  if (!counts_.other_table && BeginsTable()) counts_.other_table = counts_.lines;
  if (IsTitle()) counts_.titles.Add(fields_->front(), counts_.rows);
  ++counts_.bad;
  AddBadRow(counts_.first_bad, counts_.lines, begin, at, message, text);
}

void RowParser::ReportUnclosedQuote(const char* p, const char* end) {
  Bad(p, p, "a quote opened in this row is never closed", Between(p, end - 1));
}

}  // namespace fitd
