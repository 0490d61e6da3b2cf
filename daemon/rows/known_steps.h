// The steps of the targets that an update or a detection finds in its store: a few new rows do not show them. Daemon;
// filled by one thread, then read by all ingest threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/step.h"

namespace fitd {

class KnownSteps {
 public:
  // Call in ascending order of the ids.
  void Add(std::string_view id, const Step& step);
  // Count 0: the target is not known, or its step is not.
  Step Find(std::string_view id) const;

 private:
  std::string_view IdAt(std::size_t i) const;

  std::string ids_;                  // one behind the other
  std::vector<std::uint64_t> ends_;  // of the ids, in ids_
  std::vector<std::uint32_t> step_of_;
  std::vector<Step> steps_;  // the different ones
};

}  // namespace fitd
