#include "common/series/usual_season.h"

#include <cstdint>

namespace fitd {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

}  // namespace

int UsualSeason(const Step& step) {
  if (step.count <= 0) return 1;
  if (step.months()) return step.count < 12 && 12 % step.count == 0 ? static_cast<int>(12 / step.count) : 1;
  if (step.count == kDay) return 7;
  if (step.count == 7 * kDay) return 52;
  if (step.count >= 60 * kSecond && step.count < kDay && kDay % step.count == 0)
    return static_cast<int>(kDay / step.count);
  if (step.count < 60 * kSecond && (60 * kSecond) % step.count == 0 && step.count >= kSecond) {
    return static_cast<int>(60 * kSecond / step.count);
  }
  return 1;
}

}  // namespace fitd
