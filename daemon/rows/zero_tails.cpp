#include "daemon/rows/zero_tails.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "common/series/time_form.h"
#include "common/text.h"
#include "common/time_units.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

TimeNs EndOf(const Frame::Entry& entry) {
  return entry.grid.At(static_cast<std::int64_t>(entry.size) - 1);
}

std::string Written(TimeNs time) {
  return FormatTime(time, time % kNsPerDay == 0 ? TimeFormat::kDate : TimeFormat::kDateTimeZ);
}

}  // namespace

// The latest time of all targets, and the latest of all others, in UTC.
struct ZeroTails::Ends {
  TimeNs latest = std::numeric_limits<TimeNs>::min();
  TimeNs second = std::numeric_limits<TimeNs>::min();
  std::string_view id;  // whose time `latest` is; of several the least id

  void See(TimeNs end, std::string_view of) {
    if (end > latest || (end == latest && of < id)) {
      second = latest;
      latest = end;
      id = of;
    } else {
      second = std::max(second, end);
    }
  }
};

void ZeroTails::Add(Frame::Entry& entry, std::span<double> room, std::uint64_t rows_of_last) {
  if (entry.size > 0 && entry.grid.step.count != 0) tails_.push_back({&entry, room, rows_of_last});
}

void ZeroTails::Add(ZeroTails others) {
  std::move(others.tails_.begin(), others.tails_.end(), std::back_inserter(tails_));
}

// Returns how many rows of the open period are left out.
std::uint64_t ZeroTails::Close(TimeNs open, const Frequency& frequency, SeriesLayer& layer) {
  std::uint64_t rows = 0;
  for (Tail& tail : tails_) {
    if (layer.ToUtc(frequency.step, PeriodBegin(EndOf(*tail.entry), frequency)) < open) continue;
    tail.open = tail.entry->size == 1;
    if (tail.open) continue;
    --tail.entry->size;
    rows += tail.rows_of_last;
  }
  return rows;
}

ZeroTails::Ends ZeroTails::FindEnds(SeriesLayer& layer) const {
  Ends ends;
  for (const Tail& tail : tails_) {
    if (!tail.open) ends.See(layer.ToUtc(tail.entry->grid.step, EndOf(*tail.entry)), tail.entry->id);
  }
  return ends;
}

// How many values there are from the end of a target to `end`.
std::uint64_t ZeroTails::Missing(const Tail& tail, TimeNs end, SeriesLayer& layer) {
  const Frame::Entry& entry = *tail.entry;
  const TimeNs on_clock = layer.OnClockOf(entry.grid.step, end);
  if (on_clock <= EndOf(entry)) return 0;
  const std::int64_t last = LastIndexBy(entry.grid, on_clock);
  if (last == kOffGrid) return 0;
  const auto size = static_cast<std::int64_t>(entry.size);
  if (last < size) return 0;
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(last - size + 1), tail.room.size() - entry.size);
}

ZeroTails::Extended ZeroTails::Extend(const SeriesRules& rules, std::optional<TimeNs> open, bool allowed) {
  constexpr std::size_t kFewest = 3;  // targets: of two each may be the one that goes on
  Extended extended;
  SeriesLayer layer(rules);
  if (open) extended.parts = Close(*open, rules.frequency, layer);
  const Ends ends = FindEnds(layer);
  std::uint64_t values = 0;
  std::uint64_t alone = 0;  // zeros behind the end of all targets but one
  for (Tail& tail : tails_) {
    values += tail.entry->size;
    const std::uint64_t count = Missing(tail, ends.latest, layer);
    alone += count - Missing(tail, ends.second, layer);
    const std::span<double> added = tail.room.subspan(tail.entry->size, count);
    std::fill(added.begin(), added.end(), 0.0);
    tail.entry->size += count;
    extended.zeros += count;
  }
  if (allowed || tails_.size() < kFewest || 2 * alone <= values) return extended;
  extended.refusal = fmt::format(
      "target {} has a row of {}, and no other one goes on after {}: all others would be zero until then, {} values "
      "beside the {} that there are; mend its last times, say --until {}, or allow it with --max-repaired 100%",
      QuoteForMessage(ends.id), Written(ends.latest), Written(ends.second), alone, values, Written(ends.second));
  return extended;
}

}  // namespace fitd
