// Percent-encoding of text in URLs (RFC 3986, section 2.1). Any process; pure.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// "a%2Fb" -> "a/b"; kUsage for a broken escape or a NUL.
Result<std::string> PercentDecode(std::string_view text);
std::string PercentEncode(std::string_view text);

}  // namespace fitd
