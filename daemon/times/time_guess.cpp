#include "daemon/times/time_guess.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

#include "common/ascii.h"
#include "common/range_text.h"
#include "daemon/times/digit_dates.h"
#include "daemon/times/time_shape.h"

namespace fitd {
namespace {

// A number, and what it could be.
struct Numbers {
  static constexpr std::uint64_t kFewest = 3;
  std::uint64_t count = 0;
  bool years = true;
  bool compact[5] = {true, true, true, true, true};  // of 6, 8, 10, 12, 14 digits
  bool decimal_years = true;
  bool excel = true;
  bool whole = true;
  bool any_fraction = false;
  std::size_t decimals = 0;
  double largest = 0;
  double least = 1e300;
  std::map<std::int64_t, std::uint64_t> steps;
  double before = 0;

  bool Add(std::string_view cell);
  NumericTime Kind() const;
  // Neither years nor compact dates nor an epoch of our days, so that the digits may be parts of a date.
  bool MayBeDigits() const {
    return count >= kFewest && !years && !compact[0] && !compact[1] && largest < 1e8 && largest >= 1e4;
  }
  TimeForm Form(NumericTime kind) const;
};

bool IsCompact(std::string_view text, std::size_t digits) {
  if (text.size() != digits || !std::all_of(text.begin(), text.end(), IsDigit)) return false;
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

bool Numbers::Add(std::string_view cell) {
  double value = 0;
  const char* const end = cell.data() + cell.size();
  const char* const begin = cell.data() + (cell[0] == '+' ? 1 : 0);
  const auto [p, error] = std::from_chars(begin, end, value, std::chars_format::fixed);
  if (error != std::errc() || p != end) return false;
  const std::size_t dot = cell.find('.');
  const bool fraction = dot != std::string_view::npos;
  years = years && cell.size() == 4 && !fraction && value >= 1678 && value <= 2261;
  std::size_t digits = 6;
  for (bool& possible : compact) {
    possible = possible && IsCompact(cell, digits);
    digits += 2;
  }
  decimal_years = decimal_years && value >= 1678 && value < 2262;
  excel = excel && value >= 20'000 && value < 80'000;
  whole = whole && !fraction && value >= 0;
  any_fraction = any_fraction || fraction;
  if (fraction) decimals = std::max(decimals, cell.size() - dot - 1);
  if (count != 0 && value != before && std::abs(value) < 1e15) ++steps[static_cast<std::int64_t>(value - before)];
  before = value;
  largest = std::max(largest, std::abs(value));
  least = std::min(least, std::abs(value));
  ++count;
  return true;
}

NumericTime Numbers::Kind() const {
  constexpr double kCountBelow = 1e8;  // in seconds that is 1973
  if (count == 0) return NumericTime::kSeconds;
  if (years) return NumericTime::kYear;
  if (compact[1]) return NumericTime::kCompactDate;
  if (compact[0]) return NumericTime::kCompactMonth;
  if (compact[2]) return NumericTime::kCompactHour;
  if (compact[3]) return NumericTime::kCompactMinute;
  if (decimal_years && any_fraction) return NumericTime::kDecimalYear;
  if (excel && count > 1) return NumericTime::kExcel;
  if (whole && largest < kCountBelow && !steps.empty()) {
    const auto most =
        std::max_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most->first == 1) return NumericTime::kCount;
  }
  if (largest >= 1e17) return NumericTime::kNanos;
  if (largest >= 1e14) return NumericTime::kMicros;
  return largest >= 1e11 ? NumericTime::kMillis : NumericTime::kSeconds;
}

TimeForm FormOf(NumericTime kind, std::size_t decimals) {
  TimeForm form;
  form.format = TimeFormat::kPattern;
  switch (kind) {
    case NumericTime::kSeconds:
      return {TimeFormat::kEpochSeconds, "", ""};
    case NumericTime::kMillis:
      return {TimeFormat::kEpochMillis, "", ""};
    case NumericTime::kMicros:
      return {TimeFormat::kEpochMicros, "", ""};
    case NumericTime::kNanos:
      return {TimeFormat::kEpochNanos, "", ""};
    case NumericTime::kCount:
      return {TimeFormat::kCount, "", ""};
    case NumericTime::kDecimalYear:
      return {TimeFormat::kDecimalYear, std::to_string(std::max<std::size_t>(decimals, 1)), ""};
    case NumericTime::kExcel:
      return {TimeFormat::kExcel, std::to_string(decimals), ""};
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

// Patterns that only pad otherwise are one reading: written without leading zeros where any cell is.
std::string Padded(const std::string& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '-' || i == 0 || pattern[i - 1] != '%') text += pattern[i];
  }
  return text;
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

// A word instead of a pattern.
bool FindNumericFormat(std::string_view format, NumericTime* kind) {
  constexpr std::pair<std::string_view, NumericTime> kNames[] = {
      {"epoch-s", NumericTime::kSeconds},          {"%s", NumericTime::kSeconds},
      {"epoch-ms", NumericTime::kMillis},          {"epoch-us", NumericTime::kMicros},
      {"epoch-ns", NumericTime::kNanos},           {"excel", NumericTime::kExcel},
      {"decimal-year", NumericTime::kDecimalYear}, {"count", NumericTime::kCount}};
  for (const auto& [name, meaning] : kNames) {
    if (name != format) continue;
    *kind = meaning;
    return true;
  }
  return false;
}

}  // namespace

NumericTime GuessNumericTime(std::span<const std::string_view> cells) {
  Numbers numbers;
  for (const std::string_view cell : cells) {
    if (const std::string_view trimmed = TrimBlanks(cell); !trimmed.empty()) numbers.Add(trimmed);
  }
  return numbers.Kind();
}

TimeGuess::TimeGuess(std::string format, std::shared_ptr<const TimeZone> zone)
    : format_(std::move(format)), zone_(std::move(zone)) {}

void TimeGuess::Add(std::string_view cell) {
  if (!format_.empty()) {
    if (cells_.empty()) cells_.emplace_back(cell);
    return;
  }
  cell = FirstOfRange(TrimBlanks(cell));
  if (cell.empty()) return;
  if (!settled_) {
    cells_.emplace_back(cell);
    if (cells_.size() >= kKept) Settle();
    return;
  }
  if (readings_.size() > 1) Count(cell);
}

// Which readings there are, from the cells kept so far.
void TimeGuess::Settle() {
  if (settled_ || !format_.empty()) return;
  settled_ = true;
  TimeParser iso;
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  Numbers all;
  for (const std::string& cell : cells_) all.Add(cell);
  const bool digits = all.count == cells_.size() && all.whole && all.MayBeDigits();
  for (const std::string& cell : cells_) {
    Numbers number;
    const bool is_number = number.Add(cell);
    if (is_number && !digits) continue;
    if (!is_number && iso.Parse(cell, &time, &format) == TimeError::kNone) {
      ++iso_;
    }
    for (const std::string& pattern : is_number ? DigitPatternsOf(cell) : PatternsOf(cell)) {
      const auto same = std::find_if(readings_.begin(), readings_.end(),
                                     [&](const Reading& r) { return Padded(r.text) == Padded(pattern); });
      if (same != readings_.end()) {
        same->text = WithFewestZeros(same->text, pattern);
        same->pattern = *TimePattern::Compile(same->text);
        continue;
      }
      if (readings_.size() < 16) readings_.push_back({pattern, *TimePattern::Compile(pattern), 0});
    }
  }
  const std::vector<std::string> kept = cells_;
  for (const std::string& cell : kept) Count(cell);
}

void TimeGuess::Count(std::string_view cell) {
  ++seen_;
  std::uint64_t most = 0;
  for (Reading& reading : readings_) {
    WrittenTime written;
    TimeNs wall = 0;
    const bool reads =
        reading.pattern.Parse(cell, &written) == TimeError::kNone && CombineTime(written, &wall) == TimeError::kNone;
    reading.reads += reads ? 1 : 0;
    most = std::max(most, reading.reads);
  }
  if (seen_ < cells_.size()) return;
  // What reads fewer cells than another is out.
  std::erase_if(readings_, [most](const Reading& r) { return r.reads < most; });
  // Every one of several cells has the next year behind the year: 2005/06, 2006/07, ... are no months.
  const auto next_years =
      std::find_if(readings_.begin(), readings_.end(), [](const Reading& r) { return r.IsYears(); });
  if (next_years == readings_.end() || most < kFewestYears || most < seen_) return;
  const Reading years = *next_years;
  readings_ = {years};
  iso_ = 0;
}

bool TimeGuess::open() const {
  if (!format_.empty()) return false;
  return settled_ && readings_.size() > 1 && readings_.front().reads > iso_;
}

Result<TimeRule> TimeGuess::Finish(const std::string& path) {
  TimeRule rule;
  rule.zone = zone_;
  if (!format_.empty()) {
    if (FindNumericFormat(format_, &rule.numeric)) {
      std::size_t decimals = 0;
      if (!cells_.empty()) {
        const std::string_view cell = TrimBlanks(cells_[0]);
        const std::size_t dot = cell.find('.');
        decimals = dot == std::string_view::npos ? 0 : cell.size() - dot - 1;
      }
      rule.form = FormOf(rule.numeric, decimals);
      return rule;
    }
    FITD_ASSIGN_OR_RETURN(TimePattern pattern, TimePattern::Compile(format_));
    rule.form = {TimeFormat::kPattern, format_, ""};
    rule.pattern = std::make_shared<const TimePattern>(std::move(pattern));
    return rule;
  }
  if (!settled_) Settle();
  Numbers numbers;
  std::string_view first_iso;
  for (const std::string& cell : cells_) {
    if (numbers.Add(cell)) continue;
    if (first_iso.empty()) {
      TimeParser iso;
      TimeNs time = 0;
      TimeFormat format = TimeFormat::kDate;
      if (iso.Parse(cell, &time, &format) == TimeError::kNone) first_iso = cell;
    }
  }
  rule.numeric = numbers.Kind();
  const std::uint64_t most = readings_.empty() ? 0 : readings_.front().reads;
  const bool digits = numbers.MayBeDigits() && most == numbers.count;
  if (numbers.count >= std::max(most, iso_) && numbers.count != 0 && !digits) {
    rule.form = numbers.count > 0 && cells_.front().size() == 14 && numbers.compact[4]
                    ? TimeForm{TimeFormat::kPattern, "%Y%m%d%H%M%S", ""}
                    : FormOf(rule.numeric, numbers.decimals);
    return rule;
  }
  if (iso_ >= most) {
    rule.form = IsoForm(first_iso);
    return rule;
  }
  if (readings_.size() > 1) {
    const auto reads = [](const Reading& reading, const std::string& cell) {
      WrittenTime written;
      TimeNs wall = 0;
      (void)reading.pattern.Parse(cell, &written);
      (void)CombineTime(written, &wall);
      return FormatTime(wall, TimeFormat::kDate);
    };
    // A time that the readings differ about.
    auto cell = std::find_if(cells_.begin(), cells_.end(),
                             [&](const std::string& c) { return reads(readings_[0], c) != reads(readings_[1], c); });
    if (cell == cells_.end()) cell = cells_.begin();
    std::string message = path + ": '" + *cell + "' may be ";
    for (std::size_t i = 0; i < readings_.size(); ++i) {
      message += (i == 0                      ? ""
                  : i + 1 == readings_.size() ? " or "
                                              : ", ") +
                 reads(readings_[i], *cell) + " (--time-format '" + readings_[i].text + "')";
    }
    return Status(StatusCode::kInvalidInput,
                  message + ", and no time of the file decides; say which with --time-format");
  }
  rule.pattern = std::make_shared<const TimePattern>(readings_.front().pattern);
  rule.form = {TimeFormat::kPattern, readings_.front().text, ""};
  return rule;
}

}  // namespace fitd
