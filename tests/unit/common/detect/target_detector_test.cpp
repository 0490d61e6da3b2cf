#include "common/detect/target_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace fitd::target_detector_test {
namespace {

constexpr TimeNs kHour = 3'600'000'000'000;
const Step kHourly{Step::Unit::kNanosecond, kHour};

// Noise around a level, with a daily season, one value an hour.
std::vector<double> Telemetry(int count, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(100 + 10 * std::sin(i * 2 * 3.14159265358979 / 24) + noise(random));
  return values;
}

std::vector<TimeNs> Hours(std::size_t count) {
  std::vector<TimeNs> times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(static_cast<TimeNs>(i) * kHour);
  return times;
}

TargetDetector Warmed(const std::vector<double>& values, std::size_t warm) {
  TargetDetector detector(kHourly);
  const std::vector<TimeNs> times = Hours(warm);
  detector.Warm(times, std::span(values).first(warm), {}, 0);
  return detector;
}

std::vector<Detection> Follow(TargetDetector& detector, const std::vector<double>& values, std::size_t first,
                              const AlertRules& rules = {}) {
  std::vector<Detection> rows;
  for (std::size_t i = first; i < values.size(); ++i) {
    rows.push_back(detector.Observe(static_cast<TimeNs>(i) * kHour, values[i], rules));
  }
  return rows;
}

int Alerts(const std::vector<Detection>& rows) {
  int alerts = 0;
  for (const Detection& row : rows) alerts += row.alert;
  return alerts;
}

TEST(TargetDetector, AlertsOnceForASpikeAndNamesIt) {
  std::vector<double> values = Telemetry(1000);
  values[800] = 400;
  TargetDetector detector = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(detector, values, 300);
  EXPECT_TRUE(rows[500].alert);
  EXPECT_EQ(rows[500].kind, AnomalyKind::kSpike);
  EXPECT_GT(rows[500].novelty, 60);
  EXPECT_GT(rows[500].severity, 30);
  EXPECT_LE(Alerts(rows), 3);
}

TEST(TargetDetector, HearsADipInsideTheRangeAtTheWrongHour) {
  std::vector<double> values = Telemetry(1500);
  values[1206] = 91;  // usual at night, here at the peak of the day
  TargetDetector detector = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(detector, values, 300);
  EXPECT_GT(rows[906].severity, 15);
  EXPECT_GT(rows[906].surprise, 1.5 * rows[905].surprise);
}

TEST(TargetDetector, HearsALevelThatShiftsAndAcceptsIt) {
  std::vector<double> values = Telemetry(2000);
  for (std::size_t i = 1000; i < values.size(); ++i) values[i] += 15;
  TargetDetector detector = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(detector, values, 300);
  int near = 0;
  for (std::size_t i = 700; i < 760; ++i) near += rows[i].alert;
  EXPECT_GE(near, 1);
  int late = 0;
  for (std::size_t i = 1400; i < rows.size(); ++i) late += rows[i].alert;
  EXPECT_LE(late, 1);
}

TEST(TargetDetector, TakesErrorsThatHaveGrownForOneEventUntilTheyAreUsual) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) values.push_back(100 + noise(random) * (i < 1000 || i >= 1200 ? 1 : 5));
  TargetDetector detector = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(detector, values, 300);
  int begun = 0;
  int of_variance = 0;
  int unusual = 0;
  for (std::size_t i = 700; i < 900; ++i) {
    begun += rows[i].alert;
    of_variance += rows[i].kind == AnomalyKind::kVariance;
    unusual += rows[i].unusual;
  }
  EXPECT_GE(begun, 1);
  EXPECT_LE(begun, 2) << "one value beyond all others, then the variance";
  EXPECT_GE(of_variance, 50);
  EXPECT_GE(unusual, of_variance);
  int late = 0;
  for (std::size_t i = 930; i < rows.size(); ++i) late += rows[i].kind == AnomalyKind::kVariance;
  EXPECT_EQ(late, 0);
}

TEST(TargetDetector, HearsAConstantSeriesMove) {
  std::vector<double> values(500, 7);
  values[400] = 8;
  TargetDetector detector = Warmed(values, 100);
  const std::vector<Detection> rows = Follow(detector, values, 100);
  EXPECT_TRUE(rows[300].alert);
  EXPECT_EQ(Alerts(rows), 1);
}

TEST(TargetDetector, SaysNothingOfWhatWasNotObserved) {
  std::vector<double> values = Telemetry(400);
  values[350] = std::nan("");
  TargetDetector detector = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(detector, values, 300);
  EXPECT_TRUE(std::isnan(rows[50].novelty));
  EXPECT_FALSE(rows[50].alert);
  EXPECT_TRUE(std::isfinite(rows[51].novelty));
}

TEST(TargetDetector, GivesTheSameBitsInPiecesAsAtOnce) {
  std::vector<double> values = Telemetry(9000);  // histories are halved on the way
  for (std::size_t i = 500; i < values.size(); i += 701) values[i] += 60;
  TargetDetector once = Warmed(values, 300);
  const std::vector<Detection> rows = Follow(once, values, 300);
  TargetDetector pieces = Warmed(values, 300);
  for (std::size_t i = 300; i < values.size(); ++i) {
    if (i % 97 == 0) {
      const std::string packed = pieces.Pack();
      EXPECT_LT(packed.size(), 3000U);
      pieces = TargetDetector(kHourly);
      ASSERT_TRUE(pieces.Unpack(packed));
    }
    const Detection row = pieces.Observe(static_cast<TimeNs>(i) * kHour, values[i], {});
    ASSERT_EQ(row.novelty, rows[i - 300].novelty) << i;
    ASSERT_EQ(row.severity, rows[i - 300].severity) << i;
    ASSERT_EQ(row.alert, rows[i - 300].alert) << i;
  }
  EXPECT_EQ(pieces.Pack(), once.Pack());
}

TEST(TargetDetector, RefusesBytesThatItDidNotPack) {
  const std::vector<double> values = Telemetry(300);
  const std::string packed = Warmed(values, 300).Pack();
  for (std::size_t size = 0; size < packed.size(); size += 7) {
    EXPECT_FALSE(TargetDetector(kHourly).Unpack(packed.substr(0, size))) << size;
  }
}

TEST(TargetDetector, HeedsDirectionChangePersistenceAndMuting) {
  std::vector<double> values = Telemetry(1000);
  values[800] = 400;
  const auto alert = [&values](const AlertRules& rules) {
    TargetDetector detector = Warmed(values, 300);
    return Follow(detector, values, 300, rules)[500].alert;
  };
  AlertRules rules;
  EXPECT_TRUE(alert(rules));
  rules.direction = AnomalyDirection::kDown;
  EXPECT_FALSE(alert(rules));
  rules.direction = AnomalyDirection::kUp;
  EXPECT_TRUE(alert(rules));
  rules.min_change = 1000;
  EXPECT_FALSE(alert(rules));
  rules.min_change = 0;
  rules.min_change_share = 10;
  EXPECT_FALSE(alert(rules));
  rules.min_change_share = 0;
  rules.persist = 2;
  EXPECT_FALSE(alert(rules));
  TargetDetector muted = Warmed(values, 300);
  for (std::size_t i = 300; i < 800; ++i) (void)muted.Observe(static_cast<TimeNs>(i) * kHour, values[i], {}, true);
  EXPECT_FALSE(muted.Observe(800 * kHour, values[800], {}, true).alert);
}

TEST(TargetDetector, AlarmsAsOftenAsAsked) {
  const std::vector<double> values = Telemetry(30'000);
  const std::vector<double> other = Telemetry(10'000, 5);
  for (const double hours : {12.0, 24.0, 168.0, 720.0}) {
    SCOPED_TRACE(hours);
    AlertRules rules;
    rules.alarms_per_observation = 1 / hours;
    TargetDetector detector = Warmed(values, 300);
    EXPECT_NEAR(Alerts(Follow(detector, values, 300, rules)), 29'700 / hours, 0.15 * 29'700 / hours);
    TargetDetector half = Warmed(other, 300);
    for (std::size_t i = 300; i < 5000; ++i) half.Observe(static_cast<TimeNs>(i) * kHour, other[i], rules);
    TargetDetector unpacked(kHourly);
    ASSERT_TRUE(unpacked.Unpack(half.Pack()));
    EXPECT_EQ(Alerts(Follow(unpacked, other, 5000, rules)), Alerts(Follow(half, other, 5000, rules)));
  }
}

TEST(ScoreOfSurprise, RisesWithoutEndAndComesBack) {
  EXPECT_EQ(ScoreOfSurprise(0), 0);
  EXPECT_LT(ScoreOfSurprise(15), ScoreOfSurprise(16));
  EXPECT_LT(ScoreOfSurprise(40), 100);
  EXPECT_NEAR(SurpriseOfScore(ScoreOfSurprise(3.5)), 3.5, 1e-12);
}

}  // namespace
}  // namespace fitd::target_detector_test
