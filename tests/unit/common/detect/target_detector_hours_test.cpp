#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/detect/target_detector.h"
#include "common/time_units.h"

namespace fitd::target_detector_hours_test {
namespace {

constexpr TimeNs kFiveMinutes = kNsPerHour / 12;
constexpr std::size_t kADay = 288;
constexpr double kNoise = 1.25;  // deviation of the noise: 1 / sqrt(1 - 0.6^2)

// Noise that depends on the value before around a day's wave, every five minutes.
std::vector<double> Telemetry(std::size_t days, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> values;
  double noise = 0;
  for (std::size_t i = 0; i < days * kADay; ++i) {
    noise = 0.6 * noise + normal(random);
    values.push_back(50 + 5 * std::sin(static_cast<double>(i) * 2 * 3.14159265358979 / kADay) + noise);
  }
  return values;
}

// The observations from `first` on; the detector is packed and unpacked after every `piece` of them.
std::vector<Detection> Follow(const std::vector<double>& values, std::size_t first, std::size_t piece,
                              const AlertRules& rules = {}) {
  const Step step{.count = kFiveMinutes};
  std::vector<TimeNs> times;
  for (std::size_t i = 0; i < values.size(); ++i) times.push_back(static_cast<TimeNs>(i) * kFiveMinutes);
  TargetDetector detector(step);
  detector.Warm(std::span(times).first(first), std::span(values).first(first), {}, 0);
  std::vector<Detection> rows;
  for (std::size_t i = first; i < values.size(); ++i) {
    if (i % piece == 0) {
      const std::string bytes = detector.Pack();
      detector = TargetDetector(step);
      EXPECT_TRUE(detector.Unpack(bytes));
    }
    rows.push_back(detector.Observe(times[i], values[i], rules));
  }
  return rows;
}

std::size_t Alerts(const std::vector<Detection>& rows, std::size_t from, std::size_t to) {
  std::size_t alerts = 0;
  for (std::size_t i = from; i < to; ++i) alerts += rows[i].alert;
  return alerts;
}

TEST(TargetDetectorHours, HearALevelThreeDeviationsAway) {
  constexpr std::size_t kWarm = 3 * kADay;
  constexpr std::size_t kShift = 13 * kADay + 100;
  std::size_t found = 0;
  std::size_t named = 0;
  std::size_t down = 0;
  std::size_t before = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::vector<double> values = Telemetry(16, seed);
    for (std::size_t i = kShift; i < values.size(); ++i) values[i] += 3 * kNoise;
    const std::vector<Detection> rows = Follow(values, kWarm, values.size());
    constexpr std::size_t kAt = kShift - kWarm;
    found += Alerts(rows, kAt, kAt + kADay) > 0;
    for (std::size_t i = kAt; i < kAt + kADay; ++i) {
      named += rows[i].alert && (rows[i].kind == AnomalyKind::kLevel || rows[i].kind == AnomalyKind::kDrift ||
                                 rows[i].kind == AnomalyKind::kRange);
    }
    before += Alerts(rows, 0, kAt);
    AlertRules only_down;
    only_down.direction = AnomalyDirection::kDown;
    down += Alerts(Follow(values, kWarm, values.size(), only_down), kAt, kAt + kADay);
  }
  EXPECT_GE(found, 9);
  EXPECT_GE(named, found - 1);
  EXPECT_LE(down, 2);
  EXPECT_LE(before, 10);  // of 100 days
}

TEST(TargetDetectorHours, AreTheSameInPieces) {
  std::vector<double> values = Telemetry(12, 3);
  for (std::size_t i = 10 * kADay; i < values.size(); ++i) values[i] += 4 * kNoise;
  const std::vector<Detection> at_once = Follow(values, 3 * kADay, values.size());
  for (const std::size_t piece : {1U, 7U, 12U, 200U}) {
    const std::vector<Detection> rows = Follow(values, 3 * kADay, piece);
    ASSERT_EQ(rows.size(), at_once.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(rows[i].novelty, at_once[i].novelty);
      ASSERT_EQ(rows[i].alert, at_once[i].alert) << piece << " " << i;
      ASSERT_EQ(rows[i].unusual, at_once[i].unusual) << piece << " " << i;
      ASSERT_EQ(rows[i].kind, at_once[i].kind) << piece << " " << i;
    }
  }
}

TEST(TargetDetectorHours, KnowDamagedBytes) {
  const Step step{.count = kFiveMinutes};
  TargetDetector detector(step);
  const std::vector<double> values = Telemetry(2, 4);
  for (std::size_t i = 0; i < values.size(); ++i) {
    detector.Observe(static_cast<TimeNs>(i) * kFiveMinutes, values[i], {});
  }
  const std::string bytes = detector.Pack();
  EXPECT_TRUE(TargetDetector(step).Unpack(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(TargetDetector(step).Unpack(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(TargetDetector(step).Unpack(bytes + "x"));
  std::string other = bytes;
  constexpr std::size_t kRun = sizeof(double) + 7;  // a value that comes again, and records, among a few hundred
  constexpr std::size_t kShown = 1 + kRun;          // the number of what an hour that is shown again has expected
  other[other.size() - kShown] = '\x01';
  EXPECT_FALSE(TargetDetector(step).Unpack(other));
  other = bytes;
  other[other.size() - 1 - kShown] = '\xBF';  // of a sum of sizes that is negative
  EXPECT_FALSE(TargetDetector(step).Unpack(other));
  constexpr std::size_t kSums = 2 * sizeof(double) + kShown;
  other = bytes;
  other[other.size() - 1 - kSums] = '\x7C';  // of a number that is too large
  EXPECT_FALSE(TargetDetector(step).Unpack(other));
  other = bytes;
  other[other.size() - 1 - kSums - sizeof(double)] = '\x7C';  // a kind that there is none of
  EXPECT_FALSE(TargetDetector(step).Unpack(other));
  other = bytes.substr(0, bytes.size() - kRun);
  other[0] = 6;
  EXPECT_TRUE(TargetDetector(step).Unpack(other)) << "what a detector left that knew nothing of runs";
}

// What a detector left that knew nothing of hours ends where these begin.
TEST(TargetDetectorHours, AreLearnedBehindAnOlderState) {
  const Step step{.count = kFiveMinutes};
  TargetDetector detector(step);
  std::vector<double> values = Telemetry(14, 4);
  for (std::size_t i = 11 * kADay; i < values.size(); ++i) values[i] += 5 * kNoise;
  for (std::size_t i = 0; i < 2 * kADay; ++i) {
    detector.Observe(static_cast<TimeNs>(i) * kFiveMinutes, values[i], {});
  }
  std::string bytes = detector.Pack();
  bytes[0] = 8;
  EXPECT_FALSE(TargetDetector(step).Unpack(bytes));
  bytes[0] = 2;
  int older = 0;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    TargetDetector again(step);
    if (!again.Unpack(bytes.substr(0, size))) continue;
    ++older;
    int alerts = 0;
    for (std::size_t i = 2 * kADay; i < values.size(); ++i) {
      const Detection row = again.Observe(static_cast<TimeNs>(i) * kFiveMinutes, values[i], {});
      alerts += row.alert && i >= 11 * kADay;
    }
    EXPECT_GE(alerts, 1);
  }
  EXPECT_EQ(older, 1);
}

}  // namespace
}  // namespace fitd::target_detector_hours_test
