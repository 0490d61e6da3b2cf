#include "daemon/times/time_shape.h"

#include <algorithm>
#include <span>

#include "common/ascii.h"
#include "common/calendar_name.h"
#include "common/series/time_words.h"
#include "common/series/time_zone.h"
#include "daemon/times/clock_shape.h"
#include "daemon/times/named_dates.h"

namespace fitd {
namespace {

// The conversion (%A, %a) for the name of a day that `text` begins with, which is taken; empty: there is none. Names of
// other languages than English are written as short ones.
std::string WeekdayWord(std::string_view& text) {
  const WeekdayName name = WeekdayNameAt(text);
  if (name.size == 0) return {};
  const bool whole = OneOf(text.substr(0, name.size), kDays);
  text.remove_prefix(name.size);
  return whole ? "%A" : "%a";
}

// As WeekdayWord() for a name behind a date, with the blanks, commas and parentheses around it.
std::string WeekdayBehind(std::string_view& tail) {
  const std::size_t at = std::min(tail.find_first_not_of(" (,"), tail.size());
  std::string_view rest = tail.substr(at);
  std::string word = WeekdayWord(rest);
  if (word.empty()) return {};
  word.insert(0, tail.substr(0, at));
  if (rest.starts_with(')')) word += ')', rest.remove_prefix(1);
  tail = rest;
  return word;
}

// The text for "year" behind a Russian date: 1 января 2024 г. Empty: something else.
std::string YearWordBehind(std::span<const Token> rest) {
  static constexpr std::string_view kWords[] = {" г.", "г.", " г", " года"};
  std::string text;
  for (const Token& token : rest) text += token.text;
  return std::find(std::begin(kWords), std::end(kWords), text) == std::end(kWords) ? std::string() : text;
}

// The pattern of a clock joined to its date with one mark: 2024_02_20_00_30, 2024-02-20-00-30-00. Empty: none.
std::string ClockInOneMark(std::span<const Token> rest) {
  if (rest.size() != 4 && rest.size() != 6) return {};
  const bool mark = rest[0].is('_') || rest[0].is('-');
  std::string clock;
  for (std::size_t i = 0; i < rest.size(); i += 2) {
    if (!mark || rest[i].text != rest[0].text || !rest[i + 1].digits(2, 2)) return {};
    clock += std::string(rest[0].text) + (i == 0 ? "%H" : i == 2 ? "%M" : "%S");
  }
  return clock;
}

// The pattern of what stands before a date besides the name of a day, which is taken: "den ", "Tháng ", a clock.
std::string WordsBeforeDate(std::string_view& date) {
  for (const std::string_view word : {"den ", "Den ", "Tháng ", "tháng ", "Thang "}) {
    if (!date.starts_with(word) || date.size() == word.size() || !IsDigit(date[word.size()])) continue;
    date.remove_prefix(word.size());
    return std::string(word);
  }
  const std::size_t blank = date.find(' ');
  if (blank != 4 && blank != 5 && blank != 8) return {};
  const std::string_view clock = date.substr(0, blank);
  const std::size_t colon = clock.find(':');
  if (clock.find_first_not_of("0123456789:") != std::string_view::npos || (colon != 1 && colon != 2)) return {};
  date.remove_prefix(blank + 1);
  return std::string(colon == 1 ? "%-H" : "%H") + (clock.size() > colon + 3 ? ":%M:%S " : ":%M ");
}

// The patterns that read all of `cell`, whose date begins at `date`; `before` reads what stands in front of it.
std::vector<std::string> PatternsBehind(const std::string& before, std::string_view date, std::string_view cell) {
  std::vector<std::string> patterns;
  const std::vector<Token> tokens = Tokenize(date);
  for (const DateShape& shape : DateShapesOf(tokens)) {
    std::string pattern = before + shape.pattern;
    std::span<const Token> rest = std::span(tokens).subspan(shape.tokens);
    std::vector<Token> behind;
    if (!rest.empty()) {  // 2024-01-31 (Wed)
      std::string_view tail = date.substr(static_cast<std::size_t>(rest[0].text.data() - date.data()));
      if (const std::string name = WeekdayBehind(tail); !name.empty()) {
        pattern += name;
        behind = Tokenize(tail);
        rest = behind;
      }
    }
    if (const std::string year = YearWordBehind(rest); !year.empty()) {
      pattern += year;
    } else if (const std::string clock = ClockInOneMark(rest); !clock.empty()) {
      pattern += clock;
    } else if (!rest.empty()) {
      // 2024-01-31-18.00.00.000000, as DB2 writes it.
      const bool db2 = rest.size() >= 6 && rest[0].is('-') && rest[2].is('.') && rest[4].is('.');
      const bool separated = db2 || rest[0].is(' ') || rest[0].is(',') || rest[0].is(':') || rest[0].text == "T" ||
                             pattern.ends_with("日") || pattern.ends_with("일");
      bool half = false;
      if (!separated || !AppendWordsBefore(rest, &half, &pattern)) continue;
      std::string clock;
      std::string eastern;
      if (ClockPattern(rest, half, &clock)) {
        pattern += clock;
      } else if (EastAsianClock(rest, &eastern)) {
        pattern += eastern;
      } else {
        continue;
      }
    }
    const Result<TimePattern> compiled = TimePattern::Compile(pattern);
    WrittenTime written;
    TimeNs wall = 0;
    if (!compiled.ok() || compiled->Parse(cell, &written) != TimeError::kNone) continue;
    if (CombineTime(written, &wall) == TimeError::kNone) patterns.push_back(std::move(pattern));
  }
  return patterns;
}

std::string WithPlainBlanks(std::string_view cell) {
  std::string plain;
  for (std::size_t i = 0; i < cell.size();) {
    const std::size_t blank = NoBreakSize(cell.substr(i));
    plain += blank > 0 ? ' ' : cell[i];
    i += std::max<std::size_t>(blank, 1);
  }
  return plain;
}

// Without the point behind the name of a month.
std::string WithoutPoint(std::string pattern) {
  for (const std::string_view name : {"b.", "B."}) {
    const std::size_t at = pattern.find(name);
    if (at != std::string::npos && at > 0 && (pattern[at - 1] == '%' || pattern[at - 1] == '^'))
      pattern.erase(at + 1, 1);
  }
  return pattern;
}

std::string WithPoint(std::string pattern) {
  const std::size_t at = std::min(pattern.find("%b"), pattern.find("%B"));
  if (at != std::string::npos) pattern.insert(at + 2, ".");
  return pattern;
}

std::string Padded(const std::string& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool flag = i > 0 && pattern[i - 1] == '%';
    if (flag && (pattern[i] == '-' || pattern[i] == '^')) continue;
    const bool named = i > 0 && (flag || pattern[i - 1] == '^');
    text += flag && pattern[i] == 'P' ? 'p' : named && pattern[i] == 'B' ? 'b' : pattern[i];
  }
  return text;
}

// `pattern` with long names of months when `other` has them.
std::string WithLongNames(std::string pattern, const std::string& other) {
  for (const std::string_view word : {"%", "%^"}) {
    const std::size_t at = pattern.find(std::string(word) + 'b');
    const bool long_there = other.find("%B") != std::string::npos || other.find("%^B") != std::string::npos;
    if (at != std::string::npos && long_there) pattern[at + word.size()] = 'B';
  }
  return pattern;
}

// `pattern` without the flag for capitals, and with %p for %P.
std::string InAnyCase(const std::string& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool flag = i > 0 && pattern[i - 1] == '%';
    if (flag && pattern[i] == '^') continue;
    text += flag && pattern[i] == 'P' ? 'p' : pattern[i];
  }
  return text;
}

bool SameCase(const std::string& a, const std::string& b) {
  const auto marks = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '^') + 64 * (text.find("%P") != std::string::npos ? 1 : 0);
  };
  return marks(a) == marks(b);
}

std::string WithFewestZeros(const std::string& a, const std::string& b) {
  std::string text;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size(); ++i, ++j) {
    text += a[i];
    if (a[i] != '%') continue;
    const bool bare_a = i + 1 < a.size() && a[i + 1] == '-';
    const bool bare_b = j + 1 < b.size() && b[j + 1] == '-';
    if (bare_a || bare_b) text += '-';
    i += bare_a ? 1 : 0;
    j += bare_b ? 1 : 0;
  }
  return text;
}

}  // namespace

bool IsSameShape(const std::string& a, const std::string& b) {
  return Padded(WithoutPoint(a)) == Padded(WithoutPoint(b));
}

std::string MergedShape(const std::string& a, const std::string& b) {
  const bool point = WithoutPoint(a) != a || WithoutPoint(b) != b;
  const bool alike = SameCase(a, b);
  const std::string before = WithLongNames(WithoutPoint(a), b);
  const std::string now = WithLongNames(WithoutPoint(b), a);
  std::string merged = alike ? WithFewestZeros(before, now) : WithFewestZeros(InAnyCase(before), InAnyCase(now));
  return point ? WithPoint(std::move(merged)) : merged;
}

std::vector<std::string> PatternsOf(std::string_view cell) {
  constexpr std::size_t kLongest = 64;
  cell = TrimBlanks(cell);
  if (cell.size() > kLongest) return {};
  const std::string plain = WithPlainBlanks(cell);
  cell = plain;
  std::string_view date = cell;
  std::string before = WeekdayWord(date);
  if (before.empty()) before = WordsBeforeDate(date);
  if (before.ends_with(' ') || before.empty()) return PatternsBehind(before, date, cell);
  if (IsMonthName(Tokenize(cell)[0])) {  // "mar" is March, and mardi or martes
    if (std::vector<std::string> patterns = PatternsBehind("", cell, cell); !patterns.empty()) return patterns;
  }
  const std::size_t blanks = std::min(date.find_first_not_of(" ,;("), date.size());
  before += date.substr(0, blanks);
  date.remove_prefix(blanks);
  // As ctime and date write it.
  for (const char* const unix_time : {"%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Z %Y", "%a %b %d %H:%M:%S %z %Y"}) {
    WrittenTime written;
    if (TimePattern::Compile(unix_time)->Parse(cell, &written) == TimeError::kNone) return {unix_time};
  }
  return PatternsBehind(before, date, cell);
}

std::vector<std::string> DigitPatternsOf(std::string_view cell) {
  std::vector<std::string> patterns;
  if (cell.find_first_not_of("0123456789") != std::string_view::npos) return patterns;
  constexpr std::pair<std::size_t, std::string_view> kPatterns[] = {
      {7, "%Y%j"}, {6, "%G%V"}, {6, "%y%m%d"}, {6, "%d%m%y"}, {6, "%m%d%y"}, {6, "%m%Y"}, {8, "%d%m%Y"}, {8, "%m%d%Y"}};
  for (const auto& [size, pattern] : kPatterns) {
    WrittenTime written;
    TimeNs wall = 0;
    if (cell.size() != size || TimePattern::Compile(pattern)->Parse(cell, &written) != TimeError::kNone) continue;
    const bool ours = written.year >= 1900 && written.year <= 2100;
    const bool likely =
        pattern == "%m%Y" ? ours : size == 8 || pattern[1] == 'y' || pattern[1] == 'd' || pattern[1] == 'm' || ours;
    if (likely && CombineTime(written, &wall) == TimeError::kNone) patterns.emplace_back(pattern);
    // A year and a week beat all other readings of the digits.
    if (!patterns.empty() && pattern == "%G%V") break;
  }
  return patterns;
}

// The form in which ISO 8601 was written, from a cell.
TimeForm IsoForm(std::string_view cell) {
  TimeForm form;
  const std::vector<Token> t = Tokenize(cell);
  std::size_t i = 0;
  std::string pattern;
  if (t.size() >= 3 && t[0].digits(4, 4) && t[1].is('-') && t[2].digits(2, 2)) {
    pattern = "%Y-%m";
    i = 3;
    if (t.size() >= 5 && t[3].is('-') && t[4].digits(2, 2)) pattern += "-%d", i = 5;
  } else if (!t.empty() && t[0].digits(8, 8)) {
    pattern = "%Y%m%d";
    i = 1;
  } else if (!t.empty() && t[0].digits(14, 14)) {
    return {TimeFormat::kPattern, "%Y%m%d%H%M%S", ""};
  } else {
    return form;
  }
  if (i < t.size()) {
    const std::string separator(t[i++].text);
    std::string clock;
    if (t.size() > i && (t[i].digits(4, 4) || t[i].digits(6, 6))) {
      clock = t[i].text.size() == 4 ? "%H%M" : "%H%M%S";
      if (t.size() > i + 1) clock += t[i + 1].is('+') || t[i + 1].is('-') ? "%z" : std::string(t[i + 1].text);
    } else if (!ClockPattern(std::span(t).subspan(i), false, &clock)) {
      form.format = TimeFormat::kDateTimeZ;
      return form;
    }
    pattern += separator + clock;
  }
  if (pattern == "%Y-%m-%d") return form;
  form.format = TimeFormat::kPattern;
  if (pattern == "%Y-%m-%dT%H:%M:%S") form.format = TimeFormat::kDateTime;
  if (pattern == "%Y-%m-%dT%H:%M:%SZ") form.format = TimeFormat::kDateTimeZ;
  if (form.format == TimeFormat::kPattern) form.pattern = pattern;
  return form;
}

}  // namespace fitd
