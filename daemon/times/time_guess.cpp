#include "daemon/times/time_guess.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "common/ascii.h"
#include "common/range_text.h"
#include "common/series/step.h"
#include "common/series/time_words.h"
#include "daemon/times/civil_day.h"
#include "daemon/times/epoch.h"
#include "daemon/times/named_dates.h"
#include "daemon/times/number_times.h"
#include "daemon/times/order_faults.h"
#include "daemon/times/reading_order.h"
#include "daemon/times/time_shape.h"

namespace fitd {
namespace {

// Characters: more than the four of a bare year.
constexpr std::uint8_t kShortestWithoutYears = 5;

// The pattern that reads 01/2023 or 2023/01 as a week where `pattern` reads a month; empty: it reads no such thing.
std::string AsWeeks(const std::string& pattern) {
  if (pattern.starts_with("%Y") && pattern.size() <= 6 && pattern.ends_with("m") && pattern.find('%', 1) == 3) {
    return "%G" + pattern.substr(2, pattern.size() - 3) + 'V';
  }
  const bool parted = pattern.size() >= 5 && pattern.ends_with("%Y");
  if (!parted || (!pattern.starts_with("%m") && !pattern.starts_with("%-m"))) return {};
  const std::size_t month = pattern.find('m');
  if (pattern.size() != month + 4) return {};
  return pattern.substr(0, month) + 'V' + pattern[month + 1] + "%G";
}

// The pattern for the weeks or quarters of a column called so, where `pattern` reads months; empty: they are months.
std::string PartsByName(const std::string& pattern, const std::string& column, std::span<const std::string> cells) {
  constexpr std::size_t kFewestQuarters = 4;
  if (SaysWeek(column)) return AsWeeks(pattern);
  const std::size_t month = pattern.find('m');
  if (!SaysQuarter(column) || month == std::string::npos || cells.size() < kFewestQuarters) return {};
  if (pattern.find("%d") != std::string::npos || pattern.find("%-d") != std::string::npos) return {};
  const Result<TimePattern> months = TimePattern::Compile(pattern);
  for (const std::string& cell : cells) {
    WrittenTime written;
    if (!months.ok() || months->Parse(cell, &written) != TimeError::kNone || written.month > 4) return {};
  }
  const bool bare = pattern[month - 1] == '-';
  return pattern.substr(0, month - (bare ? 2 : 1)) + (bare ? "%q" : "0%q") + pattern.substr(month + 1);
}

// The date part of a pattern with a time of day, when some cells are bare dates and no cell writes midnight: Visual
// Basic and what formats like it leave the time of midnights off. Null otherwise: where midnight is written, a bare
// date may be a total of its day.
std::shared_ptr<const TimePattern> MidnightsOf(const TimePattern& pattern, const std::string& text,
                                               const std::vector<std::string>& cells) {
  std::size_t clock = std::string::npos;
  for (const std::string_view word : {" %H", " %-H", " %I", " %-I", "T%H", ", %H"}) {
    clock = std::min(clock, text.find(word));
  }
  if (clock == std::string::npos || clock == 0) return nullptr;
  Result<TimePattern> date = TimePattern::Compile(text.substr(0, clock));
  if (!date.ok()) return nullptr;
  bool any = false;
  for (const std::string& cell : cells) {
    WrittenTime written;
    if (date->Parse(cell, &written) == TimeError::kNone) {
      any = true;
    } else if (WrittenTime full; pattern.Parse(cell, &full) == TimeError::kNone) {
      if (full.hour % 24 == 0 && full.minute == 0 && full.second == 0) return nullptr;
    }
  }
  return any ? std::make_shared<const TimePattern>(std::move(*date)) : nullptr;
}

bool AgreesWithWeekday(const WrittenTime& written, TimeNs wall) {
  return written.weekday == 0 || written.weekday == WeekdayOf(DayOf(wall)) + 1;
}

// Names of months of other languages than English are read, and not written.
TimeForm FormOfForeign(const std::string& pattern) {
  if (pattern.find("%H") != std::string::npos || pattern.find("%-H") != std::string::npos ||
      pattern.find("%I") != std::string::npos || pattern.find("%-I") != std::string::npos) {
    return {TimeFormat::kDateTime, "", ""};
  }
  const bool days = pattern.find("%d") != std::string::npos || pattern.find("%-d") != std::string::npos;
  return days ? TimeForm{TimeFormat::kDate, "", ""} : TimeForm{TimeFormat::kPattern, "%Y-%m", ""};
}

bool HasMonthName(const std::string& pattern) {
  return pattern.find("%b") != std::string::npos || pattern.find("%B") != std::string::npos ||
         pattern.find("%^") != std::string::npos;
}

}  // namespace

NumericTime GuessNumericTime(std::span<const std::string_view> cells) {
  NumberTimes numbers;
  for (const std::string_view cell : cells) {
    if (const std::string_view trimmed = TrimBlanks(cell); !trimmed.empty()) numbers.Add(trimmed);
  }
  return numbers.Kind();
}

TimeGuess::TimeGuess(std::string format, std::shared_ptr<const TimeZone> zone)
    : format_(std::move(format)), zone_(std::move(zone)) {}

void TimeGuess::Add(std::string_view cell) {
  if (!format_.empty()) {
    if (cells_.size() < kKept) cells_.emplace_back(TrimBlanks(cell));
    return;
  }
  cell = FirstOfRange(TrimBlanks(cell));
  if (cell.empty()) return;
  if (clocks_) cell = FirstOfClocks(cell);
  const std::string plain = WithoutExponent(cell);
  if (!plain.empty()) cell = plain;
  if (!settled_) {
    cells_.emplace_back(cell);
    if (cells_.size() >= kKept) Settle();
    return;
  }
  if (readings_.size() <= 1) return;
  if (!NumberTimes().Add(cell)) CountIso(cell);
  Count(cell);
}

void TimeGuess::CountIso(std::string_view cell) {
  TimeParser iso;
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  iso_ += iso.Parse(cell, &time, &format) == TimeError::kNone ? 1 : 0;
}

// Which readings there are, from the cells kept so far.
void TimeGuess::Settle() {
  if (settled_ || !format_.empty()) return;
  settled_ = true;
  clocks_ = ClocksEndRanges(cells_);
  for (std::string& cell : cells_) cell = clocks_ ? std::string(FirstOfClocks(cell)) : cell;
  NumberTimes all;
  for (const std::string& cell : cells_) all.Add(cell);
  constexpr std::size_t kMostBelow = 2;  // rows below the data: a total, and what it is of
  const bool digits =
      all.count > kMostBelow && all.count + kMostBelow >= cells_.size() && all.whole && all.MayBeDigits();
  for (const std::string& cell : cells_) {
    NumberTimes number;
    const bool is_number = number.Add(cell);
    if (is_number && !digits) continue;
    if (!is_number) CountIso(cell);
    for (const std::string& pattern : is_number ? DigitPatternsOf(cell) : PatternsOf(cell)) {
      const auto same = std::find_if(readings_.begin(), readings_.end(),
                                     [&](const Reading& r) { return IsSameShape(r.text, pattern); });
      if (same != readings_.end()) {
        same->text = MergedShape(same->text, pattern);
        same->pattern = *TimePattern::Compile(same->text);
        continue;
      }
      if (readings_.size() < 16) readings_.push_back({pattern, *TimePattern::Compile(pattern)});
    }
  }
  const std::vector<std::string> kept = cells_;
  for (const std::string& cell : kept) Count(cell);
}

void TimeGuess::Count(std::string_view cell) {
  ++seen_;
  std::uint64_t most = 0;
  std::optional<TimeNs> first;
  for (Reading& reading : readings_) {
    WrittenTime written;
    TimeNs wall = 0;
    const bool reads =
        reading.pattern.Parse(cell, &written) == TimeError::kNone && CombineTime(written, &wall) == TimeError::kNone;
    if (reads && first && *first != wall) same_ = false;
    if (reads) first = wall;
    reading.reads += reads ? 1 : 0;
    reading.agrees += reads && AgreesWithWeekday(written, wall) ? 1 : 0;
    most = std::max(most, reading.reads);
  }
  if (seen_ < cells_.size()) return;
  // Readings go that read fewer cells than another, or agree with fewer weekdays in the cells.
  std::erase_if(readings_, [most](const Reading& r) { return r.reads < most; });
  std::uint64_t agree = 0;
  for (const Reading& reading : readings_) agree = std::max(agree, reading.agrees);
  std::erase_if(readings_, [agree](const Reading& r) { return r.agrees < agree; });
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

// Decides between readings of two-digit years, whose century and place the order of the rows may show.
void TimeGuess::DecideByOrder() {
  std::vector<std::string> texts;
  for (const Reading& reading : readings_) {
    if (reading.text.find("%y") == std::string::npos) return;
    texts.push_back(reading.text);
  }
  for (std::size_t i = 0; i < readings_.size() && texts.size() < 8; ++i) {
    if (const std::string earlier = LastCentury(texts[i], cells_); !earlier.empty()) texts.push_back(earlier);
  }
  if (texts.size() < 2) return;
  std::vector<Reading> best;
  for (const std::size_t place : BestOrdered(texts, cells_))
    best.push_back(
        {texts[place], *TimePattern::Compile(texts[place]), readings_.front().reads, readings_.front().agrees});
  readings_ = std::move(best);
}

// A day follows its last hour, and no month.
void TimeGuess::DecideByClock() {
  if (readings_.size() != 2) return;
  const std::string texts[] = {readings_[0].text, readings_[1].text};
  if (const std::optional<std::size_t> goes_on = GoesOnByClock(texts, cells_)) readings_ = {readings_[*goes_on]};
}

// 01/01/2018, 01/02/2018, ... are months, and not twelve days of every January.
void TimeGuess::DecideByFirstDays() {
  if (readings_.size() != 2) return;
  const std::string texts[] = {readings_[0].text, readings_[1].text};
  if (const std::optional<std::size_t> months = AreFirstDays(texts, cells_)) readings_ = {readings_[*months]};
}

// 012015 is a month and its year, or a month, a day and a year.
void TimeGuess::DecideByMonths() {
  const auto is_months = [](const Reading& r) { return r.text == "%m%Y"; };
  const bool any = std::any_of(readings_.begin(), readings_.end(), is_months);
  if (!any || readings_.size() < 2) return;
  if (const std::optional<bool> months = AreMonthsBeforeYears(cells_))
    std::erase_if(readings_, [&](const Reading& r) { return is_months(r) != *months; });
}

Result<TimeRule> TimeGuess::RuleAsSaid(TimeRule rule) const {
  if (FindNumericFormat(format_, &rule.numeric)) {
    NumberTimes numbers;
    for (const std::string& cell : cells_) {
      if (!cell.empty()) numbers.Add(cell);
    }
    rule.form = FormOf(rule.numeric, numbers.decimals, numbers.fewest_decimals);
    return rule;
  }
  if (CountedSince::Parse(format_)) return CountRule(format_);
  FITD_ASSIGN_OR_RETURN(TimePattern pattern, TimePattern::Compile(format_));
  rule.form = {TimeFormat::kPattern, format_, ""};
  rule.midnights = MidnightsOf(pattern, format_, cells_);
  rule.pattern = std::make_shared<const TimePattern>(std::move(pattern));
  return rule;
}

Status TimeGuess::SeveralReadings(const std::string& path) const {
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
  return {StatusCode::kInvalidInput, message + ", and no time of the file decides; say which with --time-format"};
}

Result<TimeRule> TimeGuess::RuleOfReading(const std::string& path, TimeRule rule) {
  DecideByMonths();
  DecideByOrder();
  DecideByClock();
  DecideByFirstDays();
  const bool any = readings_.size() > 1 && same_;  // all say the same times, which are written in ISO 8601
  if (readings_.size() > 1 && !any) return SeveralReadings(path);
  std::string text = readings_.front().text;
  if (const std::string parts = PartsByName(text, name_, cells_); !parts.empty()) text = parts;
  if (!SaysWeek(name_) && text == "%G%V" && AreMonthsAndTotals(cells_, name_)) text = "%Y%m";
  if (const std::string terms = !SaysWeek(name_) && text == "%G%V" ? TermsOfYears(cells_, name_) : ""; !terms.empty()) {
    return Status(StatusCode::kInvalidInput, path + ": " + terms);
  }
  if (DaysFollow(text, cells_)) return Status(StatusCode::kInvalidInput, path + ": " + SayDays(text, cells_));
  rule.either = any;
  text = HoursTo24(text, cells_);
  rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile(text));
  rule.midnights = MidnightsOf(*rule.pattern, text, cells_);
  rule.form = {TimeFormat::kPattern, text, ""};
  const bool foreign = HasMonthName(text) && std::any_of(cells_.begin(), cells_.end(), HasForeignMonth);
  if (any || foreign || std::any_of(cells_.begin(), cells_.end(), HasHalfOfEast)) rule.form = FormOfForeign(text);
  return rule;
}

Result<TimeRule> TimeGuess::Finish(const std::string& path) {
  TimeRule rule;
  rule.zone = zone_;
  if (!settled_) Settle();
  rule.clocks = clocks_;
  if (!format_.empty()) return RuleAsSaid(std::move(rule));
  NumberTimes numbers;
  std::string_view first_iso;
  for (const std::string& cell : cells_) {
    if (numbers.Add(cell) || !first_iso.empty()) continue;
    TimeParser iso;
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    if (iso.Parse(cell, &time, &format) == TimeError::kNone) first_iso = cell;
  }
  rule.numeric = numbers.Kind();
  const std::uint64_t most = readings_.empty() ? 0 : readings_.front().reads;
  const bool digits = numbers.MayBeDigits() && most == numbers.count;
  // Years of some targets beside months of others, however many, are read as ISO 8601 like those.
  const bool years_beside = rule.numeric == NumericTime::kYear && iso_ > 0 && iso_ >= most;
  if (numbers.count >= std::max(most, iso_) && numbers.count != 0 && !digits && !years_beside) {
    return NumberRule(path, numbers, std::move(rule));
  }
  if (iso_ < most) return RuleOfReading(path, std::move(rule));
  if (most == 0 && iso_ == 0 && AreDaysOfNoYear(cells_))
    return Status(StatusCode::kInvalidInput, path + ": " + SayDayOfNoYear(cells_.front()));
  const auto is_month = [](const std::string& cell) { return cell.size() == 7 && cell[4] == '-'; };
  const bool months = !cells_.empty() && std::all_of(cells_.begin(), cells_.end(), is_month);
  if (const std::string parts = months ? PartsByName("%Y-%m", name_, cells_) : ""; !parts.empty()) {
    rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile(parts));
    rule.form = {TimeFormat::kPattern, parts, ""};
    return rule;
  }
  rule.form = IsoForm(first_iso);
  rule.shortest = shortest_;
  // No years are seen: a bare 2024 further down is a total, not second 2024 of 1970.
  if (shortest_ == 0 && iso_ > 0 && numbers.count == 0) rule.shortest = kShortestWithoutYears;
  return rule;
}

}  // namespace fitd
