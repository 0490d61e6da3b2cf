// Lists of column names as people write them on a command line: A,B, with quotes around a name that holds a comma or a
// quote ("a,b",c), as in a CSV record. Any process; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// The names in order, blanks around them cut; empty ones are left out.
std::vector<std::string> SplitNames(std::string_view text);

// The text that SplitNames takes apart into these names.
std::string JoinNames(std::span<const std::string> names);

}  // namespace fitd
