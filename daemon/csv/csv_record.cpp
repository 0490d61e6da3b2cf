#include "daemon/csv/csv_record.h"

#include <algorithm>
#include <cstring>

#include "common/text.h"
#include "daemon/csv/text_encoding.h"

namespace fitd {
namespace {

// Past the closing quote of the field that opens at p; nullptr when it does not close.
const char* CloseQuote(const char* p, const char* end) {
  for (const char* q = p + 1; q < end;) {
    q = static_cast<const char*>(std::memchr(q, '"', static_cast<std::size_t>(end - q)));
    if (!q || q + 1 == end) return nullptr;  // a record ends with a newline, so a closing quote is never the last byte
    if (q[1] != '"') return q + 1;
    q += 2;
  }
  return nullptr;
}

// A mark of the direction of writing, or a blank without width or without a break: U+200B to U+200F, U+202A to U+202F.
bool IsInvisible(std::string_view mark) {
  const auto last = static_cast<unsigned char>(mark[2]);
  return mark.starts_with("\xe2\x80") && ((last >= 0x8b && last <= 0x8f) || (last >= 0xaa && last <= 0xaf));
}

constexpr std::string_view kNoBreak = "\xc2\xa0";

// Bytes of an invisible character at the beginning or the end of a field; 0: there is none.
std::size_t InvisibleBefore(std::string_view field) {
  if (field.starts_with(kNoBreak)) return kNoBreak.size();
  return field.size() >= 3 && IsInvisible(field) ? 3 : 0;
}
std::size_t InvisibleBehind(std::string_view field) {
  if (field.ends_with(kNoBreak)) return kNoBreak.size();
  return field.size() >= 3 && IsInvisible(field.substr(field.size() - 3)) ? 3 : 0;
}

const char* FieldEnd(const char* p, const char* end, char separator) {
  while (p < end && *p != separator && *p != '\n') ++p;
  return p;
}

}  // namespace

const char* FindRecordEnd(const char* p, const char* end, std::uint64_t* lines, char separator) {
  const char* const begin = p;
  while (p < end) {
    if (*p == '"') {
      p = CloseQuote(p, end);
      if (!p) return nullptr;
    }
    p = FieldEnd(p, end, separator);
    if (p == end) return nullptr;
    if (*p++ == '\n') {
      *lines = static_cast<std::uint64_t>(std::count(begin, p, '\n'));
      return p;
    }
  }
  return nullptr;
}

std::string_view RecordSplitter::Unquote(const char* p, const char* close) {
  const std::string_view inside(p, static_cast<std::size_t>(close - p));
  if (inside.find('"') == std::string_view::npos) return inside;
  const std::size_t begin = unescaped_.size();
  for (std::size_t i = 0; i < inside.size(); ++i) {
    unescaped_ += inside[i];
    if (inside[i] == '"') ++i;
  }
  return std::string_view(unescaped_).substr(begin);
}

std::string_view ShownOf(std::string_view field) {
  constexpr std::size_t kMark = 3;  // =""
  if (field.size() < kNoBreak.size() || (field[0] != '=' && ((field[0] | field.back()) & 0x80) == 0)) return field;
  if (field.size() >= kMark && field.starts_with("=\"") && field.back() == '"')
    return field.substr(2, field.size() - kMark);
  while (const std::size_t size = InvisibleBefore(field)) field.remove_prefix(size);
  while (const std::size_t size = InvisibleBehind(field)) field.remove_suffix(size);
  return field;
}

std::string_view DecodeWindows1252(std::string_view field, std::deque<std::string>& decoded) {
  if (IsAscii(field.data(), field.data() + field.size()) || !IsWindows1252Cell(field)) return field;
  return decoded.emplace_back(FromWindows1252(field));
}

bool IsAscii(const char* p, const char* end) {
  unsigned char bits = 0;
  for (; p < end; ++p) bits |= static_cast<unsigned char>(*p);
  return bits < 0x80;
}

const char* SkipBlanks(const char* p, const char* end) {
  while (p < end && *p == ' ') ++p;
  return p;
}

bool RecordSplitter::Split(const char* p, const char* end) {
  fields_.clear();
  starts_.clear();
  unescaped_.clear();
  decoded_.clear();
  unescaped_.reserve(static_cast<std::size_t>(end - p));  // never grows below, so views into it stay
  const char* stop = end - 1;                             // the newline
  if (stop > p && stop[-1] == '\r') --stop;
  bool good = true;
  const bool blanks = separator_ == ' ';
  const bool ascii = IsAscii(p, stop);
  while (true) {
    if (blanks) p = SkipBlanks(p, stop);
    if (blanks && p == stop && !fields_.empty()) return good;
    starts_.push_back(p);
    const char* close = nullptr;
    if (p < stop && *p == '"') close = CloseQuote(p, end);
    const char* const text_end = close ? close : p;
    const char* const field_end = std::min(FieldEnd(text_end, end, separator_), stop);
    if (!close) {
      fields_.emplace_back(p, static_cast<std::size_t>(field_end - p));
    } else {
      fields_.push_back(Unquote(p + 1, close - 1));
      if (field_end > text_end && good) good = false, bad_field_ = fields_.size() - 1;
    }
    fields_.back() = ShownOf(ascii ? fields_.back() : DecodeWindows1252(fields_.back(), decoded_));
    if (field_end >= stop) return good;
    p = field_end + 1;
  }
}

}  // namespace fitd
