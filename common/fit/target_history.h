// What a store remembers about a target's values: length and fingerprint of the series that was fitted, so that a later
// run sees what has changed; two bytes for each of the last values, to detect corrections; how the models have done
// since; the range of values. Values; any process, any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/series/series.h"

namespace fitd {

struct TargetHistory {
  // 256 hours are more than ten days. Two bytes tell values apart 65535 times out of 65536.
  static constexpr std::size_t kMostRemembered = 256;

  std::uint64_t fitted_values = 0;       // number of values that the models were fitted to
  std::uint64_t fitted_fingerprint = 0;  // of that series; 0: the target's own fingerprint, unchanged since
  std::uint32_t refits = 0;              // refits since the forms were selected
  double error_squares = 0;  // sum over all models of standardised one-step errors since the fit, squared and bounded
  double error_count = 0;
  double lowest = std::numeric_limits<double>::quiet_NaN();  // least of all values; NaN: unknown
  // Range of all readings, including those taken as missing; NaN: unknown.
  double least_read = std::numeric_limits<double>::quiet_NaN();
  double most_read = std::numeric_limits<double>::quiet_NaN();
  bool has_fractions = false;  // an observed value was no whole number; of earlier versions nobody knows
  std::string recent;          // of the last values, oldest first
  std::string second;          // second bytes of the last of these; earlier releases kept one byte a value

  // Adds the next values (NaN: missing).
  void Remember(std::span<const double> values);
  // Takes the values of these points as missing: a training has filled them. `size`: number of all values.
  void ForgetFilled(std::span<const GapRun> filled, std::uint64_t size);
  // Extends the range by a reading that was taken as missing.
  void SeeReading(double value);
  // Whether `value` differs from the one `back` values before the last; nullopt: it is not remembered any more.
  std::optional<bool> Differs(double value, std::uint64_t back) const;
  // Whether that one was missing; false also where it is not remembered any more.
  bool WasMissing(std::uint64_t back) const;
};

// The history of a series just fitted.
TargetHistory HistoryOf(std::span<const double> values);
// The fingerprint of a target after new values; does not depend on whether they come one at a time or all at once.
std::uint64_t ExtendFingerprint(std::uint64_t fingerprint, std::span<const double> values);

std::string EncodeHistory(const TargetHistory& history);
// nullopt for bytes that EncodeHistory did not write (stores of version 1 have none). Earlier releases kept no lowest
// value.
std::optional<TargetHistory> DecodeHistory(std::string_view bytes);

}  // namespace fitd
