// How times were written in the input, and how they are written in everything that is printed: the same way.
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
  kEpochSeconds = 3,
  kEpochMillis = 4,
  kPattern = 5,  // TimeForm::pattern
  kEpochMicros = 6,
  kEpochNanos = 7,
  kCount = 8,        // numbers without a date, a nanosecond each
  kDecimalYear = 9,  // 2019.083; TimeForm::pattern is the number of decimals
  kExcel = 10,       // days since 1899-12-30, likewise; "6+693960": since a day so many days earlier
  kSince = 11,       // TimeForm::pattern as CountedSince reads it
};

struct TimeForm {
  TimeFormat format = TimeFormat::kDate;
  std::string pattern;
  // Names the wall clock that the times show; empty: UTC. Grids of steps that count days (Step::counts_days) are laid
  // on that clock, so that their times are those of the clock; all others are UTC.
  std::string zone;

  friend bool operator==(const TimeForm&, const TimeForm&) = default;
};

// The months that a time written so is one of: 12 of 2024, 3 of 2024Q1, 1 of 2024-01; 0: days or less, or numbers that
// say nothing of it.
int MonthsOfForm(const TimeForm& form);
// Whether a time is written for a week and no day of it, as 2024-W05.
bool IsWeekForm(const TimeForm& form);
// As --time-format takes it; empty for ISO 8601, which is understood without.
std::string TimeOptionOf(const TimeForm& form);

// Written as a number, without quotes in JSON.
bool IsNumber(TimeFormat format);

// Text of a time in one of the first five formats.
std::string FormatTime(TimeNs time, TimeFormat format);

// Text of a time of UTC as the input wrote its times.
std::string FormatTime(TimeNs utc, const TimeForm& form);

// Writes the times of grids. A zone that this system does not know is left out, as UTC.
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
  std::optional<TimePattern> with_seconds_;  // of times that the pattern, which has none, would write alike
  std::unique_ptr<Clock> clock_;
};

}  // namespace fitd
