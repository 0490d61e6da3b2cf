#include "daemon/times/calendar_steps.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

constexpr double kWeekendLimit = 0.05;

// The smallest of equally common ones; sorts its argument.
std::int64_t MostCommonOf(std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  std::int64_t best = 0;
  std::size_t most = 0;
  for (std::size_t i = 0, j = 0; i < values.size(); i = j) {
    while (j < values.size() && values[j] == values[i]) ++j;
    if (j - i > most) best = values[i], most = j - i;
  }
  return best;
}

// The probability that so many days would be missing, and just those, were every day as likely to be. They are the days
// off of `sorted`, whose other days are all there: five weeks of shops that close on Sundays. Of 300,000 simulated
// daily series of 20 to 80 days with 2 to 50 % of them missing, one by one or in runs, none passes 0.002 so.
double ChanceOfDaysOff(std::span<const Observation> sorted, std::size_t days, unsigned mask) {
  const std::int64_t first = DayOf(sorted.front().time);
  const std::int64_t last = DayOf(sorted.back().time);
  const std::int64_t wanted = MaskedDaysBefore(mask, last + 1) - MaskedDaysBefore(mask, first);
  if (wanted != static_cast<std::int64_t>(days)) return 1;
  const auto missing = static_cast<double>(last - first + 1 - wanted);
  const int off = 7 - std::popcount(mask);
  double choices = 1;  // of as many days of the week
  for (int i = 0; i < off; ++i) choices *= (7.0 - i) / (i + 1.0);
  return choices * std::pow(off / 7.0, missing);
}

// As WeeklyMask(). `business_limit`: the highest probability that Monday to Friday are there by chance.
unsigned MaskOf(std::span<const Observation> sorted, double business_limit) {
  std::array<std::size_t, 7> counts{};
  std::size_t days = 0;
  std::int64_t before = std::numeric_limits<std::int64_t>::min();
  for (const Observation& o : sorted) {
    const std::int64_t day = DayOf(o.time);
    if (day == before) continue;
    ++counts[static_cast<std::size_t>(WeekdayOf(day))];
    ++days;
    before = day;
  }
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  unsigned mask = 0;
  for (std::size_t d = 0; d < 7; ++d) {
    if (counts[d] * 10 >= most) mask |= 1U << d;
  }
  const int in_mask = std::popcount(mask);
  if (in_mask < 2 || in_mask == 7) return 0;
  // The days off would be missing by chance with this probability, were every day as likely.
  const double chance =
      std::min(std::pow(in_mask / 7.0, static_cast<double>(days)), ChanceOfDaysOff(sorted, days, mask));
  const double limit = mask == kBusinessDays ? business_limit : 0.002;
  return chance < limit ? mask : 0;
}

// Bits of the days of a session. When the session has fewer days than the calendar, less evidence is needed for free
// weekends.
unsigned SessionDays(std::span<const Observation> sorted, std::size_t days) {
  constexpr double kFewDays = 0.2;  // five days, if there was a weekend between them
  const bool weekend = static_cast<std::size_t>(DayOf(sorted.back().time) - DayOf(sorted.front().time)) >= days;
  const unsigned mask = MaskOf(sorted, weekend ? kFewDays : kWeekendLimit);
  return mask == 0 ? kEveryDay : mask;
}

std::size_t CountDays(std::span<const Observation> sorted) {
  std::size_t days = 1;
  for (std::size_t i = 1; i < sorted.size(); ++i) days += DayOf(sorted[i].time) != DayOf(sorted[i - 1].time) ? 1 : 0;
  return days;
}

constexpr std::size_t kFewestDays = 5;  // of a session

}  // namespace

unsigned WeeklyMask(std::span<const Observation> sorted) {
  return MaskOf(sorted, kWeekendLimit);
}

Step OnDaysOfAll(const Step& step, std::span<const Observation> sorted, unsigned weekdays) {
  if (weekdays == 0 || step.months() || step.on_dates()) return step;
  if (const std::optional<DaySession> session = step.session()) {
    const bool wider = (step.weekdays() & weekdays) == weekdays && !session->overnight();
    return wider ? Step::InSession(weekdays, *session) : step;
  }
  if (step.weekdays() != 0 || step.count % kNsPerDay != 0) return step;
  std::size_t beside = 0;  // on the next of the days
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const std::int64_t apart =
        MaskedDaysBefore(weekdays, DayOf(sorted[i].time)) - MaskedDaysBefore(weekdays, DayOf(sorted[i - 1].time));
    if (apart == 0) return step;
    beside += apart == 1 ? 1 : 0;
  }
  const bool follow = sorted.size() > 1 && 2 * beside >= sorted.size() - 1;
  return step.count == kNsPerDay || follow ? Step::OnWeekdays(weekdays) : step;
}

std::optional<Step> SessionOfHours(std::span<const Observation> sorted) {
  constexpr int kMinutesOfDay = 1440;
  std::array<std::size_t, kMinutesOfDay> counts{};
  std::size_t on_minutes = 0;
  for (const Observation& o : sorted) {
    const std::int64_t clock = CivilDayOf(o.time).clock;
    if (clock % kNsPerMinute != 0) continue;
    ++counts[static_cast<std::size_t>(clock / kNsPerMinute)];
    ++on_minutes;
  }
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  if (most < kFewestDays || on_minutes * 100 < sorted.size() * 97) return std::nullopt;
  std::vector<int> minutes;
  std::size_t inside = 0;
  for (std::size_t minute = 0; minute < counts.size(); ++minute) {
    if (2 * counts[minute] < most) continue;
    minutes.push_back(static_cast<int>(minute));
    inside += counts[minute];
  }
  if (minutes.size() < 2 || inside * 100 < sorted.size() * 97) return std::nullopt;
  int step = kMinutesOfDay;
  for (std::size_t i = 1; i < minutes.size(); ++i) step = std::min(step, minutes[i] - minutes[i - 1]);
  DaySession session{step, minutes.front(), static_cast<int>(minutes.size())};
  for (std::size_t i = 1; i < minutes.size(); ++i) {
    const int distance = minutes[i] - minutes[i - 1];
    if (distance == step) continue;
    if (session.before_break != 0) return std::nullopt;
    session.before_break = static_cast<int>(i);
    session.pause = distance - step;
  }
  const bool round_the_clock = session.before_break == 0 && session.per_day * step == kMinutesOfDay;
  const unsigned mask = round_the_clock ? WeeklyMask(sorted) : SessionDays(sorted, CountDays(sorted));
  return mask == 0 ? std::nullopt : std::optional(Step::InSession(mask, session));
}

std::optional<Step> MonthDaysOf(std::span<const Observation> sorted) {
  constexpr std::size_t kFewestMonths = 3;
  constexpr std::size_t kMostDays = 6;
  const auto in_days = static_cast<std::size_t>((sorted.back().time / kNsPerDay - sorted.front().time / kNsPerDay));
  const std::size_t mean = in_days / (sorted.size() - 1);
  if (mean < 4 || mean > 20) return std::nullopt;
  std::array<std::size_t, 32> counts{};
  std::size_t ends = 0;
  std::size_t months = 1;
  std::int64_t before = CivilDayOf(sorted.front().time).month;
  for (const Observation& o : sorted) {
    const CivilDay civil = CivilDayOf(o.time);
    months += civil.month != before ? 1 : 0;
    before = civil.month;
    ends += civil.day == civil.last_day ? 1 : 0;
  }
  const bool at_ends = ends * 10 >= months * 8;
  for (const Observation& o : sorted) {
    const CivilDay civil = CivilDayOf(o.time);
    ++counts[at_ends && civil.day == civil.last_day ? 31 : civil.day - 1];
  }
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  std::uint32_t days = 0;
  std::size_t covered = 0;
  for (std::size_t day = 0; day < counts.size(); ++day) {
    if (counts[day] < kFewestMonths || 2 * counts[day] < most) continue;
    days |= 1U << day;
    covered += counts[day];
  }
  const int number = std::popcount(days);
  const bool apart = std::popcount(days >> 27) <= 1;
  if (number < 2 || number > static_cast<int>(kMostDays) || !apart || covered * 20 < sorted.size() * 19) return {};
  return Step::OnMonthDays(days);
}

bool AreUnevenMonths(std::span<const Observation> sorted) {
  constexpr std::int64_t kFewestYears = 4;
  constexpr std::size_t kMonths = 12;
  const std::int64_t years =
      CivilDayOf(sorted.back().time).month / kMonthsOfYear - CivilDayOf(sorted.front().time).month / kMonthsOfYear + 1;
  if (years < kFewestYears) return false;
  std::array<std::int64_t, kMonths> counts{};
  for (const Observation& o : sorted)
    ++counts[static_cast<std::size_t>(FloorModulo(CivilDayOf(o.time).month, std::int64_t{kMonthsOfYear}))];
  std::vector<std::size_t> months;
  std::int64_t in_them = 0;
  for (std::size_t month = 0; month < kMonths; ++month) {
    if (counts[month] * 10 < years * 7) continue;
    months.push_back(month);
    in_them += std::min(counts[month], years);
  }
  if (months.size() < 2 || in_them * 10 < static_cast<std::int64_t>(sorted.size()) * 9) return false;
  const std::size_t around = months.front() + kMonths - months.back();
  for (std::size_t i = 1; i < months.size(); ++i) {
    if (months[i] - months[i - 1] != around) return true;
  }
  return false;
}

std::optional<Step> YearDaysOf(std::span<const Observation> sorted) {
  constexpr std::size_t kFewest = 12;
  if (sorted.size() < kFewest) return std::nullopt;
  const auto day_of_year = [](TimeNs time) {
    const CivilDay civil = CivilDayOf(time);
    return DayOf(time) - DayOf(MidnightOf(civil.month - FloorModulo(civil.month, 12), 1));
  };
  std::int64_t distance = 0;
  bool anew = false;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::int64_t day = day_of_year(sorted[i].time);
    distance = std::gcd(distance, day);
    if (distance == 1) return std::nullopt;
    const std::int64_t since = i == 0 ? 0 : DayOf(sorted[i].time) - DayOf(sorted[i - 1].time);
    anew = anew || (i > 0 && day < before && distance > 0 && since % distance != 0);
    before = day;
  }
  constexpr std::int64_t kShortest = 5;  // days, of those in use: 5, 8, 10 and 16
  constexpr std::int64_t kLongest = 32;
  return anew && distance >= kShortest && distance <= kLongest ? std::optional(Step::OnYearDays(distance))
                                                               : std::nullopt;
}

std::optional<Step> SessionOf(std::span<const Observation> sorted, std::int64_t step) {
  if (step < kNsPerMinute || step % kNsPerMinute != 0 || step > 12 * kNsPerHour || kNsPerDay % step != 0)
    return std::nullopt;
  const auto slots = static_cast<std::size_t>(kNsPerDay / step);
  std::vector<std::size_t> counts(slots, 0);
  const std::size_t days = CountDays(sorted);
  std::vector<std::int64_t> phases;
  for (const Observation& o : sorted) {
    const CivilDay civil = CivilDayOf(o.time);
    ++counts[static_cast<std::size_t>(civil.clock / step)];
    phases.push_back(civil.clock % step);
  }
  const std::int64_t phase = MostCommonOf(phases);
  if (days < kFewestDays || phase % kNsPerMinute != 0) return std::nullopt;
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  std::size_t first = slots;
  std::size_t last = 0;
  for (std::size_t s = 0; s < slots; ++s) {
    if (2 * counts[s] < most) continue;
    first = std::min(first, s);
    last = s;
  }
  std::size_t inside = 0;
  for (std::size_t s = first; s <= last; ++s) inside += counts[s];
  if (last == first) return std::nullopt;
  // Round the clock on some days of the week is a session, as of currencies, where it is no outage of a few days.
  const bool whole = last + 1 - first >= slots;
  const unsigned mask = whole ? WeeklyMask(sorted) : SessionDays(sorted, days);
  if (mask == 0 || (whole && phase != 0)) return std::nullopt;
  // Few observations may be at other hours: 3 % of all, and a tenth of what there would be round the clock.
  const std::size_t outside = sorted.size() - inside;
  const std::size_t excluded = slots - (last + 1 - first);
  if (!whole && (outside * 100 > sorted.size() * 3 || outside * slots * 10 > sorted.size() * excluded))
    return std::nullopt;
  const auto minutes = static_cast<int>(step / kNsPerMinute);
  const auto open = static_cast<int>(static_cast<std::int64_t>(first) * minutes + phase / kNsPerMinute);
  return Step::InSession(mask, {minutes, open, static_cast<int>(last + 1 - first)});
}

std::optional<Step> SessionOvernight(std::span<const Observation> sorted, std::int64_t step) {
  if (step < kNsPerMinute || step % kNsPerMinute != 0 || kNsPerDay % step != 0) return std::nullopt;
  // It opens where the longest pause of the week ends.
  const auto slots = static_cast<std::size_t>(kNsPerWeek / step);
  std::vector<std::size_t> counts(slots, 0);
  const std::int64_t phase = FloorModulo(sorted.back().time, step);
  for (const Observation& o : sorted)
    ++counts[static_cast<std::size_t>(FloorModulo(o.time - phase, kNsPerWeek) / step)];
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  std::size_t longest = 0;
  std::size_t pause = 0;
  std::int64_t open = 0;
  for (std::size_t i = 0; i < 2 * slots; ++i) {
    const std::size_t slot = i % slots;
    pause = 2 * counts[slot] < most ? pause + 1 : 0;
    if (pause <= longest) continue;
    longest = pause;
    open = FloorModulo(static_cast<std::int64_t>(slot + 1) * step + phase, kNsPerDay);
  }
  if (longest == 0 || longest >= slots || open == 0 || open % kNsPerMinute != 0) return std::nullopt;
  std::vector<Observation> shifted(sorted.begin(), sorted.end());
  for (Observation& o : shifted) o.time -= open;
  const std::optional<Step> found = SessionOfHours(shifted);
  if (!found) return std::nullopt;
  DaySession session = *found->session();
  session.open += static_cast<int>(open / kNsPerMinute);
  const bool fits = session.open < static_cast<int>(kNsPerDay / kNsPerMinute) && session.overnight();
  return fits ? std::optional(Step::InSession(found->weekdays(), session)) : std::nullopt;
}

}  // namespace fitd
