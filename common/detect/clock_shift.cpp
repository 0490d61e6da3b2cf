#include "common/detect/clock_shift.h"

#include <algorithm>
#include <cmath>

#include "common/detect/pack.h"

namespace fitd {
namespace {

constexpr double kLargest = 4;  // sigma that an error counts as: a spike is no evidence of more than an hour
// What usual values bring in an hour by chance, and a shift must exceed.
constexpr double kAllowance = 1;
constexpr double kHold = 8;
constexpr double kSuspect = 30;
constexpr double kConfirm = 50;
constexpr double kEachSide = 12;    // values above the profile alone may be a new level
constexpr double kMostShift = 120;  // so that a clock put back is noticed within hours
constexpr double kAcceptHours = 24;
constexpr double kMostHours = 96;  // what is not confirmed by then is something else
constexpr double kBeyondHabit = 1.5;
constexpr double kHabitHours = 24 * 60;  // in which a habit fades
constexpr double kSettleHours = 36;      // the models' own seasons need a day to turn

constexpr std::uint32_t kFewErrors = 50;
constexpr std::uint32_t kManyErrors = 1000;  // from then on the newest counts a thousandth
constexpr double kMeanToSigma = 1.2533;      // of a normal error's size
constexpr double kLeastScale = 0.25;

double Square(double z) {
  const double bounded = std::min(std::abs(z), kLargest);
  return bounded * bounded;
}

}  // namespace

bool ClockShift::Exceeds(const Run& run, double evidence) const {
  return run.evidence >= evidence && run.above + run.below >= kBeyondHabit * habit_;
}

bool ClockShift::IsConfirmed(const Run& run) const {
  return Exceeds(run, kConfirm) && run.above >= kEachSide && run.below >= kEachSide;
}

bool ClockShift::suspected() const {
  return Exceeds(forward_, kSuspect) || Exceeds(back_, kSuspect);
}

bool ClockShift::holds() const {
  return settling_hours_ > 0 || Exceeds(forward_, kHold) || Exceeds(back_, kHold);
}

bool ClockShift::confirmed() const {
  return IsConfirmed(forward_) || IsConfirmed(back_);
}

void ClockShift::End(Run& run) {
  habit_ = std::max(habit_, run.above + run.below);
  run = {};
}

void ClockShift::Add(double now, double shifted, double hours, Run& run) {
  const double gain = (Square(now) - Square(shifted)) * hours;
  run.evidence = std::min(run.evidence + gain - kAllowance * hours, kMostShift);
  if (run.evidence <= 0 || (run.hours > kMostHours && !IsConfirmed(run))) return End(run);
  (now >= 0 ? run.above : run.below) += gain;
  run.hours += hours;
}

// Sigma is of errors by whole hours; on the line between them (Profile::ByTime) those of short steps are smaller.
double ClockShift::Scale(double now, double sigma) {
  if (!holds()) {
    count_ = std::min(count_ + 1, kManyErrors);
    usual_ += (std::min(std::abs(now), kLargest * sigma) - usual_) / count_;
  }
  return count_ < kFewErrors ? sigma : std::clamp(kMeanToSigma * usual_, kLeastScale * sigma, sigma);
}

void ClockShift::Advance(double now, double later, double earlier, double sigma, double hours) {
  const double scale = Scale(now, sigma);
  const double passed = std::min(hours, 1.0);  // what was not observed is no evidence
  settling_hours_ = std::max(0.0, settling_hours_ - hours);
  habit_ *= std::max(0.0, 1 - passed / kHabitHours);
  Add(now / scale, later / scale, passed, forward_);
  Add(now / scale, earlier / scale, passed, back_);
}

void ClockShift::Learn(double now, double later, double earlier, double sigma, double hours) {
  Advance(now, later, earlier, sigma, hours);
}

void ClockShift::EndLearning() {
  End(forward_);
  End(back_);
}

int ClockShift::Observe(double now, double later, double earlier, double sigma, double hours) {
  Advance(now, later, earlier, sigma, hours);
  for (Run* run : {&forward_, &back_}) {
    if (!IsConfirmed(*run) || run->hours < kAcceptHours) continue;
    const int turned = run == &forward_ ? 1 : -1;
    forward_ = {};
    back_ = {};
    settling_hours_ = kSettleHours;
    return turned;
  }
  return 0;
}

void ClockShift::Pack(std::string& out) const {
  for (const Run* run : {&forward_, &back_}) {
    for (const double number : {run->evidence, run->above, run->below, run->hours}) PackRaw(number, out);
  }
  PackRaw(settling_hours_, out);
  PackRaw(habit_, out);
  PackRaw(usual_, out);
  PackNumber(count_, out);
}

bool ClockShift::Unpack(std::string_view& bytes) {
  bool good = true;
  for (Run* run : {&forward_, &back_}) {
    for (double* number : {&run->evidence, &run->above, &run->below, &run->hours}) {
      good = good && UnpackRaw(bytes, *number) && std::isfinite(*number);
    }
  }
  std::uint64_t count = 0;
  good = good && UnpackRaw(bytes, settling_hours_) && std::isfinite(settling_hours_) && UnpackRaw(bytes, habit_) &&
         std::isfinite(habit_) && UnpackRaw(bytes, usual_) && std::isfinite(usual_) && UnpackNumber(bytes, count) &&
         count <= kManyErrors;
  count_ = static_cast<std::uint32_t>(count);
  return good;
}

}  // namespace fitd
