#include "daemon/times/reading_order.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "common/ascii.h"
#include "common/time_units.h"
#include "daemon/times/time_shape.h"

namespace fitd {
namespace {

constexpr std::string_view kThisCentury = "%y";
constexpr std::string_view kEarlier = "%Ey";

std::string WithYears(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// The order of the rows in one reading.
struct Order {
  std::size_t breaks = 0;  // steps against the more common direction
  double span = 0;         // nanoseconds from the earliest to the latest
};

Order OrderOf(const std::string& text, std::span<const std::string> cells) {
  const Result<TimePattern> pattern = TimePattern::Compile(text);
  std::size_t forwards = 0;
  std::size_t backwards = 0;
  TimeNs before = 0;
  TimeNs least = std::numeric_limits<TimeNs>::max();
  TimeNs most = std::numeric_limits<TimeNs>::min();
  for (const std::string& cell : cells) {
    WrittenTime written;
    TimeNs time = 0;
    if (!pattern.ok() || pattern->Parse(cell, &written) != TimeError::kNone) continue;
    if (CombineTime(written, &time) != TimeError::kNone) continue;
    const bool first = most == std::numeric_limits<TimeNs>::min();
    forwards += !first && time > before ? 1 : 0;
    backwards += !first && time < before ? 1 : 0;
    before = time;
    least = std::min(least, time);
    most = std::max(most, time);
  }
  return {std::min(forwards, backwards), static_cast<double>(most) - static_cast<double>(least)};
}

// How far apart times are when they are read so, from row to row.
struct Leaps {
  TimeNs usual = 0;
  TimeNs longest = 0;
  std::size_t over_midnight = 0;  // usual ones from one day to the next
};

Leaps LeapsOf(const std::string& text, std::span<const std::string> cells) {
  const Result<TimePattern> pattern = TimePattern::Compile(text);
  std::map<TimeNs, std::size_t> steps;
  std::vector<TimeNs> times;
  for (const std::string& cell : cells) {
    WrittenTime written;
    TimeNs time = 0;
    if (!pattern.ok() || pattern->Parse(cell, &written) != TimeError::kNone) continue;
    if (CombineTime(written, &time) == TimeError::kNone && (times.empty() || time != times.back()))
      times.push_back(time);
  }
  Leaps leaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const TimeNs step = std::abs(times[i] - times[i - 1]);
    leaps.longest = std::max(leaps.longest, step);
    if (++steps[step] > steps[leaps.usual] || leaps.usual == 0) leaps.usual = step;
  }
  for (std::size_t i = 1; i < times.size(); ++i) {
    const bool days = FloorDivide(times[i], kNsPerDay) != FloorDivide(times[i - 1], kNsPerDay);
    leaps.over_midnight += days && std::abs(times[i] - times[i - 1]) == leaps.usual ? 1 : 0;
  }
  return leaps;
}

bool Beats(const Order& a, const Order& b) {
  constexpr std::size_t kFewer = 3;
  constexpr double kShorter = 20;
  if (a.breaks < b.breaks) return a.breaks * kFewer <= b.breaks;
  return a.breaks == b.breaks && a.span > 0 && a.span * kShorter <= b.span;
}

// Jan 01 for Jan 1: a year of two digits has its zero, a day need not.
std::string WithZeroBefore(const std::string& cell) {
  const std::size_t digit = cell.find_first_of("0123456789");
  const bool one = digit != std::string::npos && cell.find_first_of("0123456789", digit + 1) == std::string::npos;
  return one ? std::string(cell).insert(digit, "0") : cell;
}

bool YearComesFirst(const std::string& text) {
  return text.starts_with(kThisCentury) || text.starts_with(kEarlier);
}

}  // namespace

std::string LastCentury(const std::string& text, std::span<const std::string> cells) {
  constexpr TimeNs kYear2041 = 2'240'524'800 * kNsPerSecond;
  if (text.find(kThisCentury) == std::string::npos) return {};
  const Result<TimePattern> pattern = TimePattern::Compile(text);
  const bool late = std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
    WrittenTime written;
    TimeNs time = 0;
    return pattern.ok() && pattern->Parse(cell, &written) == TimeError::kNone &&
           CombineTime(written, &time) == TimeError::kNone && time >= kYear2041;
  });
  return late ? WithYears(text, kThisCentury, kEarlier) : std::string();
}

std::vector<std::size_t> BestOrdered(std::span<const std::string> texts, std::span<const std::string> cells) {
  std::vector<Order> orders;
  for (const std::string& text : texts) orders.push_back(OrderOf(text, cells));
  std::vector<std::size_t> best;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bool beaten = false;
    for (std::size_t j = 0; j < texts.size(); ++j) {
      const bool twins = WithYears(texts[i], kEarlier, kThisCentury) == WithYears(texts[j], kEarlier, kThisCentury);
      const bool comparable = twins || YearComesFirst(texts[i]) != YearComesFirst(texts[j]);
      beaten = beaten || (i != j && comparable && Beats(orders[j], orders[i]));
    }
    if (!beaten) best.push_back(i);
  }
  return best;
}

std::optional<bool> AreMonthsBeforeYears(std::span<const std::string> cells) {
  constexpr std::size_t kDigits = 6, kFewest = 3;
  std::set<int> months;
  for (const std::string& cell : cells) {
    if (cell.size() != kDigits) continue;
    const std::string century = cell.substr(2, 2);
    if (century != "19" && century != "20") return false;
    months.insert(std::atoi(cell.c_str() + 2) * kMonthsOfYear + std::atoi(cell.substr(0, 2).c_str()));
  }
  if (months.size() < kFewest) return std::nullopt;
  return *months.rbegin() - *months.begin() < 2 * static_cast<int>(months.size());
}

std::optional<std::size_t> GoesOnByClock(std::span<const std::string> texts, std::span<const std::string> cells) {
  constexpr TimeNs kLongestStep = 12 * kNsPerHour;
  constexpr TimeNs kFewDays = 13 * kNsPerDay, kAboutAMonth = 20 * kNsPerDay;
  std::vector<Leaps> all;
  for (const std::string& text : texts) {
    const bool swaps = text.find('d') < std::string::npos && text.find('m') < std::string::npos;
    if (!swaps || (text.find('H') == std::string::npos && text.find('I') == std::string::npos)) return std::nullopt;
    all.push_back(LeapsOf(text, cells));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Leaps& other = all[all.size() - 1 - i];
    const bool goes_on = all[i].over_midnight > 0 && all[i].usual <= kLongestStep && all[i].longest < kFewDays;
    if (all.size() == 2 && goes_on && other.longest >= kAboutAMonth && other.over_midnight == 0) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> AreFirstDays(std::span<const std::string> texts, std::span<const std::string> cells) {
  constexpr std::size_t kFewestYears = 3;
  for (std::size_t i = 0; i < texts.size() && texts.size() == 2; ++i) {
    const Result<TimePattern> months = TimePattern::Compile(texts[i]);
    const Result<TimePattern> days = TimePattern::Compile(texts[1 - i]);
    std::set<int> counts;  // of months
    std::set<int> years;
    bool first_days = months.ok() && days.ok();
    for (std::size_t c = 0; c < cells.size() && first_days; ++c) {
      WrittenTime month, day;
      const bool reads =
          months->Parse(cells[c], &month) == TimeError::kNone && days->Parse(cells[c], &day) == TimeError::kNone;
      if (!reads) continue;
      first_days = month.day == 1 && day.month == 1 && month.hour == 0;
      counts.insert(month.year * kMonthsOfYear + month.month);
      years.insert(month.year);
    }
    if (!first_days || years.size() < kFewestYears) continue;
    int step = 0;
    bool even = true;
    for (auto at = std::next(counts.begin()); at != counts.end(); ++at) {
      const int here = *at - *std::prev(at);
      even = even && (step == 0 || here == step);
      step = here;
    }
    if (even && (step == 1 || step == 3)) return i;
  }
  return std::nullopt;
}

bool AreMonthsAndTotals(std::span<const std::string> cells, std::string_view column) {
  constexpr std::size_t kDigits = 6;
  constexpr int kTotal = 13;
  std::set<int> years;  // with a total
  for (const std::string& cell : cells) {
    if (cell.size() != kDigits || !AllDigits(cell)) continue;
    const int number = std::atoi(cell.c_str());
    if (number % 100 > kTotal) return false;
    if (number % 100 == kTotal) years.insert(number / 100);
  }
  const std::string name = LowerCase(column);
  const bool months = name.find("month") != std::string::npos || name.find("yyyymm") != std::string::npos;
  return years.size() > (months ? 0U : 1U);
}

std::string HoursTo24(const std::string& pattern, std::span<const std::string> cells) {
  constexpr int kLast = 24;
  const std::size_t at = std::min(pattern.find("%H"), pattern.find("%-H"));
  if (at == std::string::npos || pattern.find("%b") != std::string::npos || pattern.find("%B") != std::string::npos)
    return pattern;
  const Result<TimePattern> read = TimePattern::Compile(pattern);
  bool last = false;
  for (const std::string& cell : cells) {
    WrittenTime written;
    if (!read.ok() || read->Parse(cell, &written) != TimeError::kNone) continue;
    if (written.hour == 0) return pattern;
    last = last || written.hour == kLast;
  }
  return last ? std::string(pattern).insert(pattern.find('H', at), "E") : pattern;
}

bool DaysFollow(const std::string& text, std::span<const std::string> cells) {
  constexpr std::size_t kFewest = 5;
  const bool month = text.find("%b") != std::string::npos || text.find("%B") != std::string::npos ||
                     text.find("%^b") != std::string::npos || text.find("%^B") != std::string::npos;
  if (!month || text.find("%y") == std::string::npos || text.find('d') != std::string::npos) return false;
  // Jan 15 00:00: no month has a time of day.
  if (text.find("%H") != std::string::npos || text.find("%I") != std::string::npos) return true;
  if (cells.size() < kFewest) return false;
  const Result<TimePattern> pattern = TimePattern::Compile(text);
  std::size_t follow = 0;
  WrittenTime before;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    WrittenTime now;
    if (pattern->Parse(cells[i], &now) != TimeError::kNone)
      return pattern->Parse(WithZeroBefore(cells[i]), &now) == TimeError::kNone;
    if (now.year % 100 < 1 || now.year % 100 > 31) return false;
    if (i > 0) follow += now.month == before.month && now.year == before.year + 1 ? 1 : 0;
    before = now;
  }
  return 10 * follow >= 9 * (cells.size() - 1);
}

bool AreDaysOfNoYear(std::span<const std::string> cells) {
  return !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    for (const char* year : {"-2000", " 2000", ", 2000"}) {
      for (const std::string& pattern : PatternsOf(cell + year)) {
        const bool month = pattern.find("%b") != std::string::npos || pattern.find("%B") != std::string::npos;
        if (month && pattern.find("%Y") != std::string::npos && pattern.find('d') != std::string::npos) return true;
      }
    }
    return false;
  });
}

std::string SayDayOfNoYear(const std::string& cell) {
  return "'" + cell + "' is a day of a year that is not written: write the year into every row";
}

std::string SayDays(const std::string& text, std::span<const std::string> cells) {
  const Result<TimePattern> pattern = TimePattern::Compile(text);
  const auto day = std::find_if(cells.begin(), cells.end(), [&](const std::string& cell) {
    WrittenTime written;
    return pattern.ok() && pattern->Parse(cell, &written) != TimeError::kNone &&
           pattern->Parse(WithZeroBefore(cell), &written) == TimeError::kNone;
  });
  if (day != cells.end()) return SayDayOfNoYear(*day);
  return "'" + cells.front() + "' may be a day of a year that is not written, or the month of a year (--time-format '" +
         text + "'): write the year into every row, or say so";
}

}  // namespace fitd
