// A time that is written as its beginning and its end. Any process, any thread; a pure function.
#pragma once

#include <string_view>

namespace fitd {

// "2024-01-01/2024-01-07", "01.01.2024 00:00 - 01.01.2024 01:00", "1/31/2024 1:00 AM - 2:00 AM": the first half, where
// both halves are written alike or are times of day; all of `text` otherwise.
std::string_view FirstOfRange(std::string_view text);

}  // namespace fitd
