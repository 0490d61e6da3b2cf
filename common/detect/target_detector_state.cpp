// A detector's state as bytes (target_detector.h).
#include <cmath>

#include "common/detect/pack.h"
#include "common/detect/target_detector.h"

namespace fitd {
namespace {

constexpr char kFirstVersion = 1;  // knew nothing of clocks
constexpr char kPackVersion = 2;
// What by_itself_left_ and wide_left_ may be, from 0 on; older programs wrote the first of them alone.
constexpr std::uint32_t kLefts = kEventQuiet + 2;

}  // namespace

std::string TargetDetector::Pack() const {
  std::string out;
  out.push_back(kPackVersion);
  PackRaw(step_.unit, out);
  PackRaw(step_.count, out);
  level_.Pack(out);
  profile_.Pack(out);
  for (const ErrorTrack* track : {&of_models_, &of_level_, &of_profile_}) track->Pack(out);
  surprises_.Pack(out);
  PackRaw(last_time_, out);
  for (const double number : {unit_, lowest_, highest_, peak_, severe_peak_}) PackRaw(number, out);
  for (const std::uint32_t count : {since_peak_, since_severe_, since_unusual_, unusual_in_a_row_}) {
    PackNumber(count, out);
  }
  PackNumber(static_cast<std::uint64_t>(in_event_) + 2 * (by_itself_left_ + kLefts * wide_left_), out);
  clock_.Pack(out);
  return out;
}

bool TargetDetector::Unpack(std::string_view bytes) {
  if (bytes.empty() || (bytes[0] != kFirstVersion && bytes[0] != kPackVersion)) return false;
  const bool has_clock = bytes[0] != kFirstVersion;
  bytes.remove_prefix(1);
  bool good =
      UnpackRaw(bytes, step_.unit) && UnpackRaw(bytes, step_.count) && level_.Unpack(bytes) && profile_.Unpack(bytes);
  for (ErrorTrack* track : {&of_models_, &of_level_, &of_profile_}) good = good && track->Unpack(bytes);
  good = good && surprises_.Unpack(bytes) && UnpackRaw(bytes, last_time_);
  for (double* number : {&unit_, &lowest_, &highest_, &peak_, &severe_peak_}) good = good && UnpackRaw(bytes, *number);
  for (std::uint32_t* count : {&since_peak_, &since_severe_, &since_unusual_, &unusual_in_a_row_}) {
    std::uint64_t number = 0;
    good = good && UnpackNumber(bytes, number) && number <= kForever;
    *count = static_cast<std::uint32_t>(number);
  }
  std::uint64_t in_event = 0;
  good = good && UnpackNumber(bytes, in_event) && in_event < 2 * kLefts * kLefts;
  in_event_ = in_event % 2 == 1;
  by_itself_left_ = static_cast<std::uint32_t>(in_event / 2 % kLefts);
  wide_left_ = static_cast<std::uint32_t>(in_event / 2 / kLefts);
  good = good && (!has_clock || clock_.Unpack(bytes));
  return good && bytes.empty() && std::isfinite(unit_) && unit_ >= 0 && profile_.size() == Profile::NumSlots(step_);
}

}  // namespace fitd
