#include "common/detect/detect_series.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "common/series/local_clock.h"

namespace fitd {
namespace {

// Steps that are followed one by one; behind a longer gap the states of models are as good as any.
constexpr std::int64_t kMostFollowed = 20'000;

// Steps from one point to another on the clock of a series.
std::int64_t StepsTo(const Step& step, TimeNs from, TimeNs to) {
  if (step.count <= 0) return 1;
  return static_cast<std::int64_t>(std::min(std::round(StepsBetween(step, from, to)), 1e9));
}

}  // namespace

ClockOfSeries::ClockOfSeries(const Step& step, const std::string& zone) {
  std::shared_ptr<const TimeZone> place = FollowsClock(step) ? FindPlace(zone) : nullptr;
  if (place != nullptr) clock_.emplace(std::move(place));
}

bool IsMuted(std::span<const std::pair<TimeNs, TimeNs>> mute, TimeNs time) {
  return std::any_of(mute.begin(), mute.end(),
                     [time](const auto& range) { return range.first <= time && time <= range.second; });
}

void StoredSeries::Known(std::vector<TimeNs>& times, std::vector<double>& values) {
  const auto lead_to = [&](TimeNs to) {
    const std::int64_t missing = times.empty() ? 0 : StepsTo(step_, times.back(), to) - 1;
    if (missing > kMostFollowed) times.clear(), values.clear();
    for (std::int64_t i = 0; i < missing && !times.empty(); ++i) {
      times.push_back(times.back());
      values.push_back(std::numeric_limits<double>::quiet_NaN());
    }
  };
  for (std::size_t i = 0; i < stored_.known; ++i) {
    const TimeNs time = clock_.Of(in_.time(i));
    if (!times.empty() && time <= times.back()) continue;  // of the hour that is shown once more
    lead_to(time);
    times.push_back(time);
    values.push_back(in_.value(i));
  }
  if (times.empty() || times.back() >= trained_until()) return;
  lead_to(trained_until());
  times.push_back(trained_until());
  values.push_back(std::numeric_limits<double>::quiet_NaN());
}

void StoredSeries::CatchUp(const Filters& models) {
  if (stored_.trained_until == std::numeric_limits<TimeNs>::min()) return;
  TimeNs at = trained_until();
  const auto observe = [&](TimeNs to, double value) {
    const std::int64_t missing = std::min(StepsTo(step_, at, to) - 1, kMostFollowed);
    for (const auto& model : models) {
      for (std::int64_t i = 0; i < missing; ++i) model->Observe(std::numeric_limits<double>::quiet_NaN());
      model->Observe(value);
    }
    at = to;
  };
  for (std::size_t i = stored_.known; i < stored_.seen; ++i) {
    if (const TimeNs time = clock_.Of(in_.time(i)); time > at) observe(time, in_.value(i));
  }
  if (seen_until() > at && StepsTo(step_, at, seen_until()) > 0) {
    observe(seen_until(), std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace fitd
