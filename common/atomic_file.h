// Files that are there whole or not at all. Any process; blocks for the disk.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// Writes beside `path`, flushes to the disk, renames over it and flushes the folder: whoever opens `path` sees the old
// file or the whole new one, also after a power cut, and two writers at once do no harm. Errors name the file.
Status WriteWholeFile(const std::string& path, std::string_view bytes);
// kNotFound, kPermission, kIo, naming the file.
Result<std::string> ReadWholeFile(const std::string& path);

}  // namespace fitd
