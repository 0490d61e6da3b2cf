// How times are written in the input, and therefore in all output.
// Any process; a TimeForm is a value, a TimeWriter belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/series/step.h"
#include "common/series/time_pattern.h"
#include "common/status.h"

namespace fitd {

enum class TimeFormat : std::uint8_t {  // persisted: never renumber
  kDate = 0,                            // 2024-03-01
  kDateTime = 1,                        // 2024-03-01T12:00:00 (naive, UTC); a fraction is shown when there is one
  kDateTimeZ = 2,                       // 2024-03-01T12:00:00Z
  kEpochSeconds = 3,                    // TimeForm::pattern is the least number of decimals; empty: none
  kEpochMillis = 4,
  kPattern = 5,  // TimeForm::pattern
  kEpochMicros = 6,
  kEpochNanos = 7,
  kCount = 8,        // numbers without a date, a nanosecond each
  kDecimalYear = 9,  // 2019.083; TimeForm::pattern is the number of decimals; "13-1": at least one of them
  kExcel = 10,       // days since 1899-12-30, likewise; "6-1": at least one of them; "6+693960": since a day so
                     // many days earlier
  kSince = 11,       // TimeForm::pattern as CountedSince reads it
};

struct TimeForm {
  TimeFormat format = TimeFormat::kDate;
  std::string pattern;
  // The local clock that the times show; empty: UTC; with kWrittenInUtc they are written in UTC. Grids whose steps
  // count days (Step::counts_days) use times of that clock; all others use UTC.
  std::string zone;

  friend bool operator==(const TimeForm&, const TimeForm&) = default;
};

// Number of months that a time in this form covers: 12 for 2024, 3 for 2024Q1, 1 for 2024-01; 0: days or less, or
// numbers that do not say.
int MonthsOfForm(const TimeForm& form);
// True when a time in this form is a week without a day, such as 2024-W05.
bool IsWeekForm(const TimeForm& form);
// The value for --time-format; empty for ISO 8601, which needs none.
std::string TimeOptionOf(const TimeForm& form);

// True for formats that are numbers, which JSON writes without quotes.
bool IsNumber(TimeFormat format);

// Text of a time in one of the first five formats.
std::string FormatTime(TimeNs time, TimeFormat format);

// Text of a UTC time in the form of the input.
std::string FormatTime(TimeNs utc, const TimeForm& form);

// Writes the times of grids. A zone that the system does not know is treated as UTC.
class TimeWriter {
 public:
  explicit TimeWriter(TimeForm form);
  ~TimeWriter();
  TimeWriter(TimeWriter&&) noexcept;
  TimeWriter& operator=(TimeWriter&&) noexcept;

  std::string Write(TimeNs time, const Step& step) const;
  // UTC of a grid's time.
  TimeNs ToUtc(TimeNs time, const Step& step) const;
  const TimeForm& form() const { return form_; }

 private:
  struct Clock;
  TimeForm form_;
  TimePattern pattern_;
  std::optional<TimePattern> with_seconds_;  // used for times that the pattern, which has no seconds, cannot tell apart
  std::unique_ptr<Clock> clock_;
};

}  // namespace fitd
