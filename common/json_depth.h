// Whether a JSON text is nested deeper than is sane. nlohmann::json parses any depth, but copies, compares and writes
// by recursion, so that a text of brackets from a stranger would overflow the stack. Asked before parsing. Any process.
#pragma once

#include <string_view>

namespace fitd {

inline constexpr int kMaxJsonDepth = 200;  // a level of recursion in dump() takes about 300 bytes of 8 MB

bool IsNestedTooDeep(std::string_view json);

}  // namespace fitd
