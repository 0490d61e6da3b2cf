#include "daemon/times/number_times.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "common/ascii.h"
#include "common/series/time_option.h"
#include "common/time_units.h"
#include "common/year_number.h"
#include "daemon/times/epoch.h"

namespace fitd {
namespace {

bool IsCompact(std::string_view text, std::size_t digits) {
  if (text.size() != digits || !AllDigits(text)) return false;
  const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
  WrittenTime w;
  w.year = two(0) * 100 + two(2);
  w.month = two(4);
  if (digits >= 8) w.day = two(6);
  if (digits >= 10) w.hour = two(8);
  if (digits >= 12) w.minute = two(10);
  if (digits >= 14) w.second = two(12);
  TimeNs wall = 0;
  // Epochs in seconds and milliseconds have as many digits as dates with an hour or a minute: the years tell them
  // apart.
  const int first = digits == 10 || digits == 12 ? 1900 : 1678;
  return w.year >= first && w.year < 2200 && CombineTime(w, &wall) == TimeError::kNone;
}

// The number of the month in 2023.01 to 2023.12, also in 2023.1 for 2023.10; 0: it is none.
int MonthInDecimals(std::string_view cell) {
  constexpr std::size_t kYear = 4, kMonth = 2;
  if (cell.size() < kYear + 2 || cell.size() > kYear + 3 || cell[kYear] != '.') return 0;
  const std::string_view decimals = cell.substr(kYear + 1);
  if (!AllDigits(cell.substr(0, kYear)) || !AllDigits(decimals)) return 0;
  const int month = std::atoi(std::string(decimals).c_str()) * (decimals.size() == kMonth ? 1 : 10);
  if (month < 1 || month > kMonthsOfYear || (decimals.size() < kMonth && month != 10)) return 0;
  return std::atoi(std::string(cell.substr(0, kYear)).c_str()) * kMonthsOfYear + month;
}

}  // namespace

std::string_view EpochOfName(const std::string& column) {
  const std::string name = LowerCase(column);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  // Core Data puts a Z before every name.
  const bool core_data = column.starts_with('Z') && column.size() > 4 &&
                         std::none_of(column.begin(), column.end(), [](char c) { return c >= 'a' && c <= 'z'; }) &&
                         (has("date") || has("time"));
  if (core_data || has("cfabsolute") || has("mac_absolute") || has("nsdate") || has("cocoa")) return "2001-01-01";
  return has("gps") && !has("gpsd") ? "1980-01-06" : "";
}

std::string_view PairsOfDigits(std::span<const std::string> cells, bool dates) {
  constexpr std::size_t kFewest = 6;
  constexpr std::size_t kForms = 4;
  static constexpr std::array<std::string_view, kForms> kNames = {"%m.%y", "%y.%m", "%d.%m", "%H.%M"};
  std::array<bool, kForms> possible = {dates, dates, dates, true};
  std::array<std::size_t, kForms> next{};  // cells that are one further than the one before
  int before[2] = {0, 0};
  int clock_step = 0;
  bool zeros = false;  // 07.30
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string& cell = cells[i];
    const std::size_t dot = cell.find('.');
    if (dot == std::string::npos || dot < 1 || dot > 2 || cell.size() != dot + 3 || !IsDigit(cell[0])) return {};
    const int a = std::atoi(cell.c_str());
    const int b = std::atoi(cell.c_str() + dot + 1);
    const bool padded = dot == 2;
    zeros = zeros || (padded && cell[0] == '0');
    possible[0] = possible[0] && a >= 1 && a <= kMonthsOfYear;
    possible[1] = possible[1] && padded && b >= 1 && b <= kMonthsOfYear;
    possible[2] = possible[2] && a >= 1 && a <= 31 && b >= 1 && b <= kMonthsOfYear;
    possible[3] = possible[3] && padded && a <= 24 && b < 60;
    const int minutes = (a - before[0]) * 60 + b - before[1];
    if (i == 1) clock_step = minutes;
    if (i > 0) {
      next[0] += kMonthsOfYear * (b - before[1]) + a - before[0] == 1 ? 1 : 0;
      next[1] += kMonthsOfYear * (a - before[0]) + b - before[1] == 1 ? 1 : 0;
      next[2] += (b == before[1] && a == before[0] + 1) || (b == before[1] % kMonthsOfYear + 1 && a == 1) ? 1 : 0;
      next[3] += minutes == clock_step && minutes > 0 ? 1 : 0;
    }
    before[0] = a;
    before[1] = b;
  }
  possible[3] = possible[3] && zeros;
  for (std::size_t form = 0; form < kForms; ++form) {
    if (possible[form] && cells.size() >= kFewest && next[form] * 10 >= (cells.size() - 1) * 8) return kNames[form];
  }
  return {};
}

bool NumberTimes::Add(std::string_view cell) {
  if (IsYearWithComma(cell)) return Add(YearWithPoint(cell));
  if (const std::string plain = WithoutExponent(cell); !plain.empty()) return Add(plain);
  double value = 0;
  const char* const end = cell.data() + cell.size();
  const char* const begin = cell.data() + (cell[0] == '+' ? 1 : 0);
  // 1.7e9 is an epoch as spreadsheets shorten it; 1.7 million seconds nobody writes so.
  const bool scientific = cell.find_first_of("eE") != std::string_view::npos;
  const auto [p, error] = std::from_chars(begin, end, value, std::chars_format::general);
  if (error != std::errc() || p != end || !std::isfinite(value) || (scientific && value < 1e8)) return false;
  if (scientific) {
    const std::string_view mantissa = cell.substr(0, cell.find_first_of("eE"));
    shortened = std::max(shortened, static_cast<std::size_t>(std::count_if(mantissa.begin(), mantissa.end(), IsDigit)));
    const double seconds = value >= 1e11 ? value / 1e3 : value;
    whole_minutes = whole_minutes && std::fmod(seconds, 60) == 0;
  }
  const std::size_t dot = cell.find('.');
  const bool fraction = dot != std::string_view::npos && !scientific;
  const bool bare_year = cell.size() == 4 && !fraction && value >= 1678 && value <= 2261;
  years = years && bare_year;
  months += IsCompact(cell, 6) ? 1 : 0;
  years_beside += bare_year ? 1 : 0;
  std::size_t digits = 6;
  for (bool& possible : compact) {
    possible = possible && IsCompact(cell, digits);
    digits += 2;
  }
  decimal_years = decimal_years && value >= 1678 && value < 2262;
  const bool quarter =
      cell.size() == 5 && !fraction && value >= 19'000 && value < 22'000 && cell[4] >= '1' && cell[4] <= '4';
  year_quarters = year_quarters && quarter;
  const int part = PartBeforeYear(cell);
  parts_before_years = parts_before_years && part > 0;
  bare_parts = bare_parts || cell.find('.') == 1;
  last_part = std::max(last_part, part);
  if (quarter) quarters_seen |= 1U << (cell[4] - '1');
  datenum = datenum && value >= 693'000 && value < 770'000;
  julian = julian && value >= 2'415'000 && value < 2'490'000;
  const int month = MonthInDecimals(cell);
  next_months = next_months && month > 0 && (count == 0 || std::abs(month - month_before) == 1);
  month_before = month;
  const int unit = UnitOfEpoch(value);
  if (unit >= 0 && of_unit[unit].empty()) of_unit[unit] = cell;
  if (decimal_years && fraction && decimals_seen.size() < 60) decimals_seen.emplace(cell.substr(dot + 1));
  excel = excel && value >= 20'000 && value < 80'000;
  whole = whole && !fraction && value >= 0;
  if (value >= 1e17 && value < 9e18 && whole) {
    std::int64_t ns = 0;
    (void)std::from_chars(begin, end, ns);
    minutes_of_ns = minutes_of_ns && ns % kNsPerMinute == 0;
  }
  any_fraction = any_fraction || fraction;
  if (fraction) decimals = std::max(decimals, cell.size() - dot - 1);
  fewest_decimals = std::min(fewest_decimals, fraction ? cell.size() - dot - 1 : 0);
  if (count != 0 && value != before && std::abs(value - before) < 1e15)
    ++steps[static_cast<std::int64_t>(value - before)];
  before = value;
  largest = std::max(largest, std::abs(value));
  least = std::min(least, std::abs(value));
  ++count;
  return true;
}

NumericTime NumberTimes::Kind() const {
  constexpr double kCountBelow = 1e8;  // in seconds that is 1973
  if (count == 0) return NumericTime::kSeconds;
  if (years) return NumericTime::kYear;
  if (compact[1]) return NumericTime::kCompactDate;
  if (compact[0]) return NumericTime::kCompactMonth;
  if (months + years_beside == count && months > years_beside) return NumericTime::kCompactMonth;
  if (compact[2]) return NumericTime::kCompactHour;
  if (compact[3]) return NumericTime::kCompactMinute;
  if (decimal_years && any_fraction) return NumericTime::kDecimalYear;
  if (excel && count > 1) return NumericTime::kExcel;
  // Whole numbers of that size are counts, which look alike.
  if (datenum && any_fraction && count > 1) return NumericTime::kDatenum;
  if (julian && any_fraction && count > 1) return NumericTime::kJulian;
  if (whole && largest < kCountBelow && !steps.empty()) {
    const auto most =
        std::max_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most->first == 1) return NumericTime::kCount;
  }
  if (largest >= 1e17) return NumericTime::kNanos;
  if (largest >= 1e14) return NumericTime::kMicros;
  return largest >= 1e11 ? NumericTime::kMillis : NumericTime::kSeconds;
}

// Limits are the years 1990 to 2100. The numbers as nanoseconds since 1970 would be some months of 1974 or 1990, or, as
// microseconds, years around 2390. Times in nanoseconds are whole minutes, as people measure them; in units of 100 ns
// those would be 100 minutes.
std::string_view NumberTimes::LongCount() const {
  if (!whole || count < kFewest) return {};
  const auto within = [this](double from, double to) { return least >= from && largest < to; };
  if (within(1.2276e16, 1.5779e16)) return "webkit";
  if (minutes_of_ns) return {};
  if (within(1.2276e17, 1.5779e17)) return "filetime";
  return within(6.2766e17, 6.6270e17) ? "ticks" : "";
}

// The limit is 2033: as seconds since 1960, as statistics programs count them, that is 2023.
bool NumberTimes::AreLate() const {
  constexpr double kYear2033 = 2'000'000'000;
  if (count < kFewest) return false;
  const NumericTime kind = Kind();
  return (kind == NumericTime::kSeconds && least >= kYear2033 && largest < 1e10) ||
         (kind == NumericTime::kMillis && least >= 1e3 * kYear2033 && largest < 1e13);
}

// The limits are 1985 and 1999: as seconds since 2001 those are 2016 and 2030.
bool NumberTimes::AreEarly() const {
  constexpr double kYear1985 = 473'385'600;
  constexpr double kYear2000 = 946'684'800;
  return count >= kFewest && Kind() == NumericTime::kSeconds && least >= kYear1985 && largest < kYear2000;
}

std::string NumberTimes::SayTwoUnits() const {
  static constexpr std::string_view kUnits[] = {"seconds", "milliseconds", "microseconds", "nanoseconds"};
  const NumericTime kind = Kind();
  const bool epochs = kind == NumericTime::kSeconds || kind == NumericTime::kMillis || kind == NumericTime::kMicros ||
                      kind == NumericTime::kNanos;
  std::string text;
  std::size_t units = 0;
  for (std::size_t i = 0; epochs && i < std::size(kUnits); ++i) {
    if (of_unit[i].empty()) continue;
    text += (units++ == 0 ? "'" : " and '") + of_unit[i] + "' " + std::string(kUnits[i]);
  }
  return units < 2 ? std::string()
                   : "the times count " + text +
                         " since 1970: write all of them in one unit, or each kind into a file of its own";
}

// Eight digits, rounded to 100 seconds, are exact for full hours and days (whole_minutes).
std::int64_t NumberTimes::RoundedTo() const {
  constexpr int kDigits = 10;  // of seconds since 1970
  const NumericTime kind = Kind();
  if (shortened == 0 || (kind != NumericTime::kSeconds && kind != NumericTime::kMillis)) return 0;
  std::int64_t seconds = 1;
  for (std::size_t digits = shortened; digits < kDigits; ++digits) seconds *= 10;
  return seconds >= 1000 || (seconds == 100 && !whole_minutes) ? seconds : 0;
}

bool NumberTimes::AreEarlyDays() const {
  constexpr double kMay1968 = 25'000;
  return count >= kFewest && Kind() == NumericTime::kExcel && largest < kMay1968;
}

bool NumberTimes::AreLateDays() const {
  constexpr double kJanuary2033 = 48'580;
  return count >= kFewest && Kind() == NumericTime::kExcel && least >= kJanuary2033;
}

std::string NumberTimes::YearAndPart(bool week) const {
  if (parts_before_years && count >= NumberTimes::kFewest) {
    const bool weeks = week || last_part > 12;
    return std::string(bare_parts ? "%-" : "%") + (weeks ? "V.%G" : "m.%Y");
  }
  // A hundredth of a year is no step that anyone measures in: from January to June these are months too.
  const bool cut = decimals_seen.contains("1");  // the zero of 10
  if (next_months && count >= 2 && !(week && cut)) return week ? "%G.%V" : cut ? "%Y.%2m" : "%Y.%m";
  constexpr std::uint64_t kFewest = 8;  // numbers
  if (year_quarters && quarters_seen == 15 && count >= kFewest) return "%Y%q";
  if (!decimal_years || !any_fraction || whole || count < kFewest || decimals_seen.empty()) return {};
  bool months = true;    // 01 to 12, or 1 for 10
  bool october = false;  // 1: the zero of 10 was dropped as that of a decimal
  bool bare = true;      // 1 to 12
  bool late = false;     // 10 to 12
  bool early = false;    // 2 to 9
  bool quarters = true;
  bool weeks = week;  // 01 to 53
  for (const std::string& text : decimals_seen) {
    const int number = text.size() <= 2 ? std::atoi(text.c_str()) : 0;
    const bool month = number >= 1 && number <= 12;
    october = october || text == "1";
    months = months && month && (text.size() == 2 || text == "1");
    bare = bare && month && (text.size() == 2) == (number >= 10);
    late = late || (text.size() == 2 && number >= 10);
    early = early || (text.size() == 1 && number >= 2);
    quarters = quarters && text.size() == 1 && number >= 1 && number <= 4;
    weeks = weeks && text.size() == 2 && number >= 1 && number <= 53;
  }
  if (weeks) return "%G.%V";
  if (months && decimals_seen.size() > 2) return october ? "%Y.%2m" : "%Y.%m";
  if (bare && late && early) return "%Y.%-m";
  return quarters && decimals_seen.size() == 4 ? "%Y.%q" : "";
}

TimeForm FormOf(NumericTime kind, std::size_t decimals, std::size_t fewest) {
  const std::string days = std::to_string(decimals) + (fewest < decimals ? "-" + std::to_string(fewest) : "");
  TimeForm form;
  form.format = TimeFormat::kPattern;
  switch (kind) {
    case NumericTime::kSeconds:
      return {TimeFormat::kEpochSeconds, fewest > 0 && fewest <= decimals ? std::to_string(fewest) : "", ""};
    case NumericTime::kMillis:
      return {TimeFormat::kEpochMillis, "", ""};
    case NumericTime::kMicros:
      return {TimeFormat::kEpochMicros, "", ""};
    case NumericTime::kNanos:
      return {TimeFormat::kEpochNanos, "", ""};
    case NumericTime::kCount:
      return {TimeFormat::kCount, "", ""};
    case NumericTime::kDecimalYear:
      return {TimeFormat::kDecimalYear, decimals == 0 ? "1" : fewest == 1 ? days : std::to_string(decimals), ""};
    case NumericTime::kExcel:
      return {TimeFormat::kExcel, days, ""};
    case NumericTime::kDatenum:
      return {TimeFormat::kExcel, days + "+693960", ""};
    case NumericTime::kJulian:
      return {TimeFormat::kExcel, days + "+2415018.5", ""};
    case NumericTime::kSince:
      return {TimeFormat::kSince, "", ""};
    case NumericTime::kYear:
      form.pattern = "%Y";
      break;
    case NumericTime::kCompactMonth:
      form.pattern = "%Y%m";
      break;
    case NumericTime::kCompactDate:
      form.pattern = "%Y%m%d";
      break;
    case NumericTime::kCompactHour:
      form.pattern = "%Y%m%d%H";
      break;
    case NumericTime::kCompactMinute:
      form.pattern = "%Y%m%d%H%M";
      break;
  }
  return form;
}

// A word instead of a pattern.
bool FindNumericFormat(std::string_view format, NumericTime* kind) {
  // In the order of the words.
  constexpr NumericTime kMeanings[] = {NumericTime::kSeconds,     NumericTime::kSeconds, NumericTime::kMillis,
                                       NumericTime::kMicros,      NumericTime::kNanos,   NumericTime::kExcel,
                                       NumericTime::kDecimalYear, NumericTime::kCount,   NumericTime::kDatenum,
                                       NumericTime::kJulian};
  static_assert(std::size(kMeanings) == std::size(kNumberTimeFormats));
  for (std::size_t i = 0; i < std::size(kMeanings); ++i) {
    if (kNumberTimeFormats[i] != format) continue;
    *kind = kMeanings[i];
    return true;
  }
  return false;
}

}  // namespace fitd
