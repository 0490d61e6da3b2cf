#include "daemon/ingest/turn_study.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>

#include "common/ascii.h"
#include "common/time_units.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/times/time_parser.h"

namespace fitd {
namespace {

// Chosen so that a flag, a weekday or an hour beside a single series is no id (tests/unit/daemon/ingest); not measured.
constexpr std::size_t kFewestRows = 16;
constexpr std::size_t kFewestOfAnId = 5;  // rows
constexpr double kRegular = 0.8;          // share of distances close to the median one, for an id to be regular
constexpr double kIrregular = 0.6;        // below this share the times of all rows together are irregular

struct Regularity {
  TimeNs usual = 0;  // the median distance of two times
  double share = 0;  // of the distances that are within a twentieth of `usual`
};

Regularity RegularityOf(std::vector<TimeNs> times) {
  std::sort(times.begin(), times.end());
  std::vector<TimeNs> distances;
  for (std::size_t i = 1; i < times.size(); ++i) {
    TimeNs d = 0;
    if (__builtin_sub_overflow(times[i], times[i - 1], &d)) return {};
    distances.push_back(d);
  }
  if (distances.empty()) return {};
  std::sort(distances.begin(), distances.end());
  const TimeNs usual = distances[distances.size() / 2];
  const auto near = std::count_if(distances.begin(), distances.end(),
                                  [&](TimeNs d) { return d > 0 && std::llabs(d - usual) <= usual / 20; });
  return {usual, static_cast<double>(near) / static_cast<double>(distances.size())};
}

// True when the end of a name says that its numbers are ids: meter_no, customerId, zip code.
bool SaysId(std::string_view name) {
  const std::string lower = LowerCase(name);
  for (const std::string_view end : {"id", "no", "nr", "code", "num", "number", "key"}) {
    if (lower.ends_with(end)) return true;
  }
  return false;
}

bool TakesTurns(std::span<const TimeNs> times, const TurnCandidate& candidate, const Regularity& together) {
  std::map<std::string_view, std::vector<TimeNs>> ids;
  bool ordered = true;   // times never go back within an id
  std::size_t back = 0;  // how often times go back from one id to the next
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (candidate.cells[i].empty()) return false;
    ids[candidate.cells[i]].push_back(times[i]);
    if (i == 0 || times[i] >= times[i - 1]) continue;
    const bool same = candidate.cells[i] == candidate.cells[i - 1];
    ordered = ordered && !same;
    back += same ? 0 : 1;
  }
  if (ids.size() < 2 || ids.size() * kFewestOfAnId > times.size()) return false;
  double regular = 0;
  double spans = 0;
  TimeNs longest = 0;
  TimeNs shortest = std::numeric_limits<TimeNs>::max();
  for (const auto& [id, own] : ids) {
    const auto [first, last] = std::minmax_element(own.begin(), own.end());
    spans += static_cast<double>(*last) - static_cast<double>(*first);
    if (own.size() < kFewestOfAnId) continue;
    const Regularity of_id = RegularityOf(own);
    regular += of_id.share >= kRegular ? static_cast<double>(own.size()) : 0;
    longest = std::max(longest, of_id.usual);
    shortest = std::min(shortest, of_id.usual);
  }
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  const double span = static_cast<double>(*last) - static_cast<double>(*first);
  if (regular < kRegular * static_cast<double>(times.size()) || spans < 1.5 * span) return false;
  const bool believable = candidate.text || SaysId(candidate.name);
  if (believable && ordered && back > 0 && back + 1 == ids.size()) return true;
  if (together.share < kIrregular && together.share < kRegular - 0.2) return true;
  // Turns of a day or more belong to the calendar: weekdays, shifts, quarters, hours. An id whose own step is close to
  // that of all rows together takes no turns: most rows have it, so it is a flag such as "good".
  return believable && together.share >= kRegular && longest < kNsPerDay && together.usual * 3 < shortest * 2;
}

}  // namespace

std::optional<std::size_t> FindTurnTaker(std::span<const TimeNs> times, std::span<const TurnCandidate> candidates) {
  if (times.size() < kFewestRows) return std::nullopt;
  const Regularity together = RegularityOf({times.begin(), times.end()});
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!TakesTurns(times, candidates[i], together)) continue;
    if (found) return std::nullopt;  // two candidates: ambiguous
    found = i;
  }
  return found;
}

void TakeTurnTaker(std::string_view text, FileLayout& layout) {
  constexpr std::size_t kRowsToStudy = 2000;
  const Records records(text, 0, layout.separator, kRowsToStudy, layout.comments);
  std::vector<TurnCandidate> candidates;
  for (std::size_t i = 0; i < layout.key_candidates.size(); ++i) {
    const std::size_t column = layout.key_candidates[i];
    candidates.push_back({column, layout.names[column], layout.key_is_text[i], {}});
  }
  TimeParser parser(layout.rule);
  std::vector<TimeNs> times;
  for (const Records::Record& record : records.all()) {
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    if (record.fields.size() != layout.columns) continue;
    if (parser.Parse(layout.TimeText(record.fields), &time, &format) != TimeError::kNone) continue;
    times.push_back(time);
    for (TurnCandidate& candidate : candidates) candidate.cells.push_back(record.fields[candidate.column]);
  }
  const std::optional<std::size_t> found = FindTurnTaker(times, candidates);
  if (!found) return;
  const std::size_t column = candidates[*found].column;
  std::erase(layout.values, column);
  std::erase_if(layout.unused, [column](const auto& one) { return one.first == column; });
  if (layout.values.empty()) return;
  layout.shape = CsvShape::kLong;
  layout.targets = {column};
  layout.interleaved = true;
  layout.notes.push_back("the rows of each " + layout.NameOf(column) +
                         " have times of their own, so that is the target");
}

}  // namespace fitd
