// Words that say in a column of its own whether a value goes in or out. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

enum class SignWord : std::uint8_t { kNone, kIn, kOut };

// CR and DR, credit and debit, Haben and Soll, in and out, buy and sell, + and - and their like, in any case.
SignWord SignWordOf(std::string_view cell);
// Letters that mean so only where their column is called so: C and D, H and S, B and S.
bool IsSignLetter(std::string_view cell);
// "Dr/Cr", "Soll/Haben", "Type", "sign".
bool IsSignName(std::string_view name);

}  // namespace fitd
