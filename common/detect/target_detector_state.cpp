// A detector's state as bytes (target_detector.h).
#include <cmath>
#include <limits>

#include "common/detect/pack.h"
#include "common/detect/target_detector.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr char kFirstVersion = 1;   // knew nothing of clocks
constexpr char kSecondVersion = 2;  // knew nothing of the means of hours
constexpr char kThirdVersion = 3;   // did not follow how often it alerts
constexpr char kFourthVersion = 4;  // did not follow what models make of a clock
constexpr char kFifthVersion = 5;   // had the times of rows, in UTC
constexpr char kSixthVersion = 6;   // did not follow runs of one value, nor count records
constexpr char kPackVersion = 7;
constexpr std::uint64_t kMostShown = 3600;
constexpr double kMostDecades = 1000;  // that a rate and what is followed of it may be
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
  if (hours_) PackHours(out);
  PackRaw(strictness_, out);
  PackRaw(models_off_, out);
  PackRaw(profile_off_, out);
  PackNumber(shown_.size(), out);
  for (const auto& [time, expected] : shown_) {
    PackRaw(time, out);
    PackRaw(expected, out);
  }
  run_.Pack(out);
  PackNumber(stuck_left_, out);
  PackNumber(records_, out);
  return out;
}

void TargetDetector::PackHours(std::string& out) const {
  PackText(hours_->Pack(), out);
  PackRaw(hour_, out);
  PackRaw(hour_sum_, out);
  PackNumber(hour_count_, out);
  PackNumber(since_alert_, out);
  out.push_back(static_cast<char>(slow_ + 2 * hour_muted_ + 4 * pending_ + 8 * static_cast<int>(slow_kind_)));
}

bool TargetDetector::UnpackHours(std::string_view& bytes) {
  std::string_view hours;
  std::uint64_t count = 0;
  std::uint64_t since = 0;
  std::uint8_t flags = 0;
  if (!UnpackText(bytes, hours) || !hours_ || !hours_->Unpack(hours) || !UnpackRaw(bytes, hour_) ||
      !UnpackRaw(bytes, hour_sum_) || !UnpackNumber(bytes, count) || count > kForever || !UnpackNumber(bytes, since) ||
      since > kForever || !UnpackRaw(bytes, flags)) {
    return false;
  }
  hour_count_ = static_cast<std::uint32_t>(count);
  since_alert_ = static_cast<std::uint32_t>(since);
  slow_ = (flags & 1) != 0;
  hour_muted_ = (flags & 2) != 0;
  pending_ = (flags & 4) != 0;
  slow_kind_ = static_cast<AnomalyKind>(flags / 8);
  constexpr TimeNs kMostHours = std::numeric_limits<TimeNs>::max() / kNsPerHour;
  const bool hour_good = hour_count_ == 0 || (hour_ >= -kMostHours && hour_ <= kMostHours);
  return hour_good && slow_kind_ <= AnomalyKind::kRange && std::isfinite(hour_sum_) &&
         hours_->step_ == ::fitd::Step{.count = kNsPerHour};
}

bool TargetDetector::Unpack(std::string_view bytes) {
  if (bytes.empty() || bytes[0] < kFirstVersion || bytes[0] > kPackVersion) return false;
  const bool has_clock = bytes[0] >= kSecondVersion;
  const bool has_hours = bytes[0] >= kThirdVersion;
  const bool has_strictness = bytes[0] >= kFourthVersion;
  const bool has_errors_off = bytes[0] >= kFifthVersion;
  on_clock_ = bytes[0] >= kSixthVersion;
  const bool has_run = bytes[0] >= kPackVersion;
  bytes.remove_prefix(1);
  bool good = UnpackRaw(bytes, step_.unit) && UnpackRaw(bytes, step_.count);
  MakeHours();
  good = good && level_.Unpack(bytes) && profile_.Unpack(bytes);
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
  good = good && (!has_hours || !hours_ || UnpackHours(bytes));
  good = good && (!has_strictness || (UnpackRaw(bytes, strictness_) && std::abs(strictness_) < kMostDecades));
  for (double* off : {&models_off_, &profile_off_}) {
    good = good && (!has_errors_off || (UnpackRaw(bytes, *off) && std::isfinite(*off) && *off >= 0));
  }
  std::uint64_t shown = 0;
  good = good && (!on_clock_ || (UnpackNumber(bytes, shown) && shown <= kMostShown));
  shown_.resize(good ? shown : 0);
  for (auto& [time, expected] : shown_) {
    good = good && UnpackRaw(bytes, time) && UnpackRaw(bytes, expected) && std::isfinite(expected);
  }
  std::uint64_t stuck_left = 0;
  std::uint64_t records = 0;
  good = good && (!has_run || (run_.Unpack(bytes) && UnpackNumber(bytes, stuck_left) && UnpackNumber(bytes, records)));
  good = good && stuck_left < kLefts && records <= kForever;
  stuck_left_ = static_cast<std::uint32_t>(stuck_left);
  records_ = static_cast<std::uint32_t>(records);
  return good && bytes.empty() && std::isfinite(unit_) && unit_ >= 0 && profile_.size() == Profile::NumSlots(step_);
}

}  // namespace fitd
