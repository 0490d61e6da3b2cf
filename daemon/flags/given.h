// What was said on the command line over what a job says. Daemon process, main thread; pure.
#pragma once

#include <optional>

namespace fitd {

// Leaves `out` as it is where nothing was given.
template <class From, class To>
void Apply(const std::optional<From>& given, To& out) {
  if (given) out = *given;
}

}  // namespace fitd
