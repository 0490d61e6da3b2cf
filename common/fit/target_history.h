// What a store remembers of a target's values beside its models: how long the series was when it was fitted and what it
// was, so that a later run knows which targets have changed; a byte for each of the last values, so that late
// corrections among values that come again are found; how the models have done since; whether a value was negative.
// Values; any process, any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fitd {

struct TargetHistory {
  // A byte tells two values apart 255 times out of 256; 256 hours are ten days.
  static constexpr std::size_t kMostRemembered = 256;

  std::uint64_t fitted_values = 0;       // of the series that the models were fitted to
  std::uint64_t fitted_fingerprint = 0;  // of that series; 0: the target's own, which has not moved since
  std::uint32_t refits = 0;              // since the forms were selected
  double error_squares = 0;  // standardised one-step errors of all models since the fit, squared and bounded
  double error_count = 0;
  double lowest = std::numeric_limits<double>::quiet_NaN();  // of all values; NaN: not known
  // What all readings lie between, those that were taken for missing too; NaN: not known.
  double least_read = std::numeric_limits<double>::quiet_NaN();
  double most_read = std::numeric_limits<double>::quiet_NaN();
  std::string recent;  // of the last values, oldest first

  // The next values (NaN: missing).
  void Remember(std::span<const double> values);
  // A reading that is not among them.
  void SeeReading(double value);
  // Says whether `value` differs from the one remembered `back` values before the last; nullopt: that is too long ago
  // to tell.
  std::optional<bool> Differs(double value, std::uint64_t back) const;
};

// The history of a series just fitted.
TargetHistory HistoryOf(std::span<const double> values);
// The fingerprint of a target that goes on: the same whether the values come one at a time or all at once.
std::uint64_t ExtendFingerprint(std::uint64_t fingerprint, std::span<const double> values);

std::string EncodeHistory(const TargetHistory& history);
// nullopt for bytes that EncodeHistory did not write (none, in stores of version 1). Earlier ones tell of no lowest
// value.
std::optional<TargetHistory> DecodeHistory(std::string_view bytes);

}  // namespace fitd
