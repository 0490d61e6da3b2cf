// Follows one target with its models and says of every observation how unusual it is. Streaming: nothing is refitted,
// there is no look-ahead, and the state is bounded (packed about 1 KB and the models), so that a
// series may come at once or in pieces, packed between, with the same bits. Judge() decides what alerts. Pure
// numerics; any process, one thread at a time.
//
// Sources of expectations: the median of the models' one-step forecasts, the slow level, and the profile of the day.
// Per source, D is the surprise (-log10 of a tail probability) of the sum of its last errors, T that of its error.
//   novelty   mean of D + T/2 over the sources, the models with half the weight of the others. All errors enter the
//   histories, so what repeats becomes normal. severity  mean of T among the errors that were not flagged: what repeats
//   stays unusual until it persists.
// Behind a peak only what exceeds it keeps its score, the rest gets a tenth: one event, few high scores.
// Where there are at least four observations an hour, the means of the hours are followed too, by a detector without
// models: what is two or three deviations beside the profile is nothing in a value, but plain when it stays for hours.
// An error of the models that is far beyond all others alerts by itself, whatever level and profile say: where values
// wander or follow their day closely, those two hear of nothing. So does a run of one and the same value, which none of
// them finds unusual.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/detect/anomaly_kind.h"
#include "common/detect/clock_shift.h"
#include "common/detect/error_track.h"
#include "common/detect/reference.h"
#include "common/detect/value_run.h"
#include "common/models/base/filter.h"
#include "common/series/time_grid.h"

namespace fitd {

enum class AnomalyDirection : std::uint8_t { kBoth = 0, kUp = 1, kDown = 2 };

// Scores on 0..100: 100 (1 - exp(-surprise / 10)), so that they rise without end with -log10 of the probability.
double ScoreOfSurprise(double surprise);
double ProbabilityOfSurprise(double surprise);
double SurpriseOfScore(double score);

struct AlertRules {
  // The novelty an alert takes. On NAB (even half) the alerts of the default score within a point of the best.
  double threshold = 0;               // 0..100; 0: the default
  double alarms_per_observation = 0;  // > 0: the threshold moves so that so many alert
  AnomalyDirection direction = AnomalyDirection::kBoth;
  double min_change = 0;        // |value - expected| at least this, and
  double min_change_share = 0;  // at least this part of |expected|
  int persist = 1;              // unusual observations in a row until it alerts
};
inline constexpr double kDefaultAlertSurprise = 3.5;
// An event ends when more observations than this are below the threshold. NAB at 6: 73.2, 72.2; 12: 73.6, 72.6;
// 24: 73.9, 71.3.
inline constexpr std::uint32_t kEventQuiet = 12;

struct Detection {
  double expected = std::numeric_limits<double>::quiet_NaN();
  double lo = std::numeric_limits<double>::quiet_NaN();  // 95 % of the errors so far were inside
  double hi = std::numeric_limits<double>::quiet_NaN();
  double novelty = std::numeric_limits<double>::quiet_NaN();   // 0..100; NaN while warming up, or nothing observed
  double severity = std::numeric_limits<double>::quiet_NaN();  // likewise
  double surprise = 0;                                         // of the novelty before it is lowered within an event
  bool alert = false;                                          // the first observation of an event
  bool unusual = false;                                        // at or above the threshold by itself: the event goes on
  AnomalyKind kind = AnomalyKind::kNone;                       // of an unusual observation of an event
  std::uint8_t sources = 0;  // bit 0 models, 1 level, 2 profile: those that find it unusual
  bool hour_off = false;     // the whole event is one of a clock put forward or back by an hour
};

class TargetDetector {
 public:
  explicit TargetDetector(const Step& step);

  // The models that expect; they have seen everything up to the last value of Warm. Replaces those before.
  void SetModels(std::vector<std::unique_ptr<ModelFilter>> models) { models_ = std::move(models); }
  const std::vector<std::unique_ptr<ModelFilter>>& models() const { return models_; }

  // Histories from the data the models were fitted on: `pass` follows them once more from where their season is at
  // `first`, a whole number of seasons before their end.
  void Warm(std::span<const TimeNs> times, std::span<const double> values,
            std::vector<std::unique_ptr<ModelFilter>> pass, std::size_t first);
  // Without such data: as if normal errors of this deviation around `level` had been seen up to `last`.
  void WarmWithout(TimeNs last, double level, double deviation);
  // Likewise, but what the models expect of the time behind `last`, with such errors, is taken for what was before it:
  // a cycle of the profile at least. `ahead` is led there; `pass` as for Warm, both where the models are.
  void WarmByModels(TimeNs last, double deviation, std::vector<std::unique_ptr<ModelFilter>> ahead,
                    std::vector<std::unique_ptr<ModelFilter>> pass);

  // The next observation. NaN: nothing was observed. Times are on one clock and rise, but for the hour that it shows
  // twice: `twice` says of an observation that it will. What comes again is judged by what was expected then, and the
  // models, whose days have 24 hours, do not move.
  Detection Observe(TimeNs time, double value, const AlertRules& rules, bool muted = false, bool twice = false);

  TimeNs last_time() const { return last_time_; }
  // The models have been led to this time, if it is later than what was seen last.
  void StandAt(TimeNs time) { last_time_ = std::max(last_time_, time); }
  // Times of older versions were those of rows, in UTC. False: PutOnClock is to say which one the last time is now.
  bool on_clock() const { return on_clock_; }
  void PutOnClock(TimeNs last);

  // Everything but the models. Unpack gives false for what Pack did not make, and leaves the detector unusable.
  std::string Pack() const;
  bool Unpack(std::string_view bytes);

 private:
  struct Errors {
    double models = 0;
    double level = 0;
    double profile = 0;
  };
  struct Surprises {
    double novelty = 0;
    double severity = 0;
    double drift = 0;  // the part of novelty that is D
    std::uint8_t sources = 0;
    double profile = 0;  // of the profile alone
    double level = 0;
    double models_error = 0;  // T of the models
  };

  void Step(TimeNs time);
  double ModelsExpect() const;
  // What was expected when the clock showed this time first.
  double ExpectedBefore(TimeNs time) const;
  // The errors of the models, or where there are none, of the level.
  const ErrorTrack& NearestTrack() const;
  Errors ErrorsOf(double value, double expected, std::size_t slot) const;
  Surprises Score(const Errors& errors, bool score);
  void Learn(double value, double expected, std::size_t slot, bool again = false);
  bool WidenRange(double value);
  // Likewise, and no record as the target sets them all the time; half of the interval is `half` wide.
  bool IsOutside(double value, double expected, double half);
  void FindUnit(double value);
  // The surprise of the models' error where it alerts by itself, on the scale of the novelty; else 0.
  double ByItself(const Surprises& surprises, const Errors& errors) const;
  // Follows a clock that may have been put forward or back, `hours` after the value before. Once that is accepted,
  // profile and models are turned.
  void WatchClock(TimeNs time, double value, double hours, double models_error, bool learn);
  void TurnModels(int hours);
  // The value is usual an hour earlier or later.
  bool IsUsualBeside(TimeNs time, double value, const Errors& errors) const;
  AnomalyKind KindOf(const Surprises& surprises, const Errors& errors, bool outside, bool beside) const;
  bool HasGrown(const Errors& errors, double expected, const AlertRules& rules) const;
  // The same value has come too often, and the rules ask neither for a side nor for a distance.
  bool IsStuck(const AlertRules& rules) const;
  // An event beside those of the novelty begins or goes on where it `holds`, and is over `left` observations behind it.
  void GoOnBeside(bool holds, bool begun, std::uint32_t& left, Detection& result) const;
  bool Counts(double error, double expected, const AlertRules& rules) const;
  double Threshold(const AlertRules& rules) const;
  // Observations below the threshold that an event outlasts.
  static std::uint32_t QuietOf(const AlertRules& rules);
  // The surprise among those of the history from which on so many alert, and what moves it by how many have.
  double RareSurprise(double rate) const;
  void FollowRate(double rate, bool alert);
  void Judge(const Surprises& surprises, const Errors& errors, bool outside, bool beside, const AlertRules& rules,
             bool muted, Detection& result);

  // The means of the hours: learns them all, follows the next observation. Where an event of theirs begins, or goes on,
  // it is one of the target, whose novelty it leaves alone.
  void WarmHours(std::span<const TimeNs> times, std::span<const double> values);
  void FollowHours(TimeNs time, double value, const AlertRules& rules, bool muted, Detection& result);
  void CloseHour(const AlertRules& rules, bool muted, Detection& result);
  void MakeHours();
  void PackHours(std::string& out) const;
  bool UnpackHours(std::string_view& bytes);
  // Steps are such that there are.
  bool HasManyAnHour() const;

  // Steps are such that a clock put forward by an hour is a whole number of them.
  bool HasHours() const;
  // A value at least this part of the range outside it, more after few values, alerts by itself. NAB at 0: 68.6,
  // 0.05: 69.7, 0.1: 66, 0.2: 65.6, without: 63, before the constants below were set.
  static constexpr double kOutside = 0.05;
  static double OutsideOf(std::uint32_t values);
  // Missing steps that are followed one by one; behind a longer gap the models' states are as good as any.
  static constexpr std::int64_t kLongestGap = 20'000;
  // Counts of observations stop there.
  static constexpr std::uint32_t kForever = 1U << 30;

  ::fitd::Step step_;
  std::vector<std::unique_ptr<ModelFilter>> models_;
  SlowLevel level_;
  Profile profile_;
  ClockShift clock_;
  double models_off_ = 0;   // sizes of the errors of the models since a shift is suspected, and
  double profile_off_ = 0;  // of the profile
  ErrorTrack of_models_;
  ErrorTrack of_level_;
  ErrorTrack of_profile_;
  TailHistogram surprises_;  // for alarms_per_observation, as is what follows
  double strictness_ = 0;    // added to what the history says is so rare, as more (or fewer) alerted than asked
  TimeNs last_time_ = std::numeric_limits<TimeNs>::min();
  bool on_clock_ = true;
  std::vector<std::pair<TimeNs, double>> shown_;  // what was expected in an hour that the clock shows again
  double unit_ = 0;                               // of the histories; 0 until two values differ
  double lowest_ = std::numeric_limits<double>::infinity();
  double highest_ = -std::numeric_limits<double>::infinity();
  double peak_ = 0;  // surprise of the running event, and observations since
  std::uint32_t since_peak_ = 0;
  double severe_peak_ = 0;
  std::uint32_t since_severe_ = 0;
  std::uint32_t since_unusual_ = 0;
  std::uint32_t unusual_in_a_row_ = 0;
  bool in_event_ = false;
  std::uint32_t by_itself_left_ = 0;  // observations until an error of the models may alert by itself again
  std::uint32_t wide_left_ = 0;       // likewise larger errors than were usual
  ValueRun run_;                      // of the same value, and how long what follows a long one belongs to it
  std::uint32_t stuck_left_ = 0;
  std::uint32_t records_ = 0;  // values clearly outside all before them

  std::unique_ptr<TargetDetector> hours_;  // follows their means; null where there are not enough observations in one
  bool of_hours_ = false;                  // it is such a one
  TimeNs hour_ = std::numeric_limits<TimeNs>::min();  // that has begun, the sum of its values and their number
  double hour_sum_ = 0;
  std::uint32_t hour_count_ = 0;
  bool hour_muted_ = false;
  bool slow_ = false;     // an event of the hours goes on, or
  bool pending_ = false;  // is not told yet
  AnomalyKind slow_kind_ = AnomalyKind::kNone;
  std::uint32_t since_alert_ = kForever;
};

}  // namespace fitd
