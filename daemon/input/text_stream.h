// Input as UTF-8 with newlines, whatever it was written in. Daemon, ingest threads; a stream belongs to one thread.
#pragma once

#include <memory>

#include "daemon/input/input_stream.h"

namespace fitd {

// `raw` itself, behind a decoder of UTF-16 when it begins with a byte order mark of that, or with newlines for carriage
// returns when its first lines end with these alone. Reads ahead what it needs to see.
Result<std::unique_ptr<InputStream>> MakeTextStream(std::unique_ptr<InputStream> raw);

}  // namespace fitd
