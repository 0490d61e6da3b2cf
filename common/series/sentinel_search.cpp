#include "common/series/sentinel_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "common/text.h"

namespace fitd {
namespace {

constexpr std::size_t kFewestOthers = 8;  // values besides the candidate that a series must have. Chosen, not measured.
constexpr std::size_t kFewestKinds = 3;  // different ones among them: 0 and 999 alone are a code. Chosen, not measured.

// The ends of integer types, also divided by 10, 100 and 1000 as sensors send them, -999.25 of well logs, absolute zero
// in degrees Celsius, and a thousand millions.
bool IsEndOfFormat(double size) {
  constexpr double kKnown[] = {999.25,        273.15,        1e9,           32'767, 32'768, 65'535,
                               2'147'483'647, 2'147'483'648, 4'294'967'295, 3276.7, 3276.8, 6553.5,
                               327.67,        327.68,        655.35,        32.767, 32.768, 65.535};
  return std::find(std::begin(kKnown), std::end(kKnown), size) != std::end(kKnown);
}

// True for the ends of formats, sizes of 1e19 and more, and numbers of nines only with up to two decimals: 99, 999,
// 99.9, 999.99.
bool IsUsualSentinel(double value) {
  const double size = std::abs(value);
  if (size >= 1e19) return std::isfinite(value);
  if (IsEndOfFormat(size)) return true;
  if (size < 99 || size > 1e12) return false;
  const double hundredths = std::round(size * 100);
  if (std::abs(hundredths - size * 100) > 1e-6 * size) return false;
  auto digits = static_cast<std::int64_t>(hundredths);
  for (int decimals = 0; decimals < 2 && digits % 10 == 0; ++decimals) digits /= 10;
  while (digits % 10 == 9) digits /= 10;
  return digits == 0;
}

// What a usual thermometer (DS18B20) says before it has measured.
constexpr double kPowerOn = 85;

// A series without its least or largest value, which is a candidate.
struct Others {
  std::uint64_t repeats = 0;  // of the value that is left out
  std::size_t count = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  std::size_t kinds = 0;  // different values, counted up to kFewestKinds
};

Others OthersThan(std::span<const double> values, double least, double most, double left_out) {
  Others others;
  double seen[kFewestKinds] = {};
  for (const double v : values) {
    if (std::isnan(v)) continue;
    others.repeats += v == left_out ? 1 : 0;
    if (v == left_out || (v == least && IsUsualSentinel(least)) || (v == most && IsUsualSentinel(most))) continue;
    ++others.count;
    others.least = std::min(others.least, v);
    others.most = std::max(others.most, v);
    if (others.kinds < kFewestKinds && std::find(seen, seen + others.kinds, v) == seen + others.kinds)
      seen[others.kinds++] = v;
  }
  return others;
}

// True when the distance to the other values is large compared with their range. A negative number of size 999 or more
// beside values that are never negative needs only a fifth of the range; two nines (99, -99.9) need five times. The
// factors are chosen, not measured.
bool IsFarFrom(const Others& others, double sentinel) {
  constexpr double kNegative = 0.2;
  constexpr double kFar = 1.5;
  constexpr double kTwoNines = 5;
  constexpr double kFarPowerOn = 2;
  const double range = others.most - others.least;
  const double distance = sentinel > others.most ? sentinel - others.most : others.least - sentinel;
  const bool negative = sentinel < 0 && others.least >= 0 && std::abs(sentinel) >= 999;
  const bool two_nines = std::abs(sentinel) < 999 && !IsEndOfFormat(std::abs(sentinel));
  const double times = sentinel == kPowerOn ? kFarPowerOn : two_nines ? kTwoNines : negative ? kNegative : kFar;
  return distance > times * range;
}

// True for one digit repeated three times or more: 777, -8888.
bool IsRepeatedDigit(double value) {
  constexpr double kLargest = 1e12;
  const double size = std::abs(value);
  if (size < 111 || size > kLargest || size != std::floor(size)) return false;
  auto digits = static_cast<std::int64_t>(size);
  const std::int64_t digit = digits % 10;
  while (digits % 10 == digit && digits != 0) digits /= 10;
  return digits == 0;
}

// True when a whole number repeats exactly, at least three times, and is either negative and far below all others, or
// one repeated digit far above them. Other large numbers are not taken, since caps, bulk orders and saturated counters
// repeat too. Beside values that are never negative, "far below" is measured by their lower quarter, as their upper end
// may be long; usual codes such as -99 and -99.9 qualify there as well. The factors are chosen, not measured.
bool IsRepeatedFar(std::span<const double> values, double sentinel, const Others& rough) {
  constexpr std::uint64_t kFewestRepeats = 3;
  constexpr std::size_t kFewestApart = 8;  // different values
  constexpr double kFarBelow = 3;          // times the range of all others, or
  constexpr double kFarBelowZero = 1;      // that of their lower quarter
  if (rough.repeats < kFewestRepeats || rough.count < kFewestOthers) return false;
  std::vector<double> others;
  for (const double v : values) {
    if (!std::isnan(v) && v != sentinel && v >= rough.least && v <= rough.most) others.push_back(v);
  }
  std::sort(others.begin(), others.end());
  const double quarter = others[others.size() / 4];
  others.erase(std::unique(others.begin(), others.end()), others.end());
  if (others.size() < kFewestApart) return false;
  if (sentinel > 0) return IsFarFrom(rough, sentinel);
  const double gap = rough.least - sentinel;
  // Between 0 and -100: -1 and -5 are close below counts, but a code below values that never come near zero.
  constexpr double kSmall = 100;
  constexpr double kFarBelowAll = 2;  // times the lower quarter, and the size of the code
  if (sentinel > -kSmall && !IsUsualSentinel(sentinel))
    return rough.least > kFarBelowAll * -sentinel && gap > kFarBelowAll * (quarter - rough.least);
  if (rough.least >= 0) return gap > kFarBelowZero * (quarter - rough.least);
  return gap > kFarBelow * (rough.most - rough.least);
}

bool MayBeRepeatedFar(double value, bool is_least) {
  if (!is_least) return value == kPowerOn || (value > 0 && IsRepeatedDigit(value));
  return value < 0 && value == std::floor(value);
}

}  // namespace

bool IsSentinelBeyond(double value, double least, double most) {
  if (!IsUsualSentinel(value) || (value >= least && value <= most)) return false;
  return IsFarFrom({0, 0, least, most, 0}, value);
}

void SentinelSearch::Look(std::string_view id, std::span<const double> values) {
  if (values.size() <= kFewestOthers) return;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  for (const double v : values) {  // NaN compares as neither
    least = v < least ? v : least;
    most = v > most ? v : most;
  }
  for (const double sentinel : {least, most}) {
    const bool usual = IsUsualSentinel(sentinel);
    if (!usual && !MayBeRepeatedFar(sentinel, sentinel == least)) continue;
    const Others others = OthersThan(values, least, most, sentinel);
    const bool telling = others.count >= kFewestOthers && others.kinds >= kFewestKinds;
    const bool below_zero = sentinel < 0 && others.least >= 0;
    const bool far =
        (usual && IsFarFrom(others, sentinel)) || ((!usual || below_zero) && IsRepeatedFar(values, sentinel, others));
    if (telling && far) Note(sentinel, id, others.repeats);
    if (least == most) return;
  }
}

void SentinelSearch::Note(double sentinel, std::string_view id, std::uint64_t values) {
  Found& found = found_[sentinel];
  if (found.targets == 0 || id < found.first) found.first = id;
  found.values += values;
  ++found.targets;
}

void SentinelSearch::Add(const SentinelSearch& other) {
  for (const auto& [sentinel, more] : other.found_) {
    Found& found = found_[sentinel];
    if (found.targets == 0 || more.first < found.first) found.first = more.first;
    found.values += more.values;
    found.targets += more.targets;
  }
}

std::string SentinelSearch::Describe(std::uint64_t targets, std::string* option, double* share) const {
  std::string text;
  option->clear();
  *share = 0;
  for (const auto& [sentinel, found] : found_) {
    if (found.values < 2) continue;
    text += fmt::format("{}{} ({} values of {} of {} targets, such as {})", text.empty() ? "" : ", ", sentinel,
                        found.values, found.targets, targets, QuoteForMessage(found.first));
    *option += fmt::format("{}{}", option->empty() ? "" : ",", sentinel);
    *share =
        std::max(*share, static_cast<double>(found.targets) / static_cast<double>(std::max<std::uint64_t>(targets, 1)));
  }
  return text;
}

}  // namespace fitd
