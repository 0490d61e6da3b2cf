#include "common/detect/detect_input.h"

#include <cstring>
#include <utility>

#include "common/detect/pack.h"

namespace fitd {

std::vector<double> PackDetectInput(std::span<const double> pairs, const DetectInput& input) {
  std::string bytes;
  PackNumber(input.models.size(), bytes);
  for (const std::string_view model : input.models) PackText(model, bytes);
  PackRaw(input.trained_until, bytes);
  PackRaw(input.seen_until, bytes);
  PackNumber(input.known, bytes);
  PackNumber(input.seen, bytes);
  PackNumber(static_cast<std::uint64_t>(input.longest_season), bytes);
  PackText(input.state, bytes);
  PackNumber(input.times.size(), bytes);
  for (const TimeNs time : input.times) PackRaw(time, bytes);
  std::vector<double> packed(2 + pairs.size() + (bytes.size() + sizeof(double) - 1) / sizeof(double));
  const std::uint64_t count = pairs.size() / 2;
  const std::uint64_t size = bytes.size();
  std::memcpy(packed.data(), &count, sizeof count);
  if (!pairs.empty()) std::memcpy(packed.data() + 1, pairs.data(), pairs.size_bytes());
  std::memcpy(packed.data() + 1 + pairs.size(), &size, sizeof size);
  std::memcpy(packed.data() + 2 + pairs.size(), bytes.data(), bytes.size());
  return packed;
}

bool UnpackDetectInput(std::string_view bytes, DetectInput& input) {
  std::uint64_t count = 0;
  if (!UnpackNumber(bytes, count) || count > bytes.size()) return false;
  for (std::uint64_t i = 0; i < count; ++i) {
    input.models.emplace_back();
    if (!UnpackText(bytes, input.models.back())) return false;
  }
  std::uint64_t season = 0;
  if (!UnpackRaw(bytes, input.trained_until) || !UnpackRaw(bytes, input.seen_until) ||
      !UnpackNumber(bytes, input.known) || !UnpackNumber(bytes, input.seen) || !UnpackNumber(bytes, season) ||
      season == 0 || !std::in_range<int>(season)) {
    return false;
  }
  input.longest_season = static_cast<int>(season);
  if (!UnpackText(bytes, input.state) || !UnpackNumber(bytes, count) || count > bytes.size() / sizeof(TimeNs)) {
    return false;
  }
  input.times.resize(count);
  for (TimeNs& time : input.times) UnpackRaw(bytes, time);
  return true;
}

}  // namespace fitd
