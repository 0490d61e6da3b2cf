#include "common/series/time_pattern.h"

#include <chrono>
#include <utility>

#include "common/series/calendar_fields.h"
#include "common/series/time_words.h"
#include "common/series/time_zone.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// Words that are not a date by themselves.
struct Parts {
  int quarter = 0;
  int half = 0;
  int yday = 0;
  int iso_year = 0;
  int week = 0;
  int weekday = 1;
  int twelve = -1;  // hour of the twelve
  bool pm = false;
  bool from_zero = false;  // to 11
};

TimeError Complete(const Parts& parts, WrittenTime* w) {
  using std::chrono::days;
  using std::chrono::sys_days;
  using std::chrono::year;
  if (parts.quarter != 0) {
    if (parts.quarter > 4) return TimeError::kNoSuchTime;
    w->month = 3 * parts.quarter - 2;
  }
  if (parts.half != 0) {
    if (parts.half > 2) return TimeError::kNoSuchTime;
    w->month = 6 * parts.half - 5;
  }
  if (parts.twelve >= 0) {
    if (parts.twelve < (parts.from_zero ? 0 : 1) || parts.twelve > 12) return TimeError::kNoSuchTime;
    w->hour = parts.twelve % 12 + (parts.pm ? 12 : 0);
  }
  if (parts.yday == 0 && parts.week == 0) return TimeError::kNone;
  sys_days date;
  if (parts.yday != 0) {
    if (parts.yday > (year{w->year}.is_leap() ? 366 : 365)) return TimeError::kNoSuchTime;
    date = sys_days{year{w->year} / 1 / 1} + days{parts.yday - 1};
  } else {
    // The week that has January 4 is the first.
    const sys_days fourth{year{parts.iso_year != 0 ? parts.iso_year : w->year} / 1 / 4};
    if (parts.week > 53 || parts.weekday < 1 || parts.weekday > 7) return TimeError::kNoSuchTime;
    const auto since_monday = days{(std::chrono::weekday{fourth}.iso_encoding()) - 1};
    date = fourth - since_monday + days{(parts.week - 1) * 7 + parts.weekday - 1};
  }
  const std::chrono::year_month_day ymd{date};
  // A week is of the year that its Thursday is of; most years have no week 53.
  const std::chrono::year_month_day thursday{date + days{4 - parts.weekday}};
  if (parts.week == 53 && int{thursday.year()} != (parts.iso_year != 0 ? parts.iso_year : w->year))
    return TimeError::kNoSuchTime;
  w->year = int{ymd.year()};
  w->month = static_cast<int>(unsigned{ymd.month()});
  w->day = static_cast<int>(unsigned{ymd.day()});
  return TimeError::kNone;
}

// Where the number of a word goes, `two_digits` for %y and %N; nullptr: the word is no number.
int* NumberOf(char word, WrittenTime& w, Parts& parts, int& two_digits) {
  switch (word) {
    case 'Y':
      return &w.year;
    case 'N':
    case 'y':
      return &two_digits;
    case 'm':
      return &w.month;
    case 'd':
      return &w.day;
    case 'j':
      return &parts.yday;
    case 'q':
      return &parts.quarter;
    case 'h':
      return &parts.half;
    case 'G':
      return &parts.iso_year;
    case 'V':
      return &parts.week;
    case 'u':
      return &parts.weekday;
    case 'H':
      return &w.hour;
    case 'I':
      return &parts.twelve;
    case 'M':
      return &w.minute;
    case 'S':
      return &w.second;
    default:
      return nullptr;
  }
}

// Takes a word that is no number off the front of `text`; false when the text is another one.
bool TakeWord(char word, std::string_view& text, WrittenTime& w, Parts& parts) {
  switch (word) {
    case 'b':
    case 'B':
      return TakeMonth(text, &w.month);
    case 'a':
    case 'A':
      return TakeWeekday(text, &w.weekday);
    case 'p':
    case 'P':
      parts.from_zero = IsHalfOfEast(text.substr(0, 6));  // 午前0:00 is midnight
      return TakeHalfOfDay(text, &parts.pm);
    case 'O':
      return TakeName(text, kOrdinals) >= 0;
    case 'f':
      return TakeFraction(text, &w.ns);
    case 'z':
      return TakeOffset(text, &w);
    case 'Z':
      w.zoned = true;
      return TakeZoneName(text, &w.offset_minutes);
    default:
      return false;
  }
}

void AppendNumber(std::string& out, std::int64_t value, int width) {
  std::string digits = std::to_string(value);
  if (static_cast<int>(digits.size()) < width) out.append(static_cast<std::size_t>(width) - digits.size(), '0');
  out += digits;
}

// `digits`: of the decimals; 0: as many as needed.
void AppendDecimals(std::string& out, std::int64_t ns, int digits) {
  std::string all;
  AppendNumber(all, ns, 9);
  std::size_t kept = digits > 0 ? static_cast<std::size_t>(digits) : all.size();
  while (digits == 0 && kept > 1 && all[kept - 1] == '0') --kept;
  out += all.substr(0, kept);
}

void AppendName(std::string& out, std::string_view name, bool capitals) {
  for (const char c : name) out += static_cast<char>(capitals && c >= 'a' ? c - 32 : c);
}

}  // namespace

Result<TimePattern> TimePattern::Compile(std::string_view text) {
  const auto bad = [&](const std::string& what) {
    return Status(StatusCode::kUsage, "the time format '" + std::string(text) + "' " + what);
  };
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view word = text.substr(i, 2);
    const std::string_view whole = word == "%F" ? "%Y-%m-%d" : word == "%T" ? "%H:%M:%S" : word == "%R" ? "%H:%M" : "";
    i += whole.empty() ? 0 : 1;
    expanded += whole.empty() ? text.substr(i, 1) : whole;
  }
  TimePattern pattern;
  pattern.text_ = text;
  bool date = false;
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    Op op;
    if (expanded[i] != '%') {
      op.literal = expanded[i];
      pattern.ops_.push_back(op);
      continue;
    }
    if (++i == expanded.size()) return bad("ends in a lone %");
    if (expanded[i] == '%') {
      op.literal = '%';
      pattern.ops_.push_back(op);
      continue;
    }
    if (expanded[i] == '-') op.bare = true, ++i;
    if (i < expanded.size() && expanded[i] == 'E') op.early = true, ++i;
    if (i < expanded.size() && expanded[i] == '^') op.capitals = true, ++i;
    if (i < expanded.size() && IsDigit(expanded[i])) op.digits = expanded[i++] - '0';
    if (i < expanded.size() && expanded[i] == ':') op.colon = true, ++i;
    op.word = i < expanded.size() ? expanded[i] : ' ';
    if (op.word == ' ' || std::string_view("YymdejqhNGVuHIMSfbBaApPzZO").find(op.word) == std::string_view::npos) {
      return bad(
          std::string("has the unknown word %") + op.word +
          "; known are %Y %y %N %m %b %B %d %e %O %j %q %h %G %V %u %a %A %H %I %M %S %f %p %P %z %Z %F %T %R %%");
    }
    if (op.word == 'e') op.word = 'd', op.bare = true;
    date = date || op.word == 'Y' || op.word == 'y' || op.word == 'G';
    pattern.to_24_ = pattern.to_24_ || (op.word == 'H' && op.early);
    pattern.has_clock_ = pattern.has_clock_ || op.word == 'H' || op.word == 'I';
    pattern.has_offset_ = pattern.has_offset_ || op.word == 'z' || op.word == 'Z';
    pattern.ops_.push_back(op);
  }
  if (!date) return bad("has no year (%Y, %y or %G)");
  for (std::size_t i = 0; i + 1 < pattern.ops_.size(); ++i) {
    pattern.ops_[i].fixed = IsNumberWord(pattern.ops_[i].word) && IsNumberWord(pattern.ops_[i + 1].word);
  }
  return pattern;
}

TimeError TimePattern::Parse(std::string_view text, WrittenTime* written) const {
  WrittenTime w;
  Parts parts;
  constexpr int kCentury = 69;  // two digits from here on are 19.., as POSIX has it
  constexpr int kEarlyCentury = 41;
  for (const Op& op : ops_) {
    if (op.word == 0) {
      if (!TakeLiteral(op, text)) return TimeError::kMalformed;
      continue;
    }
    int two_digits = 0;
    int* const number = NumberOf(op.word, w, parts, two_digits);
    if (number == nullptr) {
      if (!TakeWord(op.word, text, w, parts)) return TimeError::kMalformed;
      continue;
    }
    if (op.word == 'q' && TakeNumeralOfChina(text, number)) continue;
    const bool year = op.word == 'Y' || op.word == 'G' || op.word == 'y' || op.word == 'N';
    const int width = op.word == 'N' && op.digits == 4 ? 4 : NumberWidth(op.word);
    const std::size_t before = text.size();
    if (!TakeNumber(text, width, op.fixed || year, number)) return TimeError::kMalformed;
    if (op.word == 'd' && *number == 1) TakeFirst(text);
    if (op.word == 'm' && op.digits == 2 && before - text.size() == 1) *number *= 10;
    if (op.word == 'N' && two_digits != (w.year + 1) % (width == 4 ? 10'000 : 100)) return TimeError::kNoSuchTime;
    if (op.word == 'y') w.year = two_digits + (two_digits < (op.early ? kEarlyCentury : kCentury) ? 2000 : 1900);
    if ((op.word == 'j' || op.word == 'q' || op.word == 'h' || op.word == 'V') && *number == 0)
      return TimeError::kNoSuchTime;
  }
  if (!text.empty()) return TimeError::kMalformed;
  const TimeError error = Complete(parts, &w);
  *written = w;
  return error;
}

bool TimePattern::TakeLiteral(const Op& op, std::string_view& text) const {
  const bool first = &op == ops_.data();
  if (op.literal == ' ') {  // any number of blanks
    const bool more = !first && (&op)[-1].word == 0 && (&op)[-1].literal == ' ';
    return TakeBlanks(text) || more;
  }
  // "%b." reads May, which has no dot, too.
  if (op.literal == '.' && !first && ((&op)[-1].word | 32) == 'b' && !text.starts_with('.')) return true;
  if (text.empty() || (text[0] != op.literal && (text[0] | 32) != (op.literal | 32))) return false;
  text.remove_prefix(1);
  return true;
}

std::string TimePattern::Format(TimeNs wall, std::int64_t offset) const {
  const CalendarFields at(wall, to_24_);
  const std::string_view month = kEnglishMonths[static_cast<std::size_t>(at.month - 1)];
  const std::string_view day = kDays[static_cast<std::size_t>(at.weekday - 1)];
  const bool am = at.hour < 12;
  constexpr std::size_t kShortName = 3;
  std::string out;
  for (const Op& op : ops_) {
    switch (op.word) {
      case 0:
        out += op.literal;
        break;
      case 'b':
        AppendName(out, month.substr(0, kShortName), op.capitals);
        break;
      case 'B':
        AppendName(out, month, op.capitals);
        break;
      case 'a':
        AppendName(out, day.substr(0, kShortName), op.capitals);
        break;
      case 'A':
        AppendName(out, day, op.capitals);
        break;
      case 'p':
        out += op.colon ? (am ? "A.M." : "P.M.") : (am ? "AM" : "PM");
        break;
      case 'P':
        out += op.colon ? (am ? "a.m." : "p.m.") : (am ? "am" : "pm");
        break;
      case 'O':
        out += OrdinalOf(static_cast<unsigned>(at.day));
        break;
      case 'Z':
        out += offset == 0 ? "UTC" : FormatOffset(offset, op.colon);
        break;
      case 'z':
        out += op.bare && offset % kNsPerHour == 0 ? FormatOffset(offset).substr(0, 3)
                                                   : FormatOffset(offset, op.colon || op.bare);
        break;
      case 'f':
        AppendDecimals(out, at.ns, op.digits);
        break;
      case 'N':
        AppendNumber(out, op.digits == 4 ? at.year + 1 : (at.year + 1) % 100, op.digits == 4 ? 4 : 2);
        break;
      default:
        AppendNumber(out, at.Number(op.word), op.bare ? 1 : NumberWidth(op.word));
        break;
    }
  }
  return out;
}

}  // namespace fitd
