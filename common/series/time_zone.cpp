#include "common/series/time_zone.h"

#include <date/tz.h>

#include <chrono>
#include <limits>
#include <utility>

#include "common/edit_distance.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr TimeNs kMinTime = std::numeric_limits<TimeNs>::min();
constexpr TimeNs kMaxTime = std::numeric_limits<TimeNs>::max();

// "+01:00", "-0530", "+01"
bool ParseFixed(std::string_view text, std::int64_t* offset) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return false;
  int digits[4] = {0, 0, 0, 0};
  int count = 0;
  for (const char c : text.substr(1)) {
    if (c == ':' && count == 2) continue;
    if (c < '0' || c > '9' || count == 4) return false;
    digits[count++] = c - '0';
  }
  if (count != 2 && count != 4) return false;
  const int minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
  if (minutes >= 24 * 60) return false;
  *offset = (text[0] == '-' ? -1 : 1) * minutes * kNsPerMinute;
  return true;
}

std::string Nearest(const std::string& name) {
  std::string best;
  std::size_t least = 4;
  for (const auto& zone : date::get_tzdb().zones) {
    const std::size_t distance = EditDistance(name, zone.name());
    if (distance < least) least = distance, best = zone.name();
  }
  return best;
}

TimeNs FromSeconds(std::chrono::seconds time) {
  if (time.count() > kMaxTime / kNsPerSecond) return kMaxTime;
  return time.count() < kMinTime / kNsPerSecond ? kMinTime : time.count() * kNsPerSecond;
}

}  // namespace

TimeZone::TimeZone(std::string name, const void* zone, std::int64_t offset)
    : name_(std::move(name)), zone_(zone), offset_(offset) {}

Result<std::shared_ptr<const TimeZone>> TimeZone::Find(std::string_view name) {
  std::int64_t offset = 0;
  if (name == "UTC" || name == "GMT" || name == "Z" || ParseFixed(name, &offset)) {
    return std::shared_ptr<const TimeZone>(new TimeZone(std::string(name), nullptr, offset));
  }
  const std::string text(name.substr(0, IsFoundZone(name) ? name.rfind(" (") : name.size()));
  try {
    return std::shared_ptr<const TimeZone>(new TimeZone(std::string(name), date::locate_zone(text), 0));
  } catch (const std::exception&) {
    try {
      std::string message = "'" + text + "' is not a time zone; write one such as Europe/Berlin, UTC or +01:00";
      if (const std::string nearest = Nearest(text); !nearest.empty()) message += " (did you mean " + nearest + "?)";
      return Status(StatusCode::kUsage, message);
    } catch (const std::exception&) {
      return Status(StatusCode::kNotFound,
                    "this system has no time zones (/usr/share/zoneinfo); install the package "
                    "tzdata, or write --timezone as an offset such as +01:00");
    }
  }
}

ZoneStretch TimeZone::At(TimeNs utc) const {
  if (zone_ == nullptr) return {kMinTime, kMaxTime, offset_};
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const std::int64_t second = utc / kNsPerSecond - (utc % kNsPerSecond < 0 ? 1 : 0);
  const date::sys_info info = zone->get_info(date::sys_seconds(std::chrono::seconds(second)));
  return {FromSeconds(info.begin.time_since_epoch()), FromSeconds(info.end.time_since_epoch()),
          info.offset.count() * kNsPerSecond};
}

std::string FormatOffset(std::int64_t offset_ns, bool colon) {
  const std::int64_t minutes = (offset_ns < 0 ? -offset_ns : offset_ns) / kNsPerMinute;
  std::string text = offset_ns < 0 ? "-" : "+";
  const auto two = [&text](std::int64_t number) {
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
  };
  two(minutes / 60);
  if (colon) text += ':';
  two(minutes % 60);
  return text;
}

TimeNs ZoneClock::ToUtcSlowly(TimeNs wall) {
  // The stretch in force a day before this clock time, or the one behind it once the clock has passed its end.
  ZoneStretch now = zone_->At(wall - kNsPerDay);
  while (now.end != kMaxTime && wall - now.offset >= now.end) {
    const ZoneStretch next = zone_->At(now.end);
    // Skipped by the clock: read as before the change.
    const bool skipped = wall - next.offset < next.begin;
    if (skipped) break;
    now = next;
  }
  safe_begin_ = now.begin < kMinTime + kNsPerDay ? kMinTime : now.begin + kNsPerDay;
  safe_end_ = now.end > kMaxTime - kNsPerDay ? kMaxTime : now.end - kNsPerDay;
  safe_offset_ = now.offset;
  return wall - now.offset;
}

std::int64_t ZoneClock::RepeatedBy(TimeNs utc) {
  const ZoneStretch now = zone_->At(utc);
  if (now.end == kMaxTime) return 0;
  const ZoneStretch next = zone_->At(now.end);
  const std::int64_t back = now.offset - next.offset;
  return back > 0 && utc >= now.end - back ? back : 0;
}

bool TakeZoneName(std::string_view& text, std::int32_t* minutes) {
  static constexpr std::pair<std::string_view, std::int32_t> kNames[] = {
      {"UTC", 0},     {"GMT", 0},    {"WET", 0},    {"WEST", 60},  {"CET", 60},   {"CEST", 120},
      {"EET", 120},   {"EEST", 180}, {"MSK", 180},  {"NST", -210}, {"EST", -300}, {"EDT", -240},
      {"CDT", -300},  {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540},
      {"AKDT", -480}, {"HST", -600}, {"JST", 540},  {"MEZ", 60},   {"MESZ", 120}, {"KST", 540},
      {"AWST", 480},  {"AEST", 600}, {"AEDT", 660}, {"ACST", 570}, {"NZST", 720}, {"NZDT", 780}};
  std::size_t letters = 0;
  while (letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') ++letters;
  for (const auto& [name, offset] : kNames) {
    if (text.substr(0, letters) != name) continue;
    text.remove_prefix(letters);
    *minutes = offset;
    return true;
  }
  return false;
}

}  // namespace fitd
