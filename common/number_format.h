// Numbers as text, the same text on every machine and locale. Daemon process, any thread; pure.
#pragma once

#include <cstdint>
#include <string>

namespace fitd {

// The shortest decimal that reads back as the same double ("0.1", "-0", "1e+300"); "inf", "-inf"; nothing for NaN.
void AppendNumber(std::string& out, double value);
// The same as JSON: null for what JSON has not, NaN and the infinite ones.
void AppendJsonNumber(std::string& out, double value);
void AppendInteger(std::string& out, std::int64_t value);
void AppendUnsigned(std::string& out, std::uint64_t value);

}  // namespace fitd
