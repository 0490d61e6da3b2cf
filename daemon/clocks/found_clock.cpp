#include "daemon/clocks/found_clock.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "common/time_units.h"
#include "daemon/times/grid.h"
#include "daemon/times/grid_plan.h"
#include "daemon/times/step_choice.h"

namespace fitd {
namespace {

constexpr std::size_t kFewestTimes = 5;
constexpr double kWhole =
    0.98;  // of the times at one hour of the day: a few may be of a day whose midnight was skipped
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

// The hour of the day that most times are at, and their share.
std::pair<std::int64_t, double> UsualClock(const std::vector<Observation>& times) {
  std::map<std::int64_t, std::size_t> counts;
  for (const Observation& o : times) ++counts[FloorModulo(o.time, kNsPerDay)];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return {most->first, static_cast<double>(most->second) / static_cast<double>(times.size())};
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
  if (sorted.size() > kMostTimes) sorted.erase(sorted.begin(), sorted.end() - kMostTimes);
  std::vector<std::int64_t> distances;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    distances.push_back(SaturatedDistance(sorted[i - 1].time, sorted[i].time));
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  Target target;
  target.days = *middle >= kNearlyDay;
  if (!target.days && IsRoundTheClock(sorted)) return;
  target.in_utc = target.days ? UsualClock(sorted).second : FillOfSession(sorted);
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
  if (zone->At(target.sorted.back().time).begin <= first) return Verdict::kNone;
  const std::vector<Observation> wall = OnClock(target.sorted, zone);
  if (!target.days) {
    if (!std::is_sorted(wall.begin(), wall.end(), [](const auto& a, const auto& b) { return a.time < b.time; }))
      return Verdict::kNone;
    const double fill = FillOfSession(wall);
    if (fill >= kFilled && fill > target.in_utc + kBetter) return Verdict::kFits;
    return target.in_utc >= kFilled && target.in_utc > fill + kBetter ? Verdict::kContradicts : Verdict::kNone;
  }
  const auto [clock, share] = UsualClock(wall);
  if (share >= kWhole && share > target.in_utc) {
    if (clock == 0) return Verdict::kFitsMidnights;
    const double others = (1 - target.in_utc) * static_cast<double>(wall.size());
    return others + 0.5 >= kFewOthers ? Verdict::kFits : Verdict::kNone;
  }
  return target.in_utc >= kWhole && target.in_utc > share ? Verdict::kContradicts : Verdict::kNone;
}

std::shared_ptr<const TimeZone> ClockSearch::Find() const {
  const auto is_open = [](const Target& t) { return t.in_utc < (t.days ? 1.0 : 1 - kBetter); };
  if (std::none_of(targets_.begin(), targets_.end(), is_open)) return nullptr;
  std::shared_ptr<const TimeZone> best;
  std::size_t most = 0;
  for (const char* place : kPlaces) {
    const Result<std::shared_ptr<const TimeZone>> zone = TimeZone::Find(place);
    if (!zone.ok() || !IsOffered(**zone)) continue;
    std::size_t fits = 0;
    for (const Target& target : targets_) {
      const Verdict verdict = Judge(target, *zone);
      if (verdict == Verdict::kContradicts) {
        fits = 0;
        break;
      }
      fits += verdict == Verdict::kFitsMidnights ? 2 : verdict == Verdict::kFits ? 1 : 0;
    }
    if (fits > most) most = fits, best = *zone;
  }
  return best;
}

}  // namespace fitd
