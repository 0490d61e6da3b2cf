#include "daemon/rows/known_steps.h"

#include <algorithm>

namespace fitd {

void KnownSteps::Add(std::string_view id, const Step& step) {
  const bool same = !step_of_.empty() && steps_[step_of_.back()] == step;
  const auto found = same ? steps_.begin() + step_of_.back() : std::find(steps_.begin(), steps_.end(), step);
  step_of_.push_back(static_cast<std::uint32_t>(found - steps_.begin()));
  if (found == steps_.end()) steps_.push_back(step);
  ids_ += id;
  ends_.push_back(ids_.size());
}

std::string_view KnownSteps::IdAt(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(ids_).substr(begin, ends_[i] - begin);
}

Step KnownSteps::Find(std::string_view id) const {
  std::size_t low = 0;
  std::size_t high = ends_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    (IdAt(middle) < id ? low : high) = IdAt(middle) < id ? middle + 1 : middle;
  }
  return low < ends_.size() && IdAt(low) == id ? steps_[step_of_[low]] : Step{};
}

}  // namespace fitd
