#include "daemon/update/coarse_values.h"

#include <fmt/format.h>

#include <cmath>

#include "common/series/step.h"

namespace fitd {

void CoarseValues::Common::See(std::size_t other) {
  if (steps == 0) steps = other;
  alike = alike && steps == other;
}

void CoarseValues::See(const NewValues& placed, const Step& step, std::uint64_t known, double least, double most) {
  // A level that rises from nothing goes on less than a quarter above itself in a gap of a quarter of what is known.
  constexpr std::uint64_t kKnownToGap = 4;
  constexpr double kFarAbove = 1.5;
  if (placed.observed == 0) return;
  ++targets_;
  alone_ += placed.observed == 1 ? 1 : 0;
  step_ = step;
  std::size_t before = 0;  // places from the last known value on, which is at 0
  for (std::size_t place = 1; place <= placed.values.size(); ++place) {
    const double value = placed.values[place - 1];
    if (std::isnan(value)) continue;
    (before == 0 ? first_ : inner_).See(place - before);
    before = place;
    ++values_;
    if (!(least < most) || known < kKnownToGap * place) continue;
    beyond_ += value > kFarAbove * most ? 1 : 0;
    sum_ += value;
    usual_ += least / 2 + most / 2;
  }
}

std::string CoarseValues::Problem() const {
  // Chosen, not measured: fewest values, and targets, of which nearly all tell the same.
  constexpr std::uint64_t kFewestValues = 3;
  constexpr std::uint64_t kFewestTargets = 3;
  constexpr std::size_t kFarApart = 3;       // every other one may be missing by chance
  constexpr double kShareOfSteps = 1.0 / 3;  // of as many steps, for totals that are not all of usual ones
  const Common& apart = inner_.steps > 0 ? inner_ : first_;
  if (apart.steps < 2 || !apart.alike || values_ < kFewestValues) return {};
  const bool larger =
      3 * beyond_ >= 2 * values_ && sum_ >= kShareOfSteps * static_cast<double>(apart.steps) * std::abs(usual_);
  const bool regular = targets_ >= kFewestTargets && alone_ == 0 && first_.alike && first_.steps == inner_.steps &&
                       apart.steps >= kFarApart;
  if (!larger && !regular) return {};
  return fmt::format(
      "the new values of {} targets lie {} steps of {} apart{}: put rows of that step into the data, as the store was "
      "trained on, or say --frequency {} where they are values of such steps, and those between them are missing",
      targets_, apart.steps, FormatStep(step_), larger ? " and are larger than what was before, as totals are" : "",
      FormatStep(step_));
}

}  // namespace fitd
