// The limit on open files: its soft value is 1024 nearly everywhere, for the sake of programs that use select. Any
// process, any thread.
#pragma once

#include "common/status.h"

namespace fitd {

// Takes what the hard limit allows, up to 65536; never less than there was.
void RaiseDescriptorLimit();

// kIo, with the limit to raise, when so many more files cannot be opened: a server that cannot take a client would
// stand there and say nothing.
Status ExpectDescriptors(int count);

}  // namespace fitd
