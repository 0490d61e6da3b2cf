// Where a clock on a wall stands: the zones of the system's tzdata, and fixed offsets.
// Any process; a TimeZone is read-only and may be shared by threads, a ZoneClock belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

// One stretch without a change of the clock: [begin, end) in UTC.
struct ZoneStretch {
  TimeNs begin = 0;
  TimeNs end = 0;
  std::int64_t offset = 0;  // wall clock minus UTC, nanoseconds
};

class TimeZone {
 public:
  // "Europe/Berlin", "UTC", "+01:00". kUsage for a name nobody knows, with the nearest that somebody does; kNotFound
  // when the system has no tzdata.
  static Result<std::shared_ptr<const TimeZone>> Find(std::string_view name);

  ZoneStretch At(TimeNs utc) const;
  const std::string& name() const { return name_; }

 private:
  TimeZone(std::string name, const void* zone, std::int64_t offset);

  std::string name_;
  const void* zone_;  // of the library's database, which lives as long as the process; null: a fixed offset
  std::int64_t offset_;
};

// "+01:00"; "Z" for none when `zulu` is set.
std::string FormatOffset(std::int64_t offset_ns, bool colon = true);

// Takes the name of an offset from the front of `text`: UTC, EST, CEST and others that mean one offset everywhere (not
// CST, IST or BST, which are several). False, with `text` as it was, when there is none.
bool TakeZoneName(std::string_view& text, std::int32_t* minutes);

// Turns times around quickly when they come in some order: remembers the stretch last used.
class ZoneClock {
 public:
  explicit ZoneClock(std::shared_ptr<const TimeZone> zone) : zone_(std::move(zone)) {}

  TimeNs ToWall(TimeNs utc) {
    if (utc < stretch_.begin || utc >= stretch_.end) stretch_ = zone_->At(utc);
    return utc + stretch_.offset;
  }
  // Takes the first of an hour that is on the clock twice, and reads one that the clock skips as if it had not.
  TimeNs ToUtc(TimeNs wall) {
    const TimeNs utc = wall - safe_offset_;
    return utc >= safe_begin_ && utc < safe_end_ ? utc : ToUtcSlowly(wall);
  }
  // Whether the wall clock shows this time twice, and how far apart.
  std::int64_t RepeatedBy(TimeNs utc);

 private:
  TimeNs ToUtcSlowly(TimeNs wall);

  std::shared_ptr<const TimeZone> zone_;
  ZoneStretch stretch_;
  // These bound a stretch without the day at either end, in which the wall clock may be of two minds.
  TimeNs safe_begin_ = 0;
  TimeNs safe_end_ = 0;
  std::int64_t safe_offset_ = 0;
};

}  // namespace fitd
