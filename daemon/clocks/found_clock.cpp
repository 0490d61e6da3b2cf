#include "daemon/clocks/found_clock.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "common/time_units.h"
#include "daemon/times/grid.h"
#include "daemon/times/grid_plan.h"
#include "daemon/times/step_choice.h"

namespace fitd {
namespace {

constexpr std::size_t kFewestTimes = 5;
constexpr double kWhole = 0.98;   // of the times at one hour of the day: some days have no midnight
constexpr double kFilled = 0.85;  // of the points of a session: there are holidays
constexpr double kBetter = 0.02;

// Places whose clocks change on days of their own, the largest first where several do on the same days.
constexpr std::array kPlaces = {
    "Europe/Berlin",     "Europe/London",       "Europe/Athens",      "America/New_York",    "America/Chicago",
    "America/Denver",    "America/Los_Angeles", "Australia/Sydney",   "Australia/Adelaide",  "Pacific/Auckland",
    "America/Halifax",   "America/St_Johns",    "America/Anchorage",  "America/Santiago",    "America/Asuncion",
    "America/Havana",    "Atlantic/Azores",     "Asia/Jerusalem",     "Asia/Beirut",         "Africa/Cairo",
    "Africa/Casablanca", "Australia/Lord_Howe", "America/Sao_Paulo",  "America/Mexico_City", "America/Montevideo",
    "Europe/Istanbul",   "Europe/Moscow",       "Asia/Tehran",        "Asia/Amman",          "Asia/Damascus",
    "Asia/Baku",         "Asia/Yerevan",        "Asia/Yekaterinburg", "Asia/Novosibirsk",    "Asia/Vladivostok"};

// How often the most common of some times of day is there, and with the second one.
struct Clocks {
  std::int64_t usual = 0;
  double share = 0;
  double of_two = 0;
};

Clocks ClocksOf(const std::map<std::int64_t, std::size_t>& counts) {
  Clocks clocks;
  std::size_t all = 0;
  std::size_t most = 0;
  std::size_t second = 0;
  for (const auto& [clock, count] : counts) {
    all += count;
    if (count > most) {
      second = std::exchange(most, count);
      clocks.usual = clock;
    } else {
      second = std::max(second, count);
    }
  }
  clocks.share = static_cast<double>(most) / static_cast<double>(all);
  clocks.of_two = static_cast<double>(most + second) / static_cast<double>(all);
  return clocks;
}

Clocks ClocksOf(const std::vector<Observation>& times) {
  std::map<std::int64_t, std::size_t> counts;
  for (const Observation& o : times) ++counts[FloorModulo(o.time, kNsPerDay)];
  return ClocksOf(counts);
}

// True when the first or the last time of a day is at one of two hours, as sessions of places with two clocks are.
bool HasTwoEdges(const std::vector<Observation>& sorted) {
  constexpr double kOne = 0.97;
  constexpr double kMostly = 0.8;
  std::map<std::int64_t, std::size_t> first, last;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::int64_t day = FloorDivide(sorted[i].time, kNsPerDay);
    const std::int64_t clock = sorted[i].time - day * kNsPerDay;
    if (i == 0 || FloorDivide(sorted[i - 1].time, kNsPerDay) != day) ++first[clock];
    if (i + 1 == sorted.size() || FloorDivide(sorted[i + 1].time, kNsPerDay) != day) ++last[clock];
  }
  const Clocks begin = ClocksOf(first);
  const Clocks end = ClocksOf(last);
  return std::min(begin.share, end.share) < kOne && std::min(begin.of_two, end.of_two) >= kMostly;
}

// When a place changes its clock between two times, and by how much.
using Changes = std::vector<std::pair<TimeNs, std::int64_t>>;

Changes ChangesOf(const TimeZone& zone, TimeNs from, TimeNs to) {
  Changes changes;
  for (ZoneStretch now = zone.At(from); now.end <= to;) {
    const ZoneStretch next = zone.At(now.end);
    changes.emplace_back(next.begin, next.offset - now.offset);
    now = next;
  }
  return changes;
}

// The share of the points of their session that have an observation; 0: they are none of a session.
double FillOfSession(const std::vector<Observation>& times) {
  const Step step = InferStep(times);
  if (!step.session()) return 0;
  GridCounts counts;
  const GridPlan plan = PlanGrid(times, {step}, counts);
  std::vector<double> values(plan.points);
  LayOnGrid(times, plan, values, counts);
  const auto off = static_cast<double>(counts.stray + counts.merged);
  const auto all = static_cast<double>(times.size());
  return off > (1 - kWhole) * all ? 0 : (all - off) / static_cast<double>(plan.points);
}

// True when a step of minutes to hours has a point round the clock, or when times have none.
bool IsRoundTheClock(const std::vector<Observation>& sorted) {
  const Step step = MostCommonStep(sorted);
  if (step.count < kNsPerMinute || step.counts_days()) return true;
  return PointsBetween(sorted.front().time, sorted.back().time, step) * 10 <= sorted.size() * 11;
}

std::vector<Observation> OnClock(const std::vector<Observation>& utc, const std::shared_ptr<const TimeZone>& zone) {
  ZoneClock clock(zone);
  std::vector<Observation> wall;
  wall.reserve(utc.size());
  for (const Observation& o : utc) wall.push_back({clock.ToWall(o.time), o.value});
  return wall;
}

}  // namespace

void ClockSearch::Look(std::vector<Observation> sorted) {
  constexpr TimeNs kNearlyDay = 20 * kNsPerHour;
  if (targets_.size() >= kMostTargets || sorted.size() < kFewestTimes) return;
  std::vector<std::int64_t> distances;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    distances.push_back(SaturatedDistance(sorted[i - 1].time, sorted[i].time));
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  Target target;
  target.days = *middle >= kNearlyDay;
  if (target.days) {
    const Clocks clocks = ClocksOf(sorted);
    if (clocks.of_two < kWhole) return;
    target.in_utc = clocks.share;
  } else {
    if (sessions_ >= kMostSessions || IsRoundTheClock(sorted) || !HasTwoEdges(sorted)) return;
    target.in_utc = FillOfSession(sorted);
    ++sessions_;
  }
  target.sorted = std::move(sorted);
  targets_.push_back(std::move(target));
}

// True for a place whose clock was ahead as the times say.
bool ClockSearch::IsOffered(const TimeZone& zone) const {
  if (!offsets_.any || (offsets_.least == 0 && offsets_.most == 0)) return true;
  return zone.At(offsets_.latest).offset == offsets_.at_latest * kNsPerMinute;
}

ClockSearch::Verdict ClockSearch::Judge(const Target& target, const std::shared_ptr<const TimeZone>& zone) {
  constexpr double kFewOthers = 3;  // times at another hour, without which chance may have made one late
  const TimeNs first = target.sorted.front().time;
  if (zone->At(target.sorted.back().time).begin <= first) return {};
  const std::vector<Observation> wall = OnClock(target.sorted, zone);
  if (!target.days) {
    if (!std::is_sorted(wall.begin(), wall.end(), [](const auto& a, const auto& b) { return a.time < b.time; }))
      return {};
    const double fill = FillOfSession(wall);
    if (fill >= kFilled && fill > target.in_utc + kBetter) return {false, fill};
    return {target.in_utc >= kFilled && target.in_utc > fill + kBetter, 0};
  }
  const Clocks clocks = ClocksOf(wall);
  if (clocks.share >= kWhole && clocks.share > target.in_utc) {
    if (clocks.usual == 0) return {false, 1 + clocks.share};
    const double others = (1 - target.in_utc) * static_cast<double>(wall.size());
    return {false, others + 0.5 >= kFewOthers ? clocks.share : 0};
  }
  return {target.in_utc >= kWhole && target.in_utc > clocks.share, 0};
}

std::shared_ptr<const TimeZone> ClockSearch::Find() const {
  constexpr double kEqual = 1e-9;
  const auto is_open = [](const Target& t) { return t.in_utc < (t.days ? 1.0 : 1 - kBetter); };
  if (std::none_of(targets_.begin(), targets_.end(), is_open)) return nullptr;
  TimeNs from = targets_.front().sorted.front().time;
  TimeNs to = targets_.front().sorted.back().time;
  for (const Target& target : targets_) {
    from = std::min(from, target.sorted.front().time);
    to = std::max(to, target.sorted.back().time);
  }
  std::set<Changes> seen;
  std::shared_ptr<const TimeZone> best;
  double most = 0;
  for (const char* place : kPlaces) {
    const Result<std::shared_ptr<const TimeZone>> zone = TimeZone::Find(place);
    if (!zone.ok() || !IsOffered(**zone)) continue;
    // Sessions look alike in all places that change their clocks at one time.
    const bool other = seen.insert(ChangesOf(**zone, from, to)).second;
    if (!other && sessions_ == targets_.size()) continue;
    double fit = 0;
    for (const Target& target : targets_) {
      const Verdict verdict = Judge(target, *zone);
      fit = verdict.contradicts ? 0 : fit + verdict.fit;
      if (verdict.contradicts) break;
    }
    if (fit > most + kEqual) most = fit, best = *zone;
  }
  return best;
}

}  // namespace fitd
