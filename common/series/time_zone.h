// Local clocks: the zones of the system's tzdata, and fixed offsets.
// Any process; a TimeZone is read-only and may be shared by threads, a ZoneClock belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

// A period [begin, end) in UTC without a change of the clock.
struct ZoneStretch {
  TimeNs begin = 0;
  TimeNs end = 0;
  std::int64_t offset = 0;  // wall clock minus UTC, nanoseconds
};

// Behind the name of a place whose clock the times show without saying so: they are written in UTC (and printed so), or
// with its offsets. It counts days, and nothing else follows it.
inline constexpr std::string_view kWrittenInUtc = " (UTC)";
inline constexpr std::string_view kFoundByOffsets = " (found)";
inline bool IsFoundZone(std::string_view name) {
  return name.ends_with(kWrittenInUtc) || name.ends_with(kFoundByOffsets);
}

class TimeZone {
 public:
  // "Europe/Berlin", "UTC", "+01:00", "Europe/Berlin (UTC)". kUsage for an unknown name, with the most similar known
  // one; kNotFound when the system has no tzdata.
  static Result<std::shared_ptr<const TimeZone>> Find(std::string_view name);

  ZoneStretch At(TimeNs utc) const;
  const std::string& name() const { return name_; }
  // False for a fixed offset, whose clock never changes.
  bool is_place() const { return zone_ != nullptr; }

 private:
  TimeZone(std::string name, const void* zone, std::int64_t offset);

  std::string name_;
  const void* zone_;  // owned by the library's database, which lives as long as the process; null: a fixed offset
  std::int64_t offset_;
};

// "+01:00", or "+0100" without `colon`.
std::string FormatOffset(std::int64_t offset_ns, bool colon = true);

// Takes the name of an offset from the front of `text`: UTC, EST, CEST and others that mean one offset everywhere (not
// CST, IST or BST, which are several). False, with `text` as it was, when there is none.
bool TakeZoneName(std::string_view& text, std::int32_t* minutes);

// Converts times quickly when they come in order: caches the last period without a change.
class ZoneClock {
 public:
  explicit ZoneClock(std::shared_ptr<const TimeZone> zone) : zone_(std::move(zone)) {}

  TimeNs ToWall(TimeNs utc) {
    if (utc < stretch_.begin || utc >= stretch_.end) stretch_ = zone_->At(utc);
    return utc + stretch_.offset;
  }
  // For an hour that the clock shows twice, returns the first; an hour that the clock skips is read as if it did not.
  TimeNs ToUtc(TimeNs wall) {
    const TimeNs utc = wall - safe_offset_;
    return utc >= safe_begin_ && utc < safe_end_ ? utc : ToUtcSlowly(wall);
  }
  // How much later the clock shows this time again; 0: it does not.
  std::int64_t RepeatedBy(TimeNs utc);

 private:
  TimeNs ToUtcSlowly(TimeNs wall);

  std::shared_ptr<const TimeZone> zone_;
  ZoneStretch stretch_;
  // The cached period without a day at either end, where a clock time may be ambiguous.
  TimeNs safe_begin_ = 0;
  TimeNs safe_end_ = 0;
  std::int64_t safe_offset_ = 0;
};

}  // namespace fitd
