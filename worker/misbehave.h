// Where a worker's fault points act. Empty unless FITD_FAULTS is compiled in. Worker; main thread.
#pragma once

#include "common/process/fault.h"

namespace fitd {

// Does what the fault plan says for `point`, also to the channel whose descriptor is `socket`.
void DoMisbehave(FaultPoint point, int socket);

inline void MaybeMisbehave([[maybe_unused]] FaultPoint point, [[maybe_unused]] int socket) {
#ifdef FITD_FAULTS
  DoMisbehave(point, socket);
#endif
}

}  // namespace fitd
