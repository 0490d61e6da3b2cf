#include "common/detect/value_run.h"

#include <algorithm>
#include <cmath>

#include "common/detect/pack.h"
#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// Of 20 targets of each of 20 kinds (noise, counts, walks, waves of the day) that repeat one value 30 times, 18 to 20
// alert of 15 kinds, 0 to 9 of 12 of them without; of constants in all but name (on and off, mostly zeros) as many as
// before. Where nothing is stuck no kind has one alert more; NAB has three, of three targets that were down at one
// time. At twice as long as the longest NAB has six, at four values and 10^4 the same as here.
constexpr std::uint32_t kFewestToRepeat = 100;  // that say how often values repeat
// A run alerts from so many values on,
constexpr std::uint32_t kLeastInARun = 6;
// when it is so many times as long as the longest before it (nights without a sale, a gauge at its stop),
constexpr std::uint32_t kLongerRun = 3;
// and when as many repeats in a row are as rare as one in 10^6, were each independent of the one before it.
constexpr double kRunDecades = 6;
constexpr std::uint32_t kMostInARun = 1U << 30;

}  // namespace

std::uint32_t ValueRun::AlertLength() const {
  if (values_ < kFewestToRepeat) return std::numeric_limits<std::uint32_t>::max();
  const double decades = -Log10((repeats_ + 1.0) / (values_ + 2.0));
  const double rare = 1 + std::ceil(kRunDecades / decades);
  const double least = std::max(kLeastInARun, kLongerRun * longest_);
  return static_cast<std::uint32_t>(std::min<double>(std::max(rare, least), kMostInARun));
}

void ValueRun::Add(double value) {
  if (value == value_) {
    length_ = std::min(length_ + 1, kMostInARun);
    return;
  }
  // What was stuck makes the next such run less unusual, but no run of any length usual.
  const std::uint32_t learned = std::min(length_, AlertLength());
  if (learned > 0) {
    values_ = std::min(values_ + learned, kMostInARun);
    repeats_ = std::min(repeats_ + learned - 1, values_);
    longest_ = std::max(longest_, learned);
  }
  value_ = value;
  length_ = 1;
}

void ValueRun::Pack(std::string& out) const {
  PackRaw(value_, out);
  for (const std::uint32_t count : {length_, values_, repeats_, longest_}) PackNumber(count, out);
}

bool ValueRun::Unpack(std::string_view& bytes) {
  bool good = UnpackRaw(bytes, value_);
  for (std::uint32_t* count : {&length_, &values_, &repeats_, &longest_}) {
    std::uint64_t number = 0;
    good = good && UnpackNumber(bytes, number) && number <= kMostInARun;
    *count = static_cast<std::uint32_t>(number);
  }
  return good && repeats_ <= values_ && longest_ <= values_ && (length_ == 0 || std::isfinite(value_));
}

}  // namespace fitd
