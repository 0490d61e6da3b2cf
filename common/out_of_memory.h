// What to say when the system gives no more memory, threads or processes: what was being done, which limits this
// process is under, and what would help. Any process, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

#include "common/status.h"

namespace fitd {

// kInternal. `doing` completes "out of memory while ...": "reading the data"; `need`, when not 0, is about how many
// bytes it takes.
Status OutOfMemory(std::string_view doing, std::uint64_t need = 0);

// kInternal, for an std::thread or std::async that could not be started.
Status NoThread(std::string_view doing, const std::system_error& error);

// kInternal when the stack may not have what fitd needs: its end would be a SIGSEGV without a word. Raises the soft
// limit where the hard one allows. To be asked first of all.
Status EnsureStack();

}  // namespace fitd
