// Text of an input with newlines, and as UTF-8 if it was UTF-16. Daemon, ingest threads; a stream belongs to one
// thread.
#pragma once

#include <memory>

#include "daemon/input/input_stream.h"

namespace fitd {

// Returns `raw` decoded from UTF-16 when it begins with a byte order mark of that, with newlines for carriage returns
// when its first lines end with these alone, and else unchanged. Reads ahead what it needs to see.
Result<std::unique_ptr<InputStream>> MakeTextStream(std::unique_ptr<InputStream> raw);

}  // namespace fitd
