#include "daemon/ingest/row_parser.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "daemon/ingest/csv_number.h"

namespace fitd {
namespace {

const char* FindByte(const char* p, const char* end, char byte) {
  return static_cast<const char*>(std::memchr(p, byte, static_cast<std::size_t>(end - p)));
}

std::string_view Between(const char* p, const char* end) {
  return {p, static_cast<std::size_t>(end - p)};
}

}  // namespace

RowParser::RowParser(const CsvLayout& layout, TargetTable& table, std::uint32_t piece, RowCounts& counts)
    : layout_(layout), table_(table), piece_(piece), counts_(counts), times_(layout.numeric) {
  fast_ = !layout.wide && layout.columns == 3 && layout.target == 0 && layout.time == 1 && layout.value == 2;
  if (layout.wide) {
    for (std::size_t i = 0; i < layout.columns; ++i) {
      const std::uint32_t index = i == layout.time ? kNoTarget : table_.Find(layout.names[i]);
      wide_columns_.push_back({index, i == layout.time ? nullptr : &table_[index]});
    }
    wide_values_.resize(layout.columns);
  } else if (layout.target == CsvLayout::kNoColumn) {
    SelectTarget(layout.file_target);
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

// No quote in [p, end), and a newline at its end.
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

// Lines without a quote are still plain; only a record that has one is scanned byte by byte.
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
    const char* const record_end = FindRecordEnd(p, end, &lines);
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

// target,time,value with nothing unusual about it: parses the line at p and returns the next, or nullptr when ParseLine
// must look. The last byte before `end` is a newline, which stops every scan.
const char* RowParser::ParseFast(const char* p, const char* end) {
  std::uint32_t index = current_;
  TargetRows* rows = rows_;
  const auto matches = [&](const TargetRows& r) {
    return end - p > r.id_size + TimeParser::kFastBytes && p[r.id_size] == ',' && std::memcmp(p, r.id, r.id_size) == 0;
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
  if (!at || at >= end || *at != ',') return nullptr;
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
    fields_.clear();
    starts_.clear();
    for (const char* field = p;;) {
      const char* const comma = FindByte(field, stop, ',');
      const char* const field_end = comma ? comma : stop;
      starts_.push_back(field);
      fields_.push_back(Between(field, field_end));
      if (!comma) break;
      field = comma + 1;
    }
    HandleRecord(p, stop, fields_, starts_);
  }
  ++counts_.lines;
}

void RowParser::HandleRecord(const char* begin, const char* end, const std::vector<std::string_view>& fields,
                             const std::vector<const char*>& starts) {
  if (fields.size() != layout_.columns) {
    const std::string message = std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields") +
                                " where the header has " + std::to_string(layout_.columns);
    const char* const at = fields.size() > layout_.columns ? starts[layout_.columns] : begin;
    Bad(begin, at, message, Between(begin, end));
  } else if (layout_.wide) {
    HandleWide(begin, fields, starts);
  } else {
    HandleLong(begin, fields, starts);
  }
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

bool RowParser::ParseTime(const char* begin, const std::vector<std::string_view>& fields,
                          const std::vector<const char*>& starts, TimeNs* time, TimeFormat* format) {
  const TimeError error = times_.Parse(fields[layout_.time], time, format);
  if (error == TimeError::kNone) return true;
  Bad(begin, starts[layout_.time], std::string(TimeErrorText(error)), fields[layout_.time]);
  return false;
}

bool RowParser::ParseValue(const char* begin, std::size_t column, const std::vector<std::string_view>& fields,
                           const std::vector<const char*>& starts, double* value) {
  // Every field is followed by a byte that is not of a number (a comma, a newline, a NUL), or by another field's bytes.
  const std::string_view field = fields[column];
  if (!field.empty() && ParseShortDecimal(field.data(), value) == field.data() + field.size()) return true;
  switch (ParseNumber(field, value)) {
    case NumberKind::kValue:
    case NumberKind::kMissing:
      return true;
    case NumberKind::kNotFinite:
      Bad(begin, starts[column], "not a finite number", fields[column]);
      return false;
    case NumberKind::kMalformed:
      Bad(begin, starts[column], "not a number", fields[column]);
      return false;
  }
  return false;
}

void RowParser::HandleLong(const char* begin, const std::vector<std::string_view>& fields,
                           const std::vector<const char*>& starts) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  double value = 0;
  if (!ParseTime(begin, fields, starts, &time, &format)) return;
  if (!ParseValue(begin, layout_.value, fields, starts, &value)) return;
  if (layout_.target != CsvLayout::kNoColumn && !SelectTarget(fields[layout_.target])) {
    Bad(begin, starts[layout_.target], "the target is empty", "");
    return;
  }
  counts_.missing += std::isnan(value);
  table_.Append(current_, *rows_, time, value, piece_);
  Good(format);
}

// A row is taken whole or not at all.
void RowParser::HandleWide(const char* begin, const std::vector<std::string_view>& fields,
                           const std::vector<const char*>& starts) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  if (!ParseTime(begin, fields, starts, &time, &format)) return;
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == layout_.time) continue;
    if (!ParseValue(begin, i, fields, starts, &wide_values_[i])) return;
    missing += std::isnan(wide_values_[i]);
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == layout_.time) continue;
    table_.Append(wide_columns_[i].index, *wide_columns_[i].rows, time, wide_values_[i], piece_);
  }
  counts_.missing += missing;
  Good(format);
}

void RowParser::Bad(const char* begin, const char* at, std::string_view message, std::string_view text) {
  ++counts_.bad;
  if (counts_.first_bad.size() >= kBadRowsShown) return;
  // In a quoted record the place is counted from the last newline above it.
  const std::uint64_t lines = static_cast<std::uint64_t>(std::count(begin, at, '\n'));
  const auto* const newline = static_cast<const char*>(memrchr(begin, '\n', static_cast<std::size_t>(at - begin)));
  const char* const line = newline ? newline + 1 : begin;
  counts_.first_bad.push_back({counts_.lines + lines, static_cast<std::size_t>(at - line) + 1,
                               std::string(message) + ": " + QuoteForMessage(text)});
}

void RowParser::ReportUnclosedQuote(const char* p, const char* end) {
  Bad(p, p, "a quote opened in this row is never closed", Between(p, end - 1));
}

}  // namespace fitd
