// What a detector takes for a target's past that it has not seen (target_detector.h).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "common/detect/target_detector.h"
#include "common/models/numeric/gaussian.h"
#include "common/series/time_grid.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr std::size_t kFewestAhead = 48;
constexpr std::size_t kFewestASlot = 5;   // a profile learned of fewer follows their errors
constexpr std::size_t kMostAhead = 1500;  // a day of minutes, in less than a hundredth of the time of its fit
// Of the range that the models expect: what there was beside it they do not say.
constexpr double kSpareRange = 0.5;

// Steps until a profile with so many slots begins again; 0: there is no saying.
std::size_t CycleOf(const Step& step, std::size_t slots) {
  if (slots != 24) return slots;
  const bool divides = step.unit == Step::Unit::kNanosecond && step.count > 0 && kNsPerDay % step.count == 0;
  return divides ? static_cast<std::size_t>(kNsPerDay / step.count) : 0;
}

// In (0, 1), the same for the same number: splitmix64 (Steele, Lea & Flood 2014). Evenly spread numbers will not do,
// whose sums are too small.
double Uniform(std::uint64_t number) {
  std::uint64_t bits = number * 0x9E3779B97F4A7C15U;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  bits ^= bits >> 31;
  return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
}

}  // namespace

void TargetDetector::WarmByModels(TimeNs last, double deviation, std::vector<std::unique_ptr<ModelFilter>> ahead,
                                  std::vector<std::unique_ptr<ModelFilter>> pass) {
  const std::size_t cycle = CycleOf(step_, profile_.size());
  std::size_t count = cycle;
  while (count > 0 && count < std::max(kFewestAhead, kFewestASlot * profile_.size())) count += cycle;
  models_.swap(ahead);
  std::vector<TimeNs> times;
  std::vector<double> values;
  const double scale = deviation > 0 && std::isfinite(deviation) ? deviation : 0;
  const TimeGrid grid{.start = last, .step = step_};
  bool finite = count <= kMostAhead;
  for (std::size_t i = 1; i <= count && finite; ++i) {
    times.push_back(grid.At(static_cast<std::int64_t>(i)));
    values.push_back(ModelsExpect() + scale * NormalQuantile(Uniform(i)));
    finite = std::isfinite(values.back());
    for (const auto& model : models_) model->Observe(values.back());
  }
  models_.swap(ahead);
  if (!finite || count == 0) return WarmWithout(last, ModelsExpect(), deviation);
  Warm(times, values, std::move(pass), 0);
  run_ = {};  // what models expect does not repeat as the target's values do
  last_time_ = last;
  const auto spare = [](TargetDetector& of) {
    const double more = kSpareRange * (of.highest_ - of.lowest_);
    of.lowest_ -= more;
    of.highest_ += more;
  };
  spare(*this);
  hour_sum_ = 0;
  hour_count_ = 0;
  if (!hours_) return;
  hours_->last_time_ = FloorDivide(last, kNsPerHour) * kNsPerHour;
  spare(*hours_);
}

}  // namespace fitd
