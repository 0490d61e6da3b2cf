// Who asked for a run, as the queue keeps it. A value; daemon.
#pragma once

#include <sys/types.h>

namespace fitd {

struct Requester {
  uid_t uid = static_cast<uid_t>(-1);
  pid_t pid = 0;
};

}  // namespace fitd
