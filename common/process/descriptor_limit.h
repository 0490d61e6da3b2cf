// The limit on open files: its soft value is 1024 nearly everywhere, for the sake of programs that use select. Any
// process, any thread.
#pragma once

namespace fitd {

// Takes what the hard limit allows, up to 65536; never less than there was.
void RaiseDescriptorLimit();

}  // namespace fitd
