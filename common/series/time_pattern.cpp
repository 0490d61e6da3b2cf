#include "common/series/time_pattern.h"

#include <chrono>
#include <utility>

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

void AppendNumber(std::string& out, std::int64_t value, int width) {
  std::string digits = std::to_string(value);
  if (static_cast<int>(digits.size()) < width) out.append(static_cast<std::size_t>(width) - digits.size(), '0');
  out += digits;
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
    int* number = nullptr;
    int scratch = 0;
    switch (op.word) {
      case 0:
        if (op.literal == ' ') {  // any number of blanks
          const bool more = &op != ops_.data() && (&op)[-1].word == 0 && (&op)[-1].literal == ' ';
          if (!TakeBlanks(text) && !more) return TimeError::kMalformed;
          continue;
        }
        // "%b." reads May, which has no dot, too.
        if (op.literal == '.' && &op != ops_.data() && ((&op)[-1].word | 32) == 'b' && !text.starts_with('.')) continue;
        if (text.empty() || (text[0] != op.literal && (text[0] | 32) != (op.literal | 32))) {
          return TimeError::kMalformed;
        }
        text.remove_prefix(1);
        continue;
      case 'b':
      case 'B':
        if (!TakeMonth(text, &w.month)) return TimeError::kMalformed;
        continue;
      case 'a':
      case 'A':
        if (!TakeWeekday(text, &w.weekday)) return TimeError::kMalformed;
        continue;
      case 'p':
      case 'P':
        parts.from_zero = IsHalfOfEast(text.substr(0, 6));  // 午前0:00 is midnight
        if (!TakeHalfOfDay(text, &parts.pm)) return TimeError::kMalformed;
        continue;
      case 'O':
        if (TakeName(text, kOrdinals) < 0) return TimeError::kMalformed;
        continue;
      case 'f':
        if (!TakeFraction(text, &w.ns)) return TimeError::kMalformed;
        continue;
      case 'z':
        if (!TakeOffset(text, &w)) return TimeError::kMalformed;
        continue;
      case 'Z':
        if (!TakeZoneName(text, &w.offset_minutes)) return TimeError::kMalformed;
        w.zoned = true;
        continue;
      case 'Y':
        number = &w.year;
        break;
      case 'N':
      case 'y':
        number = &scratch;
        break;
      case 'm':
        number = &w.month;
        break;
      case 'd':
        number = &w.day;
        break;
      case 'j':
        number = &parts.yday;
        break;
      case 'q':
        number = &parts.quarter;
        break;
      case 'h':
        number = &parts.half;
        break;
      case 'G':
        number = &parts.iso_year;
        break;
      case 'V':
        number = &parts.week;
        break;
      case 'u':
        number = &parts.weekday;
        break;
      case 'H':
        number = &w.hour;
        break;
      case 'I':
        number = &parts.twelve;
        break;
      case 'M':
        number = &w.minute;
        break;
      default:
        number = &w.second;
        break;
    }
    if (op.word == 'q' && TakeNumeralOfChina(text, number)) continue;
    const bool year = op.word == 'Y' || op.word == 'G' || op.word == 'y' || op.word == 'N';
    const int width = op.word == 'N' && op.digits == 4 ? 4 : NumberWidth(op.word);
    const std::size_t before = text.size();
    if (!TakeNumber(text, width, op.fixed || year, number)) return TimeError::kMalformed;
    if (op.word == 'd' && *number == 1) TakeFirst(text);
    if (op.word == 'm' && op.digits == 2 && before - text.size() == 1) *number *= 10;
    if (op.word == 'N' && scratch != (w.year + 1) % (width == 4 ? 10'000 : 100)) return TimeError::kNoSuchTime;
    if (op.word == 'y') w.year = scratch + (scratch < (op.early ? kEarlyCentury : kCentury) ? 2000 : 1900);
    if ((op.word == 'j' || op.word == 'q' || op.word == 'h' || op.word == 'V') && *number == 0)
      return TimeError::kNoSuchTime;
  }
  if (!text.empty()) return TimeError::kMalformed;
  const TimeError error = Complete(parts, &w);
  *written = w;
  return error;
}

std::string TimePattern::Format(TimeNs wall, std::int64_t offset) const {
  using std::chrono::days;
  using std::chrono::sys_days;
  std::int64_t day_number = wall / kNsPerDay - (wall % kNsPerDay < 0 ? 1 : 0);
  if (to_24_ && wall == day_number * kNsPerDay) --day_number;
  const std::int64_t in_day = wall - day_number * kNsPerDay;
  const sys_days date{days{day_number}};
  const std::chrono::year_month_day ymd{date};
  const auto month = static_cast<int>(unsigned{ymd.month()});
  const auto weekday = static_cast<int>(std::chrono::weekday{date}.iso_encoding());
  // The Thursday of a week says whose year it is of.
  const sys_days thursday = date + days{4 - weekday};
  const std::chrono::year iso_year = std::chrono::year_month_day{thursday}.year();
  const std::int64_t hour = in_day / kNsPerSecond / 3600;
  std::string out;
  for (const Op& op : ops_) {
    std::int64_t number = 0;
    int width = op.bare ? 1 : NumberWidth(op.word);
    switch (op.word) {
      case 0:
        out += op.literal;
        continue;
      case 'b':
        AppendName(out, kMonths[static_cast<std::size_t>(month - 1)].substr(0, 3), op.capitals);
        continue;
      case 'B':
        AppendName(out, kMonths[static_cast<std::size_t>(month - 1)], op.capitals);
        continue;
      case 'a':
        AppendName(out, kDays[static_cast<std::size_t>(weekday - 1)].substr(0, 3), op.capitals);
        continue;
      case 'A':
        AppendName(out, kDays[static_cast<std::size_t>(weekday - 1)], op.capitals);
        continue;
      case 'p':
        out += hour < 12 ? (op.colon ? "A.M." : "AM") : (op.colon ? "P.M." : "PM");
        continue;
      case 'P':
        out += hour < 12 ? (op.colon ? "a.m." : "am") : (op.colon ? "p.m." : "pm");
        continue;
      case 'O':
        out += OrdinalOf(unsigned{ymd.day()});
        continue;
      case 'Z':
        out += offset == 0 ? "UTC" : FormatOffset(offset, op.colon);
        continue;
      case 'z':
        out += FormatOffset(offset, op.colon);
        continue;
      case 'f': {
        std::string digits;
        AppendNumber(digits, in_day % kNsPerSecond, 9);
        std::size_t kept = op.digits > 0 ? static_cast<std::size_t>(op.digits) : 9;
        while (op.digits == 0 && kept > 1 && digits[kept - 1] == '0') --kept;
        out += digits.substr(0, kept);
        continue;
      }
      case 'Y':
        number = int{ymd.year()};
        break;
      case 'y':
        number = int{ymd.year()} % 100;
        break;
      case 'm':
        number = month;
        break;
      case 'd':
        number = unsigned{ymd.day()};
        break;
      case 'j':
        number = (date - sys_days{ymd.year() / 1 / 1}).count() + 1;
        break;
      case 'q':
        number = (month + 2) / 3;
        break;
      case 'h':
        number = (month + 5) / 6;
        break;
      case 'N':
        number = int{ymd.year()} + 1;
        width = op.digits == 4 ? 4 : 2;
        if (width == 2) number %= 100;
        break;
      case 'G':
        number = int{iso_year};
        break;
      case 'V':
        number = (thursday - sys_days{iso_year / 1 / 1}).count() / 7 + 1;
        break;
      case 'u':
        number = weekday;
        break;
      case 'H':
        number = hour;
        break;
      case 'I':
        number = (hour + 11) % 12 + 1;
        break;
      case 'M':
        number = in_day / kNsPerSecond / 60 % 60;
        break;
      default:
        number = in_day / kNsPerSecond % 60;
        break;
    }
    AppendNumber(out, number, width);
  }
  return out;
}

}  // namespace fitd
