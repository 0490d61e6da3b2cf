// What one source of expectations (the models, the level, the profile of the day) tells of a value: how unusual its
// one-step error is, and that of the sum of its last errors. Bounded state, same bits in pieces as at once. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/detect/tail_histogram.h"

namespace fitd {

// -log10 of tail probabilities.
struct TrackScore {
  double error = 0;   // of the error, among all errors so far
  double drift = 0;   // of |sum of the last kWindow errors| likewise
  double severe = 0;  // of the error, among the errors that were not flagged
};

class ErrorTrack {
 public:
  // NAB (even half) at 24: 67.1, 36: 67.7, 48: 69.7, 60: 68.2, 72: 67.3; shorter sums hear of a drift sooner, longer
  // ones tell it better from noise.
  static constexpr int kWindow = 48;
  // Errors count for states and sums up to so many sigma; 3 to 6 are within a point on NAB.
  static constexpr double kClip = 4;

  // The score of an error against the history, which it then enters. `unit` > 0 is what the histories are kept in
  // (the same for ever), `range` the spread of the values seen, which sigma is at least a small part of.
  TrackScore Observe(double error, double unit, double range, bool score);

  // An error of nothing, while all values are equal and there is no unit yet.
  void ObserveNothing();

  // Errors in the history, of which old ones fade.
  std::uint32_t count() const { return errors_.total(); }
  // The robust scale of the errors so far, in the data's units; 0 before there were any.
  double sigma() const { return sigma_; }
  // The error that `share` of the history is below, in the data's units.
  double Quantile(double share, double unit) const { return unit * errors_.Quantile(share); }
  // Sum of the last kWindow errors over sqrt(kWindow) sigma.
  double drift() const;
  // The last error is most of what the last kWindow errors have.
  bool IsLastAlone() const;
  // Counts those of the last `n` errors that are beyond `limit` sigma to this side (+1, -1).
  int CountBeyond(int n, double limit, int side) const;

  // The last errors are spread far wider than those of the history, to both sides.
  bool IsWide() const;
  // The last error is as far out as those that make a spread wide.
  bool IsLastWide() const;

  // Histories as if `count` normal errors of this deviation had been seen; for models without their training data.
  void Prime(double deviation, double unit, int count);

  void Pack(std::string& out) const;
  bool Unpack(std::string_view& bytes);

  friend bool operator==(const ErrorTrack&, const ErrorTrack&) = default;

 private:
  void UpdateSigma(double unit, double range);
  // Drifts as of so many normal errors.
  void ExpectDrifts(int count);

  TailHistogram errors_;
  TailHistogram drifts_;
  TailHistogram unflagged_;
  std::array<std::int8_t, kWindow> last_{};  // the last errors in sigma times 127 / kClip, a ring
  std::uint8_t at_ = 0;                      // where the next goes
  std::uint8_t since_sigma_ = 0;             // errors since sigma was computed
  std::uint8_t flagged_ = 0;                 // flagged errors in a row
  double sigma_ = 0;
};

}  // namespace fitd
