#include "common/detect/clock_shift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "common/detect/target_detector.h"
#include "common/time_units.h"

namespace fitd::clock_shift_test {
namespace {

// Telemetry of `days` days with a profile of the day that each seed has for itself, and noise; from three o'clock of
// day `from` on the profile is that of an hour later (hours = 1) or earlier (-1).
struct Telemetry {
  Step step;
  int per_day = 24;
  std::vector<double> values;
};

// `weekend`: what is left of the profile on two days of seven, which are `late` hours late.
Telemetry Shifted(int per_day, int days, int from, int hours, std::uint32_t seed, double weekend = 1, int late = 0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  double cosine[3], sine[3];
  for (int k = 0; k < 3; ++k) cosine[k] = normal(random), sine[k] = normal(random);
  Telemetry all{{Step::Unit::kNanosecond, kNsPerDay / per_day}, per_day, {}};
  double noise = 0;
  for (int i = 0; i < days * per_day; ++i) {
    const bool shifted = i >= from * per_day + per_day / 8;
    const bool free = i / per_day % 7 >= 5;
    const double hour = i * 24.0 / per_day + (shifted ? hours : 0) - (free ? late : 0);
    noise = 0.5 * noise + 0.1 * normal(random);
    double value = 0;
    for (int k = 0; k < 3; ++k) {
      const double angle = 2 * std::numbers::pi * (k + 1) * hour / 24;
      value += cosine[k] * std::cos(angle) + sine[k] * std::sin(angle);
    }
    all.values.push_back(10 + noise + (free ? weekend : 1) * value);
  }
  return all;
}

struct Seen {
  int alerts_before = 0;
  int alerts_after = 0;
  int hour_off = 0;  // observations
  int first = 0;     // of them, counted from the shift
};

// Follows the series by level and profile alone, from the given day on, packed and unpacked every day.
Seen Follow(const Telemetry& all, int warm_days, int shift_day) {
  std::vector<TimeNs> times;
  for (std::size_t i = 0; i < all.values.size(); ++i) {
    times.push_back(static_cast<TimeNs>(i) * all.step.count);
  }
  const auto warm = static_cast<std::size_t>(warm_days * all.per_day);
  const auto shift = static_cast<std::size_t>(shift_day * all.per_day + all.per_day / 8);
  TargetDetector detector(all.step);
  detector.Warm(std::span(times).first(warm), std::span(all.values).first(warm), {}, 0);
  Seen seen;
  for (std::size_t i = warm; i < all.values.size(); ++i) {
    const Detection row = detector.Observe(times[i], all.values[i], {});
    (i < shift ? seen.alerts_before : seen.alerts_after) += row.alert;
    if (row.hour_off && seen.hour_off++ == 0) seen.first = static_cast<int>(i) - static_cast<int>(shift);
    if (i % static_cast<std::size_t>(all.per_day) != 0) continue;
    TargetDetector next(all.step);
    EXPECT_TRUE(next.Unpack(detector.Pack()));
    detector = std::move(next);
  }
  return seen;
}

TEST(ClockShift, IsOneEventOfItsKind) {
  int one_event = 0;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    for (const int per_day : {24, 288}) {
      const Seen seen = Follow(Shifted(per_day, 40, 25, seed % 2 == 0 ? 1 : -1, seed), 14, 25);
      EXPECT_GT(seen.hour_off, per_day / 10) << seed << " of " << per_day;
      EXPECT_GE(seen.first, 0);
      EXPECT_LT(seen.first, per_day) << "within a day";
      EXPECT_GE(seen.alerts_after, 1);
      one_event += seen.alerts_after == 1;
    }
  }
  EXPECT_GE(one_event, 22) << "of 24";
}

TEST(ClockShift, IsNotSeenWhereNothingMovesNorInALevel) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    for (const int per_day : {24, 288}) {
      Telemetry all = Shifted(per_day, 40, 25, 0, seed);
      EXPECT_EQ(Follow(all, 14, 25).hour_off, 0) << seed;
      for (std::size_t i = all.values.size() / 2; i < all.values.size(); ++i) all.values[i] += seed % 2 == 0 ? 1 : -1;
      EXPECT_EQ(Follow(all, 14, 20).hour_off, 0) << seed << " of " << per_day;
    }
  }
}

TEST(ClockShift, IsNotSeenInWeekends) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    for (const int per_day : {24, 288}) {
      EXPECT_EQ(Follow(Shifted(per_day, 70, 70, 0, seed, 0.5), 14, 70).hour_off, 0) << seed << " of " << per_day;
      EXPECT_EQ(Follow(Shifted(per_day, 70, 70, 0, seed, 0.7, 2), 14, 70).hour_off, 0) << seed << " of " << per_day;
    }
  }
}

TEST(ClockShift, EvidenceOfOneSideIsNotEnough) {
  ClockShift clock;
  for (int i = 0; i < 40; ++i) EXPECT_EQ(clock.Observe(5, 0, 10, 1, 1), 0);
  EXPECT_TRUE(clock.suspected());
  EXPECT_FALSE(clock.confirmed());
  for (int i = 0; i < 40; ++i) clock.Observe(0, 5, 5, 1, 1);
  EXPECT_FALSE(clock.suspected()) << "it was put back";
}

// A model that knows the profile of the day and never learns another.
class FixedSeason final : public ModelFilter {
 public:
  explicit FixedSeason(std::vector<double> day) : ModelFilter(Model()), day_(std::move(day)) {}
  double Expect() const override { return day_[at_ % day_.size()]; }

 private:
  double DeviationOfFit() const override { return 0.1; }
  void Update(double) override { ++at_; }
  void PutStates(Model&) const override {}

  std::vector<double> day_;
  std::size_t at_ = 0;
};

TEST(ClockShift, TurnsModelsThatDoNotLearnIt) {
  constexpr int kWarm = 14;
  constexpr int kShift = 25;
  constexpr int kDays = 40;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    for (const int per_day : {24, 288}) {
      for (const int hours : {1, -1}) {
        const Telemetry all = Shifted(per_day, kDays, kShift, hours, seed);
        const auto day = static_cast<std::size_t>(per_day);
        std::vector<double> mean(day, 0.0);
        for (std::size_t i = 0; i < kWarm * day; ++i) mean[i % day] += all.values[i] / kWarm;
        std::vector<TimeNs> times;
        for (std::size_t i = 0; i < all.values.size(); ++i) times.push_back(static_cast<TimeNs>(i) * all.step.count);
        TargetDetector detector(all.step);
        const auto models = [&mean] {
          std::vector<std::unique_ptr<ModelFilter>> made;
          made.push_back(std::make_unique<FixedSeason>(mean));
          return made;
        };
        detector.Warm(std::span(times).first(kWarm * day), std::span(all.values).first(kWarm * day), models(), 0);
        detector.SetModels(models());
        double before = 0;
        double after = 0;
        for (std::size_t i = kWarm * day; i < all.values.size(); ++i) {
          const double error = std::abs(all.values[i] - detector.Observe(times[i], all.values[i], {}).expected);
          if (i < kShift * day) before += error / static_cast<double>((kShift - kWarm) * day);
          if (i >= (kDays - 7) * day) after += error / static_cast<double>(7 * day);
        }
        EXPECT_LT(after, 1.2 * before) << seed << " of " << per_day << ", " << hours;
      }
    }
  }
}

TEST(ClockShift, IsAcceptedAfterADay) {
  ClockShift clock;
  int turned = 0;
  int hours = 0;
  for (; turned == 0 && hours < 48; ++hours) turned = clock.Observe(hours % 2 == 0 ? 3 : -3, 6, 0, 1, 1);
  EXPECT_EQ(turned, -1);
  EXPECT_GE(hours, 24);
  EXPECT_TRUE(clock.holds());
  EXPECT_FALSE(clock.suspected());
}

}  // namespace
}  // namespace fitd::clock_shift_test
