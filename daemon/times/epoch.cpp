#include "daemon/times/epoch.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/series/time_words.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kExcelEpochDays = 25'569;

bool Eat(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Reads an exponent, e+09, and moves as many of the (at most nine) decimals before the point.
bool TakeExponent(std::string_view text, Epoch* epoch) {
  constexpr int kMost = 18;
  if (!Eat(text, 'e') && !Eat(text, 'E')) return false;
  Eat(text, '+');
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size() || exponent < 0 || exponent > kMost) return false;
  for (; exponent > 0; --exponent) {
    if (epoch->whole > (std::numeric_limits<std::int64_t>::max() - 9) / 10) epoch->fits = false;
    if (!epoch->fits) return true;
    epoch->whole = epoch->whole * 10 + epoch->billionths / (kNsPerSecond / 10);
    epoch->billionths = epoch->billionths % (kNsPerSecond / 10) * 10;
  }
  return true;
}

}  // namespace

int UnitOfEpoch(double number) {
  constexpr double kYear2000 = 946'684'800, kYear2100 = 4'102'444'800;
  constexpr int kUnits = 4;
  double per_second = 1;
  for (int unit = 0; unit < kUnits; ++unit, per_second *= 1000) {
    if (number >= kYear2000 * per_second && number < kYear2100 * per_second) return unit;
  }
  return -1;
}

bool ParseEpoch(std::string_view text, Epoch* epoch) {
  epoch->negative = Eat(text, '-');
  if (!epoch->negative) Eat(text, '+');
  if (text.empty() || !IsDigit(text[0])) return false;
  while (!text.empty() && IsDigit(text[0])) {
    if (epoch->whole > (std::numeric_limits<std::int64_t>::max() - 9) / 10) epoch->fits = false;
    if (epoch->fits) epoch->whole = epoch->whole * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  if (Eat(text, '.') && !text.empty() && !TakeFraction(text, &epoch->billionths)) return false;
  return text.empty() || TakeExponent(text, epoch);
}

std::string WithoutExponent(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  constexpr double kNanosecond = 1e-9;
  constexpr double kExact = 1e15;   // below, doubles have all whole numbers
  constexpr double kNoEpoch = 1e8;  // below, fewer digits are zeros left out: 2E+03
  const std::size_t mark = text.find_first_of("eE");
  if (mark == std::string_view::npos || text.size() > kLongest || !IsDigit(text[0])) return {};
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || read != end || (value != 0 && value < kNanosecond) || value >= kExact) return {};
  char plain[kLongest];
  const auto [written, too_long] = std::to_chars(plain, plain + sizeof plain, value, std::chars_format::fixed);
  if (too_long != std::errc()) return {};
  const std::string_view number(plain, static_cast<std::size_t>(written - plain));
  const auto digits = std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), IsDigit);
  const std::size_t whole = std::min(number.find('.'), number.size());
  return value >= kNoEpoch && static_cast<std::size_t>(digits) < whole ? std::string() : std::string(number);
}

TimeError FromDecimalYear(std::string_view text, const Epoch& epoch, TimeNs* wall) {
  const std::size_t dot = text.find('.');
  const auto decimals = static_cast<int>(dot == std::string_view::npos ? 0 : text.size() - dot - 1);
  const double fraction = static_cast<double>(epoch.billionths) / 1e9;
  if (epoch.negative || epoch.whole < 1678 || epoch.whole > 2261) return TimeError::kOutOfRange;
  WrittenTime w;
  w.year = static_cast<int>(epoch.whole);
  const double half_months = 24 * fraction;
  const double nearest = std::round(half_months);
  if (std::abs(half_months - nearest) <= 24 * 0.501 * std::pow(10.0, -std::max(decimals, 1))) {
    const auto halves = static_cast<int>(nearest);
    w.year += halves / 24;
    w.month = halves % 24 / 2 + 1;
    w.day = halves % 2 == 0 ? 1 : 16;
    return CombineTime(w, wall);
  }
  TimeNs begin = 0;
  TimeNs end = 0;
  if (const TimeError e = CombineTime(w, &begin); e != TimeError::kNone) return e;
  ++w.year;
  if (const TimeError e = CombineTime(w, &end); e != TimeError::kNone) return e;
  const TimeNs seconds_of_year = (end - begin) / kNsPerSecond;
  *wall = begin + static_cast<TimeNs>(fraction * static_cast<double>(seconds_of_year)) * kNsPerSecond;
  return TimeError::kNone;
}

TimeError FromExcel(Epoch epoch, TimeNs* wall, std::int64_t half_days) {
  if (half_days % 2 != 0) {
    epoch.billionths += kNsPerSecond / 2;
    epoch.whole += epoch.billionths / kNsPerSecond - 1;
    epoch.billionths %= kNsPerSecond;
  }
  epoch.whole -= half_days / 2;
  if (epoch.whole < 0) return TimeError::kOutOfRange;
  if (epoch.negative || epoch.whole > kLastDay + kExcelEpochDays) return TimeError::kOutOfRange;
  const std::int64_t seconds = (epoch.billionths * kSecondsOfDay + kNsPerSecond / 2) / kNsPerSecond;
  *wall = (epoch.whole - kExcelEpochDays) * kNsPerDay + seconds * kNsPerSecond;
  return TimeError::kNone;
}

}  // namespace fitd
