// Executes a worker's fault points. Does nothing unless FITD_FAULTS is compiled in. Worker; main thread.
#pragma once

#include "common/process/fault.h"

namespace fitd {

// Does what the fault plan says for `point`; `socket`: descriptor of the channel, which the fault may affect.
void DoMisbehave(FaultPoint point, int socket);

inline void MaybeMisbehave([[maybe_unused]] FaultPoint point, [[maybe_unused]] int socket) {
#ifdef FITD_FAULTS
  DoMisbehave(point, socket);
#endif
}

}  // namespace fitd
